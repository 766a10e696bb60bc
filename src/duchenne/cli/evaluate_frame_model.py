"""``duchenne evaluate frame-model``: expressions and action units of a frame model, in one table each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import err
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.outcome_display import deliver, free_place


def frame_model(
    data: Annotated[
        Path, typer.Option(help="Folder with fer2013.parquet, faces.parquet or synthetic/dev; any of them.")
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
