"""A recording whose action units somebody coded, frame by frame.

Takes arrays and names, gives a frozen `CodedRecording`. Refuses arrays that do not fit each other. What was not
coded is NaN, which is not absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.facs import ACTION_UNITS

SCALE: Final = 5.0
"""FACS intensities A to E are 1 to 5; 0 is absent."""


@dataclass(frozen=True, slots=True, eq=False)
class CodedRecording:
    """One video with its codes.

    Attributes:
        recording: Identifier, unique within its data set.
        dataset: Name in `duchenne.datasets.catalogue.DATASETS`.
        split: The set's own name of the part it belongs to; empty where it has none.
        subject: Who is shown.
        media: The video, or the folder of its frames as pictures.
        frames: (N,) int64 numbers of the coded frames, as the set counts them, rising.
        first_frame: What the set calls the first frame of the media.
        units: K numbers of units, ascending.
        codes: (N, K) float64; NaN where nobody coded.
        is_presence: Whether a code is 0 or 1 for absent and present, or an intensity as a share of E.
    """

    recording: str
    dataset: str
    split: str
    subject: str
    media: Path
    frames: NDArray[np.int64]
    first_frame: int
    units: tuple[int, ...]
    codes: NDArray[np.float64]
    is_presence: bool

    def __post_init__(self) -> None:
        if self.codes.shape != (len(self.frames), len(self.units)):
            raise ValueError(
                f"{len(self.frames)} frames and {len(self.units)} units have codes of shape {self.codes.shape}"
            )
        if not set(self.units) <= set(ACTION_UNITS) or list(self.units) != sorted(set(self.units)):
            raise ValueError(f"no ascending action units: {self.units}")
        if (np.diff(self.frames) <= 0).any():
            raise ValueError("the numbers of coded frames do not rise")
        coded = self.codes[~np.isnan(self.codes)]
        if ((coded < 0) | (coded > 1)).any():
            raise ValueError("codes lie outside [0, 1]")

    @property
    def indices(self) -> NDArray[np.int64]:
        """(N,) 0-based places of the coded frames in the media."""
        return np.asarray(self.frames - self.first_frame, dtype=np.int64)


def joined(
    columns: Mapping[int, Mapping[int, float]],
) -> tuple[NDArray[np.int64], tuple[int, ...], NDArray[np.float64]]:
    """Put units that were coded apart side by side.

    Args:
        columns: By unit the code of each frame, by its number.

    Returns:
        Frames that any unit was coded in, units, and codes: as in `CodedRecording`.
    """
    units = tuple(sorted(columns))
    frames = np.array(sorted({frame for codes in columns.values() for frame in codes}), dtype=np.int64)
    table = np.full((len(frames), len(units)), np.nan)
    for place, unit in enumerate(units):
        codes = columns[unit]
        table[:, place] = [codes.get(int(frame), np.nan) for frame in frames]
    return frames, units, table
