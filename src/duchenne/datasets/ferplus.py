"""FER+: ten people's votes for each face of FER2013, and the targets its authors made of them.

Takes ``fer2013new.csv``, gives `Ballot`s in the order of FER2013's rows; takes votes and a `Mode`, gives a
target. Refuses missing columns and votes that are no counts. A choice with a single vote is a slip: it is
zeroed before anything else.

Source: Barsoum et al. 2016, arXiv:1608.01041, section 4, and the rules of the authors' reader,
https://github.com/microsoft/FERPlus (``src/ferplus.py``); its fourth mode, multi-label, is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.listing import Column, read_rows
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS, FERPLUS_VOTES

FILE: Final = "fer2013new.csv"
"""What the file with the votes is called where it is published."""

# The published header writes "NF".
_VOTES: Final = tuple(Column(name, (name.upper(),)) for name in FERPLUS_VOTES)
_COLUMNS: Final = (Column("Usage", ("usage",)), Column("Image name"), *_VOTES)

# Votes that a soft target covers at least before it is complete, and how many choices it may be spread over.
_COVERED: Final = 0.75
_MOST_CHOICES: Final = 3


class Mode(StrEnum):
    """What a target is made of.

    ``majority``: the choice of more than half of the votes, alone. ``crossentropy``: the leading choices by
    their shares. ``probability``: the same shares, of which one choice is drawn anew each time the face is
    shown; see `draw`.
    """

    MAJORITY = "majority"
    PROBABILITY = "probability"
    CROSSENTROPY = "crossentropy"


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """What was said about one row of FER2013.

    Attributes:
        usage: FER2013's split.
        image: The file name that FER+ gives the face; empty where the picture was found to show no face.
        votes: (10,) int64 counts in the order of `FERPLUS_VOTES`.
        place: Where it stands, for messages.
    """

    usage: str
    image: str
    votes: NDArray[np.int64]
    place: str


def read_votes(path: Path) -> tuple[Ballot, ...]:
    """Read ``fer2013new.csv``: one ballot for each row of ``fer2013.csv``, in the same order.

    The numbers in the image names are not row numbers: where a row shows no face, numbering does not always
    go on.

    Raises:
        DataError: if the file or a column is missing, or a vote is no count.
    """
    ballots = []
    for row in read_rows(path, _COLUMNS):
        votes = np.array([row.whole(name) for name in FERPLUS_VOTES], dtype=np.int64)
        if votes.min() < 0:
            raise DataError(f"{row.place} has fewer than no votes", got=str(votes.tolist()))
        ballots.append(Ballot(row.cells["Usage"], row.cells["Image name"], votes, row.place))
    return tuple(ballots)


def target(votes: NDArray[np.int64], mode: Mode) -> NDArray[np.float32] | None:
    """The target that FER+'s authors train with.

    Soft modes go through the choices by falling number of votes, equals together, until three quarters of the
    votes are covered, three choices are taken, or "unknown" or "not a face" has its turn. A face is left out
    if what was taken is at most half of the votes, or more than three choices because of equals.

    This is stricter than `duchenne.datasets.fer2013.majority` (most votes, however few) and
    `duchenne.datasets.fer2013.distribution` (all choices with two votes or more), which this project trains
    with.

    Args:
        votes: (10,) counts in the order of `FERPLUS_VOTES`.
        mode: Which target.

    Returns:
        (8,) float32 in the order of `EXPRESSIONS` that sums to 1; None where the face is left out.

    Raises:
        ValueError: if there are not ten counts.
    """
    if votes.shape != (len(FERPLUS_VOTES),):
        raise ValueError(f"votes are (10,) counts, not of shape {votes.shape}")
    kept = np.where(votes > 1, votes, 0)
    taken = _leader(kept) if mode is Mode.MAJORITY else _leaders(kept)
    if not taken or len(taken) > _MOST_CHOICES or 2 * kept[taken].sum() <= kept.sum():
        return None
    result = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    result[taken] = kept[taken] / kept[taken].sum()
    return result


def draw(shares: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """One choice, drawn with the shares of a soft target: what ``probability`` shows the network in one epoch.

    Args:
        shares: (8,) of `target`.
        rng: For the draw.

    Returns:
        (8,) float32, 1 at the choice and 0 elsewhere.
    """
    result = np.zeros_like(shares)
    # In double precision, because a generator checks the sum of its probabilities more finely than float32 is.
    exact = shares.astype(np.float64)
    result[rng.choice(len(shares), p=exact / exact.sum())] = 1
    return result


def _leader(kept: NDArray[np.int64]) -> list[int]:
    winner = int(kept.argmax())
    return [winner] if winner < len(EXPRESSIONS) else []


def _leaders(kept: NDArray[np.int64]) -> list[int]:
    """The expressions that a soft target is spread over."""
    order: Sequence[int] = sorted(np.flatnonzero(kept).tolist(), key=lambda choice: (-kept[choice], choice))
    taken: list[int] = []
    for _, equals in groupby(order, key=lambda choice: int(kept[choice])):
        if kept[taken].sum() >= _COVERED * kept.sum() or len(taken) >= _MOST_CHOICES:
            break
        for choice in equals:
            if choice >= len(EXPRESSIONS):
                return taken
            taken.append(choice)
    return taken
