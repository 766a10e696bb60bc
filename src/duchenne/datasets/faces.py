"""Labelled photographs of faces, several of one person: the open set muxspace/facial_expressions.

Takes a table with one row a photograph (see `COLUMNS`); gives `Sample`s and the rule that keeps some subjects
for testing. Refuses missing columns and unknown labels.

The labels are one person's quick judgement: nine in ten are neutral or happiness, and many are arguable.
Source: https://github.com/muxspace/facial_expressions (Apache-2.0).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from duchenne.datasets.sample import Sample
from duchenne.datasets.table import read_table
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS

COLUMNS: Final = ("image_id", "subject", "emotion", "jpeg")

TRAIN: Final = "train"
HELD_OUT: Final = "held_out"
SUBJECT_RULE: Final = "sha256 modulo 5 is not 0"
"""Which subjects are trained on: SHA-256 of the UTF-8 name, read as one big-endian integer, modulo 5."""

_HELD_OUT_SHARE = 5


def read_faces(path: Path, split: str | None = None) -> tuple[Sample, ...]:
    """Read the photographs.

    Args:
        path: Parquet or CSV with the columns `COLUMNS`; ``emotion`` holds a word of `EXPRESSIONS`.
        split: `TRAIN`, `HELD_OUT`, or None for both.

    Returns:
        The samples in file order.

    Raises:
        DataError: if columns are missing, a label is unknown or the split is empty.
    """
    table = read_table(path, COLUMNS, image="jpeg")
    unknown = sorted(set(table["emotion"]) - set(EXPRESSIONS))
    if unknown:
        raise DataError(
            f"{path.name} has unknown labels", got=", ".join(unknown), expected=", ".join(EXPRESSIONS)
        )
    samples = tuple(
        Sample(str(image), "faces", split_of(str(subject)), str(subject), str(label), None, encoded)
        for image, subject, label, encoded in zip(
            table["image_id"], table["subject"], table["emotion"], table["jpeg"], strict=True
        )
    )
    chosen = tuple(s for s in samples if split is None or s.split == split)
    if not chosen:
        raise DataError(f"{path.name} has no rows of the split '{split}'", expected=f"{TRAIN} or {HELD_OUT}")
    return chosen


def split_of(subject: str) -> str:
    """The split a subject belongs to, decided by the name alone so that it never changes."""
    digest = int.from_bytes(hashlib.sha256(subject.encode()).digest(), "big")
    return HELD_OUT if digest % _HELD_OUT_SHARE == 0 else TRAIN
