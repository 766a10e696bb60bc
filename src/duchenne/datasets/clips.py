"""A labelled clip, and which clips of a set can be scored.

Takes clips of any data set, gives a frozen `LabelledClip` each, and `overlap`: the clips whose label is among
those that are scored, with the counts of the others. Nothing is decoded here.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A short video with one label.

    Attributes:
        clip: Identifier, unique within its data set: the path as the set has it.
        dataset: Name in `duchenne.datasets.catalogue.DATASETS`.
        split: The set's own name of the part or fold it belongs to; empty where it has none.
        subject: Who is shown; empty where the set does not say. Then no split by subject is possible.
        label: In the words of `duchenne.labels.EXPRESSIONS` or `duchenne.datasets.words.OTHER`: what was
            posed or what raters saw, not what anybody felt.
        path: The video.
    """

    clip: str
    dataset: str
    split: str
    subject: str
    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Overlap:
    """Clips that can be scored, and how many cannot.

    Attributes:
        clips: Those whose label is scored, in their order.
        counts: How many of each label are among them, in the order of the labels that were asked for, 0
            included.
        left_out: How many of each other label were there.
    """

    clips: tuple[LabelledClip, ...]
    counts: Mapping[str, int]
    left_out: Mapping[str, int]


def overlap(clips: Iterable[LabelledClip], labels: Collection[str]) -> Overlap:
    """Keep the clips whose label is among those that a network reads.

    Args:
        clips: Of one set or several.
        labels: What is scored, in the order of the counts.
    """
    everything = tuple(clips)
    found = Counter(clip.label for clip in everything)
    return Overlap(
        tuple(clip for clip in everything if clip.label in labels),
        MappingProxyType({label: found[label] for label in labels}),
        MappingProxyType({label: n for label, n in sorted(found.items()) if label not in labels}),
    )


def unite(*sets: Iterable[LabelledClip]) -> tuple[LabelledClip, ...]:
    """Several sets as one, as paper 004 does: nothing is weighted or left out.

    Subjects get the name of their set in front, because ``S01`` is somebody else in each; a fold keeps its
    number.
    """
    return tuple(
        dataclasses.replace(clip, subject=f"{clip.dataset}/{clip.subject}" if clip.subject else "")
        for clips in sets
        for clip in clips
    )
