"""Metrics of scores that rank: average precision, its mean over classes, and the area under the ROC curve.

Takes who is positive and how high each sample was scored; numpy only. Only the order of the scores counts, so
probabilities and logits give the same numbers; equal scores are one step of the curve, taken at once, and so
no order of the samples can help or hurt. Refuses arrays of different shapes and missing scores. NaN where all
samples are of one kind: there is nothing to tell apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def average_precision(is_positive: NDArray[np.bool_], score: NDArray[np.floating[Any]]) -> float:
    """The sum of precisions, weighted by the steps in recall, without interpolation.

    Precision is over the samples scored at least as high, recall over all positives. The value of a score
    that says nothing is the share of positives, so it depends on how common the class is: give that share
    beside it.

    Args:
        is_positive: (N,).
        score: (N,) of any scale, higher for positive; may be infinite, not NaN.

    Returns:
        In (0, 1]; NaN without positives or without negatives.

    Raises:
        ValueError: if the shapes differ or a score is missing.

    Source: Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", section 8.4.
    """
    hits, alarms = _curve(is_positive, score)
    if not _has_both(hits, alarms):
        return float("nan")
    steps = np.diff(hits, prepend=0.0) / hits[-1]
    return float(np.sum(steps * hits / (hits + alarms)))


def average_precisions(
    is_positive: NDArray[np.bool_],
    score: NDArray[np.floating[Any]],
    *,
    is_known: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """`average_precision` of each of K classes or action units, apart.

    Args:
        is_positive: (N, K); several classes of a sample may be positive.
        score: (N, K).
        is_known: (N, K), False where nobody coded the class: that class does without the sample. None means
            all are.

    Returns:
        (K,), NaN for a class whose known samples are of one kind.

    Raises:
        ValueError: if the shapes differ or a known score is missing.
    """
    known = np.ones(is_positive.shape, dtype=np.bool_) if is_known is None else is_known
    if not (is_positive.shape == score.shape == known.shape) or score.ndim != 2:
        raise ValueError(f"expected (N, K) arrays, got {is_positive.shape}, {score.shape} and {known.shape}")
    return np.array(
        [
            average_precision(is_positive[mine, column], score[mine, column])
            for column, mine in enumerate(known.T)
        ],
        dtype=np.float64,
    )


def mean_average_precision(
    is_positive: NDArray[np.bool_],
    score: NDArray[np.floating[Any]],
    *,
    is_known: NDArray[np.bool_] | None = None,
) -> float:
    """The mean of `average_precisions` over the classes that have one (mAP); NaN if none has.

    Classes count alike, however rare. A class without positives is left out of the mean, not counted as 0, so
    two sets of samples may average over different classes. Arguments and errors as for `average_precisions`.
    """
    values = average_precisions(is_positive, score, is_known=is_known)
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def roc_auc(is_positive: NDArray[np.bool_], score: NDArray[np.floating[Any]]) -> float:
    """The share of pairs, one positive and one negative, in which the positive has the higher score.

    Over all pairs; a tie is half a pair. This is the area under the ROC curve, and 0.5 for a score that says
    nothing. Arguments and errors as for `average_precision`; NaN without positives or without negatives.

    Source: Fawcett 2006, "An introduction to ROC analysis", Pattern Recognition Letters 27(8), sections 5 and
    7.
    """
    hits, alarms = _curve(is_positive, score)
    if not _has_both(hits, alarms):
        return float("nan")
    before = np.concatenate([[0.0], hits[:-1]])
    return float(np.diff(alarms, prepend=0.0) @ (before + hits) / 2 / (hits[-1] * alarms[-1]))


def _curve(
    is_positive: NDArray[np.bool_], score: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positives and negatives at or above each distinct score, from the highest down."""
    if is_positive.shape != score.shape or score.ndim != 1:
        raise ValueError(f"expected two (N,) arrays, got {is_positive.shape} and {score.shape}")
    if np.isnan(score).any():
        raise ValueError(
            f"{np.count_nonzero(np.isnan(score))} scores are missing and cannot be ranked: leave those samples out "
            "and say how many they are"
        )
    distinct, step = np.unique(-score.astype(np.float64), return_inverse=True)
    positive = is_positive.astype(np.float64)
    hits = np.bincount(step, weights=positive, minlength=len(distinct)).cumsum()
    alarms = np.bincount(step, weights=1.0 - positive, minlength=len(distinct)).cumsum()
    return hits, alarms


def _has_both(hits: NDArray[np.float64], alarms: NDArray[np.float64]) -> bool:
    return bool(hits.size and hits[-1] > 0 and alarms[-1] > 0)
