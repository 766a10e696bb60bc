"""What a face does over time: events of action units with an onset, an apex and an offset of their own.

Takes events, head motion and gaze; gives the face's state at any time, asked in any order. Frozen records of plain
numbers: a script can be written as JSON beside its clip and read back. Refuses events outside the script's time and
whatever `duchenne.synth.head.action_units.check` refuses.

A unit's strength at a time is the share of its displacement (see `duchenne.synth.head.action_units`), not a coder's
score.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from duchenne.errors import DataError
from duchenne.strict import read_record
from duchenne.synth.acting.motion import Gaze, HeadMotion, ease
from duchenne.synth.head.action_units import DROP_SHARE, Sides, check
from duchenne.synth.surroundings.scene import FaceState

LID_RAISER: Final = 5
JAW_DROP: Final = 26
MOUTH_STRETCH: Final = 27
EYES_CLOSED: Final = 43
BLINK: Final = 45
# Sums of durations may miss the script's end by rounding.
_ROUNDING_S = 1e-6


class ScriptKind(StrEnum):
    """What a script is an example of."""

    SINGLE_UNIT = "single unit"
    MIXTURE = "mixture"
    EMOTION = "emotion"
    POSED_SMILE = "posed smile"
    MICRO_EXPRESSION = "micro-expression"
    ASYMMETRIC = "asymmetric"
    NEUTRAL = "neutral"
    RECORDING = "recording"
    """A longer take with events of several kinds."""
    DRILL = "drill"
    """Mixtures one after the other without rest: nobody acts like this, but few frames show much to learn from."""


@dataclass(frozen=True, slots=True)
class Event:
    """One unit that comes, stays and goes.

    Attributes:
        unit: Number of the action unit.
        peak: Strength at the apex on the subject's own left and right side, each in [0, 1].
        start_s: Begin of the onset, seconds from the script's begin.
        onset_s: From nothing to the peak; 0 jumps.
        apex_s: At the peak.
        offset_s: From the peak to nothing; 0 jumps.
    """

    unit: int
    peak: Sides
    start_s: float
    onset_s: float
    apex_s: float
    offset_s: float

    def __post_init__(self) -> None:
        check({self.unit: self.peak})
        durations = (self.onset_s, self.apex_s, self.offset_s)
        if not (math.isfinite(self.start_s) and all(0.0 <= d < math.inf for d in durations)):
            raise ValueError(
                f"an event of AU{self.unit} needs a finite start and durations of at least 0 s, "
                f"got start {self.start_s}, onset, apex and offset {durations}"
            )

    @property
    def apex_start_s(self) -> float:
        """When the peak is reached."""
        return self.start_s + self.onset_s

    @property
    def apex_end_s(self) -> float:
        """When the peak is left."""
        return self.apex_start_s + self.apex_s

    @property
    def end_s(self) -> float:
        """When nothing is left of it."""
        return self.apex_end_s + self.offset_s

    def share_at(self, time_s: float) -> float:
        """Share of the peak at a time, in [0, 1]: eased in, held, eased out."""
        if not self.start_s <= time_s <= self.end_s:
            return 0.0
        if time_s < self.apex_start_s:
            return ease((time_s - self.start_s) / self.onset_s)
        if time_s <= self.apex_end_s:
            return 1.0
        return ease((self.end_s - time_s) / self.offset_s)

    def at(self, time_s: float) -> Sides:
        """Strength on the left and the right at a time."""
        share = self.share_at(time_s)
        return share * self.peak[0], share * self.peak[1]


@dataclass(frozen=True, slots=True)
class Script:
    """Everything a face does in ``duration_s`` seconds.

    Attributes:
        kind: What it is an example of.
        label: Which one: a unit's column, an emotion's name, a strength.
        duration_s: Above 0.
        events: In any order; blinks are events of unit 45.
        motion: Of the head.
        gaze: Of the eyes.
    """

    kind: ScriptKind
    label: str
    duration_s: float
    events: tuple[Event, ...] = ()
    motion: HeadMotion = field(default_factory=HeadMotion)
    gaze: Gaze = field(default_factory=Gaze)

    def __post_init__(self) -> None:
        if not 0.0 < self.duration_s < math.inf:
            raise ValueError(f"a script must last longer than 0 s, got {self.duration_s}")
        for event in self.events:
            if event.start_s < -_ROUNDING_S or event.end_s > self.duration_s + _ROUNDING_S:
                raise ValueError(
                    f"the event of AU{event.unit} from {event.start_s:.3f} to {event.end_s:.3f} s lies outside the "
                    f"script's {self.duration_s:.3f} s"
                )

    def units(self, time_s: float) -> dict[int, Sides]:
        """Strength of every unit that is active at a time, in ascending order of the units.

        Events of one unit that overlap combine by the maximum. AU26 and AU27 share one jaw: AU27 is above 0 only
        where AU26 is 1. AU5 lets go of the upper lid while AU43 or AU45 closes it.
        """
        strongest: dict[int, Sides] = {}
        jaw = 0.0
        for event in self.events:
            if not event.start_s <= time_s <= event.end_s:
                continue
            left, right = event.at(time_s)
            if event.unit in (JAW_DROP, MOUTH_STRETCH):
                jaw = max(jaw, event.share_at(time_s) * _jaw_way(event))
            elif left > 0.0 or right > 0.0:
                before = strongest.get(event.unit, (0.0, 0.0))
                strongest[event.unit] = (max(before[0], left), max(before[1], right))
        strongest.update(jaw_units(jaw))
        return dict(sorted(_with_relaxed_lids(strongest).items()))

    def state(self, time_s: float) -> FaceState:
        """What the face does at a time."""
        pose = self.motion.pose(time_s)
        return FaceState(self.units(time_s), pose, self.gaze.at(time_s, pose), self.motion.shift_cm(time_s))

    def to_json(self) -> str:
        """The script as one line of JSON; equal scripts give equal text."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, where: str = "the script") -> Script:
        """Read what `to_json` wrote.

        Args:
            text: JSON.
            where: The place's name in messages.

        Raises:
            DataError: if it is no script.
        """
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            raise DataError(f"{where} is not valid JSON", got=str(error)) from error
        return read_record(cls, value, where, DataError)


def jaw_units(jaw: float) -> dict[int, Sides]:
    """AU26 and AU27 of a jaw that has gone a share of its whole way, in [0, 1]; none for a closed one."""
    drop = min(jaw / DROP_SHARE, 1.0)
    stretch = max((jaw - DROP_SHARE) / (1.0 - DROP_SHARE), 0.0)
    result = {}
    if drop > 0.0:
        result[JAW_DROP] = (drop, drop)
    if stretch > 0.0:
        result[MOUTH_STRETCH] = (stretch, stretch)
    return result


def _jaw_way(event: Event) -> float:
    """Share of the jaw's whole way at the event's peak."""
    peak = event.peak[0]
    if event.unit == JAW_DROP or peak == 0.0:
        return DROP_SHARE * peak
    return DROP_SHARE + (1.0 - DROP_SHARE) * peak


def _with_relaxed_lids(units: dict[int, Sides]) -> dict[int, Sides]:
    # The muscle that lifts the upper lid is silent while a blink closes it (Van Allen & Blodi 1962, Neurology 12,
    # 371). Adding both shapes would leave the eye a third open.
    if LID_RAISER not in units:
        return units
    closed = [units.get(unit, (0.0, 0.0)) for unit in (EYES_CLOSED, BLINK)]
    left, right = (units[LID_RAISER][side] * (1.0 - max(c[side] for c in closed)) for side in (0, 1))
    rest = {unit: sides for unit, sides in units.items() if unit != LID_RAISER}
    return {**rest, LID_RAISER: (left, right)} if left > 0.0 or right > 0.0 else rest
