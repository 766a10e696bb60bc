from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from duchenne.evaluation.protocols.valence_scores import gain_in_ccc, plain_scores, score

SUBJECTS = [name for name in ("a", "b", "c") for _ in range(20)]


def made() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(1)
    rated = rng.normal(size=(60, 7))
    return rated, 0.5 * rated + rng.normal(scale=0.3, size=(60, 7)) + 0.1


def lin(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Lin 1989 by numpy's own moments, over N."""
    covariance = np.cov(x, y, bias=True)
    return float(2 * covariance[0, 1] / (covariance[0, 0] + covariance[1, 1] + (x.mean() - y.mean()) ** 2))


def test_each_reading_is_compared_with_its_own_rater() -> None:
    rated, read = made()
    found = score(rated, read, SUBJECTS)
    for column in range(7):
        x, y = rated[:, column], read[:, column]
        # Both sides round at 1e-15; squares of 60 numbers keep twelve digits.
        assert found.pcc[column] == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
        assert found.ccc[column] == pytest.approx(lin(x, y), abs=1e-12)
    assert found.rmse == pytest.approx(np.sqrt(np.mean((rated[:, :6] - read[:, :6]) ** 2)), abs=1e-12)
    assert found.mean_rmse == pytest.approx(np.sqrt(np.mean((rated[:, 6] - read[:, 6]) ** 2)), abs=1e-12)


def test_intervals_hold_their_value_and_repeat() -> None:
    rated, read = made()
    found = score(rated, read, SUBJECTS)
    for value, (low, high) in zip(
        (found.rmse, found.mean_rmse, *found.pcc, *found.ccc),
        (found.rmse_interval, found.mean_rmse_interval, *found.pcc_intervals, *found.ccc_intervals),
        strict=True,
    ):
        assert low <= value <= high
    assert score(rated, read, SUBJECTS) == found


def test_one_subject_has_values_and_no_intervals() -> None:
    rated, read = made()
    found = score(rated, read, ["a"] * 60)
    assert np.isfinite(found.ccc).all()
    assert np.isnan(found.ccc_intervals).all()
    assert np.isnan(found.rmse_interval).all()


def test_a_reading_that_never_moves_has_no_correlation_and_a_concordance_of_zero() -> None:
    rated, read = made()
    found = score(rated, np.full_like(read, 0.3), SUBJECTS)
    assert np.isnan(found.pcc).all()
    assert found.ccc == (0.0,) * 7


def test_scores_of_one_recording_are_the_same_without_intervals() -> None:
    rated, read = made()
    found = score(rated, read, SUBJECTS)
    plain = plain_scores(rated, read)
    assert (plain["rmse"], plain["mean_rmse"]) == (found.rmse, found.mean_rmse)
    assert tuple(plain["pcc"]) == found.pcc
    assert tuple(plain["ccc"]) == found.ccc


def test_no_frame_and_one_frame_have_no_correlation() -> None:
    nothing = plain_scores(np.empty((0, 7)), np.empty((0, 7)))
    assert np.isnan([nothing["rmse"], *nothing["pcc"], *nothing["ccc"]]).all()
    one = plain_scores(np.zeros((1, 7)), np.ones((1, 7)))
    assert one["rmse"] == 1.0
    assert np.isnan([*one["pcc"], *one["ccc"]]).all()


def test_a_gain_is_the_difference_of_two_concordances() -> None:
    rated, read = made()
    worse = read[::-1, 6]
    gain, (low, high) = gain_in_ccc(rated[:, 6], read[:, 6], worse, SUBJECTS)
    assert gain == pytest.approx(lin(rated[:, 6], read[:, 6]) - lin(rated[:, 6], worse), abs=1e-12)
    assert low <= gain <= high
    same, bounds = gain_in_ccc(rated[:, 6], read[:, 6], read[:, 6], SUBJECTS)
    assert (same, bounds) == (0.0, (0.0, 0.0))


def test_arrays_that_do_not_fit_and_missing_values_are_refused() -> None:
    rated, read = made()
    for wrong in (read[:, :6], read[:-1], read[:, 0]):
        with pytest.raises(ValueError, match=r"expected two \(N, 7\) arrays"):
            score(rated, wrong, SUBJECTS)
    read[3, 2] = np.nan
    with pytest.raises(ValueError, match="missing"):
        score(rated, read, SUBJECTS)
