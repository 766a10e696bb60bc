"""What a change costs, as a table of coloured squares: units by conditions.

Takes an `Audit`, gives cells in the order of factors and levels; the baseline's own levels have none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from duchenne.evaluation import audit_words
from duchenne.evaluation.audit_charts import number, said
from duchenne.evaluation.audit_record import Audit, Estimate
from duchenne.evaluation.conditions import FACTORS, Factor
from duchenne.facs import column

# A fall of r by half is as red as it gets.
_DEEPEST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """A paired difference as a coloured square.

    Attributes:
        depth: Of the colour, 0 to 80 percent.
        side: ``worse``, ``better`` or ``none``.
        text: The difference.
        words: With its interval, for a tooltip.
        is_clear: Whether the interval leaves out 0.
    """

    depth: int
    side: str
    text: str
    words: str
    is_clear: bool


def factors_of(audit: Audit) -> tuple[Factor, ...]:
    """Factors that the audit has conditions of."""
    found = {score.factor for score in audit.detection}
    return tuple(factor for factor in FACTORS if factor.name in found)


def unit_cells(audit: Audit, unit: int) -> list[Cell]:
    """The differences of r of one unit."""
    scores = {(s.factor, s.level): s for s in audit.units if s.unit == unit}
    changes = {where: s.differences["pcc"] for where, s in scores.items() if s.differences}
    return _cells(audit, changes, column(unit))


def median_cells(audit: Audit) -> list[Cell]:
    """The median difference of r over the units."""
    found = audit_words.median_changes(audit)
    changes = {where: Estimate(c.median, math.nan, math.nan) for where, c in found.items()}
    return _cells(audit, changes, "median")


def _cells(audit: Audit, changes: Mapping[tuple[str, str], Estimate], name: str) -> list[Cell]:
    return [
        _cell(changes.get((factor.name, level)), f"{name}, {audit_words.condition(factor.name, level)}")
        for factor in factors_of(audit)
        for level in factor.levels
        if level != factor.baseline
    ]


def _cell(change: Estimate | None, words: str) -> Cell:
    if change is None or math.isnan(change.value):
        return Cell(0, "none", "–", f"{words}: nothing to compare", False)
    depth = round(min(abs(change.value) / _DEEPEST, 1.0) * 80)
    return Cell(
        depth,
        "worse" if change.value < 0 else "better",
        number(change.value, signed=True),
        f"{words}: {said(change)}",
        # What rounds to nothing is not worth a bold face, however sure.
        change.is_clear and round(abs(change.value), 2) > 0,
    )
