from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from duchenne.evaluation.agreement import MEASURES, POSITIVE, agreement, measures, sums
from duchenne.evaluation.continuous_metrics import icc_3_1
from ranking_references import auc_by_pairs, average_precision_by_thresholds

EXACT = 1e-9  # both sides are sums of a few hundred doubles


def noisy(n: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Known strengths, many of them 0, and an estimate in steps, so that it has ties."""
    rng = np.random.default_rng(seed)
    known = np.clip(rng.normal(0.0, 0.5, n), 0.0, 1.0)
    return known, np.round(known + rng.normal(0.1, 0.3, n), 1)


def test_pearson_is_that_of_scipy() -> None:
    known, estimated = noisy()
    expected = scipy.stats.pearsonr(known, estimated).statistic
    assert agreement(known, estimated)["pcc"] == pytest.approx(expected, abs=EXACT)


def test_icc_of_two_raters_is_that_of_the_table_of_variances() -> None:
    known, estimated = noisy()
    expected = icc_3_1(np.stack([known, estimated], axis=1))
    assert agreement(known, estimated)["icc"] == pytest.approx(expected, abs=EXACT)


def test_icc_forgives_an_offset_and_not_a_scale() -> None:
    known, _ = noisy()
    assert agreement(known, known + 0.3)["icc"] == pytest.approx(1.0)
    # Half the scale: 2 * 0.5 / (1 + 0.25).
    assert agreement(known, known / 2)["icc"] == pytest.approx(0.8)
    assert agreement(known, known / 2)["pcc"] == pytest.approx(1.0)


def test_mean_absolute_error_by_hand() -> None:
    assert agreement(np.array([0.0, 1.0, 0.5]), np.array([0.1, 0.7, 0.5]))["mae"] == pytest.approx(0.4 / 3)


def test_auc_and_average_precision_follow_their_definitions_with_ties() -> None:
    known, estimated = noisy()
    is_positive = known >= POSITIVE
    found = agreement(known, estimated)
    assert found["auc"] == pytest.approx(auc_by_pairs(is_positive, estimated), abs=EXACT)
    assert found["ap"] == pytest.approx(average_precision_by_thresholds(is_positive, estimated), abs=EXACT)


def test_auc_is_the_mann_whitney_statistic() -> None:
    known, estimated = noisy()
    is_positive = known >= POSITIVE
    u = scipy.stats.mannwhitneyu(estimated[is_positive], estimated[~is_positive]).statistic
    pairs = is_positive.sum() * (~is_positive).sum()
    assert agreement(known, estimated)["auc"] == pytest.approx(u / pairs, abs=EXACT)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=30).filter(
        lambda pairs: len({shown for shown, _ in pairs}) == 2
    )
)
def test_ranking_measures_of_any_few_frames(pairs: list[tuple[bool, int]]) -> None:
    is_positive = np.array([shown for shown, _ in pairs])
    score = np.array([float(value) for _, value in pairs])
    found = agreement(is_positive.astype(float), score)
    assert found["auc"] == pytest.approx(auc_by_pairs(is_positive, score), abs=EXACT)
    assert found["ap"] == pytest.approx(average_precision_by_thresholds(is_positive, score), abs=EXACT)


def test_a_value_at_the_limit_counts_as_shown() -> None:
    found = agreement(np.array([POSITIVE, POSITIVE - 1e-6]), np.array([1.0, 0.0]))
    assert found["auc"] == 1.0


def test_perfect_values_score_one_everywhere() -> None:
    known, _ = noisy()
    assert agreement(known, known) == pytest.approx({"pcc": 1, "icc": 1, "mae": 0, "ap": 1, "auc": 1})


def test_what_is_not_defined_is_nan_and_not_zero() -> None:
    never_shown = agreement(np.zeros(4), np.array([0.1, 0.2, 0.3, 0.4]))
    assert {name for name, value in never_shown.items() if math.isnan(value)} == {"pcc", "icc", "ap", "auc"}
    assert never_shown["mae"] == pytest.approx(0.25)
    always_same = agreement(np.array([0.0, 1.0]), np.array([0.3, 0.3]))
    assert math.isnan(always_same["pcc"])
    assert always_same["auc"] == 0.5
    assert always_same["icc"] == 0.0
    assert all(math.isnan(value) for value in agreement(np.zeros(0), np.zeros(0)).values())


def test_constant_values_with_rounding_noise_are_constant() -> None:
    assert math.isnan(agreement(np.full(1000, 0.1), noisy(1000)[1])["pcc"])


def test_a_resample_of_subjects_is_the_same_as_scoring_its_frames() -> None:
    known, estimated = noisy(90)
    subjects = np.arange(90) % 3
    counts = np.array([[1, 1, 1], [2, 0, 1], [0, 3, 0]])
    found = measures(sums(known, estimated, subjects, 3), counts)
    for row, drawn in zip(found, counts, strict=True):
        frames = np.concatenate([np.tile(np.flatnonzero(subjects == s), n) for s, n in enumerate(drawn)])
        expected = agreement(known[frames], estimated[frames])
        assert dict(zip(MEASURES, row, strict=True)) == pytest.approx(expected, abs=EXACT)


def test_a_resample_without_any_frame_is_nan() -> None:
    known, estimated = noisy(20)
    found = measures(sums(known, estimated, np.zeros(20, dtype=int), 2), np.array([[0, 2]]))
    assert np.isnan(found).all()


def test_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing values cannot be scored"):
        agreement(np.array([0.1, np.nan]), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="missing values cannot be scored"):
        agreement(np.array([0.1, 0.2]), np.array([np.nan, 0.2]))


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected three \(N,\) arrays"):
        agreement(np.zeros(3), np.zeros(2))
