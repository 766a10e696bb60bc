"""Read lists of files and labels, row by row, so that every complaint can name its line.

Takes a text file of separated values and the columns that are wanted; gives `Row`s, lazily, because lists of
a million faces exist. Refuses missing files, columns and cells, naming file and line; and lists whose files
are missing or listed twice, counting them and naming the first.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duchenne.errors import DataError

# Of missing files, so many are named; the rest is counted.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is wanted.

    Attributes:
        name: What it is called in `Row.cells`.
        others: Other names that files give it; the first that is there counts.
        is_required: Whether a file without it is refused; else its cells are empty.
    """

    name: str
    others: tuple[str, ...] = ()
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One line.

    Attributes:
        file: Name of the list.
        line: Counted from 1, the header included.
        cells: Text by `Column.name`, without blanks around it.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"line {self.line} of {self.file}"

    def whole(self, column: str) -> int:
        """A cell as a whole number.

        Raises:
            DataError: if it is none.
        """
        try:
            return int(self.cells[column])
        except ValueError as error:
            raise self._wrong(column, "a whole number") from error

    def number(self, column: str) -> float:
        """A cell as a finite number.

        Raises:
            DataError: if it is none.
        """
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self._wrong(column, "a number")
        return value

    def _wrong(self, column: str, expected: str) -> DataError:
        return DataError(
            f"{self.place} has no value in the column '{column}'",
            got=repr(self.cells[column][:40]),
            expected=expected,
        )


def read_rows(
    path: Path, columns: Sequence[Column], *, separator: str = ",", published: Sequence[str] | None = None
) -> Iterator[Row]:
    """Read the wanted columns of a list.

    Args:
        path: Text in UTF-8, a byte order mark allowed; quotes as in CSV. Empty lines are passed over.
        columns: What is wanted. Blanks around names in the header do not count.
        separator: Between cells.
        published: Names of all columns in a file that may come without a header; None if there must be one.

    Yields:
        The rows in file order.

    Raises:
        DataError: if the file is missing or no text, a required column is missing or a row is too long or too
            short.
    """
    if not path.is_file():
        raise DataError(f"the list {path} does not exist", remedy="Check the path")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path.name, csv.reader(file, delimiter=separator), columns, published)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path.name} cannot be read as a list", got=str(error)) from error


def header_of(path: Path) -> tuple[str, ...]:
    """The names in the first line of a comma-separated file; empty if there is no such text.

    Raises:
        DataError: if the file does not exist.
    """
    if not path.is_file():
        raise DataError(f"the list {path} does not exist", remedy="Check the path")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return tuple(name.strip() for name in file.readline().split(","))


def check_files(listed: Iterable[tuple[str, Path]], what: str) -> None:
    """Refuse a list of files that are not all there, or not all different.

    Args:
        listed: Where each is named, and its path.
        what: What lists them: ``labels.csv``.

    Raises:
        DataError: if some are missing, or one is listed twice.
    """
    n_files = 0
    missing: list[str] = []
    seen: dict[Path, str] = {}
    for place, path in listed:
        n_files += 1
        same = path.resolve()
        if same in seen:
            raise DataError(
                f"the file {path.name} is listed twice in {what}",
                got=f"{seen[same]} and {place}",
                expected="each file once",
            )
        seen[same] = place
        if not path.exists():
            missing.append(f"{path} ({place})")
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise DataError(
            f"{len(missing)} of {n_files} files listed in {what} are missing",
            got=", ".join(missing[:_NAMED]) + more,
            remedy="Check that the data set is unpacked whole, and where the list lies",
        )


def _rows(
    file: str, lines: Iterator[list[str]], columns: Sequence[Column], published: Sequence[str] | None
) -> Iterator[Row]:
    header: Sequence[str] | None = None
    places: dict[str, int | None] = {}
    for number, line in enumerate(lines, 1):
        if not any(cell.strip() for cell in line):
            continue
        if header is None:
            names = [name.strip() for name in line]
            is_header = published is None or bool(set(names) & set(published))
            header = names if is_header or published is None else published
            places = _places(file, header, columns)
            if is_header:
                continue
        if len(line) != len(header):
            raise DataError(
                f"line {number} of {file} has {len(line)} cells", expected=f"{len(header)}, as in its header"
            )
        yield Row(
            file,
            number,
            {name: "" if place is None else line[place].strip() for name, place in places.items()},
        )
    if header is None:
        raise DataError(f"{file} is empty", expected="a header and rows")


def _places(file: str, header: Sequence[str], columns: Sequence[Column]) -> dict[str, int | None]:
    places = {
        column.name: next(
            (header.index(name) for name in (column.name, *column.others) if name in header), None
        )
        for column in columns
    }
    missing = [column.name for column in columns if column.is_required and places[column.name] is None]
    if missing:
        raise DataError(
            f"{file} lacks the columns {', '.join(missing)}",
            got=", ".join(header),
            expected=", ".join(" or ".join((c.name, *c.others)) for c in columns if c.is_required),
        )
    return places
