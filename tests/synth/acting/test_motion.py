"""Head and eyes: smooth, slow, the same whenever asked."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.records import Pose
from duchenne.synth.acting.motion import (
    DRIFT_HZ,
    GAZE_LIMIT_DEG,
    Axis,
    Drift,
    Fixation,
    Gaze,
    Gesture,
    HeadMotion,
    Wave,
    ease,
)

FRONTAL = Pose(0.0, 0.0, 0.0)
SEEDS = st.integers(0, 2**32 - 1)


def test_ease_is_the_integral_of_a_bell_shaped_speed() -> None:
    # The speed of least jerk is 30 s^2 (1 - s)^2; the trapezoid rule at 10,000 steps is exact to 1e-8.
    s = np.linspace(0, 1, 10_001)
    speed = 30 * s**2 * (1 - s) ** 2
    reference = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(s))])
    assert [ease(float(x)) for x in s] == pytest.approx(reference, abs=1e-7)


@pytest.mark.parametrize(("share", "expected"), [(-1.0, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (7.0, 1.0)])
def test_ease_stays_at_its_ends(share: float, expected: float) -> None:
    assert ease(share) == expected


def test_drift_is_the_sum_of_its_waves() -> None:
    drift = Drift(2.0, (Wave(1.5, 0.2, 0.25), Wave(0.5, 0.4, 0.0)))
    times = np.linspace(0, 10, 50)
    reference = 2 + 1.5 * np.cos(2 * np.pi * 0.2 * times) + 0.5 * np.sin(2 * np.pi * 0.4 * times)
    assert [drift.at(float(t)) for t in times] == pytest.approx(reference, abs=1e-12)


def test_drift_without_waves_rests() -> None:
    assert Drift(3.0).at(17.0) == 3.0


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_sampled_drift_is_band_limited_and_has_the_spread_asked_for(seed: int) -> None:
    drift = Drift.sample(np.random.default_rng(seed), rest=1.0, spread=2.0)
    assert all(0 < wave.frequency_hz <= DRIFT_HZ for wave in drift.waves)
    # A sine of amplitude A has a variance of A^2 / 2, and the waves' variances add up.
    assert sum(wave.amplitude**2 / 2 for wave in drift.waves) == pytest.approx(4.0)


def test_a_gesture_is_nothing_before_and_after_and_swings_in_between() -> None:
    nod = Gesture(Axis.PITCH, amplitude_deg=4.0, start_s=1.0, duration_s=2.0, n_swings=2.0)
    assert [nod.at(t) for t in (0.0, 1.0, 3.0, 9.0)] == [0.0] * 4
    values = [nod.at(t) for t in np.linspace(1, 3, 401)]
    assert max(values) > 2.0
    assert min(values) < -2.0
    assert max(map(abs, values)) <= 4.0
    # At rest at both ends: the squared sine keeps the first hundredth of a second below a thousandth of the swing.
    assert abs(nod.at(1.01)) < 0.004


def test_a_gesture_without_duration_is_refused() -> None:
    with pytest.raises(ValueError, match=r"longer than 0 s, got 0"):
        Gesture(Axis.YAW, 1.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(("axis", "moved"), [(Axis.YAW, 0), (Axis.PITCH, 1), (Axis.ROLL, 2)])
def test_each_gesture_turns_its_own_axis(axis: Axis, moved: int) -> None:
    motion = HeadMotion(gestures=(Gesture(axis, 5.0, 0.0, 1.0, 1.0),))
    pose = motion.pose(0.3)
    turned = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    assert turned[moved] == pytest.approx(5 * math.sin(0.3 * math.pi) ** 2 * math.sin(0.6 * math.pi))
    assert [turn for number, turn in enumerate(turned) if number != moved] == [0.0, 0.0]


def test_a_head_is_still_and_frontal_unless_told_otherwise() -> None:
    assert HeadMotion().pose(3.0) == FRONTAL
    assert HeadMotion().shift_cm(3.0) == (0.0, 0.0)


def test_a_spread_of_zero_is_still() -> None:
    motion = HeadMotion.sample(np.random.default_rng(0), 20.0, spread=0.0, gestures_per_min=60.0)
    assert motion.gestures
    for t in (0.0, 3.3, 12.0):
        pose = motion.pose(t)
        assert (pose.yaw_deg, pose.pitch_deg, pose.roll_deg, *motion.shift_cm(t)) == pytest.approx((0,) * 5)


def test_facing_turns_the_rest_and_keeps_the_motion() -> None:
    motion = HeadMotion.sample(np.random.default_rng(1), 5.0)
    turned = motion.facing(yaw_deg=20.0, pitch_deg=-10.0, roll_deg=2.0)
    straight = motion.facing()
    for t in (0.0, 1.7):
        assert turned.pose(t).yaw_deg - straight.pose(t).yaw_deg == pytest.approx(20.0)
        assert turned.pose(t).pitch_deg - straight.pose(t).pitch_deg == pytest.approx(-10.0)
        assert turned.pose(t).roll_deg - straight.pose(t).roll_deg == pytest.approx(2.0)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_sampled_head_moves_smoothly_and_keeps_facing_the_camera(seed: int) -> None:
    motion = HeadMotion.sample(np.random.default_rng(seed), 4.0)
    assert motion == HeadMotion.sample(np.random.default_rng(seed), 4.0)
    assert all(g.start_s >= 0 and g.start_s + g.duration_s <= 4.0 + 1e-9 for g in motion.gestures)
    poses = [motion.pose(t) for t in np.arange(0, 4, 0.01)]
    yaw = np.array([pose.yaw_deg for pose in poses])
    # 30 degrees of rest and three waves of at most sqrt(2) * 3 each, plus the gestures' swings of at most 8.
    assert np.abs(yaw).max() < 30 + 3 * math.sqrt(6) + 8 * len(motion.gestures)
    # Per 10 ms: drift below 2 pi 0.6 Hz * 7.4 deg, each gesture below 2 pi 2.5 Hz * 8 deg.
    assert np.abs(np.diff(yaw)).max() < 0.01 * (30 + 150 * len(motion.gestures))


def test_a_shift_is_sampled_too() -> None:
    motion = HeadMotion.sample(np.random.default_rng(2), 4.0)
    assert motion.shift_cm(0.0) != motion.shift_cm(2.0)


def test_eyes_look_ahead_unless_told_otherwise() -> None:
    assert Gaze().at(1.0, Pose(20.0, 5.0, 0.0)) == (0.0, 0.0)


def test_eyes_jump_from_place_to_place_within_the_time_of_a_saccade() -> None:
    gaze = Gaze((Fixation(0.5, 2.0, 1.0), Fixation(1.0, 12.0, 1.0)))
    assert gaze.at(0.0, FRONTAL) == (2.0, 1.0)
    assert gaze.at(0.99, FRONTAL) == (2.0, 1.0)
    # 10 degrees take 21 + 22 ms; half of the time is half of the way.
    assert gaze.at(1.0 + 0.0215, FRONTAL) == pytest.approx((7.0, 1.0))
    assert gaze.at(1.0 + 0.043, FRONTAL) == pytest.approx((12.0, 1.0))
    assert gaze.at(60.0, FRONTAL) == (12.0, 1.0)


def test_steady_eyes_take_the_heads_turn_back() -> None:
    gaze = Gaze((Fixation(0.0, 1.0, 2.0),), steadiness=1.0)
    assert gaze.at(0.0, Pose(10.0, -5.0, 3.0)) == (-9.0, 7.0)
    half = Gaze(gaze.fixations, steadiness=0.5)
    assert half.at(0.0, Pose(10.0, -5.0, 3.0)) == (-4.0, 4.5)


def test_eyes_turn_no_further_than_they_can() -> None:
    gaze = Gaze((Fixation(0.0, 0.0, 0.0),), steadiness=1.0)
    assert gaze.at(0.0, Pose(60.0, -60.0, 0.0)) == (-GAZE_LIMIT_DEG, GAZE_LIMIT_DEG)


def test_fixations_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="in order of time"):
        Gaze((Fixation(1.0, 0, 0), Fixation(0.0, 0, 0)))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_sampled_looks_are_in_order_within_the_time_and_within_reach(seed: int) -> None:
    gaze = Gaze.sample(np.random.default_rng(seed), 8.0)
    starts = [fixation.start_s for fixation in gaze.fixations]
    assert starts[0] == 0.0
    assert starts == sorted(starts)
    assert starts[-1] < 8.0
    assert all(abs(f.yaw_deg) <= 20 and abs(f.pitch_deg) <= 12 for f in gaze.fixations)


def test_looks_of_no_spread_stay_on_the_camera() -> None:
    gaze = Gaze.sample(np.random.default_rng(0), 8.0, spread=0.0)
    assert gaze.at(5.0, FRONTAL) == (0.0, 0.0)


def test_a_way_never_ends_beyond_its_end_by_rounding() -> None:
    # The polynomial alone gives up to 1 + 1.3e-15 here.
    shares = 1.0 - np.arange(1, 2000) * 1e-7
    assert max(ease(float(share)) for share in shares) <= 1.0
