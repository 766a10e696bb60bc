"""How well raters agree with one another: what a reading that agrees as well cannot be blamed for.

Takes the ratings of N frames by R raters; gives the concordance and correlation of each pair and ICC(3,1). The
raters' scales and delays stay as they are. Refuses tables of fewer than two raters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.continuous_metrics import ccc, icc_3_1, pcc


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """How well R raters agree.

    Attributes:
        pair_ccc: R rows of R; the concordance of a rater with themselves is NaN, for it says nothing.
        with_others_ccc: Of each rater, the mean concordance with the others.
        with_others_pcc: Of each rater, the mean correlation with the others.
        mean_ccc: Over all pairs of two raters.
        mean_pcc: Over all pairs.
        icc: ICC(3,1) of all.
    """

    pair_ccc: tuple[tuple[float, ...], ...]
    with_others_ccc: tuple[float, ...]
    with_others_pcc: tuple[float, ...]
    mean_ccc: float
    mean_pcc: float
    icc: float


def agreement_of(ratings: NDArray[np.float64]) -> RaterAgreement:
    """Compare every rater with every other.

    A pair with a rater who never moves has no correlation; it is left out of the means.

    Args:
        ratings: (N, R) finite values, R at least 2.

    Raises:
        ValueError: if there are fewer than two raters, or a value is missing.
    """
    if ratings.ndim != 2 or ratings.shape[1] < 2:
        raise ValueError(f"expected (N, R) ratings by two raters or more, got {ratings.shape}")
    n_raters = ratings.shape[1]
    pairs = np.full((2, n_raters, n_raters), np.nan)
    for one, other in combinations(range(n_raters), 2):
        a, b = ratings[:, one], ratings[:, other]
        # Concordance is symmetric but for a constant, of which it is 0 one way and undefined the other.
        pairs[0, one, other] = pairs[0, other, one] = ccc(a, b) if np.ptp(a) > 0 else ccc(b, a)
        pairs[1, one, other] = pairs[1, other, one] = pcc(a, b)
    above = np.triu_indices(n_raters, 1)
    return RaterAgreement(
        pair_ccc=tuple(tuple(row) for row in pairs[0].tolist()),
        with_others_ccc=tuple(_mean(row) for row in pairs[0]),
        with_others_pcc=tuple(_mean(row) for row in pairs[1]),
        mean_ccc=_mean(pairs[0][above]),
        mean_pcc=_mean(pairs[1][above]),
        icc=icc_3_1(ratings),
    )


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
