"""A recording that several people rated all the time, with its time axis.

Takes arrays and names, gives frozen `Ratings` and `RatedRecording`. Refuses arrays that do not fit each
other: values never travel without their times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """What raters said of one dimension, side by side.

    Attributes:
        times_s: (T,) float64 seconds from the recording's begin, rising by one step; T at least 2.
        raters: R names.
        values: (T, R) float64 in [-1, 1], without gaps. What raters saw in a face and heard, late by the time
            they took, each on a scale of their own; not what the person felt.

    Raises:
        ValueError: if shapes do not fit, times do not rise or values are missing or out of range.
    """

    times_s: NDArray[np.float64]
    raters: tuple[str, ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.times_s), len(self.raters)) or len(self.times_s) < 2:
            raise ValueError(
                f"{len(self.times_s)} times and {len(self.raters)} raters have values of shape {self.values.shape}"
            )
        if not (np.diff(self.times_s) > 0).all():
            raise ValueError("the times of ratings do not rise")
        if not (np.abs(self.values) <= 1.0).all():
            raise ValueError("ratings lie outside [-1, 1] or are missing")

    @property
    def step_s(self) -> float:
        """Time from one rating to the next, in seconds: the mean step."""
        return float(self.times_s[-1] - self.times_s[0]) / (len(self.times_s) - 1)

    @property
    def mean(self) -> NDArray[np.float64]:
        """(T,) plain mean of the raters; AVEC's gold standard is another one, see `RatedRecording.gold`."""
        return np.asarray(self.values.mean(axis=1), dtype=np.float64)

    def of(self, rater: str) -> NDArray[np.float64]:
        """(T,) values of one rater.

        Raises:
            ValueError: if there is none of that name.
        """
        return np.asarray(self.values[:, self.raters.index(rater)], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class RatedRecording:
    """One participant's recording.

    Attributes:
        recording: Identifier, unique within its data set: ``train_1``.
        dataset: Name in `duchenne.datasets.catalogue.DATASETS`.
        split: The set's own name of the part it belongs to; empty where it has none.
        subject: Who is shown.
        media: The video; None where the set came without videos.
        ratings: By dimension (``arousal``, ``valence``) all raters, each apart.
        gold: By dimension the one curve that the set's publishers made of them; empty where they give none.
    """

    recording: str
    dataset: str
    split: str
    subject: str
    media: Path | None
    ratings: Mapping[str, Ratings]
    gold: Mapping[str, Ratings]
