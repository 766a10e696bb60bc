"""Clips made of stills: a neutral lead-in, a short run of one expression, and neutral again.

Takes the label of each still and a `ClipPlan`; gives `StillClip`s, whose frames are numbers of stills. Stills are
first divided into parts, and a clip takes its frames from one part, so clips of different parts share no still.
Frames are drawn independently, with replacement: there is no motion, no speech and no person, and each frame shows
somebody else. Refuses a plan outside its range and stills that lack a label of the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.emotion.grouping import NEUTRAL
from duchenne.errors import DataError, SettingsError
from duchenne.labels import FER2013_LABELS


class Mix(StrEnum):
    """How many clips each label gets.

    Attributes:
        BALANCED: Each label as many; the paper's sets hold a single clip of anger, which shows nothing about it.
        PAPER: As in DuckEES and LIRIS-CSE together.
    """

    BALANCED = "balanced"
    PAPER = "paper"


PROPORTIONS: Final[Mapping[Mix, Mapping[str, int]]] = MappingProxyType(
    {
        Mix.BALANCED: MappingProxyType(dict.fromkeys(FER2013_LABELS, 1)),
        Mix.PAPER: MappingProxyType(
            {
                "anger": 1,
                "disgust": 29,
                "fear": 50,
                "happiness": 97,
                "sadness": 43,
                "surprise": 51,
                NEUTRAL: 30,
            }
        ),
    }
)
"""Clips of each label, up to a factor; the paper's are the sums of its section 2.1, 301 in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPlan:
    """What clips are made.

    Attributes:
        n_clips: In all; 700 are 100 of each label where they are balanced.
        mix: How many of each label.
        n_frames: Fewest and most frames of a clip, each number in between equally likely: 1 to 4 s at the 25 frames
            a second of both of the paper's sets, of which one has clips of 1.1 s and the other longer ones. The
            rule looks at shares alone, so the length only sets how far chance moves them.
        share: Least and largest share of the frames that the run takes, uniform in between: from the lowest
            threshold that the paper tries to past a half, where Top-1 would find the run as well.
        max_parts: Parts into which the stills of each label are divided, fewer if a label has fewer stills.
            Intervals come from resampling parts, which needs twenty or so (`duchenne.evaluation.bootstrap`); the
            rarest label of FER2013's PublicTest, disgust, still has two stills in each.
    """

    n_clips: int = 700
    mix: Mix = Mix.BALANCED
    n_frames: tuple[int, int] = (25, 100)
    share: tuple[float, float] = (0.05, 0.6)
    max_parts: int = 20

    def __post_init__(self) -> None:
        if self.n_clips < 1:
            raise SettingsError("the number of clips must be above 0", got=str(self.n_clips))
        if not 3 <= self.n_frames[0] <= self.n_frames[1]:
            raise SettingsError(
                "a clip needs three frames: before, in and after its run",
                got=f"{self.n_frames[0]} to {self.n_frames[1]} frames",
            )
        if not 0 < self.share[0] <= self.share[1] < 1:
            raise SettingsError(
                "the run must take some of a clip and leave some",
                got=f"shares of {self.share[0]} to {self.share[1]}",
                expected="shares between 0 and 1, the least first",
            )


@dataclass(frozen=True, slots=True, eq=False)
class StillClip:
    """A clip.

    Attributes:
        name: Its label and number.
        label: Of its run; neutral for a clip without one.
        part: The part of the stills that its frames come from; no clip of another part shows one of them.
        frames: (T,) numbers of stills, in order of time.
        run: First frame of the run and the one after its last; equal where there is no run.
    """

    name: str
    label: str
    part: str
    frames: NDArray[np.intp]
    run: tuple[int, int]

    @property
    def share(self) -> float:
        """Share of the frames that the run takes."""
        return (self.run[1] - self.run[0]) / len(self.frames)


def make_clips(
    labels: Sequence[str], plan: ClipPlan, rng: np.random.Generator, *, least_parts: int = 1
) -> tuple[StillClip, ...]:
    """Make the clips of a plan.

    Args:
        labels: Of each still.
        plan: What to make.
        rng: The source of randomness.
        least_parts: How many parts there must be at least: the folds of a cross-validation.

    Returns:
        The clips, label by label in the order of `duchenne.labels.FER2013_LABELS`.

    Raises:
        DataError: if a label that the plan asks for, or neutral, has fewer stills than ``least_parts``.
    """
    wanted = quotas(plan)
    needed = {NEUTRAL, *(label for label, n_clips in wanted.items() if n_clips)}
    parts = divide(labels, needed, plan.max_parts, rng, least_parts=least_parts)
    n_parts = int(parts.max()) + 1
    pools = {
        (label, part): np.flatnonzero((np.asarray(labels) == label) & (parts == part))
        for label in needed
        for part in range(n_parts)
    }
    clips: list[StillClip] = []
    for label, n_clips in wanted.items():
        for number in range(n_clips):
            part = len(clips) % n_parts  # running on over the labels, so that parts stay equally large
            neutral, expressed = pools[NEUTRAL, part], pools[label, part]
            frames, run = _draw(neutral, None if label == NEUTRAL else expressed, plan, rng)
            clips.append(StillClip(f"{label} {number + 1}", label, f"part {part + 1:02d}", frames, run))
    return tuple(clips)


def quotas(plan: ClipPlan) -> dict[str, int]:
    """How many clips of each label a plan has; what is left by rounding down goes where most was lost."""
    proportions = PROPORTIONS[plan.mix]
    labels = [label for label in FER2013_LABELS if label in proportions]
    exact = plan.n_clips * np.array([proportions[label] for label in labels]) / sum(proportions.values())
    counts = np.floor(exact).astype(int)
    missing = plan.n_clips - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    return dict(zip(labels, counts.tolist(), strict=True))


def divide(
    labels: Sequence[str],
    needed: set[str],
    max_parts: int,
    rng: np.random.Generator,
    *,
    least_parts: int = 1,
) -> NDArray[np.intp]:
    """Divide stills into parts, each with its share of every label.

    Args:
        labels: Of each still.
        needed: Labels that each part must hold.
        max_parts: Parts, if each of these labels has so many stills; else as many as the rarest one has.
        rng: The source of randomness.
        least_parts: How many parts there must be at least.

    Returns:
        (N,) the part of each still, from 0.

    Raises:
        DataError: if a label that is needed has fewer stills than ``least_parts``.
    """
    counts = Counter(labels)
    rarest = min(sorted(needed), key=lambda label: counts[label])
    n_parts = min(max_parts, counts[rarest])
    if n_parts < max(least_parts, 1):
        raise DataError(
            f"the stills of '{rarest}' cannot be divided over {max(least_parts, 1)} folds",
            got=f"{counts[rarest]} stills",
            expected="at least one for each fold, because folds share no still",
            remedy="Take a larger split, or ask for fewer folds",
        )
    names = np.asarray(labels)
    parts = np.empty(len(names), dtype=np.intp)
    for label in sorted(counts):
        rows = rng.permutation(np.flatnonzero(names == label))
        parts[rows] = rng.permutation(n_parts)[np.arange(len(rows)) % n_parts]
    return parts


def _draw(
    neutral: NDArray[np.intp], expressed: NDArray[np.intp] | None, plan: ClipPlan, rng: np.random.Generator
) -> tuple[NDArray[np.intp], tuple[int, int]]:
    """Frames and run of one clip; no run without expressed stills."""
    n_frames = int(rng.integers(plan.n_frames[0], plan.n_frames[1], endpoint=True))
    share = rng.uniform(*plan.share)
    frames = rng.choice(neutral, n_frames)
    if expressed is None:
        return frames, (0, 0)
    # A frame of neutral at either end always stays.
    n_run = min(max(round(share * n_frames), 1), n_frames - 2)
    start = int(rng.integers(1, n_frames - n_run))
    frames[start : start + n_run] = rng.choice(expressed, n_run)
    return frames, (start, start + n_run)
