"""How well a tool's values agree with known ones, and how far that would move with other people.

Takes known and estimated strengths of one action unit and the subject of each frame; gives Pearson's r, ICC(3,1),
mean absolute error, average precision and ROC AUC; numpy only. Each is computed from sums that are kept by
subject, so that a resample of subjects is a weighted sum and costs no second look at the frames. The same
measures of plain arrays are in `continuous_metrics` and `ranking`; a test holds them together. NaN where a
measure is not defined: known values that never change, a single class, no frames.

Sources: Shrout & Fleiss 1979, "Intraclass correlations", Psychological Bulletin 86(2), Table 2 (ICC(3,1));
Fawcett 2006, "An introduction to ROC analysis", Algorithm 2 (ties); average precision is the sum of precisions
weighted by the steps in recall, without interpolation (Manning, Raghavan & Schütze 2008, section 8.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MEASURES: Final = ("pcc", "icc", "mae", "ap", "auc")
"""The measures, in the order of the columns of `measures`."""

POSITIVE: Final = 0.2
"""A unit counts as shown, for average precision and AUC, from this share of its full movement on.

Below it the skin moves by about a millimetre: hardly any tool, or person, would call that an action unit.
"""

# Spread below this share of its scale is rounding noise of sums of squares, not a signal that varies.
_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the measures need to know of S subjects; resamples of subjects are weighted sums of it.

    Attributes:
        moments: (S, 7): frames, sums of x, y, x^2, y^2, x y, and of |known - estimated|; x and y are the known and
            estimated values less their overall means, which no measure but the last depends on.
        hits: (S, G) positives whose score is at least the g-th of the G scores that positives have.
        alarms: (S, G) negatives at or above the same scores.
        wins: (S, S) pairs in which a positive of the first subject outranks a negative of the second; ties half.
        positives: (S,) frames in which the unit is shown.
    """

    moments: NDArray[np.float64]
    hits: NDArray[np.float64]
    alarms: NDArray[np.float64]
    wins: NDArray[np.float64]
    positives: NDArray[np.float64]


def sums(
    known: NDArray[np.floating[Any]],
    estimated: NDArray[np.floating[Any]],
    subjects: NDArray[np.integer[Any]],
    n_subjects: int,
    *,
    positive: float = POSITIVE,
) -> Sums:
    """Add up what the measures need.

    Args:
        known: (N,) strengths, no NaN.
        estimated: (N,) a tool's values, in the same unit, no NaN.
        subjects: (N,) numbers in [0, n_subjects).
        n_subjects: S.
        positive: Known values from this on count as positive.

    Raises:
        ValueError: if the lengths differ or a value is NaN.
    """
    if not (known.shape == estimated.shape == subjects.shape) or known.ndim != 1:
        raise ValueError(
            f"expected three (N,) arrays, got {known.shape}, {estimated.shape} and {subjects.shape}"
        )
    if np.isnan(known).any() or np.isnan(estimated).any():
        raise ValueError("missing values cannot be scored: leave those frames out and say how many they are")
    x, y = known.astype(np.float64), estimated.astype(np.float64)
    is_positive = x >= positive
    hits, alarms, wins = _ranking(is_positive, y, subjects, n_subjects)
    positives = np.bincount(subjects[is_positive], minlength=n_subjects).astype(np.float64)
    return Sums(_moments(x, y, subjects, n_subjects), hits, alarms, wins, positives)


def _moments(
    known: NDArray[np.float64],
    estimated: NDArray[np.float64],
    subjects: NDArray[np.integer[Any]],
    n_subjects: int,
) -> NDArray[np.float64]:
    error = np.abs(known - estimated)
    # Around the mean, because a variance from raw sums of squares cancels badly.
    x = known - known.mean() if known.size else known
    y = estimated - estimated.mean() if estimated.size else estimated
    terms = (np.ones_like(x), x, y, x * x, y * y, x * y, error)
    return np.stack([np.bincount(subjects, weights=term, minlength=n_subjects) for term in terms], axis=1)


def _ranking(
    is_positive: NDArray[np.bool_],
    score: NDArray[np.float64],
    subjects: NDArray[np.integer[Any]],
    n_subjects: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Counts by subject along the falling score; equal scores are one step, taken at once."""
    distinct, step = np.unique(-score, return_inverse=True)
    counts = np.zeros((2, n_subjects, len(distinct)))
    np.add.at(counts, (is_positive.astype(np.intp), subjects, step), 1.0)
    negative, positive = counts
    above = positive.cumsum(axis=1)
    wins = (above - positive / 2) @ negative.T
    # Recall only rises where there is a positive: the other steps add nothing to average precision.
    rises = positive.sum(axis=0) > 0
    return above[:, rises], negative.cumsum(axis=1)[:, rises], wins


def measures(known: Sums, counts: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """The measures of B resamples of the subjects.

    Args:
        known: From `sums`.
        counts: (B, S) how often each subject was drawn; one row of ones is the sample itself.

    Returns:
        (B, 5) in the order of `MEASURES`; NaN where a measure is not defined.
    """
    weight = counts.astype(np.float64)
    n, x, y, xx, yy, xy, error = (weight @ known.moments).T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_x, spread_y, together = xx - x * x / n, yy - y * y / n, xy - x * y / n
        varies = spread_x > _NO_SPREAD * n
        pcc = np.where(varies & (spread_y > _NO_SPREAD * n), together / np.sqrt(spread_x * spread_y), np.nan)
        # For two raters (BMS - EMS) / (BMS + EMS) of the two-way table comes down to this.
        icc = np.where(varies, 2 * together / (spread_x + spread_y), np.nan)
        positives = weight @ known.positives
        negatives = n - positives
        auc = np.einsum("bi,ij,bj->b", weight, known.wins, weight) / (positives * negatives)
        ap = _average_precision(weight @ known.hits, weight @ known.alarms) / positives
        both = (positives > 0) & (negatives > 0)
        return np.stack(
            [
                np.clip(pcc, -1, 1),
                icc,
                error / n,
                np.where(both, ap, np.nan),
                np.where(both, auc, np.nan),
            ],
            axis=1,
        )


def _average_precision(hits: NDArray[np.float64], alarms: NDArray[np.float64]) -> NDArray[np.float64]:
    precision = np.divide(hits, hits + alarms, out=np.zeros_like(hits), where=hits + alarms > 0)
    found = np.diff(hits, axis=1, prepend=0.0)
    return np.asarray((found * precision).sum(axis=1))


def agreement(
    known: NDArray[np.floating[Any]], estimated: NDArray[np.floating[Any]], *, positive: float = POSITIVE
) -> dict[str, float]:
    """Every measure of one sample, by its name in `MEASURES`; arguments as for `sums`."""
    one = sums(known, estimated, np.zeros(len(known), dtype=np.intp), 1, positive=positive)
    return dict(zip(MEASURES, measures(one, np.ones((1, 1), dtype=np.intp))[0].tolist(), strict=True))
