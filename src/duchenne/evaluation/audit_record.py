"""What an audit found, as records, and the text of ``audit.json``.

Takes nothing but numbers; frozen records that name every condition, number of frames and interval. JSON has sorted
keys, six digits and null for what is not known. Scores on synthetic faces say how a tool follows movements that are
known exactly; they do not say how well it reads people.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from duchenne.evaluation.record_text import record_text

ALL: Final = "all"
"""Stands for every condition together, in place of a factor."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval over subjects; NaN where there is none."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """For a difference: whether the interval leaves out 0."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One action unit under one condition.

    Attributes:
        unit: Its number.
        factor: What was changed; `duchenne.evaluation.conditions.BASELINE` or `ALL`.
        level: To what; empty for those two.
        n_frames: Frames of the condition.
        n_seen: Frames in which the tool saw a face and gave a value: those that are scored.
        prevalence: Share of scored frames in which the unit is shown: what average precision guessing would give.
        measures: By their names in `duchenne.evaluation.agreement.MEASURES`.
        differences: To the baseline, on the frames that were seen under both; empty for the baseline and `ALL`.
    """

    unit: int
    factor: str
    level: str
    n_frames: int
    n_seen: int
    prevalence: float
    measures: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]

    @property
    def coverage(self) -> float:
        """Share of the frames that are scored."""
        return self.n_seen / self.n_frames if self.n_frames else math.nan


@dataclass(frozen=True, slots=True)
class DetectionScore:
    """How often a face was found under one condition; each frame shows one.

    Attributes:
        factor: What was changed.
        level: To what.
        n_frames: Frames that the tool looked at.
        n_failed: Frames that it gave no answer on; they count neither way.
        rate: Share of its frames in which it saw a face.
        difference: To the baseline; NaN for the baseline itself and `ALL`.
    """

    factor: str
    level: str
    n_frames: int
    n_failed: int
    rate: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class PoseScore:
    """How far the head pose is off under one condition, in degrees.

    Attributes:
        axis: ``yaw_deg``, ``pitch_deg`` or ``roll_deg``.
        factor: What was changed.
        level: To what.
        n_seen: Frames scored.
        error: Mean absolute error.
        bias: Mean of estimated less known.
        correlation: Pearson's r over the frames; a wrong sign shows here.
    """

    axis: str
    factor: str
    level: str
    n_seen: int
    error: Estimate
    bias: Estimate
    correlation: float


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers come from.

    Attributes:
        tool: Name of the tool or of its layout.
        source: File or folder of its tables; empty if it was run.
        source_sha256: Of those tables, or of the networks that were run, by name.
        set_sha256: Of the set's tables, by name.
        set_facts: What the set says about itself: generator, face model, seed.
        command: What repeats this.
        versions: Of what can change a number.
    """

    tool: str
    source: str
    source_sha256: Mapping[str, str]
    set_sha256: Mapping[str, str]
    set_facts: Mapping[str, str]
    command: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that was found.

    Attributes:
        origin: Where the numbers come from.
        n_subjects: Subjects of the set; they are resampled for the intervals.
        n_clips: Clips of the set.
        n_frames: Frames of the set.
        positive: A unit counts as shown from this share on.
        not_measured: Units that the set shows and the tool gives no value of.
        not_renderable: Units that the set cannot show; never scored.
        notes: What was done to the tool's values.
        units: One for each measured unit and condition.
        detection: One for each condition.
        pose: One for each axis and condition; empty if the tool gives none.
    """

    origin: Origin
    n_subjects: int
    n_clips: int
    n_frames: int
    positive: float
    not_measured: tuple[int, ...]
    not_renderable: tuple[int, ...]
    notes: tuple[str, ...]
    units: tuple[UnitScore, ...]
    detection: tuple[DetectionScore, ...]
    pose: tuple[PoseScore, ...]

    @property
    def measured(self) -> tuple[int, ...]:
        """Units with scores, in ascending order."""
        return tuple(sorted({score.unit for score in self.units}))

    def unit(self, unit: int, factor: str, level: str = "") -> UnitScore | None:
        """The score of a unit under a condition; None if there is none."""
        found = (s for s in self.units if (s.unit, s.factor, s.level) == (unit, factor, level))
        return next(found, None)

    def to_json(self) -> str:
        """The text of ``audit.json``."""
        content = {"schema": 1, "note": NOTE, **dataclasses.asdict(self)}
        return record_text(content, indent=1)


NOTE: Final = (
    "Synthetic faces: labels are shares of a parametric face's displacement, not coder scores, "
    "and scores on them do not say how well a tool reads people."
)
"""Travels with every result."""
