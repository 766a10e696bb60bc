"""What is true of rated recordings that were made, not recorded: the latent curve and the raters' numbers.

Takes the folder of ``duchenne synth layout ratings``, gives its raters and curves. A real folder has none, and says
so by `is_made`. Refuses tables that lack columns, are empty, or whose times do not rise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.listing import Column, read_rows
from duchenne.datasets.recola import DIMENSIONS
from duchenne.errors import DataError

RATERS: Final = "truth/raters.csv"
LATENT: Final = "truth/latent"

MADE: Final = "synthetic_ratings"
"""What a training register calls these recordings: nobody who was filmed for RECOLA is in them."""
MADE_LICENCE: Final = "Made by duchenne synth layout ratings; the face model is ICT-FaceKit's, MIT"
# Times written with two digits end a little before or after the last frame, in seconds.
_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True, slots=True)
class MadeRater:
    """How a rater followed the latent curve.

    Attributes:
        rater: Name, as in the files of ratings.
        delay_s: How late, in seconds; the smoothing comes on top.
        gain: Factor on the curve.
        offset: Added to it.
        smoothing_s: Time constant of a first-order low pass, in seconds.
        noise: Standard deviation of a slow wander.
    """

    rater: str
    delay_s: float
    gain: float
    offset: float
    smoothing_s: float
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class LatentCurve:
    """What the raters of a recording followed.

    Attributes:
        times_s: (T,) rising seconds, T at least 2.
        values: (T,) in [-1, 1].
    """

    times_s: NDArray[np.float64]
    values: NDArray[np.float64]

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) values at given times, linear between two.

        Before the curve begins its first value, which is what a late rater still has before their eyes then; NaN
        beyond its end.
        """
        beyond = times_s > self.times_s[-1] + _ROUNDING_S
        return np.where(beyond, np.nan, np.interp(times_s, self.times_s, self.values))


def is_made(root: Path) -> bool:
    """Whether a folder of recordings brings the truth, and so was made."""
    return (root / RATERS).is_file()


def read_made_raters(root: Path) -> tuple[MadeRater, ...]:
    """All raters, in file order.

    Raises:
        DataError: if the table is missing, empty, or lacks a number.
    """
    numbers = ("delay_s", "gain", "offset", "smoothing_s", "noise")
    rows = read_rows(root / RATERS, (Column("rater"), *(Column(name) for name in numbers)))
    raters = tuple(
        MadeRater(row.cells["rater"], **{name: row.number(name) for name in numbers}) for row in rows
    )
    if not raters:
        raise DataError(f"{RATERS} lists no rater", expected="a row for each rater")
    return raters


def read_latent(root: Path, recording: str, dimension: str) -> LatentCurve:
    """The curve of one recording.

    Args:
        root: The folder.
        recording: ``train_1``.
        dimension: One of `duchenne.datasets.recola.DIMENSIONS`.

    Raises:
        ValueError: if the dimension is none.
        DataError: if the file is missing, has fewer than two rows, or its times do not rise.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"expected one of {DIMENSIONS}, got {dimension!r}")
    path = root / LATENT / f"{recording}.csv"
    rows = [
        (row.number("time_s"), row.number(dimension))
        for row in read_rows(path, (Column("time_s"), Column(dimension)))
    ]
    if len(rows) < 2 or not (np.diff([time_s for time_s, _ in rows]) > 0).all():
        raise DataError(
            f"{LATENT}/{path.name} is no curve", got=f"{len(rows)} rows", expected="two or more, times rising"
        )
    times, values = np.array(rows, dtype=np.float64).T
    return LatentCurve(times.copy(), values.copy())
