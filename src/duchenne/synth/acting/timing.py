"""How long expressions and blinks take: ranges with their sources, and phases drawn from them.

Takes a generator, gives durations in seconds. Where a range is published, the source stands beside it; the rest is
ours and says so. All distributions within a range are uniform, which is ours everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.synth.acting.script import BLINK, Event

Range = tuple[float, float]


class Pace(StrEnum):
    """How quickly a movement comes and goes."""

    EXPRESSION = "expression"
    POSED = "posed"
    MICRO = "micro"
    BLINK = "blink"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Timing:
    """Ranges of the three phases.

    Attributes:
        onset_s: Lowest and highest.
        apex_s: Lowest and highest.
        offset_s: Lowest and highest.
        source: Where they come from.
    """

    onset_s: Range
    apex_s: Range
    offset_s: Range
    source: str


TIMINGS: Final[Mapping[Pace, Timing]] = MappingProxyType(
    {
        Pace.EXPRESSION: Timing(
            (0.2, 1.0),
            (0.3, 2.0),
            (0.3, 1.2),
            "Whole expressions are commonly said to last 0.5 to 4 s (after Ekman; secondary sources). Onsets and "
            "offsets of 0.2 to 1.0 s are those that Horic-Asselin et al. 2020 showed to viewers "
            "(doi 10.3758/s13414-020-02080-5). How the whole is divided is ours.",
        ),
        Pace.POSED: Timing(
            (0.25, 0.6),
            (0.5, 2.5),
            (0.25, 0.8),
            "Asked to smile, people reached a full smile in about 0.5 s ('Direct classification of emotional "
            "intensity', the study whose videos `layouts` imitates); posed onsets and offsets are faster than "
            "spontaneous ones (Schmidt et al. 2006, J. Nonverbal Behav. 30, 37; 2009, ibid. 33, 35). The ranges "
            "around it are ours.",
        ),
        Pace.MICRO: Timing(
            (0.08, 0.18),
            (0.04, 0.10),
            (0.08, 0.18),
            "Leaked expressions last less than 500 ms (Yan et al. 2013, J. Nonverbal Behav. 37, 217). The phases "
            "are ours: at 25 frames/s onset and offset take at least two frames and the apex one.",
        ),
        Pace.BLINK: Timing(
            (0.06, 0.12),
            (0.0, 0.08),
            (0.10, 0.20),
            "Closing takes about 100 ms and so does opening (Stern, Walrath & Goldstein 1984, Psychophysiology 21, "
            "22); the whole lasts 100 to 400 ms. The ranges are ours.",
        ),
        Pace.DRILL: Timing(
            (0.05, 0.1),
            (0.2, 0.3),
            (0.05, 0.1),
            "The ranges are ours and nobody's pace: at 2.5 frames/s nearly every frame shows another expression, "
            "most of them at their peak.",
        ),
    }
)
"""The three phases by pace."""

MICRO_LIMIT_S: Final = 0.5
"""A micro-expression is shorter than this, from its first onset to its last offset (Yan et al. 2013)."""

BLINKS_PER_MIN: Final = (17.0, 8.0, 26.0)
"""Typical, lowest and highest rate. 17 at rest and 26 in conversation are means (Bentivoglio et al. 1997, Mov.
Disord. 12, 1028); 8 is the lower end of the normal range when looking straight ahead (Doughty 2001, Optom. Vis.
Sci. 78, 712)."""


PARTIAL_BLINKS: Final = 0.5
"""Share of blinks that do not close the eye: 53 % of 1,414 in people without dry eyes who watched a film (Ousler et
al. 2014, Clin. Ophthalmol. 8, 869). They close it by a quarter or more."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Durations of one movement, in seconds."""

    onset_s: float
    apex_s: float
    offset_s: float

    @property
    def total_s(self) -> float:
        """From the begin of the onset to the end of the offset."""
        return self.onset_s + self.apex_s + self.offset_s

    def scaled(self, onset: float, apex: float, offset: float) -> Phases:
        """Each phase times a factor."""
        return Phases(onset * self.onset_s, apex * self.apex_s, offset * self.offset_s)


def draw_phases(rng: np.random.Generator, pace: Pace, room_s: float) -> Phases:
    """Draw the phases of a movement.

    Args:
        rng: Where the numbers come from.
        pace: Which ranges.
        room_s: Longest allowed total. If the drawn one is longer, the apex gives way first, then all three shrink.
    """
    timing = TIMINGS[pace]
    phases = Phases(*(float(rng.uniform(*r)) for r in (timing.onset_s, timing.apex_s, timing.offset_s)))
    spare = max(room_s - phases.onset_s - phases.offset_s, timing.apex_s[0])
    phases = Phases(phases.onset_s, min(phases.apex_s, spare), phases.offset_s)
    shrink = min(1.0, room_s / phases.total_s)
    return phases.scaled(shrink, shrink, shrink)


def draw_blinks(
    rng: np.random.Generator,
    seconds: float,
    *,
    per_min: float | None = None,
    busy: tuple[Range, ...] = (),
) -> tuple[Event, ...]:
    """Draw the blinks of a stretch of time: both eyes alike, full or partial, at random intervals.

    Args:
        rng: Where the numbers come from.
        seconds: How long it is.
        per_min: Rate; drawn around the published ones if not given, 0 for none.
        busy: Stretches without blinks, because the eyes are closed anyway.
    """
    if per_min is None:
        typical, lowest, highest = BLINKS_PER_MIN
        # Rates are log-normal over people (Bentivoglio et al. 1997); the width is ours.
        per_min = float(np.clip(typical * np.exp(rng.normal(0.0, 0.3)), lowest, highest))
    if per_min <= 0.0:
        return ()
    blinks: list[Event] = []
    time_s = float(rng.exponential(60.0 / per_min))
    while True:
        phases = draw_phases(rng, Pace.BLINK, seconds)
        if time_s + phases.total_s > seconds:
            return tuple(blinks)
        peak = float(rng.uniform(0.25, 0.95)) if rng.random() < PARTIAL_BLINKS else 1.0
        if not any(start < time_s + phases.total_s and time_s < end for start, end in busy):
            durations = (phases.onset_s, phases.apex_s, phases.offset_s)
            blinks.append(Event(BLINK, (peak, peak), time_s, *durations))
        time_s += phases.total_s + float(rng.exponential(60.0 / per_min))
