from __future__ import annotations

import numpy as np
import pytest

from duchenne.evaluation.bootstrap import group_intervals, intervals
from duchenne.evaluation.continuous_metrics import ccc, mae, rmse
from duchenne.evaluation.metrics import accuracy, balanced_accuracy, confusion, recall


def run(true: np.ndarray, predicted: np.ndarray, groups: list[str]) -> list[tuple[float, float]]:
    return intervals(true, predicted, groups, 2, (accuracy, balanced_accuracy), np.random.default_rng(0))


def test_interval_of_independent_samples_is_the_binomial_one() -> None:
    true = np.zeros(400, np.int64)
    predicted = (np.arange(400) % 4 == 0).astype(np.int64)  # three in four are right
    (low, high), _ = run(true, predicted, [str(n) for n in range(400)])
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    # 1,000 resamples place a percentile to about a tenth of the half width.
    assert low == pytest.approx(0.75 - half, abs=0.15 * half)
    assert high == pytest.approx(0.75 + half, abs=0.15 * half)


def test_samples_of_one_subject_are_one_fact() -> None:
    true = np.zeros(400, np.int64)
    predicted = (np.arange(400) // 20 % 4 == 0).astype(np.int64)  # all 20 of a subject right, or all wrong
    alone = run(true, predicted, [str(n) for n in range(400)])[0]
    together = run(true, predicted, [str(n // 20) for n in range(400)])[0]
    # Twenty copies of each fact: the interval is wider by the root of twenty.
    ratio = (together[1] - together[0]) / (alone[1] - alone[0])
    assert ratio == pytest.approx(np.sqrt(20), rel=0.15)


def test_same_seed_gives_the_same_interval() -> None:
    true, predicted = np.array([0, 1, 1, 0]), np.array([0, 1, 0, -1])
    assert run(true, predicted, list("abcd")) == run(true, predicted, list("abcd"))


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a"]])
def test_fewer_than_two_subjects_have_no_interval(groups: list[str]) -> None:
    zeros = np.zeros(len(groups), np.int64)
    assert np.isnan(run(zeros, zeros, groups)).all()


def of_any(arrays: tuple[np.ndarray, ...], groups: list[str], *metrics: object) -> list[tuple[float, float]]:
    return group_intervals(arrays, groups, metrics, np.random.default_rng(0))  # type: ignore[arg-type]


def test_both_roads_give_the_same_interval() -> None:
    rng = np.random.default_rng(1)
    true, predicted = rng.integers(0, 2, 60), rng.integers(-1, 2, 60)
    groups = [str(n) for n in rng.integers(0, 9, 60)]
    slow = of_any(
        (true, predicted),
        groups,
        lambda t, p: accuracy(confusion(t, p, 2)),
        lambda t, p: balanced_accuracy(confusion(t, p, 2)),
    )
    assert slow == run(true, predicted, groups)


def test_interval_of_a_mean_error_is_that_of_a_mean() -> None:
    error = np.random.default_rng(0).normal(1.0, 0.1, 400)
    ((low, high),) = of_any((np.zeros(400), error), [str(n) for n in range(400)], mae)
    half = 1.96 * error.std() / np.sqrt(400)
    # 1,000 resamples place a percentile to about a tenth of the half width.
    assert low == pytest.approx(error.mean() - half, abs=0.15 * half)
    assert high == pytest.approx(error.mean() + half, abs=0.15 * half)


def test_frames_of_one_subject_are_one_fact_for_values_too() -> None:
    rng = np.random.default_rng(0)
    error = rng.normal(1.0, 0.1, 20)
    ((low, high),) = of_any((np.zeros(20), error), [str(n) for n in range(20)], rmse)
    ((low_20, high_20),) = of_any((np.zeros(400), error.repeat(20)), [str(n // 20) for n in range(400)], rmse)
    # Twenty copies of each value say what one says; subjects are sorted by name, so both draw the same.
    assert (low_20, high_20) == pytest.approx((low, high))


def test_difference_of_two_predictions_is_paired() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 1, 50)
    one = true + rng.normal(0, 1, 50)
    other = one + 0.01 * (one - true)  # each error a hundredth larger
    groups = [str(n) for n in range(50)]
    ((low, high),) = of_any((true, one, other), groups, lambda t, a, b: mae(t, b) - mae(t, a))
    assert 0 < low < high < 0.02


def test_tables_are_resampled_by_rows() -> None:
    ratings = np.arange(12.0).reshape(6, 2)
    assert of_any((ratings,), list("abcdef"), lambda r: float(np.diff(r, axis=1).mean())) == [(1.0, 1.0)]


def test_metric_that_hangs_on_one_subject_has_no_interval() -> None:
    # Only one of ten subjects shows the second class: 37 % of the resamples have nothing to say about it.
    true = np.array([1] + [0] * 9)
    groups = list("abcdefghij")
    found = intervals(true, true, groups, 2, (lambda t: recall(t)[1], accuracy), np.random.default_rng(0))
    assert np.isnan(found[0]).all()
    assert found[1] == (1.0, 1.0)


def test_resamples_in_which_a_metric_is_not_defined_count_for_nothing() -> None:
    # Four of ten subjects show the second class: 0.6 ** 10 of the resamples, 6 in 1,000, lack it.
    true = np.array([1] * 4 + [0] * 6)
    ((low, high),) = intervals(
        true, true, list("abcdefghij"), 2, (lambda t: recall(t)[1],), np.random.default_rng(0)
    )
    assert (low, high) == (1.0, 1.0)


def test_metric_that_is_never_defined_has_no_interval() -> None:
    flat = np.full(5, 0.5)
    assert np.isnan(of_any((flat, flat), list("abcde"), ccc)).all()


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a"]])
def test_fewer_than_two_subjects_have_no_interval_of_values(groups: list[str]) -> None:
    zeros = np.zeros(len(groups))
    assert np.isnan(of_any((zeros, zeros), groups, mae)).all()


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected arrays of one length, got lengths \[2, 3\]"):
        of_any((np.zeros(3), np.zeros(2)), list("abc"), mae)
    with pytest.raises(ValueError, match=r"expected arrays of one length, got lengths \[\]"):
        of_any((), [], mae)
    with pytest.raises(ValueError, match="expected a group for each of 3 samples, got 2"):
        of_any((np.zeros(3), np.zeros(3)), list("ab"), mae)
    with pytest.raises(ValueError, match="expected a group for each of 2 samples, got 3"):
        run(np.array([0, 1]), np.array([0, 1]), list("abc"))
