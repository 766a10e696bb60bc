"""``duchenne evaluate frame-model`` and ``reactions``: what a frame model reads, and what that tells of a video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import err
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.outcome_display import deliver, free_place


def frame_model(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder with fer2013.parquet, faces.parquet, synthetic/dev or synthetic/drill_dev; any of them."
        ),
    ],
    model: Annotated[str, typer.Option(help="An installed network with expressions and action units.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/frame-model"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
) -> None:
    """Score expressions and action units of a frame model on real and on synthetic faces (after paper 002)."""
    # Reads tables with pandas and loads networks, which would cost every other command its start-up time.
    from duchenne.evaluation.protocols.frame_model import evaluate_frame_model

    folder, may_replace = free_place(output, "frame-model", overwrite=overwrite)
    with CountDisplay("faces or clips", err) as display:
        outcome = evaluate_frame_model(data, model, on_progress=display.step)
    deliver(outcome, folder, overwrite=may_replace)


def reactions(
    data: Annotated[
        Path,
        typer.Option(help="Folder laid out like Hume-Reaction; make one: duchenne synth layout reactions."),
    ],
    model: Annotated[str, typer.Option(help="An installed network with all three tasks.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/reactions"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
) -> None:
    """Compare expressions, action units, valence and arousal as input to one temporal head (paper 002, table 2)."""
    from duchenne.evaluation.protocols.reactions import evaluate_reactions

    folder, may_replace = free_place(output, "reactions", overwrite=overwrite)
    with CountDisplay("videos", err) as display:
        outcome = evaluate_reactions(data, model, on_progress=display.step)
    deliver(outcome, folder, overwrite=may_replace)
