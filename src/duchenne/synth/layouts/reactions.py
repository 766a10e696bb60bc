"""Reaction videos with one vector each (paper 002): the layout of Hume-Reaction.

Takes options and a seed, gives a plan, its label file, and the folder. Seven reactions in [0, 1] for a whole video,
videos of varying length, divided by subject. Within a video a reaction is shown for some seconds only, and several
may mix: "it could be the case that only some frames display that particular facial expression intensity".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.synth.acting.repertoire import clashes
from duchenne.synth.head.action_units import Sides
from duchenne.synth.layouts.acting import Act, even, perform
from duchenne.synth.layouts.files import table
from duchenne.synth.layouts.planned import (
    Person,
    PlannedClip,
    check_seconds,
    check_whole,
    draw_seed,
    generator,
    split_counts,
)
from duchenne.synth.layouts.study import TRUTH, LayoutStudy, Rendering, write_study

REACTIONS: Final[Mapping[str, Mapping[int, float]]] = MappingProxyType(
    {
        # Tender smile with raised inner brows.
        "Adoration": MappingProxyType({1: 0.5, 6: 0.6, 12: 0.7}),
        # Laughter: the smile with an open mouth.
        "Amusement": MappingProxyType({6: 0.9, 12: 1.0, 25: 1.0, 26: 0.6}),
        # Worried brows, tense lids and stretched lips, without fear's wide eyes.
        "Anxiety": MappingProxyType({1: 0.8, 4: 0.6, 7: 0.5, 20: 0.6}),
        # As Du et al. 2014.
        "Disgust": MappingProxyType({9: 1.0, 10: 0.8, 17: 0.6}),
        # A wince (orbit and nose) under sad brows.
        "Empathic-Pain": MappingProxyType({1: 0.7, 4: 0.9, 6: 0.6, 7: 0.8, 15: 0.7}),
        # As Du et al. 2014, with the variants AU2 and AU5.
        "Fear": MappingProxyType({1: 1.0, 2: 0.7, 4: 0.7, 5: 1.0, 20: 0.9, 25: 1.0}),
        # As Du et al. 2014, with the variant AU5.
        "Surprise": MappingProxyType({1: 1.0, 2: 1.0, 5: 0.9, 25: 1.0, 26: 0.8}),
    }
)
"""Units of each reaction and their strength when it is fully shown.

The map is ours. The paper and the data set know no units: their labels are what people said they felt while they
watched a video, and different people show that differently. Here everyone shows it alike.
"""
# "15,806 constitute the training set, 4,657 the validation set and 4,604 the test set" of 2,222 subjects.
SPLITS: Final = (("Train", 15_806), ("Val", 4_657), ("Test", 4_604))
FPS: Final = 25.0
# The paper pads to 480 frames. The mean is that of about 75 h in 25,067 videos; the spread is ours.
FRAMES: Final = (50, 480)
_MEAN_S: Final = 10.8
_LOG_SPREAD: Final = 0.45
# How many reactions a video has: none, one, two or three; ours.
_HOW_MANY: Final = (0.1, 0.5, 0.28, 0.12)
# Self-reports were given on a scale of 1 to 100.
_SCALE: Final = 100
_WEAKEST: Final = 0.15
# Share of a video for which a showing lasts; ours.
_SHOWN: Final = (0.15, 0.5)
_SHRINK: Final = 0.95
_LEAST_S: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionsOptions:
    """What is laid out.

    Attributes:
        subjects: The data set has 2,222.
        videos: Of each subject; the data set has about 11.
        seconds: Mean length, around which videos vary; None for that of the data set.
    """

    subjects: int = 12
    videos: int = 4
    seconds: float | None = None

    def __post_init__(self) -> None:
        check_whole("subjects", self.subjects, 1)
        check_whole("videos", self.videos, 1)
        check_seconds(self.seconds, _LEAST_S)


@dataclass(frozen=True, slots=True)
class ReactionVideo:
    """One subject reacting to something.

    Attributes:
        clip: What is rendered.
        split: Train, Val or Test.
        intensities: Of each of `REACTIONS`, in [0, 1].
        acts: When each reaction is shown.
    """

    clip: PlannedClip
    split: str
    intensities: Mapping[str, float]
    acts: tuple[tuple[str, Act], ...]


def plan(options: ReactionsOptions, seed: int) -> tuple[ReactionVideo, ...]:
    """Decide what happens in every video.

    Args:
        options: What is laid out.
        seed: The same one gives the same plan.
    """
    counts = split_counts(options.subjects, [count for _, count in SPLITS])
    splits = [name for (name, _), count in zip(SPLITS, counts, strict=True) for _ in range(count)]
    videos: list[ReactionVideo] = []
    for number, split in enumerate(splits):
        rng = generator("reactions", seed, number)
        person = Person.sample(rng, f"P{number + 1:04d}")
        videos += [
            _video(options, rng, person, split, f"{number * options.videos + video + 1:05d}")
            for video in range(options.videos)
        ]
    return tuple(videos)


def _video(
    options: ReactionsOptions, rng: np.random.Generator, person: Person, split: str, name: str
) -> ReactionVideo:
    seconds = _seconds(options, rng)
    n_shown = int(rng.choice(len(_HOW_MANY), p=_HOW_MANY))
    shown = sorted(int(one) for one in rng.permutation(len(REACTIONS))[:n_shown])
    intensities = dict.fromkeys(REACTIONS, 0.0)
    for number in shown:
        # As it will be written, so that label and script are the same number.
        strength = round(float(rng.uniform(_WEAKEST, 1.0)) * _SCALE) / _SCALE
        intensities[list(REACTIONS)[number]] = strength
    acts = _acts(rng, {name: strength for name, strength in intensities.items() if strength > 0}, seconds)
    label = " + ".join(name for name, strength in intensities.items() if strength > 0) or "none"
    script = perform(rng, label, seconds, [act for _, act in acts])
    clip = PlannedClip(name, person, f"videos/{name}.mp4", script, FPS, draw_seed(rng))
    return ReactionVideo(clip, split, MappingProxyType(intensities), tuple(acts))


def _seconds(options: ReactionsOptions, rng: np.random.Generator) -> float:
    mean = _MEAN_S if options.seconds is None else options.seconds
    # A log-normal law whose mean is the wanted one: most videos are shorter, a few much longer.
    drawn = mean * float(rng.lognormal(-(_LOG_SPREAD**2) / 2, _LOG_SPREAD))
    longest = FRAMES[1] / FPS * mean / _MEAN_S
    shortest = FRAMES[0] / FPS * mean / _MEAN_S
    return round(float(np.clip(drawn, shortest, longest)) * FPS) / FPS


def _acts(rng: np.random.Generator, strengths: Mapping[str, float], seconds: float) -> list[tuple[str, Act]]:
    """One or two showings of each reaction: the first at its full strength, the second weaker."""
    acts: list[tuple[str, Act]] = []
    for reaction, strength in strengths.items():
        for factor in (1.0, float(rng.uniform(0.3, 0.9)))[: int(rng.integers(1, 3))]:
            level = factor * strength
            peak = even({unit: level * weight for unit, weight in REACTIONS[reaction].items()})
            acts.append((reaction, _placed(rng, peak, seconds, [act for _, act in acts])))
    return acts


def _placed(
    rng: np.random.Generator, peak: Mapping[int, Sides], seconds: float, others: Sequence[Act]
) -> Act:
    """An act somewhere in a video: reactions mix, unless one face cannot show their units together."""
    longest = _SHOWN[1]
    while True:
        length = float(rng.uniform(min(_SHOWN[0], longest), longest)) * seconds
        onset, offset = (float(share) * length for share in rng.uniform((0.1, 0.2), (0.3, 0.4)))
        start = float(rng.uniform(0.0, seconds - length))
        act = Act(peak, start, onset, length - onset - offset, offset)
        if not clashes([event for one in (*others, act) for event in one.events]):
            return act
        # A crowded video has room for shorter showings only.
        longest *= _SHRINK


def files(videos: Sequence[ReactionVideo]) -> Iterator[tuple[str, str]]:
    """The label files of a plan.

    Yields:
        Path relative to the layout's folder, and text.
    """
    yield (
        "data_info.csv",
        table(
            ("File_ID", "Split", *REACTIONS),
            (
                (video.clip.name, video.split, *(f"{value:.2f}" for value in video.intensities.values()))
                for video in videos
            ),
        ),
    )
    yield (
        "videos.csv",
        table(
            ("File_ID", "subject", "Split", "fps", "frames", "media"),
            (
                (
                    *(video.clip.name, video.clip.person.name, video.split),
                    *(f"{video.clip.fps:g}", video.clip.n_frames, video.clip.media),
                )
                for video in videos
            ),
        ),
    )
    yield (
        f"{TRUTH}/acts.csv",
        table(
            ("File_ID", "reaction", "start_s", "apex_start_s", "apex_end_s", "end_s"),
            (
                (
                    *(video.clip.name, reaction),
                    *(
                        f"{time_s:.4f}"
                        for time_s in (
                            act.start_s,
                            act.start_s + act.onset_s,
                            act.end_s - act.offset_s,
                            act.end_s,
                        )
                    ),
                )
                for video in videos
                for reaction, act in video.acts
            ),
        ),
    )


def write(
    options: ReactionsOptions, folder: Path, *, seed: int = 0, rendering: Rendering | None = None
) -> bool:
    """Write the layout; arguments, return value and errors as in `duchenne.synth.layouts.study.write_study`."""
    videos = plan(options, seed)
    clips = tuple(video.clip for video in videos)
    return write_study(
        LayoutStudy("reactions", _ABOUT, options, seed, clips, lambda: files(videos)), folder, rendering
    )


_ABOUT: Final = (
    "Laid out as Hume-Reaction (paper: FaceRNET). data_info.csv: a row for each video of videos/, with "
    "its split and seven reactions in [0, 1], steps of 0.01. videos.csv: who is seen; no subject is in "
    "two splits. Videos vary in length and most of their frames show little: a reaction is shown for 15 "
    "to 50 % of a video, once or twice, and several may overlap.",
    "A label is the strength with which the script shows a reaction at its strongest, not what somebody "
    "reported to feel. Which units show a reaction is a map of ours, the same for everyone. "
    "truth/acts.csv says when each is shown.",
)
