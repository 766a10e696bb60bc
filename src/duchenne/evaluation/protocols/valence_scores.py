"""How well valence is read, rater by rater: RMSE, Pearson and concordance, with intervals by subject.

Takes ratings and readings of N frames, seven columns each (six raters and their mean), and the subject of each
frame; gives a `ValenceScore`. All recordings are put end to end before anything is computed: a recording that
lies higher as a whole counts as agreement, which a mean of values of single recordings would not see. NaN where
a measure is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.continuous_metrics import ccc, pcc, rmse
from duchenne.evaluation.protocols.value_networks import N_RATERS, OUTPUTS

Values = NDArray[np.float64]
Interval = tuple[float, float]

SEED: Final = 0
"""Of the resamples: the same frames give the same interval."""


@dataclass(frozen=True, slots=True)
class ValenceScore:
    """How well one method reads.

    Attributes:
        rmse: Over all frames and all six raters at once; the paper gives one number and does not say which.
        mean_rmse: Against the mean of the raters.
        pcc: Seven values in the order of `OUTPUTS`: each reading against its own rater, the last against the mean.
        ccc: Likewise.
        rmse_interval: 95 % interval by subject; NaN for fewer than two.
        mean_rmse_interval: Likewise.
        pcc_intervals: Seven.
        ccc_intervals: Seven.
    """

    rmse: float
    mean_rmse: float
    pcc: tuple[float, ...]
    ccc: tuple[float, ...]
    rmse_interval: Interval
    mean_rmse_interval: Interval
    pcc_intervals: tuple[Interval, ...]
    ccc_intervals: tuple[Interval, ...]


def score(rated: Values, read: Values, subjects: Sequence[str]) -> ValenceScore:
    """Score one method.

    Args:
        rated: (N, 7) finite ratings, N at least 1.
        read: (N, 7) finite readings.
        subjects: N names.

    Raises:
        ValueError: if shapes do not fit, or a value is missing.
    """
    _check(rated, read)
    measures = _measures()
    values = [measure(rated, read) for measure in measures]
    bounds = group_intervals((rated, read), subjects, measures, np.random.default_rng(SEED))
    n = len(OUTPUTS)
    return ValenceScore(
        rmse=values[0],
        mean_rmse=values[1],
        pcc=tuple(values[2 : 2 + n]),
        ccc=tuple(values[2 + n :]),
        rmse_interval=bounds[0],
        mean_rmse_interval=bounds[1],
        pcc_intervals=tuple(bounds[2 : 2 + n]),
        ccc_intervals=tuple(bounds[2 + n :]),
    )


def plain_scores(rated: Values, read: Values) -> dict[str, Any]:
    """The same without intervals, for one recording of the record; NaN throughout without a frame."""
    _check(rated, read)
    pooled, mean, *rest = [measure(rated, read) for measure in _measures()]
    n = len(OUTPUTS)
    return {"rmse": pooled, "mean_rmse": mean, "pcc": rest[:n], "ccc": rest[n:]}


def gain_in_ccc(
    rated: Values, read: Values, other: Values, subjects: Sequence[str]
) -> tuple[float, Interval]:
    """By how much one method's concordance with the mean of the raters is higher than another's, paired.

    Args:
        rated: (N,) mean ratings.
        read: (N,) of the one.
        other: (N,) of the other.
        subjects: N names.

    Returns:
        The difference, and its 95 % interval by subject.
    """

    def gain(true: Values, one: Values, two: Values) -> float:
        return ccc(true, one) - ccc(true, two)

    (bounds,) = group_intervals((rated, read, other), subjects, (gain,), np.random.default_rng(SEED))
    return gain(rated, read, other), bounds


def _measures() -> list[Callable[[Values, Values], float]]:
    columns = range(len(OUTPUTS))
    return [
        _pooled_rmse,
        partial(_of_column, rmse, N_RATERS),
        *(partial(_of_column, pcc, column) for column in columns),
        *(partial(_of_column, ccc, column) for column in columns),
    ]


def _pooled_rmse(rated: Values, read: Values) -> float:
    return rmse(rated[:, :N_RATERS].ravel(), read[:, :N_RATERS].ravel())


def _of_column(metric: Callable[[Values, Values], float], column: int, rated: Values, read: Values) -> float:
    return metric(rated[:, column], read[:, column])


def _check(rated: Values, read: Values) -> None:
    if rated.shape != read.shape or rated.ndim != 2 or rated.shape[1] != len(OUTPUTS):
        raise ValueError(f"expected two (N, {len(OUTPUTS)}) arrays, got {rated.shape} and {read.shape}")
