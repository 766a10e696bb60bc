from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.evaluation.baselines import chance, majority, training_mean
from duchenne.evaluation.continuous_metrics import ccc, pcc, rmse
from duchenne.evaluation.metrics import balanced_accuracy, chance_baseline, confusion


def test_chance_guesses_every_class_equally_often() -> None:
    guessed = chance(30_000, 3, np.random.default_rng(0))
    # Three standard deviations of a count: 3 * sqrt(30,000 * 1/3 * 2/3).
    np.testing.assert_allclose(np.bincount(guessed, minlength=3), 10_000, atol=245)


def test_chance_scores_what_is_expected_of_it() -> None:
    true = np.repeat(np.arange(4), [20_000, 10_000, 5_000, 5_000])
    table = confusion(true, chance(len(true), 4, np.random.default_rng(0)), 4)
    assert balanced_accuracy(table) == pytest.approx(chance_baseline(table), abs=0.01)


def test_same_seed_guesses_the_same() -> None:
    np.testing.assert_array_equal(
        chance(9, 7, np.random.default_rng(3)), chance(9, 7, np.random.default_rng(3))
    )


def test_majority_is_that_of_training_and_not_of_the_test() -> None:
    np.testing.assert_array_equal(majority(np.array([2, 0, 2]), 4), [2, 2, 2, 2])


def test_of_equally_frequent_classes_the_lowest_is_taken() -> None:
    np.testing.assert_array_equal(majority(np.array([3, 1, 1, 3]), 1), [1])


def test_training_mean_is_the_constant_with_the_least_squared_error() -> None:
    training = np.array([0.0, 0.1, 0.8], dtype=np.float32)
    constant = training_mean(training, 3)
    assert constant.dtype == np.float64
    np.testing.assert_allclose(constant, 0.3)
    for step in (-0.01, 0.01):
        assert rmse(training, constant) < rmse(training, constant + step)


def test_training_mean_has_no_correlation_and_no_concordance() -> None:
    true = np.array([0.0, 0.5, 1.0])
    constant = training_mean(np.array([0.2, 0.4]), 3)
    assert math.isnan(pcc(true, constant))
    assert ccc(true, constant) == 0.0


def test_no_test_samples_need_no_predictions() -> None:
    assert chance(0, 7, np.random.default_rng(0)).shape == (0,)
    assert majority(np.array([1]), 0).shape == training_mean(np.array([0.5]), 0).shape == (0,)


def test_nothing_is_learned_from_nothing() -> None:
    with pytest.raises(ValueError, match=r"expected \(M,\) training samples, at least one, got \(0,\)"):
        majority(np.zeros(0, np.int64), 3)
    with pytest.raises(ValueError, match=r"expected \(M,\) training samples, at least one, got \(2, 1\)"):
        training_mean(np.zeros((2, 1)), 3)


def test_what_cannot_be_learned_from_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one class, got 0"):
        chance(3, 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="training classes must be 0 or above, got -1"):
        majority(np.array([-1, 0]), 3)
    with pytest.raises(ValueError, match="training values are missing or infinite"):
        training_mean(np.array([0.1, np.nan]), 3)
