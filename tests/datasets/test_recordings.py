from __future__ import annotations

import numpy as np
import pytest

from duchenne.datasets.recordings import Ratings

TIMES = np.array([0.0, 0.04, 0.08])
VALUES = np.array([[0.0, 1.0], [0.5, -0.5], [-1.0, 0.2]])


def test_raters_are_found_by_name_and_averaged() -> None:
    ratings = Ratings(TIMES, ("FM1", "FF1"), VALUES)
    np.testing.assert_array_equal(ratings.of("FF1"), [1.0, -0.5, 0.2])
    np.testing.assert_allclose(ratings.mean, [0.5, 0.0, -0.4], atol=1e-15)
    assert ratings.step_s == pytest.approx(0.04)
    with pytest.raises(ValueError, match="not in tuple"):
        ratings.of("FM9")


@pytest.mark.parametrize(
    ("times", "raters", "values", "message"),
    [
        (TIMES, ("FM1",), VALUES, r"3 times and 1 raters have values of shape \(3, 2\)"),
        (TIMES[:1], ("a", "b"), VALUES[:1], "1 times"),
        (np.array([0.0, 0.0, 0.1]), ("a", "b"), VALUES, "do not rise"),
        (TIMES, ("a", "b"), np.full((3, 2), np.nan), "or are missing"),
        (TIMES, ("a", "b"), VALUES * 2, r"outside \[-1, 1\]"),
    ],
)
def test_arrays_that_do_not_fit_are_a_mistake(
    times: np.ndarray, raters: tuple[str, ...], values: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Ratings(times, raters, values)
