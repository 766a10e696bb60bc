"""``duchenne evaluate threshold`` and ``threshold-stills``: the tables of paper 004."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duchenne.cli.console import err
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.cli.outcome_display import deliver, free_place
from duchenne.datasets.still_clips import ClipPlan, Mix

if TYPE_CHECKING:
    from duchenne.evaluation.protocols.setting_fits import FitOptions


class ClipSetName(StrEnum):
    """What ``--dataset`` takes: the keys of `duchenne.evaluation.protocols.clip_sets.READERS`."""

    DUCKEES = "duckees"
    LIRIS_CSE = "liris_cse"
    LABELS = "labels"


Model = Annotated[
    str,
    typer.Option(
        help="An installed network with the output 'fer2013' or 'expression'; NAME:OUTPUT where it has both."
    ),
]
Folds = Annotated[int, typer.Option(help="Parts of the cross-validation.", min=2)]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn.", min=0)]
AsPublished = Annotated[
    bool,
    typer.Option(
        "--as-published",
        help="Choose on all clips, the scored ones too, as the paper may have: too good a score.",
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")]


def threshold(
    data: Annotated[
        list[Path],
        typer.Option(help="Folder of clips, or a labels.csv; several are scored apart and together."),
    ],
    dataset: Annotated[
        list[ClipSetName] | None,
        typer.Option(help="What each --data is, in their order.", show_default="labels, for each"),
    ] = None,
    model: Model = "mini_xception",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/threshold"),
    ] = None,
    as_published: AsPublished = False,
    folds: Folds = 5,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Score one expression for each labelled clip, by a threshold and by Top-1 (paper 004)."""
    # The data sets' readers and the scores need pandas, which would cost every other command its start-up time.
    from duchenne.evaluation.protocols.clip_sets import sources_of
    from duchenne.evaluation.protocols.threshold import evaluate_threshold

    folder, may_replace = free_place(output, "threshold", overwrite=overwrite)
    sources = sources_of(data, [name.value for name in dataset or []])
    options = _options(folds, seed, as_published=as_published)
    with interrupt_flag() as interrupted, CountDisplay("clips", err) as display:
        outcome = evaluate_threshold(sources, model, options, on_progress=display.step, stopped=interrupted)
    if outcome is None:
        err.print("stopped before the end; nothing was written", markup=False)
        raise typer.Exit(EXIT_CODE)
    deliver(outcome, folder, overwrite=may_replace)


def threshold_stills(
    data: Annotated[Path, typer.Option(help="FER2013: a table, fer2013.csv, or its folder.")],
    model: Model = "mini_xception",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Folder for results.", show_default="out/evaluate/threshold-stills"
        ),
    ] = None,
    clips: Annotated[int, typer.Option(help="How many clips to make.", min=1)] = 700,
    mix: Annotated[
        Mix, typer.Option(help="As many of each label, or in the paper's proportions.")
    ] = Mix.BALANCED,
    split: Annotated[str, typer.Option(help="Part of FER2013 whose stills are used.")] = "PublicTest",
    as_published: AsPublished = False,
    folds: Folds = 5,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Score the threshold and Top-1 on clips made of FER2013's test stills (paper 004)."""
    from duchenne.evaluation.protocols.threshold_stills import evaluate_threshold_stills  # pandas, as above

    folder, may_replace = free_place(output, "threshold-stills", overwrite=overwrite)
    with CountDisplay("stills", err) as display:
        outcome = evaluate_threshold_stills(
            data,
            model,
            ClipPlan(n_clips=clips, mix=mix),
            _options(folds, seed, as_published=as_published),
            split=split,
            on_progress=display.step,
        )
    deliver(outcome, folder, overwrite=may_replace)


def _options(folds: int, seed: int, *, as_published: bool) -> FitOptions:
    from duchenne.evaluation.protocols.setting_fits import FitOptions  # pandas, as above
    from duchenne.evaluation.threshold_fit import ChosenOn

    chosen_on = ChosenOn.ALL if as_published else ChosenOn.TRAINING
    return FitOptions(n_folds=folds, seed=seed, chosen_on=chosen_on)
