from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.evaluation.calibration import N_BINS, expected_calibration_error, reliability


def sure(*confidences: float) -> np.ndarray:
    """Two classes, the first of them predicted with these confidences."""
    return np.array([[p, 1 - p] for p in confidences])


def test_error_is_that_added_up_sample_by_sample() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet([0.5, 0.5, 0.5], 300)
    true = rng.integers(0, 3, 300)
    gaps = 0.0
    for b in range(N_BINS):
        mine = [i for i in range(300) if b / N_BINS < max(p[i]) <= (b + 1) / N_BINS]
        gaps += abs(sum(max(p[i]) - (max(p[i]) == p[i, true[i]]) for i in mine))
    assert expected_calibration_error(true, p) == pytest.approx(gaps / 300)


def test_honest_network_has_little_error_and_a_boastful_one_its_boast() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet([1, 1, 1], 20_000)
    true = (rng.random((20_000, 1)) > p.cumsum(axis=1)).sum(axis=1)
    # 20,000 samples in 10 bins: each share is known to about 0.01.
    assert expected_calibration_error(true, p) < 0.02
    certain = np.eye(3)[p.argmax(axis=1)]
    wrong = 1 - np.mean(p.argmax(axis=1) == true)
    assert expected_calibration_error(true, certain) == pytest.approx(wrong)


def test_bins_hold_their_upper_edge_and_not_their_lower_one() -> None:
    found = reliability(np.array([0, 1, 0]), sure(0.6, 0.8, 0.81), n_bins=5)
    np.testing.assert_array_equal(found.n_samples, [0, 0, 1, 1, 1])
    np.testing.assert_allclose(found.confidence, [np.nan, np.nan, 0.6, 0.8, 0.81])
    np.testing.assert_array_equal(found.accuracy, [np.nan, np.nan, 1, 0, 1])
    np.testing.assert_allclose(found.edges, [0, 0.2, 0.4, 0.6, 0.8, 1.0])


def test_gaps_weigh_by_the_samples_of_their_bin() -> None:
    # Three at 0.9, two of them right; one at 0.6, wrong: (3 * |0.9 - 2/3| + 1 * 0.6) / 4.
    p = sure(0.9, 0.9, 0.9, 0.6)
    expected = (3 * (0.9 - 2 / 3) + 0.6) / 4
    assert expected_calibration_error(np.array([0, 0, 1, 1]), p, n_bins=10) == pytest.approx(expected)


def test_of_equal_probabilities_the_first_is_the_answer() -> None:
    assert expected_calibration_error(np.array([0]), sure(0.5)) == pytest.approx(0.5)
    assert expected_calibration_error(np.array([1]), sure(0.5)) == pytest.approx(0.5)
    np.testing.assert_array_equal(reliability(np.array([0, 1]), sure(0.5, 0.5), n_bins=1).accuracy, [0.5])


@pytest.mark.parametrize("n_classes", [0, 3])
def test_no_samples_means_nothing_is_known(n_classes: int) -> None:
    nothing = np.zeros(0, np.int64)
    assert math.isnan(expected_calibration_error(nothing, np.zeros((0, n_classes))))
    assert np.isnan(reliability(nothing, np.zeros((0, n_classes))).accuracy).all()


@pytest.mark.parametrize(
    ("true", "p", "n_bins", "words"),
    [
        (
            [0, 1],
            sure(0.9),
            15,
            r"expected \(N,\) classes and \(N, K\) probabilities, got \(2,\) and \(1, 2\)",
        ),
        ([0], np.array([1.0]), 15, r"expected \(N,\) classes and \(N, K\) probabilities"),
        ([2], sure(0.9), 15, r"true classes must lie in \[0, 2\), got 2 to 2"),
        ([-1], sure(0.9), 15, r"true classes must lie in \[0, 2\)"),
        ([0], sure(0.9), 0, "expected at least one bin, got 0"),
        ([0], np.array([[0.9, 0.2]]), 15, r"must lie in \[0, 1\] and sum to one"),
        ([0], np.array([[1.5, -0.5]]), 15, r"must lie in \[0, 1\] and sum to one"),
        ([0], np.array([[np.nan, 0.5]]), 15, r"must lie in \[0, 1\] and sum to one"),
    ],
)
def test_what_is_no_distribution_is_refused(true: list[int], p: np.ndarray, n_bins: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        expected_calibration_error(np.array(true), p, n_bins=n_bins)
