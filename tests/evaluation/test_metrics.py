from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.evaluation import metrics
from duchenne.evaluation.metrics import MISSED, confusion

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=40)


def arrays(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    true, predicted = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return true, predicted


# The references below loop over samples, as the definitions are worded; counts are exact, rates to rounding.


@given(PAIRS)
def test_confusion_counts_each_sample_once_where_it_belongs(pairs: list[tuple[int, int]]) -> None:
    expected = np.zeros((4, 5), int)
    for true, predicted in pairs:
        expected[true, 4 if predicted == MISSED else predicted] += 1
    np.testing.assert_array_equal(confusion(*arrays(pairs), 4), expected)


@given(PAIRS)
def test_rates_are_those_counted_by_hand(pairs: list[tuple[int, int]]) -> None:
    table = confusion(*arrays(pairs), 4)
    assert metrics.accuracy(table) == pytest.approx(sum(t == p for t, p in pairs) / len(pairs))
    recalls, scores = [], []
    for k in range(4):
        truly = [p for t, p in pairs if t == k]
        said = [t for t, p in pairs if p == k]
        if truly:
            hits = sum(p == k for p in truly)
            recalls.append(hits / len(truly))
            scores.append(2 * hits / (len(truly) + len(said)))
        got = metrics.precision(table)[k]
        assert got == pytest.approx(sum(t == k for t in said) / len(said)) if said else np.isnan(got)
    assert metrics.balanced_accuracy(table) == pytest.approx(sum(recalls) / len(recalls))
    assert metrics.macro_f1(table) == pytest.approx(sum(scores) / len(scores))
    counts = [sum(t == k for t, _ in pairs) for k in range(4)]
    assert metrics.majority_baseline(table) == pytest.approx(max(counts) / len(pairs))
    assert metrics.chance_baseline(table) == pytest.approx(1 / sum(c > 0 for c in counts))


@given(PAIRS, st.integers(0, 5))
def test_labels_close_by_are_counted(pairs: list[tuple[int, int]], steps: int) -> None:
    close = sum(p != MISSED and abs(t - p) <= steps for t, p in pairs)
    assert metrics.within(confusion(*arrays(pairs), 4), steps) == pytest.approx(close / len(pairs))


@given(PAIRS)
def test_each_class_against_all_others(pairs: list[tuple[int, int]]) -> None:
    expected = [sum((t == k) == (p == k) for t, p in pairs) / len(pairs) for k in range(4)]
    np.testing.assert_allclose(metrics.class_accuracy(confusion(*arrays(pairs), 4)), expected)


def test_fewer_than_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 steps or more, got -1"):
        metrics.within(confusion(np.array([0]), np.array([0]), 2), -1)


@given(PAIRS)
def test_groups_count_alike_however_large_they_are(pairs: list[tuple[int, int]]) -> None:
    groups = ["first", *["rest"] * (len(pairs) - 1)]
    shares = [np.mean([t == p for t, p in part]) for part in (pairs[:1], pairs[1:]) if part]
    assert metrics.accuracy_by_group(*arrays(pairs), groups) == pytest.approx(np.mean(shares))


def test_without_samples_no_group_is_known() -> None:
    assert np.isnan(metrics.accuracy_by_group(np.array([], np.int64), np.array([], np.int64), []))


def test_class_without_samples_is_unknown_not_zero() -> None:
    table = confusion(np.array([0, 0]), np.array([0, 2]), 3)
    np.testing.assert_array_equal(metrics.recall(table), [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(metrics.f1(table), [2 / 3, np.nan, np.nan])
    assert metrics.balanced_accuracy(table) == 0.5


def test_class_never_predicted_has_f1_of_zero() -> None:
    table = confusion(np.array([0, 1]), np.array([0, 0]), 2)
    np.testing.assert_array_equal(metrics.f1(table), [2 / 3, 0])


def test_everything_missed_is_all_wrong() -> None:
    table = confusion(np.array([0, 1]), np.array([MISSED, MISSED]), 2)
    assert metrics.accuracy(table) == 0
    assert metrics.balanced_accuracy(table) == 0
    assert np.isnan(metrics.precision(table)).all()


def test_no_samples_means_nothing_is_known() -> None:
    table = confusion(np.array([], np.int64), np.array([], np.int64), 3)
    for metric in (
        metrics.accuracy,
        metrics.balanced_accuracy,
        metrics.macro_f1,
        metrics.majority_baseline,
        metrics.chance_baseline,
        lambda empty: metrics.within(empty, 1),
    ):
        assert np.isnan(metric(table))
    assert np.isnan(metrics.class_accuracy(table)).all()


@pytest.mark.parametrize(
    ("true", "predicted", "words"),
    [
        ([0, 1], [0], r"two \(N,\) arrays"),
        ([3], [0], r"true classes must lie in \[0, 3\)"),
        ([MISSED], [0], r"true classes must lie in \[0, 3\)"),
        ([0], [3], r"predictions must lie in \[-1, 3\)"),
        ([0], [-2], r"predictions must lie in \[-1, 3\)"),
    ],
)
def test_numbers_that_are_no_classes_are_refused(true: list[int], predicted: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        confusion(np.array(true), np.array(predicted), 3)
