from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from duchenne.evaluation.agreement import agreement
from duchenne.evaluation.ranking import (
    average_precision,
    average_precisions,
    mean_average_precision,
    roc_auc,
)
from ranking_references import auc_by_pairs, average_precision_by_thresholds

EXACT = 1e-9  # both sides are sums of a few hundred doubles
FEW = st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=30).filter(
    lambda pairs: len({shown for shown, _ in pairs}) == 2
)


@given(FEW)
def test_both_follow_their_definitions_with_ties(pairs: list[tuple[bool, int]]) -> None:
    is_positive = np.array([shown for shown, _ in pairs])
    score = np.array([float(value) for _, value in pairs])
    assert roc_auc(is_positive, score) == pytest.approx(auc_by_pairs(is_positive, score), abs=EXACT)
    expected = average_precision_by_thresholds(is_positive, score)
    assert average_precision(is_positive, score) == pytest.approx(expected, abs=EXACT)


@given(FEW)
def test_order_of_the_samples_does_not_matter(pairs: list[tuple[bool, int]]) -> None:
    is_positive = np.array([shown for shown, _ in pairs])
    score = np.array([float(value) for _, value in pairs])
    for order in (np.argsort(is_positive), np.argsort(~is_positive)):
        assert roc_auc(is_positive[order], score[order]) == roc_auc(is_positive, score)
        assert average_precision(is_positive[order], score[order]) == average_precision(is_positive, score)


def test_auc_is_the_mann_whitney_statistic() -> None:
    rng = np.random.default_rng(0)
    is_positive = rng.random(200) < 0.3
    score = np.round(is_positive + rng.normal(0, 1, 200), 1)
    u = scipy.stats.mannwhitneyu(score[is_positive], score[~is_positive]).statistic
    assert roc_auc(is_positive, score) == pytest.approx(
        u / (is_positive.sum() * (~is_positive).sum()), abs=EXACT
    )


def test_audit_of_sums_by_subject_finds_the_same_numbers() -> None:
    rng = np.random.default_rng(0)
    is_positive = rng.random(200) < 0.3
    score = np.round(is_positive + rng.normal(0, 1, 200), 1)
    found = agreement(is_positive.astype(float), score)
    assert found["auc"] == pytest.approx(roc_auc(is_positive, score), abs=EXACT)
    assert found["ap"] == pytest.approx(average_precision(is_positive, score), abs=EXACT)


def test_perfect_reversed_and_empty_words() -> None:
    is_positive = np.array([True, True, False, False])
    rises = np.array([0.1, 0.2, 0.3, 0.4])
    assert roc_auc(is_positive, -rises) == average_precision(is_positive, -rises) == 1.0
    assert roc_auc(is_positive, rises) == 0.0
    # Reversed: the positives come third and fourth, at precisions 1/3 and 2/4.
    assert average_precision(is_positive, rises) == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert roc_auc(is_positive, np.zeros(4)) == average_precision(is_positive, np.zeros(4)) == 0.5


def test_infinite_scores_rank_first_and_last() -> None:
    assert roc_auc(np.array([True, False]), np.array([np.inf, -np.inf])) == 1.0


@pytest.mark.parametrize("is_positive", [[], [True], [False], [True, True], [False, False]])
def test_one_kind_alone_cannot_be_told_apart(is_positive: list[bool]) -> None:
    shown, score = np.array(is_positive, dtype=bool), np.arange(float(len(is_positive)))
    assert math.isnan(roc_auc(shown, score))
    assert math.isnan(average_precision(shown, score))


def test_classes_count_alike_and_one_without_positives_is_left_out() -> None:
    is_positive = np.array([[True, True, False], [False, True, False], [False, False, False]])
    score = np.array([[0.9, 0.1, 0.5], [0.1, 0.2, 0.5], [0.2, 0.9, 0.5]])
    second = (1 / 2 + 2 / 3) / 2  # the negative comes first
    np.testing.assert_allclose(average_precisions(is_positive, score), [1.0, second, np.nan])
    assert mean_average_precision(is_positive, score) == pytest.approx((1 + second) / 2)


def test_sample_that_nobody_coded_is_left_to_the_other_classes() -> None:
    is_positive = np.array([[True, True], [False, False], [True, False]])
    score = np.array([[0.9, 0.3], [0.5, 0.2], [np.nan, 0.9]])
    is_known = np.array([[True, True], [True, True], [False, True]])
    np.testing.assert_allclose(average_precisions(is_positive, score, is_known=is_known), [1.0, 0.5])
    assert mean_average_precision(is_positive, score, is_known=is_known) == pytest.approx(0.75)


@pytest.mark.parametrize("shape", [(0, 2), (3, 0), (3, 2)])
def test_no_class_with_both_kinds_means_nothing_is_known(shape: tuple[int, int]) -> None:
    assert math.isnan(mean_average_precision(np.zeros(shape, dtype=bool), np.zeros(shape)))


def test_missing_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="1 scores are missing and cannot be ranked"):
        roc_auc(np.array([True, False]), np.array([0.5, np.nan]))
    with pytest.raises(ValueError, match="1 scores are missing and cannot be ranked"):
        average_precisions(np.array([[True], [False]]), np.array([[0.5], [np.nan]]))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected two \(N,\) arrays, got \(2,\) and \(3,\)"):
        average_precision(np.zeros(2, dtype=bool), np.zeros(3))
    with pytest.raises(ValueError, match=r"expected two \(N,\) arrays"):
        roc_auc(np.zeros((2, 1), dtype=bool), np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"expected \(N, K\) arrays"):
        average_precisions(np.zeros(2, dtype=bool), np.zeros(2))
    with pytest.raises(ValueError, match=r"expected \(N, K\) arrays"):
        mean_average_precision(
            np.zeros((2, 1), dtype=bool), np.zeros((2, 1)), is_known=np.ones((1, 1), dtype=bool)
        )
