"""Metrics of numbers on a scale: valence, arousal, intensity.

Takes true and predicted values, one of each a sample, and gives one number; numpy only, computed in float64.
Refuses arrays of different lengths and values that are missing or infinite: leaving samples out is the
caller's decision, and to be told beside the result. What is not defined is NaN, never 0; each function says
when. Values whose range is below a millionth of a millionth of their size count as constant: such a range is
rounding.

A metric of many recordings at once is not the mean of its values in each recording. Say which one a table
shows.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_NO_SPREAD: Final = 1e-12  # of the largest magnitude; doubles resolve 2e-16, means of many a little less


def rmse(true: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> float:
    """Root of the mean squared error, in the unit of the values: over all N samples; NaN for none.

    Args:
        true: (N,) finite values.
        predicted: (N,) finite values in the same unit.

    Raises:
        ValueError: if the lengths differ or a value is missing or infinite.
    """
    x, y = _pair(true, predicted)
    return float(np.sqrt(np.mean((x - y) ** 2))) if x.size else float("nan")


def mae(true: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> float:
    """Mean absolute error, in the unit of the values: over all N samples; NaN for none.

    Arguments and errors as for `rmse`.
    """
    x, y = _pair(true, predicted)
    return float(np.mean(np.abs(x - y))) if x.size else float("nan")


def pcc(true: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> float:
    """Pearson's correlation: covariance over the product of standard deviations, in [-1, 1].

    Every one of the three has the same denominator, N or N - 1, so it cancels. Blind to offset and scale: a
    prediction that is always too high by 0.5 can have a correlation of 1. NaN where either never changes, or
    for fewer than two samples. Arguments and errors as for `rmse`.
    """
    x, y = _pair(true, predicted)
    if not (_varies(x) and _varies(y)):
        return float("nan")
    # Scaled to the largest deviation, so that squares of tiny or huge values neither vanish nor overflow.
    dx, dy = (d / np.abs(d).max() for d in (x - x.mean(), y - y.mean()))
    return float(np.clip(dx @ dy / np.sqrt((dx @ dx) * (dy @ dy)), -1.0, 1.0))


def ccc(true: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> float:
    """Lin's concordance: twice the covariance over (both variances + the squared difference of the means).

    Covariance and variances are over N, not N - 1, as in the source; with N - 1 the value would be a little
    higher for predictions with an offset. 0 for a constant prediction. NaN where the true values never
    change, or for fewer than two samples: the formula would give 0 whatever was predicted. Arguments and
    errors as for `rmse`.

    Source: Lin 1989, "A concordance correlation coefficient to evaluate reproducibility", Biometrics 45(1).
    """
    x, y = _pair(true, predicted)
    if not _varies(x):
        return float("nan")
    if not _varies(y):
        return 0.0
    dx, dy = x - x.mean(), y - y.mean()
    return float(2 * np.mean(dx * dy) / (np.mean(dx**2) + np.mean(dy**2) + (x.mean() - y.mean()) ** 2))


def icc_3_1(ratings: NDArray[np.floating[Any]]) -> float:
    """Consistency of K fixed raters on N targets: (BMS - EMS) / (BMS + (K - 1) EMS).

    BMS is the mean square between targets, over N - 1; EMS that of what neither target nor rater explains,
    over (N - 1) (K - 1). A rater who is always higher by the same amount costs nothing; one with a smaller
    range does.

    Args:
        ratings: (N, K) finite values.

    Returns:
        At most 1; 0 for raters who share nothing, at least -1 / (K - 1). NaN for fewer than two targets or
        raters, and where no rater changes.

    Raises:
        ValueError: if ``ratings`` is not a table, or a value is missing or infinite.

    Source: Shrout & Fleiss 1979, "Intraclass correlations", Psychological Bulletin 86(2).
    """
    if ratings.ndim != 2:
        raise ValueError(f"expected (N, K) ratings, got {ratings.shape}")
    table = ratings.astype(np.float64)
    _check_finite(table)
    n, k = table.shape
    if n < 2 or k < 2 or not any(_varies(column) for column in table.T):
        return float("nan")
    targets, raters, grand = table.mean(axis=1), table.mean(axis=0), table.mean()
    between = k * float(((targets - grand) ** 2).sum()) / (n - 1)
    rest = table - targets[:, None] - raters[None] + grand
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    return float((between - error) / (between + (k - 1) * error))


def _pair(
    true: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if true.shape != predicted.shape or true.ndim != 1:
        raise ValueError(f"expected two (N,) arrays, got {true.shape} and {predicted.shape}")
    x, y = true.astype(np.float64), predicted.astype(np.float64)
    _check_finite(x, y)
    return x, y


def _check_finite(*arrays: NDArray[np.float64]) -> None:
    n_missing = sum(int(np.count_nonzero(~np.isfinite(values))) for values in arrays)
    if n_missing:
        raise ValueError(
            f"{n_missing} values are missing or infinite and cannot be scored: leave those samples out and say how "
            "many they are"
        )


def _varies(values: NDArray[np.float64]) -> bool:
    return bool(values.size > 1 and np.ptp(values) > _NO_SPREAD * np.abs(values).max())
