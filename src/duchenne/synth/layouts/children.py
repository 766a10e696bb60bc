"""Short labelled clips in seven and three classes (paper 004): layouts like DuckEES and LIRIS-CSE.

Takes options and a seed, gives a plan, its label file, and the folder. Most frames of a clip are near neutral and
the expression is short: it "tends to be buried in Neutral", which is what makes the paper's threshold matter. The
faces are adults' with smooth skin: the face model knows no ages, and a smaller adult would be no child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from duchenne.emotion import grouping
from duchenne.synth.acting.expressions import emotion as emotion_of
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.layouts.acting import Act, Manner, perform
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

NEUTRAL: Final = "neutral"
LABELS: Final = ("happiness", "sadness", "anger", "fear", "surprise", "disgust", NEUTRAL)
"""The seven labels, in the paper's order (section 2.1)."""
BROAD: Final[Mapping[str, str]] = MappingProxyType({name: grouping.BROAD.label_of(name) for name in LABELS})
"""The three labels. The paper does not say where surprise belongs; its Table 2 implies negative."""
FPS: Final = 25.0
N_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class ClipSet:
    """One of the two data sets.

    Attributes:
        name: Of its folder.
        ending: Of its videos.
        subjects: How many people the real one has.
        counts: How many clips of each label the paper used.
        seconds: Shortest and longest clip.
        shown: Least and largest share of a clip's frames in which the expression is above half of its strength.
        strengths: Least and largest strength of an expression.
    """

    name: str
    ending: str
    subjects: int
    counts: Mapping[str, int]
    seconds: tuple[float, float]
    shown: tuple[float, float]
    strengths: tuple[float, float]


SETS: Final = (
    # 36 actors aged 8 to 18, clips of 1.1 s, acted. The best threshold was 0.15 to 0.30 there.
    ClipSet(
        "DuckEES",
        ".m4v",
        36,
        MappingProxyType({"happiness": 36, "sadness": 17, "fear": 18, "disgust": 20, NEUTRAL: 30}),
        (1.1, 1.1),
        (0.25, 0.6),
        (0.6, 1.0),
    ),
    # 12 children of 7.3 years on average, spontaneous, no neutral clips. The best threshold was 0.05 there: the
    # expression takes few frames. Lengths are ours, about 26,000 frames in 208 clips (unverified) being 5 s.
    ClipSet(
        "LIRIS-CSE",
        ".mp4",
        12,
        MappingProxyType(
            {"happiness": 61, "sadness": 26, "anger": 1, "fear": 32, "surprise": 51, "disgust": 9}
        ),
        (2.5, 6.0),
        (0.08, 0.35),
        (0.35, 0.9),
    ),
)
"""Numbers of section 2.1; ``shown`` and ``strengths`` are ours, after the thresholds of tables 1 and 3."""
# Onset and offset of an expression, against the time that it is shown; ours.
_EDGES: Final = (0.3, 0.7)
_LEAST_S: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenOptions:
    """What is laid out.

    Attributes:
        subjects: Of both sets together, divided as 36 to 12; numbers of clips scale along. At 48, the paper's 301.
        seconds: Of every clip; None for each set's own length.
    """

    subjects: int = 16
    seconds: float | None = None

    def __post_init__(self) -> None:
        check_whole("subjects", self.subjects, 2)
        check_seconds(self.seconds, _LEAST_S)


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """One clip with its label.

    Attributes:
        clip: What is rendered.
        source: Name of its `ClipSet`.
        label: One of `LABELS`.
        fold: 0 to 4; all clips of a subject are in one.
        act: When the expression is shown; None for neutral.
    """

    clip: PlannedClip
    source: str
    label: str
    fold: int
    act: Act | None

    @property
    def shown_share(self) -> float:
        """Share of the frames in which the expression is at half of its strength or more."""
        if self.act is None:
            return 0.0
        return float(np.mean([self.act.share_at(float(time_s)) >= 0.5 for time_s in self.clip.times_s]))


def plan(options: ChildrenOptions, seed: int) -> tuple[LabelledClip, ...]:
    """Decide what happens in every clip.

    Args:
        options: What is laid out.
        seed: The same one gives the same plan.
    """
    n_first = min(
        max(split_counts(options.subjects, [one.subjects for one in SETS])[0], 1), options.subjects - 1
    )
    clips: list[LabelledClip] = []
    first_subject = 0
    for source, n_subjects in zip(SETS, (n_first, options.subjects - n_first), strict=True):
        clips += _of_one_set(options, source, range(first_subject, first_subject + n_subjects), seed)
        first_subject += n_subjects
    return tuple(clips)


def scaled_counts(source: ClipSet, n_subjects: int) -> dict[str, int]:
    """How many clips of each label, for another number of subjects; at least one of each label there is."""
    return {
        label: max(round(count * n_subjects / source.subjects), 1) for label, count in source.counts.items()
    }


def _of_one_set(
    options: ChildrenOptions, source: ClipSet, numbers: range, seed: int
) -> Iterator[LabelledClip]:
    """The clips of one set; its subjects are numbered on from the other one's, so that folds fill evenly."""
    rng = generator("children", seed, numbers.start)
    people = [
        Person.sample(rng, f"{source.name[0]}{place + 1:02d}", has_smooth_skin=True)
        for place in range(len(numbers))
    ]
    labels = [label for label, count in scaled_counts(source, len(people)).items() for _ in range(count)]
    # Dealt out like cards, so that everybody has as many clips and no label belongs to one person.
    cards = [labels[int(card)] for card in rng.permutation(len(labels))]
    for place, person in enumerate(people):
        for taken, label in enumerate(sorted(cards[place :: len(people)]), 1):
            yield _clip(options, rng, source, person, (label, taken, numbers[place] % N_FOLDS))


def _clip(
    options: ChildrenOptions,
    rng: np.random.Generator,
    source: ClipSet,
    person: Person,
    what: tuple[str, int, int],
) -> LabelledClip:
    label, number, fold = what
    drawn = float(rng.uniform(*source.seconds))
    seconds = round((drawn if options.seconds is None else options.seconds) * FPS, 6) / FPS
    act = None if label == NEUTRAL else _act(rng, source, label, seconds)
    kind = ScriptKind.NEUTRAL if act is None else ScriptKind.EMOTION
    script = perform(rng, label, seconds, () if act is None else (act,), Manner(kind, spread=0.7))
    name = f"{person.name}_{number:02d}"
    media = f"{source.name}/{name}{source.ending}"
    clip = PlannedClip(name, person, media, script, FPS, draw_seed(rng))
    return LabelledClip(clip, source.name, label, fold, act)


def _act(rng: np.random.Generator, source: ClipSet, label: str, seconds: float) -> Act:
    shown = emotion_of(rng, label, strength=float(rng.uniform(*source.strengths)))
    half = float(rng.uniform(*source.shown)) * seconds
    # The eased course passes half of its strength in the middle of onset and offset.
    onset, offset = (float(share) * half for share in rng.uniform(*_EDGES, 2))
    apex = half - (onset + offset) / 2
    length = onset + apex + offset
    start = float(rng.uniform(0.0, max(seconds - length, 0.0)))
    return Act(shown.peaks, start, onset, apex, min(offset, seconds - start - onset - apex))


def files(clips: Sequence[LabelledClip]) -> Iterator[tuple[str, str]]:
    """The label files of a plan.

    Yields:
        Path relative to the layout's folder, and text.
    """
    yield (
        "labels.csv",
        table(
            ("file", "dataset", "subject", "label7", "label3", "fold", "fps", "frames"),
            (
                (
                    *(one.clip.media, one.source, one.clip.person.name, one.label, BROAD[one.label]),
                    *(one.fold, f"{one.clip.fps:g}", one.clip.n_frames),
                )
                for one in clips
            ),
        ),
    )
    yield (
        f"{TRUTH}/shown.csv",
        table(
            ("file", "start_s", "apex_start_s", "apex_end_s", "end_s", "shown_share"),
            ((one.clip.media, *_phases(one.act), f"{one.shown_share:.4f}") for one in clips),
        ),
    )


def _phases(act: Act | None) -> tuple[str | None, ...]:
    if act is None:
        return (None,) * 4
    times = (act.start_s, act.start_s + act.onset_s, act.end_s - act.offset_s, act.end_s)
    return tuple(f"{time_s:.4f}" for time_s in times)


def write(
    options: ChildrenOptions, folder: Path, *, seed: int = 0, rendering: Rendering | None = None
) -> bool:
    """Write the layout; arguments, return value and errors as in `duchenne.synth.layouts.study.write_study`."""
    labelled = plan(options, seed)
    clips = tuple(one.clip for one in labelled)
    study = LayoutStudy("children", _ABOUT, options, seed, clips, lambda: files(labelled))
    return write_study(study, folder, rendering)


_ABOUT: Final = (
    "Laid out as two sets of clips of children (paper: image-based facial emotion classification models "
    "for video). labels.csv: file, data set, subject, one of seven labels, one of three, and a fold of "
    "five by subject. DuckEES/ has clips of 1.1 s, LIRIS-CSE/ longer ones in which the expression takes "
    "fewer frames. The balance of labels is that of the paper, scaled; where it has one clip of anger, "
    "there is one.",
    "NO CHILDREN: the face model knows no ages. The faces are adults' in shape, without lines, beard or "
    "grey hair. A result here says nothing about children's faces. A label is the emotion that the script"
    " poses by the units of Du et al. 2014, not what anybody felt or what raters saw. truth/shown.csv "
    "says when it is shown.",
)
