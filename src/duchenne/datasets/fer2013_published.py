"""FER2013 as it is published: ``fer2013.csv`` with the pixels as text, or the same pictures in folders.

Takes the file or the folder, gives `Sample`s; with ``fer2013new.csv`` beside the file, also the votes of
FER+. Refuses codes outside 0 to 6, pictures that are not 48 x 48 grey levels, and votes that do not belong to
the rows.

Sources: Goodfellow et al. 2013, "Challenges in representation learning"; the codes and splits are those of
the contest's own file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.ferplus import FILE, Ballot, read_votes
from duchenne.datasets.folders import pictures_by_label, sample_of, subfolders
from duchenne.datasets.listing import Column, Row, read_rows
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.labels import FER2013_LABELS

USAGES: Final = ("Training", "PublicTest", "PrivateTest")
"""The contest's splits."""

PIXELS: Final = "pixels"
"""The column that tells the published file from the project's own table."""

_COLUMNS: Final = (Column("emotion"), Column(PIXELS), Column("Usage", ("usage",)))
_SIZE: Final = 48
# A common copy has two folders: in "test" lie both test splits, told apart by the files' names.
_ALSO: Final = {"train": "Training"}
_MIXED: Final = "test"


def read_published(path: Path, split: str) -> tuple[Sample, ...]:
    """Read one split of ``fer2013.csv``.

    All rows are kept, also those that FER+'s voters found to show no face: 28,709, 3,589 and 3,589 in the
    published file.

    Args:
        path: The file; its columns may come in any order.
        split: A value of ``Usage``.

    Returns:
        The samples in file order. Where ``fer2013new.csv`` lies beside the file they have votes and FER+'s
        image names; a row without either is called after its number, counted from 0.

    Raises:
        DataError: if a column is missing, a value does not fit, the votes do not belong to the rows or the
            split is empty.
    """
    beside = path.with_name(FILE)
    ballots = read_votes(beside) if beside.is_file() else None
    samples = []
    found: Counter[str] = Counter()
    number = -1
    for number, row in enumerate(read_rows(path, _COLUMNS)):
        usage = row.cells["Usage"]
        found[usage] += 1
        ballot = None if ballots is None else _ballot_of(ballots, number, row)
        if usage == split:
            samples.append(_sample(row, number, ballot))
    if ballots is not None and len(ballots) != number + 1:
        raise DataError(
            f"{FILE} does not belong to {path.name}",
            got=f"{len(ballots)} rows of votes, {number + 1} faces",
            expected="one row of votes for each face, in the same order",
        )
    if not samples:
        raise DataError(
            f"{path.name} has no rows of the split '{split}'", expected=" or ".join(sorted(found)) or "rows"
        )
    return tuple(samples)


def read_usage_folders(root: Path, split: str) -> tuple[Sample, ...]:
    """Read one split of FER2013's pictures in folders: ``PublicTest/happy/x.png``.

    The folder ``train`` is read as Training. In a folder ``test`` both test splits lie together; there the
    split is the begin of a file's name (``PublicTest_123.jpg``).

    Args:
        root: The folder that holds the splits.
        split: One of `USAGES`.

    Raises:
        DataError: if there is no such split, a folder's name is no label of FER2013, or a file in ``test``
            does not say its split.
    """
    samples = []
    for folder in subfolders(root):
        usage = _ALSO.get(folder.name, folder.name)
        if usage not in (split, _MIXED):
            continue
        for found in pictures_by_label(folder):
            if usage == _MIXED and _split_in(found.path) != split:
                continue
            if found.label not in FER2013_LABELS:
                raise DataError(
                    f"{found.path} has a label that FER2013 does not have",
                    got=found.label,
                    expected=", ".join(FER2013_LABELS),
                )
            samples.append(sample_of(found, root, "fer2013", split))
    if not samples:
        raise DataError(
            f"{root} has no pictures of the split '{split}'",
            got=", ".join(folder.name for folder in subfolders(root)) or "no folders",
            expected=", ".join((*USAGES, *_ALSO, _MIXED)),
        )
    return tuple(samples)


def _split_in(path: Path) -> str:
    """The split that a file's name begins with."""
    usage = path.name.partition("_")[0]
    if usage not in USAGES:
        raise DataError(
            f"the split of {path} cannot be told",
            got=path.name,
            expected="a name that begins with PublicTest_ or PrivateTest_",
        )
    return usage


def _ballot_of(ballots: Sequence[Ballot], number: int, row: Row) -> Ballot | None:
    """The votes of a row; None beyond their end, which is told once all rows are counted."""
    if number >= len(ballots):
        return None
    ballot = ballots[number]
    if ballot.usage != row.cells["Usage"]:
        raise DataError(
            f"{ballot.place} does not belong to {row.place}",
            got=ballot.usage,
            expected=row.cells["Usage"],
            remedy="Both files must have their published order",
        )
    return ballot


def _sample(row: Row, number: int, ballot: Ballot | None) -> Sample:
    name = Path(ballot.image).stem if ballot is not None and ballot.image else f"row{number:05d}"
    votes = None if ballot is None else ballot.votes
    return Sample(name, "fer2013", row.cells["Usage"], "", _label(row), votes, _png(row))


def _label(row: Row) -> str:
    code = row.whole("emotion")
    if not 0 <= code < len(FER2013_LABELS):
        codes: Iterable[str] = (f"{n} {label}" for n, label in enumerate(FER2013_LABELS))
        raise DataError(f"{row.place} has an unknown label", got=str(code), expected=", ".join(codes))
    return FER2013_LABELS[code]


def _png(row: Row) -> bytes:
    """The pixels as the bytes of a lossless file, a tenth of the text."""
    texts = row.cells[PIXELS].split()
    expected = f"{_SIZE * _SIZE} whole numbers from 0 to 255"
    try:
        pixels: NDArray[np.int64] = np.array(texts, dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise DataError(f"{row.place} holds no picture", got=str(error), expected=expected) from error
    if pixels.size != _SIZE * _SIZE or pixels.min() < 0 or pixels.max() > 255:
        got = f"{pixels.size} numbers"
        if pixels.size:
            got += f" from {pixels.min()} to {pixels.max()}"
        raise DataError(f"{row.place} holds no picture", got=got, expected=expected)
    _, encoded = cv2.imencode(".png", pixels.astype(np.uint8).reshape(_SIZE, _SIZE))
    return encoded.tobytes()
