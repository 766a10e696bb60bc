from __future__ import annotations

import re

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.temporal.baseline import (
    Baseline,
    BaselineOptions,
    NotCalibrated,
    calibrated,
    find_baseline,
    levels_of,
)

FPS = 10
TIMES = np.arange(100) / FPS


def person() -> np.ndarray:
    """Ten seconds of two units: 0.2 and 0.1 at rest from 4 s to 6 s, more before and after."""
    units = np.full((100, 2), 0.6)
    units[40:61] = (0.2, 0.1)
    return units


def test_quietest_stretch_is_found_and_its_medians_are_the_levels() -> None:
    units = person()
    units[45, 0] = 0.25  # one odd frame moves no median
    found = find_baseline(TIMES, units)
    assert isinstance(found, Baseline)
    assert (found.begin_s, found.end_s) == (4.6, 5.6)  # the first second behind the odd frame
    np.testing.assert_allclose(found.levels, [0.2, 0.1])


def test_stretch_is_the_one_that_a_search_over_all_finds() -> None:
    units = np.random.default_rng(0).random((100, 3))
    found = find_baseline(TIMES, units)
    assert isinstance(found, Baseline)
    means = [units[k : k + 11].sum(axis=1).mean() for k in range(90)]
    assert found.begin_s == pytest.approx(TIMES[int(np.argmin(means))])
    first = round(found.begin_s * FPS)
    np.testing.assert_allclose(found.levels, np.median(units[first : first + 11], axis=0))


def test_stretch_does_not_span_a_gap() -> None:
    times, units = np.delete(TIMES, range(47, 52)), np.delete(person(), range(47, 52), axis=0)
    found = find_baseline(times, units)
    assert isinstance(found, Baseline)
    # 4.0 to 4.6 s and 5.2 to 6.0 s are left of the quiet part, neither a second long.
    assert found.end_s <= 4.6 or found.begin_s >= 5.2


def test_unit_that_is_not_measured_has_no_level_and_no_value() -> None:
    units = np.column_stack([person(), np.full(100, np.nan)])
    found = find_baseline(TIMES, units)
    assert isinstance(found, Baseline)
    assert np.isnan(found.levels).tolist() == [False, False, True]
    assert np.isnan(calibrated(units, found.levels)[:, 2]).all()


@pytest.mark.parametrize(
    ("times", "units", "reason"),
    [
        (TIMES[:30], person()[:30], r"read for 2\.9 s, less than 4 s"),
        (TIMES[:0], person()[:0], "no action units were measured"),
        (TIMES[:1], person()[:1], r"read for 0\.0 s"),
        (TIMES, np.full((100, 2), np.nan), "no action units were measured"),
        (TIMES * 10, person(), r"frames with the face are further apart than 0\.25 s"),
    ],
)
def test_too_little_to_calibrate_by_says_why(times: np.ndarray, units: np.ndarray, reason: str) -> None:
    found = find_baseline(times, units)
    assert isinstance(found, NotCalibrated)
    assert re.search(reason, found.reason)


def test_short_pieces_that_add_up_are_no_stretch() -> None:
    keep = np.arange(100) % 10 < 6  # half a second in view, then half a second out
    found = find_baseline(TIMES[keep], person()[keep])
    assert isinstance(found, NotCalibrated)
    assert "never in view for 1 s without a gap" in found.reason


def test_stretch_that_somebody_named_is_taken_or_refused() -> None:
    found = levels_of(TIMES, person(), 4.0, 6.0)
    assert isinstance(found, Baseline)
    np.testing.assert_allclose(found.levels, [0.2, 0.1])
    assert isinstance(levels_of(TIMES, person(), 20.0, 21.0), NotCalibrated)


def test_neutral_is_nought_and_full_contraction_is_one() -> None:
    levels = np.array([0.2, 0.0, 1.0])
    units = np.array([[0.2, 0.0, 1.0], [1.0, 1.0, 0.5], [0.6, 0.5, 1.0], [0.1, np.nan, 1.0]])
    expected = [[0, 0, np.nan], [1, 1, np.nan], [0.5, 0.5, np.nan], [0, np.nan, np.nan]]
    np.testing.assert_allclose(calibrated(units, levels), expected, atol=1e-12)


def test_times_must_rise_and_rows_must_fit() -> None:
    with pytest.raises(ValueError, match="do not fall"):
        find_baseline(np.array([1.0, 0.5]), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="2 rows"):
        find_baseline(TIMES[:2], np.zeros((3, 1)))


@pytest.mark.parametrize("options", [{"length_s": 0.0}, {"max_gap_s": -1.0}, {"min_total_s": float("nan")}])
def test_options_outside_their_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="baseline is outside its range"):
        BaselineOptions(**options)


def test_frames_shown_at_the_same_time_do_not_stop_it() -> None:
    # Some containers give two frames one timestamp.
    found = find_baseline(np.repeat(TIMES, 2), np.repeat(person(), 2, axis=0))
    assert isinstance(found, Baseline)
    np.testing.assert_allclose(found.levels, [0.2, 0.1])
