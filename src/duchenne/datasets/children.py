"""DuckEES and LIRIS-CSE: short clips of children, the two sets of paper 004.

Takes the unpacked folder, gives `LabelledClip`s. How either set names its files is not published, so a
``labels.csv`` (see `duchenne.datasets.labels_csv`) is believed first. Without one, the label is the one label
word in the name of the folder or, failing that, of the file. Refuses clips whose label cannot be told, and
labels that the set does not have.

Sources: Giuliani et al. 2017, Int. J. Methods Psychiatr. Res. 26(1), e1553; Khan et al. 2019, Image and
Vision Computing 83, 61.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duchenne.datasets.clips import LabelledClip
from duchenne.datasets.labels_csv import LABELS_FILE, read_clips
from duchenne.datasets.words import labels_in
from duchenne.errors import DataError
from duchenne.video.source import VIDEO_SUFFIXES


@dataclass(frozen=True, slots=True)
class ClipSet:
    """How one of the sets comes.

    Attributes:
        name: In the catalogue.
        title: As papers, and a list's column ``dataset``, call it.
        folders: What its folder may be called.
        labels: What its clips are labelled with, in our words.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    labels: tuple[str, ...]


DUCKEES: Final = ClipSet(
    "duckees",
    "DuckEES",
    ("DuckEEsStim", "DuckEES"),
    ("happiness", "sadness", "fear", "disgust", "neutral", "embarrassment", "pride"),
)
LIRIS_CSE: Final = ClipSet(
    "liris_cse",
    "LIRIS-CSE",
    ("LIRIS-CSE",),
    ("happiness", "sadness", "anger", "surprise", "disgust", "fear"),
)


def read_duckees(root: Path) -> tuple[LabelledClip, ...]:
    """Read DuckEES.

    Embarrassment and pride are read too, so that a protocol can say how many clips it does not score
    (`duchenne.datasets.clips.overlap`). The 70 % agreement that its authors demand is not in the files: leave
    clips below it out of ``labels.csv``.

    Args:
        root: The folder ``DuckEEsStim``, or one that holds it, or one with a ``labels.csv``.

    Raises:
        DataError: if the folder holds no clips, or a clip's label cannot be told or is none of the set's.
    """
    return _read(DUCKEES, root)


def read_liris_cse(root: Path) -> tuple[LabelledClip, ...]:
    """Read LIRIS-CSE.

    Args:
        root: The unpacked folder, or one that holds it as ``LIRIS-CSE``, or one with a ``labels.csv``.

    Raises:
        DataError: as `read_duckees`.
    """
    return _read(LIRIS_CSE, root)


def _read(clip_set: ClipSet, root: Path) -> tuple[LabelledClip, ...]:
    folder = next((root / name for name in clip_set.folders if (root / name).is_dir()), root)
    for place in (folder, root):
        if (place / LABELS_FILE).is_file():
            return read_clips(place, dataset=clip_set.name, of=clip_set.title, labels=clip_set.labels)
    clips = tuple(
        LabelledClip(name, clip_set.name, "", "", _label(clip_set, Path(name)), folder / name)
        for name in _videos_below(folder)
    )
    if not clips:
        raise DataError(
            f"{root} holds no clips of {clip_set.title}",
            expected=f"videos in {' or '.join(clip_set.folders)}, or a {LABELS_FILE}",
        )
    return clips


def _videos_below(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise DataError(f"the folder {folder} does not exist", remedy="Check the path")
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file() and not path.name.startswith(".")
    )


def _label(clip_set: ClipSet, name: Path) -> str:
    """The label in the nearest folder's name, else in the file's own."""
    for part in (*(folder.name for folder in name.parents if folder.name), name.stem):
        found = labels_in(part)
        if len(found) == 1 and found[0] in clip_set.labels:
            return found[0]
        if found:
            raise _untold(clip_set, name, f"the words for {' and '.join(found)} in '{part}'")
    raise _untold(clip_set, name, "no label word in its name or its folder's")


def _untold(clip_set: ClipSet, name: Path, got: str) -> DataError:
    return DataError(
        f"the label of {clip_set.title}'s {name.as_posix()} cannot be told",
        got=got,
        expected="one of " + ", ".join(clip_set.labels),
        remedy=f"Write a {LABELS_FILE} with the columns path, label and perhaps subject and split",
    )
