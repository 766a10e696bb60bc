"""``duchenne evaluate agreement``: two tools' curves on the same recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.outcome_display import deliver, free_place


def agreement(
    first: Annotated[Path, typer.Argument(help="Table of OpenFace 2, Py-Feat or this tool; CSV or Parquet.")],
    second: Annotated[Path, typer.Argument(help="Another table of the same recording.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for results.", show_default="out/evaluate/agreement"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
) -> None:
    """Compare two tools' action units and head pose on the same recording, with no truth beside them."""
    # Reads tables with pandas, which would cost every other command its start-up time.
    from duchenne.evaluation.protocols.tool_agreement import evaluate_agreement

    folder, may_replace = free_place(output, "agreement", overwrite=overwrite)
    deliver(evaluate_agreement(first, second), folder, overwrite=may_replace)
