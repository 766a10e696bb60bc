"""Aff-Wild2's other two challenges: valence and arousal, and expressions, of every frame.

Takes the unpacked folder of the challenges and a split, gives `AffectRecording`s whose media are folders of cut
faces. Refuses values that mean nothing and headers of another challenge. -5 and -1 mean that nobody rated: NaN and
an empty label. "Other" is no expression of this package: an empty label too.

Source: as `duchenne.datasets.aff_wild2`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.aff_wild2 import SPLITS, faces_of_video, subject_of
from duchenne.datasets.listing import Column, Row, header_of, read_rows
from duchenne.errors import DataError

AFFECT: Final = "VA_Estimation_Challenge"
EXPRESSIONS: Final = "EXPR_Recognition_Challenge"
LABELS: Final = ("neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "")
"""The labels of codes 0 to 7; the last stands for "Other"."""

_AFFECT_HEADER: Final = ("valence", "arousal")
_EXPRESSION_HEADER: Final = (
    "Neutral",
    "Anger",
    "Disgust",
    "Fear",
    "Happiness",
    "Sadness",
    "Surprise",
    "Other",
)
_UNRATED: Final = -5.0
_UNLABELLED: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class AffectRecording:
    """One face of one video; the first frame is number 1.

    Attributes:
        recording: Name of the list.
        split: "train" or "validation".
        subject: The video: who is shown is not published.
        media: The folder of its cut faces, ``00001.jpg`` and on.
        affect: (N, 2) valence and arousal in [-1, 1], NaN where nobody rated; of no rows without that challenge.
        labels: N expressions, empty where there is none; none without that challenge.
    """

    recording: str
    split: str
    subject: str
    media: Path
    affect: NDArray[np.float64]
    labels: tuple[str, ...]


def read_aff_wild2_affect(root: Path, split: str) -> tuple[AffectRecording, ...]:
    """Read valence, arousal and expressions of one split.

    Args:
        root: The unpacked folder: ``VA_Estimation_Challenge/Train_Set/VIDEO.txt`` (``valence,arousal`` and a line a
            frame), ``EXPR_Recognition_Challenge/Train_Set/VIDEO.txt`` (names of expressions and a code a line);
            either may be absent. ``cropped_aligned/VIDEO/00001.jpg``.
        split: "train" or "validation".

    Returns:
        In the order of names.

    Raises:
        DataError: if the split is unknown, neither challenge is there, or something in them does not fit.
    """
    if split not in SPLITS:
        raise DataError(f"Aff-Wild2 has no split '{split}'", expected=" or ".join(SPLITS))
    lists = [
        {path.stem: path for path in (root / challenge / SPLITS[split]).glob("*.txt")}
        for challenge in (AFFECT, EXPRESSIONS)
    ]
    names = sorted({name for paths in lists for name in paths})
    if not names:
        raise DataError(
            f"{root} is not laid out like Aff-Wild2",
            expected=f"{AFFECT} or {EXPRESSIONS}/{SPLITS[split]}/VIDEO.txt",
        )
    return tuple(_read(name, root, split, lists[0].get(name), lists[1].get(name)) for name in names)


def _read(name: str, root: Path, split: str, affect: Path | None, labels: Path | None) -> AffectRecording:
    ratings = (
        [] if affect is None else [_affect(row) for row in read_rows(affect, [*map(Column, _AFFECT_HEADER)])]
    )
    return AffectRecording(
        name,
        split,
        subject_of(name),
        faces_of_video(root, name),
        np.array(ratings, dtype=np.float64).reshape(len(ratings), 2),
        () if labels is None else tuple(_labels(labels)),
    )


def _affect(row: Row) -> tuple[float, float]:
    values = tuple(row.number(name) for name in _AFFECT_HEADER)
    if _UNRATED in values:
        return np.nan, np.nan
    if not all(-1 <= value <= 1 for value in values):
        raise DataError(
            f"{row.place} does not fit", got=str(values), expected=f"-1 to 1, or {_UNRATED:g} for unrated"
        )
    return values[0], values[1]


def _labels(path: Path) -> list[str]:
    """The list has eight names on its first line and one code on every other."""
    found = header_of(path)
    if found != _EXPRESSION_HEADER:
        raise DataError(
            f"{path.name} has other columns", got=", ".join(found[:8]), expected=", ".join(_EXPRESSION_HEADER)
        )
    labels = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()[1:], start=2):
        text = line.strip()
        if not text:
            continue
        known = {str(code): label for code, label in enumerate(LABELS)} | {str(_UNLABELLED): ""}
        if text not in known:
            raise DataError(
                f"line {number} of {path.name} does not fit", got=text[:40], expected="0 to 7, or -1"
            )
        labels.append(known[text])
    return labels
