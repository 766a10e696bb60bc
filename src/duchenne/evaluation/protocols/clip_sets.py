"""The labelled clip sets that a protocol scores: DuckEES, LIRIS-CSE or any list, and which of their clips count.

Takes the name of a data set and where it lies, gives a `ClipsToScore` each: the clips whose label the network
reads, the numbers of the others, and a hash of all that is read. Subjects get the name of their data set in front,
because ``S01`` is somebody else in each; two plain lists are taken to mean the same people by the same names, which
keeps more people together rather than fewer. Refuses a clip that stands in two sets, a set without clips to score,
and clips that the network learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from duchenne.datasets.children import DUCKEES, LIRIS_CSE, read_duckees, read_liris_cse
from duchenne.datasets.clips import LabelledClip, overlap, unite
from duchenne.datasets.labels_csv import read_clips
from duchenne.datasets.made_layouts import is_rendered
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.register import check_split, check_subjects
from duchenne.evaluation.threshold_videos import as_people
from duchenne.models.card import Card
from duchenne.outputs.provenance import hash_file

LABELS: Final = "labels"
"""The data set that is any list."""

READERS: Final[Mapping[str, Callable[[Path], tuple[LabelledClip, ...]]]] = MappingProxyType(
    {DUCKEES.name: read_duckees, LIRIS_CSE.name: read_liris_cse, LABELS: read_clips}
)
"""What reads each data set."""

_TITLES: Final = {DUCKEES.name: DUCKEES.title, LIRIS_CSE.name: LIRIS_CSE.title}


@dataclass(frozen=True, slots=True)
class ClipSource:
    """Where a set lies.

    Attributes:
        dataset: A key of `READERS`.
        data: Its folder or list.
    """

    dataset: str
    data: Path


@dataclass(frozen=True, slots=True)
class ClipsToScore:
    """A set whose clips can be scored.

    Attributes:
        title: As tables call it.
        dataset: A key of `READERS`.
        data: Name of the folder or list.
        clips: Those that are scored, each with a subject.
        counts: How many of each label that the network reads.
        left_out: How many of each label that it does not read.
        subjects_unknown: Whether each clip was taken for a person of its own.
        is_synthetic: Whether `duchenne synth layout` made it.
        sha256: Of one line a clip: the hash of its file, its name, label and subject.
    """

    title: str
    dataset: str
    data: str
    clips: tuple[LabelledClip, ...]
    counts: Mapping[str, int]
    left_out: Mapping[str, int]
    subjects_unknown: bool
    is_synthetic: bool
    sha256: str


def sources_of(data: Sequence[Path], datasets: Sequence[str]) -> tuple[ClipSource, ...]:
    """Pair folders and lists with their data sets: one name for each, or none where all are plain lists.

    Raises:
        SettingsError: if the numbers differ or a name is unknown.
    """
    names = list(datasets) or [LABELS] * len(data)
    unknown = [name for name in names if name not in READERS]
    if unknown:
        raise SettingsError(f"there is no clip set '{unknown[0]}'", expected=", ".join(READERS))
    if len(names) != len(data):
        raise SettingsError(
            "each --data needs its own --dataset, in the same order",
            got=f"{len(data)} of --data and {len(names)} of --dataset",
            remedy=f"Name one for each of them, or none where all are '{LABELS}'",
        )
    return tuple(ClipSource(name, path) for name, path in zip(names, data, strict=True))


def read_sets(sources: Sequence[ClipSource], labels: Collection[str]) -> tuple[ClipsToScore, ...]:
    """Read the sets, without looking into a video.

    Args:
        sources: One or more.
        labels: What the network reads.

    Raises:
        DataError: if a set does not fit its layout, has no clip with one of the labels, or names subjects for some
            clips only; or if a clip stands in two sets.
    """
    sets: list[ClipsToScore] = []
    seen: dict[Path, str] = {}
    for source in sources:
        chosen = overlap(READERS[source.dataset](source.data), labels)
        title = _title(source, [other.title for other in sets])
        if not chosen.clips:
            raise DataError(
                f"no clip of {title} can be scored",
                got=f"clips labelled {', '.join(chosen.left_out)}",
                expected=", ".join(labels),
            )
        for clip in chosen.clips:
            other = seen.setdefault(clip.path.resolve(), title)
            if other != title:
                raise DataError(
                    f"the clip '{clip.clip}' stands in {other} and in {title}",
                    expected="sets that share no clip",
                    remedy="Name each set once",
                )
        sets.append(
            ClipsToScore(
                title=title,
                dataset=source.dataset,
                data=source.data.name,
                clips=unite(as_people(chosen.clips)),
                counts=chosen.counts,
                left_out=chosen.left_out,
                subjects_unknown=not chosen.clips[0].subject,
                is_synthetic=is_rendered(source.data),
                sha256=_hash(chosen.clips),
            )
        )
    return tuple(sets)


def check_untrained(card: Card, sets: Sequence[ClipsToScore]) -> tuple[str, ...]:
    """Refuse clips that a network learned from.

    Returns:
        Notes for the report: one for each part on which the weights were chosen.

    Raises:
        DataError: if the card's register lists a part or a person of a set.
    """
    notes: list[str] = []
    for one in sets:
        for split in sorted({clip.split for clip in one.clips}):
            notes += [f"{one.title}: {note}" for note in check_split(card, one.dataset, split)]
        # The register knows people by their own set's names.
        check_subjects(
            card, one.dataset, (clip.subject.removeprefix(f"{one.dataset}/") for clip in one.clips)
        )
    return tuple(notes)


def _title(source: ClipSource, taken: Sequence[str]) -> str:
    title = _TITLES.get(source.dataset, source.data.stem)
    n_alike = sum(other == title or other.startswith(f"{title} (") for other in taken)
    return f"{title} ({n_alike + 1})" if n_alike else title


def _hash(clips: Sequence[LabelledClip]) -> str:
    lines = "".join(f"{hash_file(clip.path)}  {clip.clip}  {clip.label}  {clip.subject}\n" for clip in clips)
    return hashlib.sha256(lines.encode()).hexdigest()
