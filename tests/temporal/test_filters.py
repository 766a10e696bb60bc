from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.errors import SettingsError
from duchenne.temporal.filters import OneEuro, OneEuroOptions, smooth

FPS = 25
TIMES = np.arange(100) / FPS


def by_hand(times: np.ndarray, values: np.ndarray, o: OneEuroOptions) -> list[float]:
    """One signal without gaps, in the words of the paper: alpha = 1 / (1 + tau / Te), tau = 1 / (2 pi fc)."""

    def alpha(cutoff: float, interval: float) -> float:
        return 1 / (1 + (1 / (2 * math.pi * cutoff)) / interval)

    out, speed = [float(values[0])], 0.0
    for k in range(1, len(values)):
        interval = times[k] - times[k - 1]
        a = alpha(o.speed_cutoff_hz, interval)
        speed = a * (values[k] - values[k - 1]) / interval + (1 - a) * speed
        a = alpha(o.min_cutoff_hz + o.beta * abs(speed), interval)
        out.append(a * values[k] + (1 - a) * out[-1])
    return out


@pytest.mark.parametrize("beta", [0.0, 5.0])
def test_filter_is_the_paper_s(beta: float) -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.02, 0.06, 60))
    values, options = rng.random((60, 1)), OneEuroOptions(beta=beta)
    np.testing.assert_allclose(
        smooth(times, values, options)[:, 0], by_hand(times, values[:, 0], options), rtol=1e-12
    )


def test_still_face_gets_quiet_and_a_quick_smile_is_hardly_late() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.02, 100)
    ramp = np.clip((TIMES - 2) / 0.4, 0, 1)  # from 0 to 1 in 0.4 s
    values = smooth(TIMES, np.column_stack([noise, ramp]))
    assert values[:50, 0].std() < 0.5 * noise[:50].std()
    reached = TIMES[np.argmax(values[:, 1] > 0.5)]
    # The ramp itself is half way up at 2.2 s; a filter of 1 Hz alone would be 0.16 s late.
    assert reached - 2.2 <= 3 / FPS


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
def test_smoothed_values_stay_within_those_they_were_made_of(values: list[float], seed: int) -> None:
    times = np.cumsum(np.random.default_rng(seed).uniform(0.01, 0.1, len(values)))
    out = smooth(times, np.array(values)[:, None])
    assert out.min() >= min(values) - 1e-12
    assert out.max() <= max(values) + 1e-12


def test_missing_stays_missing_and_the_rest_goes_on() -> None:
    values = np.column_stack([TIMES, TIMES])
    values[10:13, 0] = np.nan
    out = smooth(TIMES, values)
    assert np.isnan(out[:, 0]).tolist() == np.isnan(values[:, 0]).tolist()
    np.testing.assert_array_equal(out[:, 1], smooth(TIMES, TIMES[:, None])[:, 0])


def test_after_a_long_gap_the_filter_starts_anew() -> None:
    values = np.zeros((100, 1))
    values[50:] = 1
    values[35:50] = np.nan  # 0.6 s
    assert smooth(TIMES, values)[50, 0] == 1
    assert smooth(TIMES, values, OneEuroOptions(max_gap_s=1.0))[50, 0] < 1


def test_frame_by_frame_is_the_whole() -> None:
    values = np.random.default_rng(0).random((100, 3))
    one = OneEuro(3)
    stepped = np.array([one.step(t, row) for t, row in zip(TIMES.tolist(), values, strict=True)])
    np.testing.assert_array_equal(stepped, smooth(TIMES, values))
    # What came later has changed nothing.
    np.testing.assert_array_equal(stepped[:40], smooth(TIMES[:40], values[:40]))


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_and_a_single_frame(n: int) -> None:
    values = np.full((n, 2), 0.3)
    np.testing.assert_array_equal(smooth(TIMES[:n], values), values)


def test_times_must_rise_and_values_must_fit() -> None:
    with pytest.raises(ValueError, match=r"a time after 0\.0 s, got 0\.0"):
        smooth(np.zeros(2), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="3 rows"):
        smooth(TIMES[:3], np.zeros((2, 1)))
    with pytest.raises(ValueError, match="expected 2 values"):
        OneEuro(2).step(0.0, np.zeros(3))


@pytest.mark.parametrize(
    "options",
    [{"min_cutoff_hz": 0.0}, {"beta": -1.0}, {"speed_cutoff_hz": math.nan}, {"max_gap_s": math.inf}],
)
def test_options_outside_their_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="smoothing is outside its range"):
        OneEuroOptions(**options)
