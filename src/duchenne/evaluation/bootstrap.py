"""Intervals by resampling groups: how far a score would move with other people.

Takes true and predicted classes and the group (subject) of each sample; gives 95 % percentile intervals.
Samples of one group stay together, because two photographs of one person are not two independent facts.
Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapters 8 and 13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.metrics import confusion

Metric = Callable[[NDArray[np.int64]], float]

N_RESAMPLES = 1000
"""The ends of a 95 % interval then rest on 25 resamples each."""


def intervals(
    true: NDArray[np.int64],
    predicted: NDArray[np.int64],
    groups: Sequence[str],
    n_classes: int,
    metrics: Sequence[Metric],
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    """The 2.5th and 97.5th percentile of each metric over resamples of the groups.

    Args:
        true: (N,) class numbers.
        predicted: (N,) class numbers or `duchenne.evaluation.metrics.MISSED`.
        groups: N names.
        n_classes: K.
        metrics: Functions of the (K, K + 1) confusion table.
        rng: The source of randomness.

    Returns:
        (low, high) for each metric; NaN where there are fewer than two groups.
    """
    names, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    if len(names) < 2:
        return [(float("nan"), float("nan"))] * len(metrics)
    tables = np.zeros((len(names), n_classes, n_classes + 1), dtype=np.int64)
    for group in range(len(names)):
        mine = index == group
        tables[group] = confusion(true[mine], predicted[mine], n_classes)
    draws = np.empty((N_RESAMPLES, len(metrics)))
    for i in range(N_RESAMPLES):
        # Counts add up, so a resample is a weighted sum of the groups' tables.
        counts = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))
        table = np.tensordot(counts, tables, axes=1)
        draws[i] = [metric(table) for metric in metrics]
    low, high = np.nanpercentile(draws, [2.5, 97.5], axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
