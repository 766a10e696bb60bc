"""``duchenne evaluate four``: the four-class table of paper 003."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.outcome_display import deliver, free_place


def four(
    data: Annotated[Path, typer.Option(help="FER2013: a table, fer2013.csv, or its folder.")],
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="An installed network with the output 'four' or 'fer2013'; may be repeated.",
            show_default="quadrant_plain, quadrant, mini_xception",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/four"),
    ] = None,
    split: Annotated[str, typer.Option(help="Part of FER2013 to score.")] = "PublicTest",
    dataset: Annotated[str, typer.Option(help="What the table is, for the training register.")] = "fer2013",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
) -> None:
    """Score networks on anger, happiness, sadness and neutral, with their confusion tables (paper 003)."""
    # Reads tables with pandas, which would cost every other command its start-up time.
    from duchenne.evaluation.protocols.four import NETWORKS, evaluate_four

    folder, may_replace = free_place(output, "four", overwrite=overwrite)
    deliver(
        evaluate_four(data, model or NETWORKS, split=split, dataset=dataset), folder, overwrite=may_replace
    )
