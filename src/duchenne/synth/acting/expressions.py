"""What a face shows at its peak: single units, mixtures, emotions, smiles, lopsided faces.

Takes a generator and what is wished for; gives an `Expression`, a label and the strength of each unit. When it
comes and goes is the business of `duchenne.synth.acting.repertoire`. An emotion's name stands for the units
that people posed for it, not for what anybody feels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.facs import DU_2014, LEFT, RIGHT, EmotionUnits, column
from duchenne.synth.acting.cooccurrence import draw, fits
from duchenne.synth.head.action_units import RENDERABLE, UNITS, Sides, check

EMOTIONS: Final[Mapping[str, EmotionUnits]] = MappingProxyType({emotion.name: emotion for emotion in DU_2014})
"""Six basic and fifteen compound categories by name."""

CONTEMPT_UNITS: Final = (12, 14)
"""Drawn on one side of the face they are the usual sign of contempt (EMFACS, from secondary sources)."""

_CONTEMPT_SHARE = 0.35
_SIDEWAYS = 30
# Below a fifth of its way a unit can hardly be seen; ours.
_FAINTEST = 0.2


@dataclass(frozen=True, slots=True)
class Expression:
    """A face at its peak; refuses what `duchenne.synth.head.action_units.check` refuses.

    Attributes:
        label: What it is called.
        peaks: Strength of each unit on the subject's own left and right side.
    """

    label: str
    peaks: Mapping[int, Sides]

    def __post_init__(self) -> None:
        check(self.peaks)


def single(
    rng: np.random.Generator, unit: int, *, strength: float | None = None, side: str | None = None
) -> Expression:
    """One unit.

    Args:
        rng: Where the numbers come from.
        unit: Its number.
        strength: In [0, 1]; drawn if not given.
        side: ``"L"`` or ``"R"`` for that side alone; both sides if not given, but a random one for AU30.

    Raises:
        SettingsError: if the unit or strength cannot be rendered, or the unit has no sides and one was asked for.
    """
    strength = _drawn(rng, strength)
    if unit == _SIDEWAYS and side is None:
        side = (LEFT, RIGHT)[int(rng.integers(2))]
    if side not in (None, LEFT, RIGHT):
        raise SettingsError("no such side of a face", got=repr(side), expected=f"{LEFT}, {RIGHT} or None")
    peak = (0.0 if side == RIGHT else strength, 0.0 if side == LEFT else strength)
    check({unit: peak})  # before its name is asked for: there may be no such unit
    return Expression(column(unit, side if side is not None else ""), {unit: peak})


def mixture(rng: np.random.Generator, *, n_units: int | None = None) -> Expression:
    """Two to five units that one face can show at once, each with a strength of its own.

    Args:
        rng: Where the numbers come from.
        n_units: How many; drawn if not given.
    """
    if n_units is None:
        n_units = int(rng.integers(2, 6))
    units = draw(rng, n_units)
    peaks = {unit: _peak(rng, unit, float(rng.uniform(_FAINTEST, 1.0))) for unit in units}
    return Expression("+".join(column(unit) for unit in units), peaks)


def emotion(rng: np.random.Generator, name: str, *, strength: float | None = None) -> Expression:
    """One way to pose an emotion: its prototypical units, and its variants each with their share.

    The strength is that of the strongest unit; the prototypical ones have at least 0.8 of it and the variants at
    least half, which is ours. `left_out` tells what never comes.

    Args:
        rng: Where the numbers come from.
        name: One of `EMOTIONS`.
        strength: In [0, 1]; drawn if not given.

    Raises:
        SettingsError: if there is no such emotion, or the strength is outside its range.
    """
    if name not in EMOTIONS:
        raise SettingsError(f"no units are known for {name!r}", expected=", ".join(EMOTIONS))
    strength = _drawn(rng, strength)
    units = [unit for unit in EMOTIONS[name].prototypical if unit in RENDERABLE]
    peaks = dict(
        zip(units, rng.permuted([1.0, *rng.uniform(0.8, 1.0, len(units) - 1)]).tolist(), strict=True)
    )
    variants = list(EMOTIONS[name].variants)
    # In random order, so that of two variants that exclude each other none is always the one that stays away.
    for number in rng.permutation(len(variants)):
        unit = variants[int(number)]
        wanted, factor = rng.random() < EMOTIONS[name].variants[unit], float(rng.uniform(0.5, 1.0))
        if wanted and unit in RENDERABLE and fits(unit, peaks):
            peaks[unit] = factor
    return Expression(name, {unit: (strength * peaks[unit],) * 2 for unit in sorted(peaks)})


def left_out(name: str) -> dict[int, str]:
    """Units of an emotion's row that `emotion` never shows, and why.

    Either the model cannot show them apart from a neighbour, or they exclude a prototypical unit.
    """
    row = EMOTIONS[name]
    reasons = {unit: UNITS[unit].note for unit in row.shares if unit not in RENDERABLE}
    for unit in row.variants:
        against = [other for other in row.prototypical if not fits(unit, (other,))]
        if against:
            reasons[unit] = "excluded by " + ", ".join(column(other) for other in against)
    return dict(sorted(reasons.items()))


def smile(rng: np.random.Generator, strength: float, *, has_cheeks: bool | None = None) -> Expression:
    """A posed smile: AU12 alike on both sides, often AU6, lips parted in strong ones.

    How often AU6 and AU25 join is ours: half of the posed smiles raise the cheeks, and the lips part with a chance
    equal to the strength.

    Args:
        rng: Where the numbers come from.
        strength: Of AU12, in [0, 1].
        has_cheeks: Whether AU6 joins; drawn if not given.
    """
    if has_cheeks is None:
        has_cheeks = bool(rng.random() < 0.5)
    peaks = {12: (strength, strength)}
    if has_cheeks:
        peaks[6] = (strength * float(rng.uniform(0.5, 1.0)),) * 2
    if rng.random() < strength:
        peaks[25] = (strength * float(rng.uniform(0.5, 1.0)),) * 2
    return Expression(f"smile {strength:.2f}", dict(sorted(peaks.items())))


def lopsided(rng: np.random.Generator) -> Expression:
    """Units that are stronger on one side, or on one side only: often a contempt-like mouth corner."""
    is_left = bool(rng.integers(2))
    if rng.random() < _CONTEMPT_SHARE:
        units = draw(rng, int(rng.integers(1, 3)), among=CONTEMPT_UNITS)
        weaker = 0.0
        label = "contempt"
    else:
        sided = [unit for unit in RENDERABLE if UNITS[unit].is_sided and unit != _SIDEWAYS]
        units = draw(rng, int(rng.integers(1, 3)), among=sided)
        # Half of them on one side only, the others with a clear difference.
        weaker = 0.0 if rng.random() < 0.5 else float(rng.uniform(0.2, 0.6))
        label = "+".join(column(unit, LEFT if is_left else RIGHT) for unit in units)
    peaks = {}
    for unit in units:
        strong = float(rng.uniform(0.4, 1.0))
        peaks[unit] = (strong, weaker * strong) if is_left else (weaker * strong, strong)
    return Expression(label, peaks)


def _drawn(rng: np.random.Generator, strength: float | None) -> float:
    return float(rng.uniform(_FAINTEST, 1.0)) if strength is None else strength


def _peak(rng: np.random.Generator, unit: int, strength: float) -> Sides:
    """Both sides alike, but for the jaw, which goes to one."""
    if unit != _SIDEWAYS:
        return strength, strength
    return (strength, 0.0) if rng.integers(2) else (0.0, strength)
