from __future__ import annotations

import numpy as np
import pytest

from duchenne.datasets.rating_truth import LatentCurve, MadeRater
from duchenne.errors import DataError
from duchenne.evaluation.protocols.valence_ceiling import (
    AS_IT_IS,
    LATE,
    SCALED,
    SCALED_LATE,
    ceilings,
    in_order,
)

RAMP = LatentCurve(np.array([0.0, 10.0]), np.array([0.0, 1.0]))
RATERS = (
    MadeRater("FM1", 1.0, 0.5, 0.1, 0.3, 0.05),
    MadeRater("FF1", 3.0, 1.0, -0.2, 0.3, 0.05),
)


def test_each_reading_knows_one_thing_more() -> None:
    found = ceilings(RAMP, RATERS, np.array([4.0]), 0.0)
    np.testing.assert_allclose(found[AS_IT_IS], [[0.4, 0.4, 0.4]])
    np.testing.assert_allclose(found[SCALED], [[0.3, 0.2, 0.25]])
    np.testing.assert_allclose(found[LATE], [[0.3, 0.1, 0.2]])
    np.testing.assert_allclose(found[SCALED_LATE], [[0.25, -0.1, 0.075]])


def test_ratings_that_are_moved_back_leave_less_delay() -> None:
    found = ceilings(RAMP, RATERS, np.array([4.0]), 1.0)
    np.testing.assert_allclose(found[AS_IT_IS], [[0.4, 0.4, 0.4]])
    np.testing.assert_allclose(found[LATE], [[0.4, 0.2, 0.3]])


def test_before_the_delay_has_passed_a_rater_sees_the_first_value() -> None:
    found = ceilings(RAMP, RATERS, np.array([0.5, 2.0]), 0.0)
    np.testing.assert_allclose(found[LATE][:, :2], [[0.0, 0.0], [0.1, 0.0]])


def test_no_frames_have_no_readings() -> None:
    assert ceilings(RAMP, RATERS, np.array([]), 0.0)[LATE].shape == (0, 3)


def test_a_noiseless_rater_is_reached_exactly() -> None:
    pytest.importorskip("numba")
    from duchenne.synth.layouts.raters import Rater, rate

    times = np.arange(501) * 0.04
    values = np.sin(times)
    rater = Rater("FM1", 2.0, 0.7, 0.1, 0.0, 0.0)
    rated = rate(rater, values, 0.04, np.random.default_rng(0))
    known = (MadeRater("FM1", 2.0, 0.7, 0.1, 0.0, 0.0),)
    found = ceilings(LatentCurve(times, values), known, times, 0.0)
    np.testing.assert_allclose(found[SCALED_LATE][:, 0], rated, atol=1e-9)


def test_raters_are_put_in_the_order_of_the_files() -> None:
    assert [one.rater for one in in_order(RATERS, ("FF1", "FM1"))] == ["FF1", "FM1"]
    with pytest.raises(DataError, match=r"does not know the raters FM9\. Expected: FM1, FF1"):
        in_order(RATERS, ("FM1", "FM9"))
    with pytest.raises(DataError, match="Expected: raters"):
        in_order((), ("FM1",))
