"""Photographs in folders by label: ``happy/x.jpg`` or ``happy/SUBJECT/x.jpg``, perhaps below ``train/``, ``test/``.

Takes a folder, gives `Sample`s in the order of their paths. Refuses folders that are named after no label and
a tree without pictures. Hidden files and files that are no pictures by their ending are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duchenne.datasets.same_pictures import check_same_pictures
from duchenne.datasets.sample import Sample
from duchenne.datasets.words import label_of, translate
from duchenne.errors import DataError
from duchenne.video.image import IMAGE_SUFFIXES


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture and what its folders say.

    Attributes:
        path: The file.
        label: In the words of `duchenne.labels.EXPRESSIONS`.
        subject: Name of the folder between label and picture; empty if there is none.
    """

    path: Path
    label: str
    subject: str


def read_folders(root: Path, split: str | None = None, *, dataset: str = "folders") -> tuple[Sample, ...]:
    """Read a tree of labelled photographs.

    Where at least one folder in ``root`` is named after a label, all must be; else each is a split that holds
    folders by label.

    Args:
        root: The folder.
        split: Name of a split; None for all.
        dataset: Name in the catalogue.

    Returns:
        The samples; their identifier is the path below ``root``.

    Raises:
        DataError: if the folder is missing, holds no pictures or no such split, a folder's name is no label, or
            a picture lies under two labels or in two splits.
    """
    folders = subfolders(root)
    is_split = not any(label_of(folder.name) for folder in folders)
    parts = {folder.name: folder for folder in folders} if is_split else {"": root}
    if split is not None and split not in parts:
        raise DataError(
            f"{root} has no split '{split}'",
            expected=" or ".join(name for name in parts if name) or "no splits",
        )
    samples = tuple(
        sample_of(found, root, dataset, name)
        for name, folder in parts.items()
        for found in pictures_by_label(folder)
    )
    check_same_pictures(samples, str(root))
    chosen = tuple(sample for sample in samples if split is None or sample.split == split)
    if not chosen:
        raise DataError(
            f"{root} holds no pictures" + ("" if split is None else f" of the split '{split}'"),
            expected="folders named after labels, with pictures in them",
        )
    return chosen


def pictures_by_label(folder: Path) -> Iterator[FoundPicture]:
    """The pictures in folders by label.

    Raises:
        DataError: if the folder is missing or a folder's name is no label.
    """
    for by_label in subfolders(folder):
        label = translate(by_label.name, f"the folder {by_label}")
        for path in _pictures(by_label):
            yield FoundPicture(path, label, "")
        for by_subject in subfolders(by_label):
            for path in _pictures(by_subject):
                yield FoundPicture(path, label, by_subject.name)


def sample_of(found: FoundPicture, root: Path, dataset: str, split: str) -> Sample:
    """A found picture as a sample; its identifier is its path below ``root``."""
    name = found.path.relative_to(root).as_posix()
    return Sample(name, dataset, split, found.subject, found.label, None, found.path)


def subfolders(folder: Path) -> list[Path]:
    """Folders in a folder, by name, without hidden ones.

    Raises:
        DataError: if it is no folder.
    """
    if not folder.is_dir():
        raise DataError(f"the folder {folder} does not exist", remedy="Check the path")
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")
    )
