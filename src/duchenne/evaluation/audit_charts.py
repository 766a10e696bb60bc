"""Small charts of an audit as numbers that a template draws: one line over the levels of a factor.

Takes values with intervals, gives places in a box of `WIDTH` by `HEIGHT`; knows nothing of HTML. A level without a
value leaves a gap in the line: missing is not 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from duchenne.evaluation.audit_record import Estimate
from duchenne.evaluation.conditions import Factor

WIDTH: Final = 100.0
HEIGHT: Final = 44.0
_SIDE, _EDGE = 9.0, 4.0  # free space left and right, above and below


@dataclass(frozen=True, slots=True)
class Point:
    """One level: its place, the ends of its interval, and what it says in words.

    Attributes:
        x: In the box.
        y: In the box, downwards.
        low_y: End of the interval; equal to ``y`` where there is none.
        high_y: The other end.
        is_baseline: Whether the level is the baseline's.
        is_faint: Whether it rests on less than half of its frames.
    """

    x: float
    y: float
    low_y: float
    high_y: float
    is_baseline: bool
    is_faint: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A small chart.

    Attributes:
        points: Levels that have a value.
        lines: Stretches of neighbouring points, as ``x,y x,y``.
        words: Every value, for a tooltip and for who cannot see the chart.
    """

    points: tuple[Point, ...]
    lines: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The value at the bottom and at the top of a chart; what lies beyond is drawn at the edge."""

    bottom: float
    top: float

    def y(self, value: float) -> float:
        """The place of a value, downwards."""
        share = (min(max(value, self.bottom), self.top) - self.bottom) / (self.top - self.bottom)
        return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 1)


def chart(
    factor: Factor, values: Sequence[tuple[Estimate, float] | None], scale: Scale, digits: int = 2
) -> Chart:
    """Draw the levels of a factor.

    Args:
        factor: Gives the levels.
        values: One for each level: the value and the share of frames it rests on; None for a level without.
        scale: Of the value.
        digits: Behind the point, in the words.
    """
    points: list[Point] = []
    lines: list[list[str]] = [[]]
    words = []
    for number, (level, given) in enumerate(zip(factor.levels, values, strict=True)):
        if given is None or math.isnan(given[0].value):
            words.append(f"{level}: –")
            lines.append([])
            continue
        estimate, share = given
        point = _point(x_of(factor, number), estimate, scale, level == factor.baseline, share)
        points.append(point)
        lines[-1].append(f"{point.x:g},{point.y:g}")
        words.append(f"{level}: {said(estimate, digits)}" + (f", {share:.0%} of frames" if share < 1 else ""))
    return Chart(
        tuple(points),
        tuple(" ".join(line) for line in lines if len(line) > 1),
        f"{factor.title}. " + "; ".join(words),
    )


def x_of(factor: Factor, number: int) -> float:
    """Where a level stands across the box."""
    return round(_SIDE + (WIDTH - 2 * _SIDE) * number / (len(factor.levels) - 1), 1)


def said(estimate: Estimate, digits: int = 2) -> str:
    """A value with its interval in words: ``0.81 (0.74 to 0.86)``."""
    if math.isnan(estimate.value):
        return "–"
    text = number(estimate.value, digits)
    if math.isnan(estimate.low):
        return text
    return f"{text} ({number(estimate.low, digits)} to {number(estimate.high, digits)})"


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """A number with a true minus sign, ``–`` for NaN; never a negative zero."""
    if math.isnan(value):
        return "–"
    rounded = round(value, digits) + 0.0
    text = f"{rounded:+.{digits}f}" if signed and rounded else f"{rounded:.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _point(x: float, estimate: Estimate, scale: Scale, is_baseline: bool, share: float) -> Point:
    y = scale.y(estimate.value)
    low, high = (y if math.isnan(end) else scale.y(end) for end in (estimate.low, estimate.high))
    return Point(x, y, low, high, is_baseline, share < 0.5)
