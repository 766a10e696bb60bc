"""What a protocol found, on the screen: its tables in plain columns, its notes, and where the files are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from duchenne.cli.console import err, out

if TYPE_CHECKING:
    from duchenne.evaluation.protocols.outcome import Outcome


def free_place(output: Path | None, protocol: str, *, overwrite: bool) -> tuple[Path, bool]:
    """Where results go, checked before any work is done.

    Args:
        output: The folder that the user named; None for the tool's own, ``out/evaluate/PROTOCOL``.
        protocol: Its name on the command line.
        overwrite: Whether the user lets results be replaced.

    Returns:
        The folder, and whether results in it may be replaced: in the tool's own they may, because running the
        same command again is no accident.

    Raises:
        OutputError: if there are results that may not be replaced.
    """
    from duchenne.evaluation.protocols.outcome import check_place  # loads what only evaluations need

    folder, may_replace = output or Path("out") / "evaluate" / protocol, overwrite or output is None
    check_place(folder, overwrite=may_replace)
    return folder, may_replace


def deliver(outcome: Outcome, folder: Path, *, overwrite: bool) -> None:
    """Write an outcome and show it.

    Raises:
        OutputError: if there are results that may not be replaced, or the folder cannot be written.
    """
    from duchenne.evaluation.protocols.outcome import write_outcome  # loads what only evaluations need

    written = write_outcome(outcome, folder, overwrite=overwrite)
    out.print(outcome.title, style="bold", markup=False)
    for table in outcome.tables:
        out.print()
        out.print(table.title, style="bold", markup=False)
        # Soft wrapping leaves lines whole, so that columns stay columns in a file or a wide window.
        for line in in_columns([table.columns, *table.rows]):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
        if table.note:
            out.print(table.note, markup=False, soft_wrap=True)
    out.print()
    for note in outcome.notes:
        out.print(f"note: {note}", markup=False, soft_wrap=True)
    for path in written:
        err.print(f"written: {path}", markup=False)


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines: the first column to the left, numbers below each other.

    Args:
        rows: Of equal length; the first holds the headings.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
