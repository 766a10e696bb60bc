"""Files of continuous ratings: one column a rater with semicolons between, or the gold standard as ARFF.

Takes a file, gives `Ratings`. Gaps are refused, never filled: a missing value, a missing row, times that
stand still and values outside [-1, 1] are errors that name the line. Who wants to fill a gap does so
knowingly, in the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.datasets.recordings import Ratings
from duchenne.errors import DataError

GOLD: Final = "gold_standard"
"""Name of the one "rater" of a gold standard."""

# A step may differ from the usual one by this share: times written with two digits are uneven (0.03, 0.07, 0.10 s),
# and a row that is missing doubles its step.
_UNEVEN: Final = 0.5


def read_individual(path: Path) -> Ratings:
    """Read ``ratings_individual/valence/train_1.csv``: ``time;FM1;FM2;FM3;FF1;FF2;FF3``.

    Names may have blanks around them, as in RECOLA's own files.

    Raises:
        DataError: if the file is missing or empty, its first column is not the time, raters have one name, or
            there is a gap.
    """
    lines = _lines(path)
    number, first = next(lines, (1, ""))
    names = [name.strip() for name in first.rstrip("; ").split(";")]
    if names[0].lower() not in ("time", "frametime") or len(names) < 2:
        raise DataError(
            f"line {number} of {path.name} is no header of ratings",
            got=first[:80] or "an empty file",
            expected="time and a column for each rater, separated by semicolons",
        )
    raters = tuple(names[1:])
    if len(set(raters)) < len(raters):
        raise DataError(f"{path.name} has two raters of one name", got=", ".join(raters))
    return _ratings(path, raters, ((number, line.split(";")) for number, line in lines))


def read_gold(path: Path) -> Ratings:
    """Read ``ratings_gold_standard/valence/train_1.arff``: a header up to ``@data``, then instance, time and value.

    Raises:
        DataError: if the file is missing, has no ``@data``, or there is a gap.
    """
    lines = _lines(path)
    for _, line in lines:
        if line.lower() == "@data":
            break
    else:
        raise DataError(f"{path.name} is no ARFF file", expected="a header that ends with @data")
    rows = ((number, line.split(",")[1:]) for number, line in lines if not line.startswith("%"))
    return _ratings(path, (GOLD,), rows)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with their numbers."""
    if not path.is_file():
        raise DataError(
            f"the ratings {path} do not exist", remedy="Check that the data set is unpacked whole"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} cannot be read as text", got=str(error)) from error
    return ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def _ratings(path: Path, raters: tuple[str, ...], rows: Iterator[tuple[int, list[str]]]) -> Ratings:
    numbers, values = [], []
    for number, cells in rows:
        # RECOLA's own files end their lines with a semicolon in some copies.
        if len(cells) == len(raters) + 2 and not cells[-1].strip():
            cells = cells[:-1]
        values.append(_numbers(path, number, cells, raters))
        numbers.append(number)
    if len(values) < 2:
        raise DataError(
            f"{path.name} holds no ratings over time", got=f"{len(values)} rows", expected="two or more"
        )
    table = np.array(values, dtype=np.float64)
    _check_times(path, numbers, table[:, 0])
    return Ratings(table[:, 0].copy(), raters, table[:, 1:].copy())


def _numbers(path: Path, number: int, cells: Sequence[str], raters: tuple[str, ...]) -> list[float]:
    columns = ("time", *raters)
    place = f"line {number} of {path.name}"
    if len(cells) != len(columns):
        raise DataError(f"{place} has {len(cells)} values", expected=f"{len(columns)}: {', '.join(columns)}")
    values = []
    for column, cell in zip(columns, cells, strict=True):
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise DataError(
                f"{place} has a gap in the column '{column}'",
                got=repr(cell.strip()),
                expected="a number",
                remedy="Leave the recording out, or fill the gap in the file and say so",
            )
        if column != "time" and not -1.0 <= value <= 1.0:
            raise DataError(
                f"{place} has a rating outside its range", got=f"{column} {value:g}", expected="-1 to 1"
            )
        values.append(value)
    return values


def _check_times(
    path: Path, numbers: Sequence[int], times_s: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    steps = np.diff(times_s)
    usual = float(np.median(steps))
    wrong = np.flatnonzero(~(np.abs(steps - usual) <= _UNEVEN * usual))
    if usual <= 0 or len(wrong):
        place = int(wrong[0]) if usual > 0 else int(np.flatnonzero(steps <= 0)[0])
        raise DataError(
            f"line {numbers[place + 1]} of {path.name} leaves a gap in time",
            got=f"{times_s[place + 1]:g} s after {times_s[place]:g} s",
            expected=f"even steps, {usual:g} s as in the rest" if usual > 0 else "times that rise",
        )
