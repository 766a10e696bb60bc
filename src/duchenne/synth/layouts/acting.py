"""Scripts from acts: units that come, stay and go together, by a face that also blinks, looks and moves.

Takes acts and a generator, gives a `Script`. All layouts build their scripts of acts, because a label that follows
from the acts is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from duchenne.synth.acting.motion import Gaze, HeadMotion, ease
from duchenne.synth.acting.script import Event, Script, ScriptKind
from duchenne.synth.acting.timing import draw_blinks
from duchenne.synth.head.action_units import Sides


@dataclass(frozen=True, slots=True)
class Act:
    """Units that share one course.

    Attributes:
        units: Strength of each at the apex, on the subject's own left and right side.
        start_s: Begin of the onset, seconds from the script's begin.
        onset_s: From nothing to the apex; 0 jumps.
        apex_s: At the apex.
        offset_s: From the apex to nothing; 0 jumps.
    """

    units: Mapping[int, Sides]
    start_s: float
    onset_s: float
    apex_s: float
    offset_s: float

    @property
    def end_s(self) -> float:
        """When nothing is left of it."""
        return self.start_s + self.onset_s + self.apex_s + self.offset_s

    @property
    def events(self) -> tuple[Event, ...]:
        """One event a unit."""
        return tuple(
            Event(unit, peak, self.start_s, self.onset_s, self.apex_s, self.offset_s)
            for unit, peak in self.units.items()
        )

    def share_at(self, time_s: float) -> float:
        """Share of the apex at a time, in [0, 1]: the course of `duchenne.synth.acting.script.Event`."""
        since = time_s - self.start_s
        if since < 0.0 or time_s > self.end_s:
            return 0.0
        if since < self.onset_s:
            return ease(since / self.onset_s)
        if since <= self.onset_s + self.apex_s:
            return 1.0
        return ease((self.end_s - time_s) / self.offset_s)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a face acts apart from its acts.

    Attributes:
        kind: What the script is an example of.
        spread: Factor on head motion and looks; 0 holds still and looks into the camera.
        blinks: Whether it blinks.
    """

    kind: ScriptKind = ScriptKind.RECORDING
    spread: float = 1.0
    blinks: bool = True


def perform(
    rng: np.random.Generator, label: str, seconds: float, acts: Iterable[Act], manner: Manner | None = None
) -> Script:
    """A script that performs acts.

    Args:
        rng: For blinks, head and eyes.
        label: Of the script.
        seconds: How long it lasts; no act may end later.
        acts: In any order; where they overlap in one unit, the stronger decides.
        manner: How; None for a lively recording.

    Raises:
        ValueError: if an act lies outside the script.
    """
    manner = Manner() if manner is None else manner
    events = [event for act in acts for event in act.events]
    if manner.blinks:
        events += draw_blinks(rng, seconds)
    motion = HeadMotion.sample(rng, seconds, spread=manner.spread)
    gaze = Gaze.sample(rng, seconds, spread=manner.spread)
    return Script(manner.kind, label, seconds, tuple(events), motion, gaze)


def even(units: Mapping[int, float]) -> dict[int, Sides]:
    """The same strength on both sides."""
    return {unit: (strength, strength) for unit, strength in units.items()}
