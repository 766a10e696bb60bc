"""``labels.csv``: the labels of any folder of videos or pictures, in a layout that everybody can write.

Takes the list, gives `LabelledClip`s or `Sample`s. Columns: ``path`` and ``label``, and perhaps ``subject``,
``split`` and ``dataset``; other names that files give them are in `COLUMNS`. Paths count from the list's own
folder. Refuses unknown labels, files that are missing or listed twice, files of the wrong kind, and a list
without entries.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duchenne.datasets.clips import LabelledClip
from duchenne.datasets.listing import Column, check_files, read_rows
from duchenne.datasets.same_pictures import check_same_pictures
from duchenne.datasets.sample import Sample
from duchenne.datasets.words import OTHER, translate
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS
from duchenne.video.image import IMAGE_SUFFIXES
from duchenne.video.source import VIDEO_SUFFIXES

LABELS_FILE: Final = "labels.csv"
"""What the list is called; wherever a folder holds one, it is believed before the folder's own layout."""

COLUMNS: Final = (
    Column("path", ("file", "filename")),
    # label7 and fold are what the synthetic layout of paper 004 calls them.
    Column("label", ("label7", "expression", "emotion")),
    Column("subject", is_required=False),
    Column("split", ("fold",), is_required=False),
    Column("dataset", is_required=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    Attributes:
        name: The path as it is written.
        path: Where that is.
        label: In our words.
        subject: Empty where the list does not say.
        split: Empty where the list does not say.
        place: Where it stands, for messages.
    """

    name: str
    path: Path
    label: str
    subject: str
    split: str
    place: str


def read_clips(
    path: Path,
    *,
    dataset: str = "labels",
    of: str | None = None,
    labels: Collection[str] = (*EXPRESSIONS, *OTHER),
) -> tuple[LabelledClip, ...]:
    """Read a list of videos.

    Args:
        path: ``labels.csv``, or the folder it lies in.
        dataset: Name in the catalogue.
        of: Keep only lines whose ``dataset`` is this, case aside, if the list has such a column; None keeps
            all.
        labels: The labels that may occur, in our words.

    Raises:
        DataError: if the list does not fit, or a file is missing, listed twice or no video by its ending.
    """
    return tuple(
        LabelledClip(entry.name, dataset, entry.split, entry.subject, entry.label, entry.path)
        for entry in read_entries(path, VIDEO_SUFFIXES, of=of, labels=labels)
    )


def read_pictures(path: Path, split: str | None = None, *, dataset: str = "labels") -> tuple[Sample, ...]:
    """Read a list of pictures.

    Args:
        path: ``labels.csv``, or the folder it lies in.
        split: A value of ``split``; None for all.
        dataset: Name in the catalogue.

    Raises:
        DataError: if the list does not fit, a file is missing, listed twice or no picture by its ending,
            a picture stands under two labels or in two splits, or the split is empty.
    """
    entries = read_entries(path, IMAGE_SUFFIXES, labels=EXPRESSIONS)
    samples = tuple(
        Sample(entry.name, dataset, entry.split, entry.subject, entry.label, None, entry.path)
        for entry in entries
    )
    check_same_pictures(samples, LABELS_FILE)
    chosen = tuple(sample for sample in samples if split is None or sample.split == split)
    if not chosen:
        found = sorted({entry.split for entry in entries} - {""})
        raise DataError(
            f"{LABELS_FILE} has no lines of the split '{split}'", expected=" or ".join(found) or "no split"
        )
    return chosen


def read_entries(
    path: Path, suffixes: Collection[str], *, labels: Collection[str], of: str | None = None
) -> tuple[Entry, ...]:
    """Read a list, check every line and every file.

    Args:
        path: The list, or the folder it lies in.
        suffixes: Endings that its files may have, in lower case.
        labels: The labels that may occur, in our words.
        of: As in `read_clips`.

    Raises:
        DataError: as in `read_clips`.
    """
    path = path / LABELS_FILE if path.is_dir() else path
    entries = []
    for row in read_rows(path, COLUMNS):
        if of is not None and row.cells["dataset"].lower() not in ("", of.lower()):
            continue
        name = row.cells["path"]
        if Path(name).suffix.lower() not in suffixes:
            raise DataError(
                f"{row.place} lists a file of the wrong kind",
                got=repr(name),
                expected=" ".join(sorted(suffixes)),
            )
        label = translate(row.cells["label"], row.place, labels)
        subject, split = row.cells["subject"], row.cells["split"]
        entries.append(Entry(name, path.parent / name, label, subject, split, row.place))
    if not entries:
        raise DataError(f"{path.name} lists no files" + ("" if of is None else f" of {of}"))
    check_files(((entry.place, entry.path) for entry in entries), path.name)
    return tuple(entries)
