from __future__ import annotations

import numpy as np
import pytest

from duchenne.evaluation.protocols.rater_agreement import agreement_of


def table() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(50, 1))
    return np.asarray(shared * [1.0, 0.5, 0.8] + rng.normal(scale=0.4, size=(50, 3)) + [0.0, 0.2, -0.1])


def test_pairs_and_means_are_those_of_numpy() -> None:
    ratings = table()
    found = agreement_of(ratings)
    correlations = np.corrcoef(ratings.T)
    covariance = np.cov(ratings.T, bias=True)
    means, variances = ratings.mean(axis=0), ratings.var(axis=0)
    concordances = (
        2 * covariance / (variances[:, None] + variances[None] + (means[:, None] - means[None]) ** 2)
    )
    above = np.triu_indices(3, 1)
    assert found.mean_pcc == pytest.approx(correlations[above].mean(), abs=1e-12)
    assert found.mean_ccc == pytest.approx(concordances[above].mean(), abs=1e-12)
    np.fill_diagonal(concordances, np.nan)
    np.testing.assert_allclose(found.pair_ccc, concordances, atol=1e-12)
    np.testing.assert_allclose(found.with_others_ccc, np.nanmean(concordances, axis=1), atol=1e-12)
    np.fill_diagonal(correlations, np.nan)
    np.testing.assert_allclose(found.with_others_pcc, np.nanmean(correlations, axis=1), atol=1e-12)


def test_icc_is_that_of_an_analysis_of_variance() -> None:
    ratings = table()
    n, k = ratings.shape
    rows = k * ratings.mean(axis=1).var(ddof=1)
    residual = ratings - ratings.mean(axis=1, keepdims=True) - ratings.mean(axis=0) + ratings.mean()
    error = (residual**2).sum() / ((n - 1) * (k - 1))
    assert agreement_of(ratings).icc == pytest.approx((rows - error) / (rows + (k - 1) * error), abs=1e-12)


def test_raters_who_say_the_same_agree_wholly() -> None:
    found = agreement_of(np.repeat(np.arange(4.0)[:, None], 2, axis=1))
    assert (found.mean_ccc, found.icc) == (pytest.approx(1.0), pytest.approx(1.0))
    assert np.isnan(found.pair_ccc[0][0])


def test_a_rater_who_never_moves_has_a_concordance_of_zero_and_no_correlation() -> None:
    ratings = table()
    ratings[:, 0] = 0.25
    found = agreement_of(ratings)
    assert found.with_others_ccc[0] == 0.0
    assert np.isnan(found.with_others_pcc[0])
    assert np.isfinite(found.mean_pcc)


def test_too_few_frames_have_no_agreement_and_too_few_raters_are_refused() -> None:
    assert np.isnan(agreement_of(np.zeros((1, 6))).icc)
    for wrong in (np.zeros((5, 1)), np.zeros(5)):
        with pytest.raises(ValueError, match="two raters or more"):
            agreement_of(wrong)
