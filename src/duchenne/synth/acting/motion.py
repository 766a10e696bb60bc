"""How the head and the eyes move: slow drift, nods and shakes, looks that jump from place to place.

Takes a generator once, when a motion is sampled; gives records of plain numbers that say where head and eyes are at
any time, asked in any order. Nothing is kept between two times.

Drift is a sum of slow sine waves, so it has no frequency above `DRIFT_HZ`. Its sizes are ours: chosen to look like
somebody who sits before a camera, not measured.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np

from duchenne.records import Pose

DRIFT_HZ: Final = 0.6
"""Upper end of the drift's band. Ours: a sitting person's head sways slower than once a second."""
GAZE_LIMIT_DEG: Final = 25.0
"""Furthest turn of the eyes in the head, below the 30 degrees at which the model's lids are fully turned."""
# A saccade takes 2.2 ms a degree plus 21 ms (Carpenter 1988, "Movements of the Eyes", as commonly quoted).
_SACCADE_BASE_S = 0.021
_SACCADE_PER_DEG_S = 0.0022


def ease(share: float) -> float:
    """A smooth way from 0 to 1: the path of least jerk, at rest at both ends.

    Source: Flash & Hogan 1985, J. Neurosci. 5(7), 1688, the minimum-jerk polynomial 10 s^3 - 15 s^4 + 6 s^5.

    Args:
        share: Of the way's time; below 0 counts as 0 and above 1 as 1.
    """
    s = min(max(share, 0.0), 1.0)
    # Just below 1 the polynomial's rounding lands just above it, and a strength may not.
    return min(s * s * s * (10.0 + s * (6.0 * s - 15.0)), 1.0)


@dataclass(frozen=True, slots=True)
class Wave:
    """One sine wave: ``amplitude * sin(2 pi (frequency_hz * t + phase))``, with the phase in turns."""

    amplitude: float
    frequency_hz: float
    phase: float


@dataclass(frozen=True, slots=True)
class Drift:
    """A number that wanders around where it rests."""

    rest: float = 0.0
    waves: tuple[Wave, ...] = ()

    def at(self, time_s: float) -> float:
        """Its value at a time."""
        return self.rest + sum(
            wave.amplitude * math.sin(2 * math.pi * (wave.frequency_hz * time_s + wave.phase))
            for wave in self.waves
        )

    @classmethod
    def sample(cls, rng: np.random.Generator, rest: float, spread: float) -> Drift:
        """Three waves of random frequency and phase whose sum has the standard deviation ``spread``."""
        shares = rng.dirichlet((1.0, 1.0, 1.0))
        return cls(
            rest,
            tuple(
                Wave(
                    spread * math.sqrt(2 * float(share)),
                    float(rng.uniform(0.05, DRIFT_HZ)),
                    float(rng.uniform(0, 1)),
                )
                for share in shares
            ),
        )


class Axis(StrEnum):
    """What a gesture turns."""

    YAW = "yaw"
    """A shake of the head."""
    PITCH = "pitch"
    """A nod."""
    ROLL = "roll"
    """A wobble from shoulder to shoulder."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A nod, shake or wobble: a few swings that grow and fade.

    Attributes:
        axis: What turns.
        amplitude_deg: Of the largest swing; negative begins the other way.
        start_s: When it begins.
        duration_s: How long it takes; above 0.
        n_swings: How often it goes there and back.
    """

    axis: Axis
    amplitude_deg: float
    start_s: float
    duration_s: float
    n_swings: float

    def __post_init__(self) -> None:
        if not self.duration_s > 0:
            raise ValueError(f"a gesture must take longer than 0 s, got {self.duration_s}")

    def at(self, time_s: float) -> float:
        """Degrees that it adds at a time; 0 before and after."""
        share = (time_s - self.start_s) / self.duration_s
        if not 0.0 < share < 1.0:
            return 0.0
        # The squared sine lets it begin and end at rest.
        return (
            self.amplitude_deg
            * math.sin(math.pi * share) ** 2
            * math.sin(2 * math.pi * self.n_swings * share)
        )


@dataclass(frozen=True, slots=True)
class HeadMotion:
    """Where the head is, in the signs of `duchenne.faces.pose`; by default straight ahead and still.

    Attributes:
        yaw_deg: Turn to the subject's own left.
        pitch_deg: Upwards.
        roll_deg: Towards the subject's own left shoulder.
        right_cm: Shift to the right of the picture.
        up_cm: Shift upwards.
        gestures: Nods and shakes on top.
    """

    yaw_deg: Drift = field(default_factory=Drift)
    pitch_deg: Drift = field(default_factory=Drift)
    roll_deg: Drift = field(default_factory=Drift)
    right_cm: Drift = field(default_factory=Drift)
    up_cm: Drift = field(default_factory=Drift)
    gestures: tuple[Gesture, ...] = ()

    def pose(self, time_s: float) -> Pose:
        """The head's turn at a time."""
        added = dict.fromkeys(Axis, 0.0)
        for gesture in self.gestures:
            added[gesture.axis] += gesture.at(time_s)
        return Pose(
            yaw_deg=self.yaw_deg.at(time_s) + added[Axis.YAW],
            pitch_deg=self.pitch_deg.at(time_s) + added[Axis.PITCH],
            roll_deg=self.roll_deg.at(time_s) + added[Axis.ROLL],
        )

    def shift_cm(self, time_s: float) -> tuple[float, float]:
        """The head's shift at a time: right and up in the picture."""
        return self.right_cm.at(time_s), self.up_cm.at(time_s)

    def facing(self, yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> HeadMotion:
        """The same motion around another rest."""
        return replace(
            self,
            yaw_deg=replace(self.yaw_deg, rest=yaw_deg),
            pitch_deg=replace(self.pitch_deg, rest=pitch_deg),
            roll_deg=replace(self.roll_deg, rest=roll_deg),
        )

    @classmethod
    def sample(
        cls, rng: np.random.Generator, seconds: float, *, spread: float = 1.0, gestures_per_min: float = 4.0
    ) -> HeadMotion:
        """A random motion.

        Args:
            rng: Where the numbers come from.
            seconds: How long it will be looked at; gestures lie within.
            spread: Factor on every movement; 0 is a head that looks straight ahead and holds still.
            gestures_per_min: Nods and shakes; ours. Their number is drawn from a Poisson law.
        """

        def drift(rest: float, limit: float, sway: float) -> Drift:
            around = float(np.clip(rng.normal(0.0, rest), -limit, limit))
            return Drift.sample(rng, spread * around, spread * sway * float(rng.uniform(0.3, 1.0)))

        yaw, pitch, roll = drift(10.0, 30.0, 3.0), drift(5.0, 14.0, 2.0), drift(3.0, 8.0, 1.5)
        right, up = drift(0.5, 1.0, 0.3), drift(0.4, 0.8, 0.2)
        n_gestures = int(rng.poisson(gestures_per_min * seconds / 60.0))
        gestures = tuple(_gesture(rng, seconds, spread) for _ in range(n_gestures))
        return cls(yaw, pitch, roll, right, up, gestures)


def _gesture(rng: np.random.Generator, seconds: float, spread: float) -> Gesture:
    axis = (Axis.PITCH, Axis.YAW, Axis.ROLL)[int(rng.choice(3, p=(0.55, 0.35, 0.10)))]
    duration = min(float(rng.uniform(0.6, 1.8)), seconds)
    # About two swings a second, the pace of a nod; ours.
    return Gesture(
        axis=axis,
        amplitude_deg=spread * float(rng.choice((-1.0, 1.0)) * rng.uniform(2.0, 8.0)),
        start_s=float(rng.uniform(0.0, max(seconds - duration, 0.0))),
        duration_s=duration,
        n_swings=max(1.0, float(np.round(2.0 * duration))),
    )


@dataclass(frozen=True, slots=True)
class Fixation:
    """A look at one place, from ``start_s`` (when the eyes set off) until the next one."""

    start_s: float
    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where both eyes look; they stay parallel, as when looking at something a metre or more away.

    Attributes:
        fixations: In order of time; before the first one the eyes already look at its place.
        steadiness: Share of the head's turn that the eyes take back: 1 keeps looking at a place in the room
            (the vestibulo-ocular reflex), 0 goes with the head.
    """

    fixations: tuple[Fixation, ...] = ()
    steadiness: float = 0.0

    def __post_init__(self) -> None:
        starts = [fixation.start_s for fixation in self.fixations]
        if starts != sorted(starts):
            raise ValueError("fixations must be in order of time")

    def at(self, time_s: float, pose: Pose) -> tuple[float, float]:
        """Yaw and pitch of the eyes against the head, in degrees, positive to the subject's own left and up."""
        yaw, pitch = self._place(time_s)
        limit = GAZE_LIMIT_DEG
        return (
            min(max(yaw - self.steadiness * pose.yaw_deg, -limit), limit),
            min(max(pitch - self.steadiness * pose.pitch_deg, -limit), limit),
        )

    def _place(self, time_s: float) -> tuple[float, float]:
        if not self.fixations:
            return 0.0, 0.0
        number = bisect.bisect_right(self.fixations, time_s, key=lambda fixation: fixation.start_s) - 1
        here = self.fixations[max(number, 0)]
        before = self.fixations[max(number - 1, 0)]
        way = math.hypot(here.yaw_deg - before.yaw_deg, here.pitch_deg - before.pitch_deg)
        share = ease((time_s - here.start_s) / (_SACCADE_BASE_S + _SACCADE_PER_DEG_S * way))
        return (
            before.yaw_deg + share * (here.yaw_deg - before.yaw_deg),
            before.pitch_deg + share * (here.pitch_deg - before.pitch_deg),
        )

    @classmethod
    def sample(cls, rng: np.random.Generator, seconds: float, *, spread: float = 1.0) -> Gaze:
        """Random looks around the camera; most return to it. All numbers but the saccades' duration are ours."""
        fixations = [Fixation(0.0, 0.0, 0.0)]
        while True:
            start = fixations[-1].start_s + 0.4 + float(rng.exponential(1.2))
            if start >= seconds:
                break
            away = rng.random() < 0.45
            yaw, pitch = rng.normal(0.0, (9.0, 5.0)) if away else rng.normal(0.0, (1.5, 1.0))
            fixations.append(
                Fixation(
                    start, float(np.clip(spread * yaw, -20, 20)), float(np.clip(spread * pitch, -12, 12))
                )
            )
        return cls(tuple(fixations), steadiness=float(rng.uniform(0.5, 1.0)))
