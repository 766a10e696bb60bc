from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.datasets.rating_shifts import RatingSampling, moving_average, ratings_at
from duchenne.datasets.recordings import Ratings
from duchenne.errors import SettingsError


def ramp(n_rows: int = 11, step_s: float = 0.1) -> Ratings:
    """Two raters: the time itself, and its negative."""
    times = np.arange(n_rows) * step_s
    return Ratings(times, ("a", "b"), np.stack([times, -times], axis=1))


def noise(n_rows: int, n_raters: int = 3) -> Ratings:
    values = np.random.default_rng(0).uniform(-1, 1, (n_rows, n_raters))
    return Ratings(np.arange(n_rows) * 0.04, tuple("abc"[:n_raters]), values)


def slow_average(values: NDArray[np.float64], n_side: int) -> NDArray[np.float64]:
    """The definition, row by row."""
    result = np.empty_like(values)
    for row in range(len(values)):
        side = min(n_side, row, len(values) - 1 - row)
        result[row] = np.mean(values[row - side : row + side + 1], axis=0)
    return result


def test_without_options_a_time_gets_the_rating_of_that_time() -> None:
    values = ratings_at(ramp(), np.array([0.0, 0.25, 1.0]))
    np.testing.assert_allclose(values, [[0, 0], [0.25, -0.25], [1, -1]], atol=1e-12)


def test_a_frame_gets_the_rating_that_comes_later_by_the_delay() -> None:
    values = ratings_at(ramp(), np.array([0.0, 0.3]), delay_s=0.4)
    np.testing.assert_allclose(values, [[0.4, -0.4], [0.7, -0.7]], atol=1e-12)


def test_each_rater_may_have_a_delay_of_their_own() -> None:
    values = ratings_at(ramp(), np.array([0.1, 0.7]), delay_s=np.array([0.2, 0.6]))
    np.testing.assert_allclose(values[0], [0.3, -0.7], atol=1e-12)
    np.testing.assert_allclose(values[1, 0], 0.9, atol=1e-12)
    assert np.isnan(values[1, 1]), "1.3 s is beyond the last rating of the second rater alone"


def test_what_lies_beyond_the_ends_is_missing_and_not_zero() -> None:
    late = Ratings(np.array([1.0, 2.0]), ("a",), np.array([[0.5], [0.7]]))
    values = ratings_at(late, np.array([0.0, 0.9, 1.0, 2.0, 2.1]))[:, 0]
    np.testing.assert_array_equal(np.isnan(values), [True, True, False, False, True])
    np.testing.assert_allclose(values[2:4], [0.5, 0.7], atol=1e-12)
    assert np.isnan(ratings_at(late, np.array([1.5]), delay_s=9.0)).all()


def test_rounding_of_times_loses_no_end() -> None:
    assert np.isfinite(ratings_at(ramp(), np.array([-1e-9, 1.0 + 1e-9]))).all()


def test_no_times_give_no_values() -> None:
    assert ratings_at(ramp(), np.array([])).shape == (0, 2)


@pytest.mark.parametrize("n_side", [0, 1, 2, 7, 40])
@pytest.mark.parametrize("n_rows", [2, 3, 20])
def test_moving_average_is_the_mean_of_a_centred_window(n_rows: int, n_side: int) -> None:
    values = noise(n_rows).values
    # Sums of 20 numbers of size 1 round by about 1e-15.
    np.testing.assert_allclose(moving_average(values, n_side), slow_average(values, n_side), atol=1e-12)


def test_smoothing_counts_whole_rows_on_either_side() -> None:
    ratings = noise(50)
    times = ratings.times_s
    for smoothing_s, n_side in ((0.0, 0), (0.079, 0), (0.08, 1), (0.2, 2), (0.4, 5)):
        np.testing.assert_allclose(
            ratings_at(ratings, times, smoothing_s=smoothing_s),
            slow_average(ratings.values, n_side),
            atol=1e-12,
        )


def test_smoothing_moves_a_straight_curve_nowhere() -> None:
    values = ratings_at(ramp(), np.linspace(0, 1, 7), smoothing_s=0.6)
    np.testing.assert_allclose(values[:, 0], np.linspace(0, 1, 7), atol=1e-12)


def test_arguments_are_left_alone() -> None:
    ratings = noise(9)
    before = ratings.values.copy()
    times = np.array([0.1, 0.2])
    moving_average(ratings.values, 0)[:] = 9
    ratings_at(ratings, times, delay_s=0.04, smoothing_s=0.08)
    np.testing.assert_array_equal(ratings.values, before)
    np.testing.assert_array_equal(times, [0.1, 0.2])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"step_s": 0.0}, r"step between frames is outside its range\. Got: step_s 0\."),
        ({"step_s": float("nan")}, "step between frames"),
        ({"delay_s": -0.1}, r"delay of ratings is outside its range\. Got: delay_s -0\.1.*0 or more"),
        ({"delay_s": float("inf")}, "delay of ratings"),
        ({"smoothing_s": -1.0}, r"smoothing of ratings is outside its range\. Got: smoothing_s -1"),
    ],
)
def test_options_outside_their_range_are_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        RatingSampling(**options)


def test_negative_numbers_and_wrong_shapes_are_refused_where_they_are_used() -> None:
    times = np.array([0.1])
    with pytest.raises(SettingsError, match="delay of ratings"):
        ratings_at(ramp(), times, delay_s=-1.0)
    with pytest.raises(SettingsError, match="delay of ratings"):
        ratings_at(ramp(), times, delay_s=np.array([1.0, -1.0]))
    with pytest.raises(SettingsError, match="smoothing of ratings"):
        ratings_at(ramp(), times, smoothing_s=-1.0)
    with pytest.raises(ValueError, match=r"expected one delay or 2, got shape \(3,\)"):
        ratings_at(ramp(), times, delay_s=np.zeros(3))
    for wrong in (np.zeros((1, 1)), np.array([np.nan])):
        with pytest.raises(ValueError, match=r"expected \(N,\) finite times"):
            ratings_at(ramp(), wrong)
    with pytest.raises(ValueError, match=r"expected \(T, R\) values"):
        moving_average(np.zeros(3), 1)
    with pytest.raises(ValueError, match="0 rows or more"):
        moving_average(np.zeros((3, 1)), -1)
