from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from duchenne.evaluation.agreement import agreement
from duchenne.evaluation.continuous_metrics import ccc, icc_3_1, mae, pcc, rmse

Metric = Callable[[np.ndarray, np.ndarray], float]

EXACT = 1e-9  # both sides are sums of a few hundred doubles
# Six targets rated by four judges: Shrout & Fleiss 1979, Table 2.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
VALUES = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=30)


def noisy(n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    true = rng.normal(0.2, 0.5, n)
    return true, 0.7 * true + rng.normal(0.1, 0.3, n)


# The references below go value by value, by another road than the code where there is one.


@given(VALUES)
def test_errors_are_those_added_up_one_by_one(pairs: list[tuple[int, int]]) -> None:
    true, predicted = np.array(pairs, float).T
    assert mae(true, predicted) == pytest.approx(sum(abs(t - p) for t, p in pairs) / len(pairs))
    assert rmse(true, predicted) ** 2 == pytest.approx(sum((t - p) ** 2 for t, p in pairs) / len(pairs))


@given(VALUES)
def test_concordance_is_one_less_the_squared_distance_over_that_of_strangers(
    pairs: list[tuple[int, int]],
) -> None:
    # Lin's equation 1: the expected squared difference, over what it would be were the two independent.
    true, predicted = zip(*pairs, strict=True)
    found = ccc(np.array(true, float), np.array(predicted, float))
    if len(set(true)) == 1:
        assert math.isnan(found)
        return
    n = len(pairs)
    as_they_are = sum((t - p) ** 2 for t, p in pairs) / n
    independent = sum((t - p) ** 2 for t in true for p in predicted) / n**2
    assert found == pytest.approx(1 - as_they_are / independent, abs=EXACT)


def test_concordance_divides_by_n_and_not_by_one_less() -> None:
    # Means 0.5 and 1.5, covariance and variances 1/4 over N: 2/4 / (1/4 + 1/4 + 1). Over N - 1 it would be a half.
    assert ccc(np.array([0.0, 1.0]), np.array([1.0, 2.0])) == pytest.approx(1 / 3)


def test_pearson_is_that_of_scipy() -> None:
    assert pcc(*noisy()) == pytest.approx(scipy.stats.pearsonr(*noisy()).statistic, abs=EXACT)


def test_icc_is_that_of_the_textbook_table() -> None:
    assert icc_3_1(SHROUT_FLEISS) == pytest.approx(0.71, abs=0.005)  # printed with two digits


@pytest.mark.parametrize("n_raters", [2, 3, 6])
def test_icc_is_the_ratio_of_mean_squares_added_up_one_by_one(n_raters: int) -> None:
    rng = np.random.default_rng(n_raters)
    table = rng.normal(0, 1, (20, 1)) + rng.normal(0, 0.5, (20, n_raters))
    cells = [(i, j) for i in range(20) for j in range(n_raters)]
    grand = sum(table[i, j] for i, j in cells) / len(cells)
    rows = [sum(row) / n_raters for row in table]
    columns = [sum(column) / 20 for column in table.T]
    total = sum((table[i, j] - grand) ** 2 for i, j in cells)
    targets = n_raters * sum((mean - grand) ** 2 for mean in rows)
    raters = 20 * sum((mean - grand) ** 2 for mean in columns)
    bms, ems = targets / 19, (total - targets - raters) / (19 * (n_raters - 1))
    assert icc_3_1(table) == pytest.approx((bms - ems) / (bms + (n_raters - 1) * ems), abs=EXACT)


def test_icc_forgives_an_offset_and_not_a_scale() -> None:
    true, _ = noisy()
    assert icc_3_1(np.stack([true, true + 0.3], axis=1)) == pytest.approx(1.0)
    assert icc_3_1(np.stack([true, true / 2], axis=1)) == pytest.approx(0.8)  # 2 * 0.5 / (1 + 0.25)


def test_icc_of_raters_who_contradict_each_other_is_the_least_there_is() -> None:
    rises = np.arange(4.0)
    assert icc_3_1(np.stack([rises, -rises], axis=1)) == pytest.approx(-1.0)


def test_audit_of_sums_by_subject_finds_the_same_numbers() -> None:
    true, predicted = noisy()
    found = agreement(true, predicted)
    assert found["pcc"] == pytest.approx(pcc(true, predicted), abs=EXACT)
    assert found["mae"] == pytest.approx(mae(true, predicted), abs=EXACT)
    assert found["icc"] == pytest.approx(icc_3_1(np.stack([true, predicted], axis=1)), abs=EXACT)


def test_perfect_predictions() -> None:
    true, _ = noisy()
    assert (rmse(true, true), mae(true, true)) == (0.0, 0.0)
    assert (pcc(true, true), ccc(true, true)) == pytest.approx((1.0, 1.0))
    assert (pcc(true, -true), ccc(true - true.mean(), true.mean() - true)) == pytest.approx((-1.0, -1.0))


def test_offset_costs_concordance_and_not_correlation() -> None:
    true, _ = noisy()
    assert pcc(true, true + 1) == pytest.approx(1.0)
    assert ccc(true, true + 1) == pytest.approx(2 * true.var() / (2 * true.var() + 1))


def test_constant_predictions_have_no_correlation_and_no_concordance() -> None:
    true, flat = np.array([0.0, 1.0]), np.array([0.3, 0.3])
    assert math.isnan(pcc(true, flat))
    assert ccc(true, flat) == 0.0
    assert mae(true, flat) == pytest.approx(0.5)


@pytest.mark.parametrize("flat", [np.full(1000, 0.1), np.full(1000, 1e9) + np.tile([0, 1e-5], 500)])
def test_nothing_is_known_where_truth_is_constant_but_for_rounding(flat: np.ndarray) -> None:
    assert math.isnan(pcc(flat, noisy(1000)[0]))
    assert math.isnan(ccc(flat, noisy(1000)[0]))


@pytest.mark.parametrize("scale", [1e-200, 1e-12, 1e12, 1e200])
def test_correlation_does_not_depend_on_the_unit(scale: float) -> None:
    true, predicted = noisy()
    assert pcc(true * scale, predicted) == pytest.approx(pcc(true, predicted), abs=EXACT)


def test_float32_is_computed_in_double() -> None:
    true, predicted = (values.astype(np.float32) for values in noisy())
    assert rmse(true, predicted) == rmse(true.astype(np.float64), predicted.astype(np.float64))


@pytest.mark.parametrize("metric", [rmse, mae, pcc, ccc])
def test_no_samples_means_nothing_is_known(metric: Metric) -> None:
    assert math.isnan(metric(np.zeros(0), np.zeros(0)))


def test_single_sample_has_an_error_and_no_correlation() -> None:
    one, other = np.array([0.5]), np.array([0.2])
    assert rmse(one, other) == mae(one, other) == pytest.approx(0.3)
    assert math.isnan(pcc(one, other))
    assert math.isnan(ccc(one, other))


def test_icc_without_targets_raters_or_change_is_nan() -> None:
    assert math.isnan(icc_3_1(np.zeros((0, 2))))
    assert math.isnan(icc_3_1(np.zeros((1, 2))))
    assert math.isnan(icc_3_1(np.zeros((5, 1))))
    assert math.isnan(icc_3_1(np.ones((5, 2)) * [0.1, 0.7]))


@pytest.mark.parametrize("metric", [rmse, mae, pcc, ccc])
@pytest.mark.parametrize("missing", [np.nan, np.inf])
def test_missing_values_are_refused(metric: Metric, missing: float) -> None:
    with pytest.raises(ValueError, match="1 values are missing or infinite and cannot be scored"):
        metric(np.array([0.1, missing]), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="3 values are missing or infinite and cannot be scored"):
        metric(np.array([0.1, missing]), np.array([missing, missing]))


def test_missing_ratings_are_refused() -> None:
    with pytest.raises(ValueError, match="1 values are missing"):
        icc_3_1(np.array([[0.1, 0.2], [np.nan, 0.3]]))


@pytest.mark.parametrize("metric", [rmse, mae, pcc, ccc])
def test_recordings_of_unequal_length_are_refused(metric: Metric) -> None:
    with pytest.raises(ValueError, match=r"expected two \(N,\) arrays, got \(3,\) and \(2,\)"):
        metric(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match=r"expected two \(N,\) arrays"):
        metric(np.zeros((3, 1)), np.zeros((3, 1)))


def test_ratings_that_are_no_table_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(N, K\) ratings, got \(4,\)"):
        icc_3_1(np.zeros(4))
