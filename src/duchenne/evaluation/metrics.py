"""Classification metrics: every rate with its denominator.

Takes true and predicted class numbers, gives counts and rates; numpy only. A prediction of `MISSED` means
that nothing was predicted (no face was found): it counts as wrong and stands in the last column of the
confusion table. Refuses arrays of different lengths and class numbers outside their range. A rate without a
denominator is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MISSED: Final = -1
"""Predicted class where there was no prediction."""


def confusion(true: NDArray[np.int64], predicted: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Count how often each class was taken for each other.

    Args:
        true: (N,) class numbers in [0, n_classes).
        predicted: (N,) class numbers in [0, n_classes), or `MISSED`.
        n_classes: K, at least 1.

    Returns:
        (K, K + 1) counts: rows are true classes, columns predicted ones, the last column the missed.

    Raises:
        ValueError: if the lengths differ or a class number is out of range.
    """
    if true.shape != predicted.shape or true.ndim != 1:
        raise ValueError(f"expected two (N,) arrays, got {true.shape} and {predicted.shape}")
    if true.size and (true.min() < 0 or true.max() >= n_classes):
        raise ValueError(f"true classes must lie in [0, {n_classes}), got {true.min()} to {true.max()}")
    if predicted.size and (predicted.min() < MISSED or predicted.max() >= n_classes):
        raise ValueError(
            f"predictions must lie in [-1, {n_classes}), got {predicted.min()} to {predicted.max()}"
        )
    columns = np.where(predicted == MISSED, n_classes, predicted)
    flat = np.bincount(true * (n_classes + 1) + columns, minlength=n_classes * (n_classes + 1))
    return flat.reshape(n_classes, n_classes + 1).astype(np.int64)


def accuracy(table: NDArray[np.int64]) -> float:
    """Right predictions over all N samples, the missed included; NaN for an empty table."""
    return _ratio(_right(table).sum(), table.sum())


def recall(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each true class, the share predicted as such: (K,), over the samples of that class, missed included.

    NaN, not 0, for a class without samples: nothing is known about it.
    """
    return _rates(_right(table), table.sum(axis=1))


def precision(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each predicted class, the share that truly is one: (K,); NaN for a class never predicted."""
    return _rates(_right(table), table[:, :-1].sum(axis=0))


def class_accuracy(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each class against all others, the share of right yes-or-no answers: (K,), over all N samples.

    A missed sample is wrong for its own class and right for the others. High for a rare class whatever is
    predicted: read it beside `recall`. NaN for an empty table.
    """
    wrong = table.sum(axis=1) + table[:, :-1].sum(axis=0) - 2 * _right(table)
    n = table.sum()
    return _rates(n - wrong, np.full(len(table), n))


def balanced_accuracy(table: NDArray[np.int64]) -> float:
    """The mean of `recall` over the classes that have samples; NaN if none has.

    Also known as macro recall or unweighted average recall (UAR). Missed samples count as wrong in their
    class.
    """
    return _mean(recall(table))


def f1(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each class, (K,): twice the right ones over (samples of the class + predictions of the class).

    0 for a class that has samples and is never predicted; NaN for a class that has no samples.
    """
    true, predicted = table.sum(axis=1), table[:, :-1].sum(axis=0)
    return np.where(true > 0, _rates(2 * _right(table), true + predicted), np.nan)


def macro_f1(table: NDArray[np.int64]) -> float:
    """The mean of `f1` over the classes that have samples; NaN if none has."""
    return _mean(f1(table))


def within(table: NDArray[np.int64], steps: int) -> float:
    """The share of samples whose predicted label is at most ``steps`` labels away from the true one.

    Over all N samples, the missed included, which are never close; NaN for an empty table. For labels with an
    order, such as intensities 0 to 5. A guess gains with every step too: give `within` of the baselines
    beside it.

    Raises:
        ValueError: if ``steps`` is negative.
    """
    if steps < 0:
        raise ValueError(f"expected 0 steps or more, got {steps}")
    close = sum(int(np.trace(table[:, :-1], offset)) for offset in range(-steps, steps + 1))
    return _ratio(close, table.sum())


def majority_baseline(table: NDArray[np.int64]) -> float:
    """The accuracy of always answering the most frequent true class; NaN for an empty table."""
    return _ratio(table.sum(axis=1).max(), table.sum())


def chance_baseline(table: NDArray[np.int64]) -> float:
    """The expected balanced accuracy, and accuracy, of guessing evenly among the classes that have samples."""
    return _ratio(1, np.count_nonzero(table.sum(axis=1)))


def accuracy_by_group(true: NDArray[np.int64], predicted: NDArray[np.int64], groups: Sequence[str]) -> float:
    """The mean over groups of the share of right predictions in each; NaN without samples.

    A subject with hundreds of photographs counts as much as one with a single photograph.

    Args:
        true: (N,) class numbers.
        predicted: (N,) class numbers or `MISSED`, which is never right.
        groups: N names.
    """
    _, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return _mean(_rates(np.bincount(index, weights=true == predicted), np.bincount(index)))


def _right(table: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(table[:, :-1].diagonal(), dtype=np.int64)


def _ratio(part: np.integer | int, whole: np.integer | int) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _rates(part: NDArray[Any], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    rates = np.full(len(part), np.nan)
    np.divide(part, whole, out=rates, where=whole > 0)
    return rates


def _mean(rates: NDArray[np.float64]) -> float:
    known = rates[~np.isnan(rates)]
    return float(known.mean()) if known.size else float("nan")
