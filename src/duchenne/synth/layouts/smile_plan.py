"""Who smiles when, and how strongly (paper 000): the plan of what `duchenne.synth.layouts.smiles` writes.

Takes options and a seed, gives a plan. Two data sets with different subjects: in the first, a face goes from
neutral to a peak halfway and back, and is neutral while instructions are read; the second was recorded only while
people expressed, at three strengths. Each subject has an own maximum of each unit, which is what the paper's
equation 1 divides by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.head.action_units import UNITS, Sides
from duchenne.synth.layouts.acting import Act, Manner, perform
from duchenne.synth.layouts.planned import (
    Person,
    PlannedClip,
    check_seconds,
    check_whole,
    draw_seed,
    generator,
    split_counts,
)

EMOTIONS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "happiness": (6, 12),
        "sadness": (1, 4, 15),
        "surprise": (1, 2, 5, 26),
        "fear": (1, 2, 4, 5, 7, 20, 26),
        "anger": (4, 5, 6, 23),
        "disgust": (9, 15, 16),
    }
)
"""Units of each emotion, as printed in figure 1."""
# "asked smile then really smile, be sad then really sad, angry, really angry etc." (section 4.1).
_WORDS: Final = {
    "happiness": ("smile", "really smile"),
    "sadness": ("be sad", "be really sad"),
    "surprise": ("be surprised", "be really surprised"),
    "fear": ("be afraid", "be really afraid"),
    "anger": ("be angry", "be really angry"),
    "disgust": ("be disgusted", "be really disgusted"),
}
# "the last 16 frames ... around 0.5 seconds" (section 3.2).
FPS: Final = 30.0
# "2 videos of approximately 9 seconds" and "around 3 videos, each approximately 4 seconds" (section 4.1).
SECONDS: Final = (9.0, 4.0)
# "This resulted in 26/15 patient split" (section 3.4), data set 2 for training and 1 for validation (section 4.1).
SUBJECTS: Final = (15, 26)
# Shares of the subject's own maximum. "smile, followed by smile more"; the last one is the "full range".
STEPS: Final = {1: ((0.45, 0.65), (1.0, 1.0)), 2: ((0.25, 0.4), (0.55, 0.75), (1.0, 1.0))}
# "AU 6 varies between 0.4 and 0.6 at max expression" (section 2.1); for the other units the range is ours.
_MAXIMA: Final = (0.55, 0.95)
_MAXIMUM_OF_6: Final = (0.4, 0.6)
# Share of data set 1's videos in which instructions are read, at their begin; ours.
_INSTRUCTIONS: Final = 0.25
# Where data set 2's videos begin and end: expressing already, at this share of their strength.
_HELD: Final = 0.7
_LEAST_S: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SmilesOptions:
    """What is laid out.

    Attributes:
        subjects: The paper has 41. They are divided between the data sets as there.
        seconds: Of data set 1's videos; data set 2's are shorter in proportion. None for about the paper's lengths.
        emotions: Keys of `EMOTIONS`. The paper trained on happiness alone.
        missing: Share of frames in which the phone finds no face, about; they have no row.
        phone_noise: Standard deviation of the phone's error on each unit; 0 for the exact values.
    """

    subjects: int = 8
    seconds: float | None = None
    emotions: tuple[str, ...] = ("happiness",)
    missing: float = 0.02
    phone_noise: float = 0.01

    def __post_init__(self) -> None:
        check_whole("subjects", self.subjects, 2)
        check_seconds(self.seconds, _LEAST_S)
        unknown = [emotion for emotion in self.emotions if emotion not in EMOTIONS]
        if unknown or not self.emotions:
            raise SettingsError(
                "the layout of smiles has no such emotion",
                got=", ".join(unknown) if unknown else "none",
                expected="some of " + ", ".join(EMOTIONS),
            )
        if len(set(self.emotions)) < len(self.emotions):
            raise SettingsError(
                "an emotion is named twice", got=", ".join(self.emotions), expected="each at most once"
            )
        if not (0.0 <= self.missing <= 0.5 and 0.0 <= self.phone_noise <= 0.5):
            raise SettingsError(
                "the phone's faults are outside their range",
                got=f"missing {self.missing}, noise {self.phone_noise}",
                expected="0 to 0.5",
            )


@dataclass(frozen=True, slots=True)
class PosedVideo:
    """One subject posing one emotion once.

    Attributes:
        clip: What is rendered.
        dataset: 1 or 2.
        emotion: A key of `EMOTIONS`.
        step: From 1: what the subject was asked for.
        instructions_end_s: Until when the face is neutral while instructions are read; 0 in data set 2.
        maxima: The subject's own maximum of each unit of the emotion, left and right.
        acts: What is posed, with the share of the subject's own maximum at each act's apex.
    """

    clip: PlannedClip
    dataset: int
    emotion: str
    step: int
    instructions_end_s: float
    maxima: Mapping[int, Sides]
    acts: tuple[tuple[float, Act], ...]

    @property
    def instruction(self) -> str:
        """What was asked, in the paper's words."""
        word, more = _WORDS[self.emotion]
        if self.dataset == 2:
            return f"{word} at intensity {self.step} of 3"
        return word if self.step == 1 else more

    @property
    def split(self) -> str:
        """Data set 2 is "primarily" for training and 1 for validation (section 4.1)."""
        return "validation" if self.dataset == 1 else "train"


def plan(options: SmilesOptions, seed: int) -> tuple[PosedVideo, ...]:
    """Decide what happens in every video.

    Args:
        options: What is laid out.
        seed: The same one gives the same plan.
    """
    n_first = min(max(split_counts(options.subjects, SUBJECTS)[0], 1), options.subjects - 1)
    videos = []
    for number in range(options.subjects):
        dataset = 1 if number < n_first else 2
        rng = generator("smiles", seed, number)
        person = Person.sample(rng, f"S{number + 1:02d}")
        for emotion in options.emotions:
            maxima = _maxima(rng, emotion)
            make = _rising_and_falling if dataset == 1 else _expressing_throughout
            for step, strengths in enumerate(STEPS[dataset], 1):
                pose = _Pose(emotion, step, maxima, float(rng.uniform(*strengths)))
                videos.append(make(options, rng, person, pose))
    return tuple(videos)


@dataclass(frozen=True, slots=True)
class _Pose:
    emotion: str
    step: int
    maxima: Mapping[int, Sides]
    strength: float

    def act(self, share: float, start_s: float, *phases_s: float) -> tuple[float, Act]:
        """A share of the pose's strength, as an act with its share of the subject's own maximum."""
        level = share * self.strength
        units = {unit: (level * left, level * right) for unit, (left, right) in self.maxima.items()}
        return level, Act(units, start_s, *phases_s)


def _maxima(rng: np.random.Generator, emotion: str) -> dict[int, Sides]:
    maxima = {}
    for unit in EMOTIONS[emotion]:
        strong = float(rng.uniform(*(_MAXIMUM_OF_6 if unit == 6 else _MAXIMA)))
        weak = strong * float(rng.uniform(0.85, 1.0))
        is_left = bool(rng.random() < 0.5)
        sides = (strong, weak) if is_left else (weak, strong)
        maxima[unit] = sides if UNITS[unit].is_sided else (strong, strong)
    return maxima


def _rising_and_falling(
    options: SmilesOptions, rng: np.random.Generator, person: Person, pose: _Pose
) -> PosedVideo:
    """Data set 1: instructions, neutral, onset of about half a second, peak in the middle, neutral again."""
    seconds = _seconds(options, rng, 1)
    unit_s = seconds / SECONDS[0]
    onset = float(rng.uniform(0.4, 0.65)) * unit_s
    apex = float(rng.uniform(1.8, 2.6)) * unit_s
    offset = float(rng.uniform(0.7, 1.2)) * unit_s
    act = pose.act(1.0, seconds / 2 - apex / 2 - onset, onset, apex, offset)
    return _video(rng, person, pose, 1, seconds, (act,))


def _expressing_throughout(
    options: SmilesOptions, rng: np.random.Generator, person: Person, pose: _Pose
) -> PosedVideo:
    """Data set 2: from the first frame to the last, with a swell to the full strength."""
    seconds = _seconds(options, rng, 2)
    unit_s = seconds / SECONDS[1]
    start, onset, apex, offset = (
        float(value) * unit_s for value in rng.uniform((0.2, 0.4, 1.2, 0.4), (0.7, 0.65, 1.8, 0.8))
    )
    held = pose.act(_HELD, 0.0, 0.0, seconds, 0.0)
    swell = pose.act(1.0, start, onset, apex, offset)
    return _video(rng, person, pose, 2, seconds, (held, swell))


def _seconds(options: SmilesOptions, rng: np.random.Generator, dataset: int) -> float:
    usual = SECONDS[dataset - 1]
    about = usual * float(rng.uniform(0.9, 1.1))
    return about if options.seconds is None else options.seconds * usual / SECONDS[0]


def _video(
    rng: np.random.Generator,
    person: Person,
    pose: _Pose,
    dataset: int,
    seconds: float,
    acts: tuple[tuple[float, Act], ...],
) -> PosedVideo:
    name = f"{pose.emotion}_{pose.step}"
    label = f"{pose.emotion} {pose.strength:.2f}"
    manner = Manner(ScriptKind.POSED_SMILE if pose.emotion == "happiness" else ScriptKind.EMOTION, spread=0.5)
    clip = PlannedClip(
        name=f"{person.name}_{name}",
        person=person,
        media=f"dataset{dataset}/{person.name}/{name}.mp4",
        script=perform(rng, label, seconds, [act for _, act in acts], manner),
        fps=FPS,
        noise_seed=draw_seed(rng),
    )
    end = _INSTRUCTIONS * seconds if dataset == 1 else 0.0
    return PosedVideo(clip, dataset, pose.emotion, pose.step, end, pose.maxima, acts)
