"""Which action units go together, and which exclude each other: two tables, and mixtures drawn from them.

Takes numbers of units and a generator; gives units that one face can show at once. Random sums of units give faces
that do not occur (a jaw that drops under a raised chin), and a model trained on those learns them.

*Together*: the shares of `duchenne.facs.DU_2014`, how many of 230 people used a unit when they posed an emotion.
*Apart*: `EXCLUSIONS`, each with its reason. Units that the study does not name have a share of our own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.facs import DU_2014
from duchenne.synth.head.action_units import RENDERABLE


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Units of ``these`` cannot be shown together with units of ``those``.

    Attributes:
        these: Units on one side.
        those: Units on the other side.
        reason: Why; cosines are between the displacements of the model's facial skin at strength 1.
    """

    these: tuple[int, ...]
    those: tuple[int, ...]
    reason: str


EXCLUSIONS: Final[tuple[Exclusion, ...]] = (
    Exclusion((5,), (43,), "the upper lid is either raised or closed (cosine -0.85)"),
    Exclusion((43,), (45,), "eyes that are held closed do not blink; both are one shape"),
    Exclusion((12,), (15,), "lip corners go up or down"),
    Exclusion((18, 22), (12, 14, 20), "lips are drawn to the middle or to the sides (cosines -0.5 to -0.8)"),
    Exclusion(
        (18, 34), (22,), "almost the same movement (cosines 0.88 and 0.76): together further than lips can"
    ),
    Exclusion((18,), (34,), "almost the same movement in this model (cosine 0.87)"),
    Exclusion((18,), (27, 28), "a pucker needs lips, neither stretched over a wide mouth nor sucked in"),
    Exclusion(
        (23,), (24, 28), "the same lips pressed in two ways; the shapes are shared (cosines 0.88 and 0.5)"
    ),
    Exclusion((24,), (28,), "the same lips pressed or sucked in; the shapes are shared"),
    Exclusion(
        (23, 24, 28),
        (9, 10, 16, 19, 22, 25, 26, 27),
        "lips cannot be pressed together where something parts them; in this model AU9 does, too",
    ),
    Exclusion((17,), (16, 19, 25, 26, 27), "the chin pushes the lower lip up (cosines -0.4 to -0.9)"),
    Exclusion((17,), (22,), "the raised lower lip closes the funnel"),
    Exclusion((34,), (9, 10, 16, 19, 25, 26, 27), "cheeks hold air behind closed lips only"),
    Exclusion((34,), (20, 28), "lips stretched or sucked in leave no cheek to puff (cosines -0.5 to -0.6)"),
    Exclusion((19,), (18,), "the tongue needs an open mouth"),
    Exclusion(
        (27, 19), (29, 30), "the tongue and a jaw that is stretched open leave no way to the front or side"
    ),
    Exclusion((38,), (39,), "nostrils are wide or narrow"),
)
"""What one face cannot show at once, by anatomy or because the shapes of the model add up to something else.

The cosines were measured on ICT-FaceKit. People do show some of these pairs, weakly (AU12 with AU15, AU10 with
AU24); the model does not.
"""

OTHER_SHARE: Final = 0.08
"""Share given to a unit that no category of the study uses, and to a pair that it never saw. Ours."""

_SHARES = tuple(emotion.shares for emotion in DU_2014)
# Blinks come in their own time.
_NEVER_MIXED = frozenset({45})


def _pairs() -> Iterable[tuple[tuple[int, int], str]]:
    for exclusion in EXCLUSIONS:
        for one in exclusion.these:
            for other in exclusion.those:
                yield (min(one, other), max(one, other)), exclusion.reason


EXCLUDED: Final[Mapping[tuple[int, int], str]] = MappingProxyType(dict(sorted(_pairs())))
"""Every excluded pair, the smaller number first, with the reason."""


def conflicts(units: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The pairs among some units that exclude each other.

    Args:
        units: Numbers of units, in any order.

    Returns:
        Pairs with the smaller number first, ascending; empty if one face can show them all.
    """
    return tuple(pair for pair in combinations(sorted(set(units)), 2) if pair in EXCLUDED)


def fits(unit: int, units: Collection[int]) -> bool:
    """Whether a unit can be shown together with some others."""
    return not any((min(unit, other), max(unit, other)) in EXCLUDED for other in units)


def share_given(unit: int, other: int) -> float:
    """Share of the poses with ``other`` that had ``unit``, too.

    The study gives shares for each emotion, not for pairs. Within an emotion, units are taken as independent:
    ``sum_e p_e(unit) p_e(other) / sum_e p_e(other)`` over its categories. A prototypical unit counts as 1.

    Returns:
        In [0, 1]; `OTHER_SHARE` where the study is silent.
    """
    both = sum(shares.get(unit, 0.0) * shares.get(other, 0.0) for shares in _SHARES)
    seen = sum(shares.get(other, 0.0) for shares in _SHARES)
    return max(both / seen if seen > 0 else 0.0, OTHER_SHARE)


def draw(
    rng: np.random.Generator,
    n_units: int,
    *,
    start: tuple[int, ...] = (),
    among: Collection[int] = RENDERABLE,
) -> tuple[int, ...]:
    """Draw units that one face can show at once.

    The first one is drawn with equal chance, so that rare units are not rare in a study; each further one in
    proportion to the mean of its `share_given` the units drawn so far, among those that exclude none of them.

    Args:
        rng: Where the numbers come from.
        n_units: How many; fewer come if nothing else fits.
        start: Units that are in.
        among: What may be drawn; blinks never are.

    Returns:
        Units in ascending order.
    """
    drawn = list(start)
    while len(drawn) < n_units:
        candidates = [unit for unit in sorted(set(among) - _NEVER_MIXED - set(drawn)) if fits(unit, drawn)]
        if not candidates:
            break
        chances = np.array([_chance(unit, drawn) for unit in candidates])
        drawn.append(int(rng.choice(candidates, p=chances / chances.sum())))
    return tuple(sorted(drawn))


def _chance(unit: int, drawn: Collection[int]) -> float:
    if not drawn:
        return 1.0
    return sum(share_given(unit, other) for other in drawn) / len(drawn)
