"""FER2013 with its FER+ votes: 48-pixel grey faces, one original label and ten people's votes each.

Takes a table with one row a face (see `COLUMNS`), the contest's own file or its pictures in folders; gives
`Sample`s and the targets derived from the votes. Refuses missing columns, an unknown split and a label that
is not one of the seven.

Sources: Goodfellow et al. 2013, "Challenges in representation learning"; Barsoum et al. 2016, "Training deep
networks for facial expression recognition with crowd-sourced label distribution" (FER+).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.fer2013_published import PIXELS, read_published, read_usage_folders
from duchenne.datasets.listing import header_of
from duchenne.datasets.sample import Sample
from duchenne.datasets.table import read_table
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FERPLUS_VOTES

VOTE_COLUMNS: Final = tuple(f"votes_{name}" for name in FERPLUS_VOTES)
COLUMNS: Final = ("image_id", "usage", "emotion", *VOTE_COLUMNS, "png")

PUBLISHED: Final = "fer2013.csv"
"""What the contest's file is called."""


def read_fer2013(path: Path, split: str) -> tuple[Sample, ...]:
    """Read one split, in whatever layout it comes.

    Args:
        path: Parquet or CSV with the columns `COLUMNS`, where ``emotion`` holds a word of `FER2013_LABELS`;
            or ``fer2013.csv`` as published (`duchenne.datasets.fer2013_published.read_published`); or a
            folder that holds that file, or pictures in folders
            (`duchenne.datasets.fer2013_published.read_usage_folders`).
        split: A value of ``usage``: Training, PublicTest or PrivateTest.

    Returns:
        The samples in file order. The project's own table lacks the faces that FER+ found to be none, so that
        its splits are some faces smaller than the published ones.

    Raises:
        DataError: if columns are missing, the split is empty or a label is unknown.
    """
    if path.is_dir():
        inside = path / PUBLISHED
        return read_published(inside, split) if inside.is_file() else read_usage_folders(path, split)
    if path.suffix.lower() == ".csv" and PIXELS in header_of(path):
        return read_published(path, split)
    return _read_own_table(path, split)


def _read_own_table(path: Path, split: str) -> tuple[Sample, ...]:
    table = read_table(path, COLUMNS, image="png")
    found = sorted(map(str, table["usage"].unique()))
    table = table[table["usage"] == split]
    if table.empty:
        raise DataError(
            f"{path.name} has no rows of the split '{split}'", expected=" or ".join(found) or "rows"
        )
    unknown = sorted(set(table["emotion"]) - set(FER2013_LABELS))
    if unknown:
        raise DataError(
            f"{path.name} has unknown labels", got=", ".join(unknown), expected=", ".join(FER2013_LABELS)
        )
    votes = table[list(VOTE_COLUMNS)].to_numpy(dtype=np.int64)
    return tuple(
        Sample(str(image), "fer2013", split, "", str(label), row, encoded)
        for image, label, row, encoded in zip(
            table["image_id"], table["emotion"], votes, table["png"], strict=True
        )
    )


def majority(votes: NDArray[np.int64]) -> int | None:
    """The FER+ majority label.

    The most voted of the ten choices wins; where several share the highest count, the first in the order of
    `FERPLUS_VOTES` does. That is what taking the largest entry of the votes means in FER+'s own evaluation.

    Args:
        votes: (10,) counts.

    Returns:
        Index into `EXPRESSIONS`, or None where "unknown" or "not a face" won or nobody voted: such a face has
        no majority expression and is left out of training and scoring.
    """
    if votes.sum() == 0:
        return None
    winner = int(votes.argmax())
    return winner if winner < len(EXPRESSIONS) else None


def distribution(votes: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """The votes as a soft label.

    Expressions with a single vote are taken for slips and zeroed before normalising, as FER+ does; "unknown"
    and "not a face" carry no expression and are left out of the sum.

    Args:
        votes: (10,) counts.

    Returns:
        (8,) float32 that sums to 1, or None where `majority` gives None or no expression got two votes.
    """
    if majority(votes) is None:
        return None
    kept = np.where(votes[: len(EXPRESSIONS)] > 1, votes[: len(EXPRESSIONS)], 0)
    total = kept.sum()
    return (kept / total).astype(np.float32) if total > 0 else None
