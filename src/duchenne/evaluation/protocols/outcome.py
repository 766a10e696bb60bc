"""What a protocol found, and the folder it is written to.

Takes an `Outcome` (a record, tables, figures) and gives ``results.json``, ``results.md`` and one PNG a figure, each
whole or not at all. Refuses to replace results unless told to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from duchenne.errors import OutputError
from duchenne.evaluation.record_text import record_text
from duchenne.outputs.whole_files import replace_whole, write_text_whole
from duchenne.outputs.writing import writing

RECORD: Final = "results.json"
TABLES: Final = "results.md"
MISSING: Final = "-"
"""What a table shows for a number that does not exist: never 0."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a paper prints it.

    Attributes:
        title: What it shows, and of which paper's table it has the shape.
        columns: Headings.
        rows: Cells, as text, as many as there are columns.
        note: What a reader must know; empty for nothing.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"'{self.title}' has {len(self.columns)} columns and a row of {len(row)}")

    def markdown(self) -> str:
        """The table as GitHub-flavoured Markdown, title and note around it."""
        lines = [f"**{self.title}**", "", _row(self.columns), _row(("---",) * len(self.columns))]
        lines += [_row(row) for row in self.rows]
        return "\n".join([*lines, *(["", self.note] if self.note else [])]) + "\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a protocol found.

    Attributes:
        protocol: Its name on the command line.
        title: One line for people: the paper and what of it is repeated.
        command: What repeats this; file names without folders, which are nobody's business.
        record: Everything that was measured, as plain values; goes into ``results.json``.
        tables: In the order of the paper.
        notes: What a reader must know before believing the numbers.
        figures: For each file name ending in ``.png``, what writes it to a path.
    """

    protocol: str
    title: str
    command: str
    record: Mapping[str, Any]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    figures: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)


def check_place(folder: Path, *, overwrite: bool = False) -> None:
    """Refuse a folder that holds results already, before any work is done.

    Raises:
        OutputError: if it does and may not be overwritten.
    """
    if (folder / RECORD).exists() and not overwrite:
        raise OutputError(
            f"{folder / RECORD} exists already", remedy="Choose another place, or pass --overwrite"
        )


def write_outcome(outcome: Outcome, folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write everything; the record comes last and an old one goes first, so that where it is, all of it is.

    Args:
        outcome: What to write.
        folder: Made if it is not there; other files in it are left alone.
        overwrite: Whether results that are there may be replaced.

    Returns:
        The files, the record first.

    Raises:
        OutputError: if there are results that may not be replaced, or the folder cannot be written.
    """
    check_place(folder, overwrite=overwrite)
    with writing(folder / RECORD, "the results"):
        (folder / RECORD).unlink(missing_ok=True)
    write_text_whole(folder / TABLES, "the tables", markdown(outcome))
    for name, write_to in outcome.figures.items():
        replace_whole(folder / name, "the figure", write_to)
    content = {
        **outcome.record,
        "protocol": outcome.protocol,
        "title": outcome.title,
        "command": outcome.command,
        "notes": list(outcome.notes),
    }
    write_text_whole(folder / RECORD, "the results", record_text(content))
    return tuple(folder / name for name in (RECORD, TABLES, *outcome.figures))


def markdown(outcome: Outcome) -> str:
    """All tables and notes as one page."""
    parts = [f"# {outcome.title}\n", f"```\n{outcome.command}\n```\n"]
    parts += [table.markdown() for table in outcome.tables]
    if outcome.notes:
        parts.append("\n".join(f"* {note}" for note in outcome.notes) + "\n")
    parts += [f"![{name.removesuffix('.png').replace('_', ' ')}]({name})\n" for name in outcome.figures]
    return "\n".join(parts)


def number(value: float | None, digits: int = 4, *, signed: bool = False) -> str:
    """A number as a cell; what does not exist (None, NaN) is shown as missing."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"


def interval(value: float, bounds: tuple[float, float], digits: int = 3) -> str:
    """A number with its 95 % interval as a cell; without the interval where there is none."""
    low, high = bounds
    if not (math.isfinite(low) and math.isfinite(high)):
        return number(value, digits)
    return f"{number(value, digits)} ({low:.{digits}f} to {high:.{digits}f})"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
