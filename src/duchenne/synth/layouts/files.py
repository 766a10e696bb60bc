"""Text of label files: separated values, one spelling of numbers, so that the same plan gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def table(header: Sequence[object] | None, rows: Iterable[Sequence[object]], *, separator: str = ",") -> str:
    """A table as text, one line a row.

    Args:
        header: Names of the columns; None for a table that has none.
        rows: Cells are written as ``str`` writes them; None is an empty cell, which means missing.
        separator: Between cells.

    Raises:
        ValueError: if a cell contains the separator or a line break: no file here needs quotes.
    """
    lines = [] if header is None else [_line(header, separator)]
    lines += [_line(row, separator) for row in rows]
    return "".join(f"{line}\n" for line in lines)


def _line(cells: Sequence[object], separator: str) -> str:
    texts = ["" if cell is None else str(cell) for cell in cells]
    for text in texts:
        if separator in text or "\n" in text:
            raise ValueError(f"the cell {text!r} would need quotes")
    return separator.join(texts)


def fixed(values: NDArray[np.floating[Any]], digits: int) -> list[str]:
    """Numbers with fixed digits after the point and no minus before a zero.

    Args:
        values: (N,), finite.
        digits: After the point.
    """
    return [f"{value:.{digits}f}" for value in np.round(values, digits) + 0.0]
