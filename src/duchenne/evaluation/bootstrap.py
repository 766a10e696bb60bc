"""Intervals by resampling groups: how far a score would move with other people.

Takes true and predicted values and the group (subject) of each sample; gives 95 % percentile intervals.
Samples of one group stay together, because two photographs of one person are not two independent facts.
`intervals` is for classes and costs the same for any number of samples; `group_intervals` is for any metric
of any arrays.

A percentile interval is too narrow where groups are few: in a simulation of a mean error (300 sets each) it
held the true value in 79 of 100 sets of 6 groups, 93 of 12, 92 of 24 and 94 of 100.

Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapters 8 and 13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.metrics import confusion

Metric = Callable[[NDArray[np.int64]], float]

N_RESAMPLES = 1000
"""The ends of a 95 % interval then rest on 25 resamples each."""

MIN_DEFINED: Final = 0.9
"""Share of resamples in which a metric must be defined to get an interval.

A class that a single group shows is in 63 % of the resamples, one that two groups show in 86 %, three in 95
%. An interval from the first would have no width, and look like certainty.
"""


def intervals(
    true: NDArray[np.int64],
    predicted: NDArray[np.int64],
    groups: Sequence[str],
    n_classes: int,
    metrics: Sequence[Metric],
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    """The 2.5th and 97.5th percentile of metrics of a confusion table over resamples of the groups.

    Args:
        true: (N,) class numbers.
        predicted: (N,) class numbers or `duchenne.evaluation.metrics.MISSED`.
        groups: N names.
        n_classes: K.
        metrics: Functions of the (K, K + 1) confusion table.
        rng: The source of randomness.

    Returns:
        (low, high) for each metric; NaN where there are fewer than two groups, or where the metric is not
        defined in more than one of ten resamples. Resamples in which it is not defined count for nothing.

    Raises:
        ValueError: if the lengths differ or a class number is out of range.
    """
    names, index = _index(groups, len(true))
    tables = np.zeros((len(names), n_classes, n_classes + 1), dtype=np.int64)
    for group, rows in enumerate(_rows(index, len(names))):
        tables[group] = confusion(true[rows], predicted[rows], n_classes)

    def score(drawn: NDArray[np.intp]) -> list[float]:
        # Counts add up, so a resample is a weighted sum of the groups' tables.
        table = np.tensordot(np.bincount(drawn, minlength=len(names)), tables, axes=1)
        return [metric(table) for metric in metrics]

    return _percentiles(score, len(names), len(metrics), rng)


def group_intervals(
    arrays: Sequence[NDArray[Any]],
    groups: Sequence[str],
    metrics: Sequence[Callable[..., float]],
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    """The 2.5th and 97.5th percentile of any metrics over resamples of the groups.

    A difference between two predictions of the same samples is one metric of three arrays; its interval is
    then paired.

    Args:
        arrays: What the metrics take, in their order; the first axis of each is the N samples.
        groups: N names.
        metrics: Functions of the arrays, such as `duchenne.evaluation.continuous_metrics.ccc`.
        rng: The source of randomness.

    Returns:
        As `intervals`.

    Raises:
        ValueError: if there is no array or the lengths differ.

    Example:
        >>> import numpy as np
        >>> from duchenne.evaluation.continuous_metrics import mae
        >>> true, predicted = np.zeros(4), np.ones(4)
        >>> group_intervals((true, predicted), list("aabb"), (mae,), np.random.default_rng(0))
        [(1.0, 1.0)]
    """
    lengths = {len(values) for values in arrays}
    if len(lengths) != 1:
        raise ValueError(f"expected arrays of one length, got lengths {sorted(lengths)}")
    names, index = _index(groups, lengths.pop())
    rows = _rows(index, len(names))

    def score(drawn: NDArray[np.intp]) -> list[float]:
        mine = np.concatenate([rows[group] for group in drawn])
        resampled = [values[mine] for values in arrays]
        return [metric(*resampled) for metric in metrics]

    return _percentiles(score, len(names), len(metrics), rng)


def _index(groups: Sequence[str], n_samples: int) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    if len(groups) != n_samples:
        raise ValueError(f"expected a group for each of {n_samples} samples, got {len(groups)}")
    return np.unique(np.asarray(groups, dtype=str), return_inverse=True)


def _rows(index: NDArray[np.intp], n_groups: int) -> list[NDArray[np.intp]]:
    """The samples of each group."""
    sizes = np.bincount(index, minlength=n_groups)
    # Without a group, np.split would still give one part.
    return np.split(np.argsort(index, kind="stable"), np.cumsum(sizes)[:-1])[:n_groups]


def _percentiles(
    score: Callable[[NDArray[np.intp]], list[float]], n_groups: int, n_metrics: int, rng: np.random.Generator
) -> list[tuple[float, float]]:
    if n_groups < 2:
        return [(float("nan"), float("nan"))] * n_metrics
    draws = np.array([score(rng.integers(0, n_groups, n_groups)) for _ in range(N_RESAMPLES)])
    return [_interval(column) for column in draws.T]


def _interval(drawn: NDArray[np.float64]) -> tuple[float, float]:
    defined = drawn[~np.isnan(drawn)]
    if defined.size < MIN_DEFINED * drawn.size:
        return float("nan"), float("nan")
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)
