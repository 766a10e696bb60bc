"""From shares of displacement to what coders would write: present or not, A to E, onset, peak and offset.

Takes the strength of one unit frame by frame, gives codes. The cuts are a convention of this package, needed to
fill the files of a coded data set; no coder chose them, and a level here is no coder's score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CUTS: Final = (0.05, 0.2, 0.4, 0.7, 0.9)
"""Lowest share of displacement that counts as A (trace), B (slight), C (marked), D (severe) and E (maximum).

FACS gives the letters unequal widths, C and D the widest (FACS manual, 2002); these five numbers are ours.
"""
LETTERS: Final = "ABCDE"
NOT_CODED: Final = 9
"""What stands in a coded file where nobody looked: missing is not absent."""


@dataclass(frozen=True, slots=True)
class CodedEvent:
    """One appearance of a unit, in 1-based frame numbers.

    Attributes:
        unit: Number of the action unit.
        onset: First frame in which it occurs.
        peak: First frame of its greatest strength.
        offset: Last frame in which it occurs.
        level: Letter at the peak.
    """

    unit: int
    onset: int
    peak: int
    offset: int
    level: str


def levels(shares: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    """Intensity codes of shares of displacement.

    Args:
        shares: Any shape, in [0, 1]; NaN where the unit cannot be rendered.

    Returns:
        The same shape, int8: 0 absent, 1 to 5 for A to E, `NOT_CODED` for NaN.

    Raises:
        ValueError: if a share is outside [0, 1].
    """
    known = ~np.isnan(shares)
    if np.any((shares[known] < 0.0) | (shares[known] > 1.0)):
        raise ValueError("shares of displacement lie in [0, 1]")
    codes = np.searchsorted(np.array(CUTS), shares, side="right")
    return np.where(known, codes, NOT_CODED).astype(np.int8)


def occurrence(shares: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    """Whether a unit occurs, that is, reaches A.

    Args:
        shares: As in `levels`.

    Returns:
        The same shape, int8: 0 or 1, `NOT_CODED` for NaN.

    Raises:
        ValueError: as `levels`.
    """
    codes = levels(shares)
    return np.where(codes == NOT_CODED, codes, codes > 0).astype(np.int8)


def coded_events(unit: int, shares: NDArray[np.floating[Any]]) -> Iterator[CodedEvent]:
    """Find the stretches in which a unit occurs.

    Args:
        unit: Its number.
        shares: (T,) as in `levels`.

    Yields:
        One event a stretch, in order of time; none for a unit that cannot be rendered.

    Raises:
        ValueError: as `levels`.
    """
    occurs = np.concatenate([[False], occurrence(shares) == 1, [False]])
    edges = np.flatnonzero(occurs[1:] != occurs[:-1])
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        peak = int(first + shares[first:end].argmax())
        yield CodedEvent(unit, int(first) + 1, peak + 1, int(end), LETTERS[int(levels(shares[peak])) - 1])
