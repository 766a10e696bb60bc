"""``duchenne evaluate valence`` and ``valence-faces``: paper 003's Table 2, and what valence says of real faces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import err
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.outcome_display import deliver, free_place

Models = Annotated[
    list[str],
    typer.Option("--model", help="An installed network with valence of six raters; may be repeated."),
]
Network = Annotated[
    str | None,
    typer.Option(
        help="Whose expressions the lexical mapping weighs words by.", show_default="as 'duchenne analyze'"
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")]


def valence(
    data: Annotated[Path, typer.Option(help="Folder of recordings, laid out like RECOLA.")],
    model: Models,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/valence"),
    ] = None,
    split: Annotated[str, typer.Option(help="Part to score: dev or train.")] = "dev",
    delay_s: Annotated[
        float, typer.Option("--delay-s", help="Move all ratings back by this, in seconds: raters are late.")
    ] = 0.0,
    smoothing_s: Annotated[
        float, typer.Option("--smoothing-s", help="Width of a moving average over the ratings, in seconds.")
    ] = 0.0,
    step_s: Annotated[float, typer.Option("--step-s", help="Look at a frame so often, in seconds.")] = 0.4,
    network: Network = None,
    overwrite: Overwrite = False,
) -> None:
    """Score valence against each of six raters, on recordings laid out like RECOLA (paper 003)."""
    # The product's networks and the scores would cost every other command its start-up time.
    from duchenne.datasets.rating_shifts import RatingSampling
    from duchenne.evaluation.protocols.valence import ValenceOptions, evaluate_valence
    from duchenne.pipeline import FRAME_MODEL

    sampling = RatingSampling(step_s=step_s, delay_s=delay_s, smoothing_s=smoothing_s)
    folder, may_replace = free_place(output, "valence", overwrite=overwrite)
    with CountDisplay("recordings", err) as display:
        options = ValenceOptions(split=split, sampling=sampling, network=network or FRAME_MODEL)
        outcome = evaluate_valence(data, model, options, on_progress=display.step)
    deliver(outcome, folder, overwrite=may_replace)


def valence_faces(
    data: Annotated[Path, typer.Option(help="FER2013: a table, fer2013.csv, or its folder.")],
    model: Models,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/valence-faces"),
    ] = None,
    split: Annotated[str, typer.Option(help="Part of FER2013 to score.")] = "PublicTest",
    dataset: Annotated[str, typer.Option(help="What the table is, for the training register.")] = "fer2013",
    network: Network = None,
    overwrite: Overwrite = False,
) -> None:
    """Ask whether valence puts happy faces above angry, sad and neutral ones (beside paper 003)."""
    from duchenne.evaluation.protocols.valence_faces import evaluate_valence_faces  # as above
    from duchenne.pipeline import FRAME_MODEL

    folder, may_replace = free_place(output, "valence-faces", overwrite=overwrite)
    outcome = evaluate_valence_faces(
        data, model, split=split, dataset=dataset, network=network or FRAME_MODEL
    )
    deliver(outcome, folder, overwrite=may_replace)
