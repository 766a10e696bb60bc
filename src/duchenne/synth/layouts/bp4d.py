"""BP4D and EB+ (paper 001): subjects times tasks, occurrence of 27 units frame by frame, intensity of five, events.

Takes options and a seed, gives a plan, its label files, and the folder. The units of a video are drawn from the
thesis's own table of occurrence by emotion, or meet its criterion for the task's emotion. Units that the generator
cannot show (11, 13, 32) are never drawn, and coded 9: nobody looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.facs import column
from duchenne.synth.acting.cooccurrence import fits
from duchenne.synth.head.action_units import RENDERABLE, UNITS, Sides
from duchenne.synth.layouts import coding, eb_plus
from duchenne.synth.layouts.acting import Act, perform
from duchenne.synth.layouts.eb_plus import Task
from duchenne.synth.layouts.files import table
from duchenne.synth.layouts.planned import (
    Person,
    PlannedClip,
    check_seconds,
    check_share,
    check_whole,
    draw_seed,
    generator,
    split_counts,
)
from duchenne.synth.layouts.study import LayoutStudy, Rendering, write_study

_NAME: Final = "bp4d"
# "260-300 labeled video frames" and "25-30 fps" (chapter 5): at 25 that is 10.4 to 12 s, which also keeps "the
# duration of an onset-offset varies between 10-15 seconds".
FPS: Final = 25.0
FRAMES: Final = (260, 300)
# "half training, quarter evaluation and quarter testing" (section 6.1). The thesis divides frames; we divide
# subjects, so that nobody is in two parts.
SPLITS: Final = (("train", 0.5), ("validation", 0.25), ("test", 0.25))
_LEAST_S: Final = 0.4
# A unit that only touches A could be missed by the cuts between two frames.
_STRENGTHS: Final = (0.15, 1.0)
# Below C, for the criterion "must not be stronger than B"; and E, for "unless AU5 is of intensity E".
_FAINT: Final = (0.15, 0.38)
_EXTREME: Final = (0.92, 1.0)
_BOTH_SIDES: Final = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Bp4dOptions:
    """What is laid out.

    Attributes:
        subjects: EB+ has 200.
        seconds: Of every video; None draws each length as the thesis reports it.
        by_criterion: Share of videos whose units meet the thesis's criterion for the task's emotion. The others are
            drawn from its table of occurrence, where "almost all of the action units appear in almost all of the
            emotions".
        as_pictures: Write a JPEG a frame, as in BP4D, instead of one MP4 a task.
    """

    subjects: int = 8
    seconds: float | None = None
    by_criterion: float = 0.5
    as_pictures: bool = False

    def __post_init__(self) -> None:
        check_whole("subjects", self.subjects, 1)
        check_seconds(self.seconds, _LEAST_S)
        check_share("by_criterion", self.by_criterion)


@dataclass(frozen=True, slots=True)
class TaskVideo:
    """One subject doing one task."""

    clip: PlannedClip
    task: Task
    split: str
    follows_criterion: bool


def plan(options: Bp4dOptions, seed: int) -> tuple[TaskVideo, ...]:
    """Decide what happens in every video.

    Args:
        options: What is laid out.
        seed: The same one gives the same plan.
    """
    counts = split_counts(options.subjects, [share for _, share in SPLITS])
    splits = [name for (name, _), count in zip(SPLITS, counts, strict=True) for _ in range(count)]
    videos = []
    for number, split in enumerate(splits):
        # BP4D's names; the generator has no sexes, so that the letter means nothing here.
        subject = f"{'FM'[number % 2]}{number // 2 + 1:03d}"
        rng = generator(_NAME, seed, number)
        person = Person.sample(rng, subject)
        videos += [_video(options, rng, person, task, split) for task in eb_plus.TASKS]
    return tuple(videos)


def _video(
    options: Bp4dOptions, rng: np.random.Generator, person: Person, task: Task, split: str
) -> TaskVideo:
    n_frames = int(rng.integers(FRAMES[0], FRAMES[1] + 1))
    seconds = n_frames / FPS if options.seconds is None else options.seconds
    follows = bool(rng.random() < options.by_criterion)
    acts = _acts(rng, task, seconds, follows)
    clip = PlannedClip(
        name=f"{person.name}_{task.name}",
        person=person,
        media=f"{person.name}/{task.name}" + ("" if options.as_pictures else ".mp4"),
        script=perform(rng, task.emotion, seconds, acts),
        fps=FPS,
        noise_seed=draw_seed(rng),
    )
    return TaskVideo(clip, task, split, follows)


def _acts(rng: np.random.Generator, task: Task, seconds: float, follows: bool) -> Iterator[Act]:
    """One act a unit: all overlap around the video's apex, each comes and goes in its own time."""
    wanted = task.criteria[int(rng.integers(len(task.criteria)))] if follows else ()
    chosen = list(wanted)
    shares = eb_plus.OCCURRENCE[task.emotion]
    # In random order, so that of two units that exclude each other neither always wins.
    for unit in rng.permutation(list(shares)):
        is_drawn = rng.random() < shares[int(unit)]
        if is_drawn and unit in RENDERABLE and unit not in chosen and fits(int(unit), chosen):
            chosen.append(int(unit))
    for unit in sorted(chosen):
        # "Onset ... peak ... offset", over nearly the whole video: the middle of the peak is shared, the rest is
        # each unit's own.
        start, apex, leave, end = seconds * rng.uniform((0.0, 0.25, 0.55, 0.92), (0.08, 0.4, 0.75, 1.0))
        peak = _peak(rng, unit, _strengths(task, unit) if unit in wanted else _STRENGTHS)
        yield Act({unit: peak}, float(start), float(apex - start), float(leave - apex), float(end - leave))


def _strengths(task: Task, unit: int) -> tuple[float, float]:
    """Weakest and strongest peak of a unit that meets the task's criterion."""
    if unit in task.faint:
        return _FAINT
    return _EXTREME if unit in task.extreme else _STRENGTHS


def _peak(rng: np.random.Generator, unit: int, strengths: tuple[float, float]) -> Sides:
    strong = float(rng.uniform(*strengths))
    sides = (strong, strong * float(rng.uniform(0.5, 1.0)))
    if not UNITS[unit].is_sided:
        return strong, strong
    if unit == 30:
        sides = (strong, 0.0)
    elif rng.random() < _BOTH_SIDES:
        return strong, strong
    return sides if rng.random() < 0.5 else sides[::-1]


def files(videos: Sequence[TaskVideo]) -> Iterator[tuple[str, str]]:
    """The label files of a plan.

    Yields:
        Path relative to the layout's folder, and text.
    """
    for video in videos:
        name = video.clip.name
        # A coder marks a unit where either side shows it, as strong as the stronger side.
        shares = video.clip.strengths(eb_plus.CODED_UNITS).max(axis=2)
        yield f"AUCoding/AU_OCC/{name}.csv", _occurrence_file(shares)
        yield f"AUCoding/AU_EVENTS/{name}.csv", _events_file(shares)
        for unit in eb_plus.INTENSITY_UNITS:
            codes = coding.levels(shares[:, eb_plus.CODED_UNITS.index(unit)])
            path = f"AUCoding/AU_INT/{column(unit)}/{name}_{column(unit)}.csv"
            yield path, table(None, enumerate(codes, 1))
    yield "tasks.csv", table(("task", "emotion"), ((task.name, task.emotion) for task in eb_plus.TASKS))
    yield "videos.csv", _videos_file(videos)


def _occurrence_file(shares: NDArray[np.float64]) -> str:
    codes = coding.occurrence(shares)
    # BP4D's own files call the column of frame numbers "0", and public readers ask for it by that name.
    return table((0, *eb_plus.CODED_UNITS), ((frame, *row) for frame, row in enumerate(codes, 1)))


def _events_file(shares: NDArray[np.float64]) -> str:
    events = (
        event
        for number, unit in enumerate(eb_plus.CODED_UNITS)
        for event in coding.coded_events(unit, shares[:, number])
    )
    return table(
        ("au", "onset_frame", "peak_frame", "offset_frame", "peak_level"),
        ((event.unit, event.onset, event.peak, event.offset, event.level) for event in events),
    )


def _videos_file(videos: Sequence[TaskVideo]) -> str:
    return table(
        ("video", "subject", "task", "emotion", "split", "units_from", "fps", "frames", "media"),
        (
            (
                *(video.clip.name, video.clip.person.name, video.task.name, video.task.emotion, video.split),
                "criterion" if video.follows_criterion else "occurrence table",
                *(f"{video.clip.fps:g}", video.clip.n_frames, video.clip.media),
            )
            for video in videos
        ),
    )


def write(options: Bp4dOptions, folder: Path, *, seed: int = 0, rendering: Rendering | None = None) -> bool:
    """Write the layout; arguments, return value and errors as in `duchenne.synth.layouts.study.write_study`."""
    videos = plan(options, seed)
    study = LayoutStudy(
        _NAME, _ABOUT, options, seed, tuple(video.clip for video in videos), lambda: files(videos)
    )
    return write_study(study, folder, rendering)


_ABOUT: Final = (
    "Laid out as BP4D and EB+ (paper: CMU-CS-19-124). AUCoding/AU_OCC/F001_T1.csv: a row for each frame, "
    "numbered from 1 in column '0' as the pictures are (the tables under truth/ count from 0), a column for "
    "each of 27 units, 1 present, 0 absent, 9 not coded. AUCoding/AU_INT/AU06/F001_T1_AU06.csv: frame and "
    "intensity 0 to 5 (A to E), no header. AUCoding/AU_EVENTS/F001_T1.csv: first, strongest and last frame of each "
    "appearance. tasks.csv: the emotion that each task is meant to elicit. videos.csv: all videos with "
    "their split by subject.",
    "No coder looked at these faces. A unit counts as A, B, C, D, E from 0.05, 0.2, 0.4, 0.7, 0.9 of its "
    "full displacement on the stronger side, and as present from A. AU11, AU13 and AU32 cannot be shown "
    "by the generator and are 9, not 0. The letters F and M in the names say nothing.",
)
