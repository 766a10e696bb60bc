"""Whether a network that says "80 % sure" is right in 80 of 100 such cases.

Takes the true classes and the probabilities that were given; gives shares by confidence and the expected
calibration error; numpy only. Refuses probabilities that do not sum to one. A sample without a prediction has
no confidence and cannot take part: say how many they are.

Source: Guo, Pleiss, Sun & Weinberger 2017, "On Calibration of Modern Neural Networks", section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

N_BINS: Final = 15
"""Bins of equal width, as in the source. The error grows with their number: compare only equal ones."""

_SUM_TOLERANCE: Final = 1e-3  # a softmax in half precision


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """What was said and what was so, by confidence: the rows of a reliability diagram.

    Attributes:
        edges: (B + 1,) from 0 to 1. Bin b holds confidences above ``edges[b]`` and up to ``edges[b + 1]``.
        n_samples: (B,) samples in each bin.
        confidence: (B,) mean confidence in each bin; NaN for an empty one.
        accuracy: (B,) share of right answers among the samples of each bin; NaN for an empty one.
    """

    edges: NDArray[np.float64]
    n_samples: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def reliability(
    true: NDArray[np.int64], probabilities: NDArray[np.floating[Any]], *, n_bins: int = N_BINS
) -> Reliability:
    """Sort predictions into bins of equal width by their confidence, the largest probability.

    Args:
        true: (N,) class numbers in [0, K).
        probabilities: (N, K) in [0, 1], each row summing to one. The answer is the largest; of equals, the
            first.
        n_bins: B, at least 1.

    Raises:
        ValueError: if the shapes do not fit, a class is out of range, a row is no distribution or there is no
        bin.
    """
    if probabilities.ndim != 2 or true.shape != probabilities.shape[:1]:
        raise ValueError(
            f"expected (N,) classes and (N, K) probabilities, got {true.shape} and {probabilities.shape}"
        )
    if true.size and (true.min() < 0 or true.max() >= probabilities.shape[1]):
        raise ValueError(
            f"true classes must lie in [0, {probabilities.shape[1]}), got {true.min()} to {true.max()}"
        )
    if n_bins < 1:
        raise ValueError(f"expected at least one bin, got {n_bins}")
    p = probabilities.astype(np.float64)
    # Worded so that NaN fails it too.
    if not ((p >= 0) & (p <= 1)).all() or not (np.abs(p.sum(axis=1) - 1) <= _SUM_TOLERANCE).all():
        raise ValueError("each row of probabilities must lie in [0, 1] and sum to one")
    edges = np.linspace(0.0, 1.0, n_bins + 1)
    confidence = p.max(axis=1, initial=0.0)
    right = (p.argmax(axis=1) if p.size else true) == true
    place = np.searchsorted(edges, confidence, side="left") - 1
    n = np.bincount(place, minlength=n_bins)
    sums = (np.bincount(place, weights=values, minlength=n_bins) for values in (confidence, right))
    means = [np.divide(total, n, out=np.full(n_bins, np.nan), where=n > 0) for total in sums]
    return Reliability(edges, n.astype(np.int64), *means)


def expected_calibration_error(
    true: NDArray[np.int64], probabilities: NDArray[np.floating[Any]], *, n_bins: int = N_BINS
) -> float:
    """The mean gap between confidence and accuracy, bins weighted by their samples (ECE), in [0, 1].

    Over all N samples; NaN for none. 0 does not mean good: a network that always gives the classes' true
    shares has no gap and no use. With few samples it is too high even for honest probabilities. Arguments and
    errors as for `reliability`.
    """
    bins = reliability(true, probabilities, n_bins=n_bins)
    filled = bins.n_samples > 0
    if not filled.any():
        return float("nan")
    gaps = np.abs(bins.confidence - bins.accuracy)[filled]
    return float(np.average(gaps, weights=bins.n_samples[filled]))
