"""Scripts: events over time, combined into one state, written and read back."""

from __future__ import annotations

import dataclasses
import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.errors import DataError, SettingsError
from duchenne.records import Pose
from duchenne.synth.acting.motion import Axis, Drift, Fixation, Gaze, Gesture, HeadMotion, Wave
from duchenne.synth.acting.script import Event, Script, ScriptKind, jaw_units
from duchenne.synth.head.action_units import DROP_SHARE, RENDERABLE, UNITS
from duchenne.synth.head.action_units import check as check_units

SMILE = Event(12, (0.8, 0.4), start_s=1.0, onset_s=0.5, apex_s=1.0, offset_s=0.25)


def script_of(*events: Event, seconds: float = 4.0) -> Script:
    return Script(ScriptKind.MIXTURE, "test", seconds, events)


@st.composite
def events(draw: st.DrawFn, seconds: float = 4.0) -> Event:
    unit = draw(st.sampled_from(RENDERABLE))
    left = draw(st.floats(0, 1))
    right = draw(st.floats(0, 1)) if UNITS[unit].is_sided else left
    if unit == 30:
        right = 0.0
    start, *ends = sorted(draw(st.lists(st.floats(0, seconds), min_size=4, max_size=4)))
    lengths = np.diff([start, *ends]).tolist()
    return Event(unit, (left, right), start, *lengths)


def test_an_event_has_four_times_in_order() -> None:
    assert (SMILE.start_s, SMILE.apex_start_s, SMILE.apex_end_s, SMILE.end_s) == (1.0, 1.5, 2.5, 2.75)


@pytest.mark.parametrize(
    ("time_s", "share"),
    [
        (0.0, 0.0),
        (1.0, 0.0),
        (1.25, 0.5),
        (1.5, 1.0),
        (2.0, 1.0),
        (2.5, 1.0),
        (2.625, 0.5),
        (2.75, 0.0),
        (3, 0),
    ],
)
def test_an_event_eases_in_holds_and_eases_out(time_s: float, share: float) -> None:
    assert SMILE.share_at(time_s) == pytest.approx(share)
    assert SMILE.at(time_s) == pytest.approx((0.8 * share, 0.4 * share))


def test_an_event_without_onset_and_offset_jumps() -> None:
    step = Event(4, (1.0, 1.0), 1.0, 0.0, 1.0, 0.0)
    assert [step.share_at(t) for t in (0.99, 1.0, 2.0, 2.01)] == [0.0, 1.0, 1.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(events(), st.floats(-1, 5))
def test_an_event_never_leaves_its_peak_nor_its_time(event: Event, time_s: float) -> None:
    assert event.start_s <= event.apex_start_s <= event.apex_end_s <= event.end_s
    left, right = event.at(time_s)
    assert 0.0 <= left <= event.peak[0]
    assert 0.0 <= right <= event.peak[1]
    if not event.start_s <= time_s <= event.end_s:
        assert (left, right) == (0.0, 0.0)


def test_an_event_that_cannot_be_rendered_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"AU11 .* cannot be rendered"):
        Event(11, (0.5, 0.5), 0, 1, 1, 1)


@pytest.mark.parametrize(
    "times", [(0, -0.1, 1, 1), (0, 1, -1, 1), (0, 1, 1, float("inf")), (float("nan"), 1, 1, 1)]
)
def test_an_event_of_impossible_duration_is_refused(times: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="AU12 needs a finite start and durations of at least 0 s"):
        Event(12, (0.5, 0.5), *times)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_a_script_without_duration_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="must last longer than 0 s"):
        script_of(seconds=seconds)


@pytest.mark.parametrize("start", [-0.1, 2.0])
def test_an_event_outside_the_script_is_refused(start: float) -> None:
    with pytest.raises(ValueError, match=r"event of AU12 from .* lies outside the script's 4\.000 s"):
        script_of(dataclasses.replace(SMILE, start_s=start, apex_s=1.5))


def test_a_script_without_events_is_a_neutral_face() -> None:
    assert script_of().units(1.0) == {}
    state = script_of().state(1.0)
    assert (state.pose, state.gaze_deg, state.shift_cm) == (Pose(0, 0, 0), (0, 0), (0, 0))


def test_only_active_units_are_told_in_ascending_order() -> None:
    script = script_of(
        SMILE, Event(6, (0.5, 0.5), 1.0, 0.5, 1.0, 0.25), Event(4, (1.0, 1.0), 3, 0.1, 0.1, 0.1)
    )
    assert list(script.units(2.0)) == [6, 12]
    assert script.units(0.5) == {}


def test_overlapping_events_of_one_unit_combine_by_the_maximum_of_each_side() -> None:
    other = Event(12, (0.2, 0.9), 1.0, 0.5, 1.0, 0.25)
    assert script_of(SMILE, other).units(2.0) == {12: (0.8, 0.9)}
    assert script_of(other, SMILE).units(2.0) == {12: (0.8, 0.9)}


def test_an_event_of_no_strength_is_not_active() -> None:
    assert (
        script_of(Event(12, (0.0, 0.0), 1, 0.5, 1, 0.5), Event(27, (0.0, 0.0), 1, 0.5, 1, 0.5)).units(2.0)
        == {}
    )


def test_the_jaw_moves_smoothly_through_the_drop_into_the_stretch() -> None:
    script = script_of(Event(27, (0.6, 0.6), 0.0, 1.0, 1.0, 1.0))
    times = np.linspace(0, 1, 201)
    drop = np.array([script.units(float(t)).get(26, (0.0, 0.0))[0] for t in times])
    stretch = np.array([script.units(float(t)).get(27, (0.0, 0.0))[0] for t in times])
    assert np.all(drop[stretch > 0] == 1.0)
    jaw = DROP_SHARE * drop + (1 - DROP_SHARE) * stretch
    reference = (DROP_SHARE + (1 - DROP_SHARE) * 0.6) * (10 * times**3 - 15 * times**4 + 6 * times**5)
    assert jaw == pytest.approx(reference, abs=1e-12)
    assert stretch[-1] == pytest.approx(0.6)


def test_a_jaw_drop_has_no_stretch() -> None:
    assert script_of(Event(26, (0.7, 0.7), 0.0, 1.0, 1.0, 1.0)).units(1.5) == {26: pytest.approx((0.7, 0.7))}


def test_drop_and_stretch_share_one_jaw() -> None:
    both = script_of(Event(26, (1.0, 1.0), 0.0, 0.0, 4.0, 0.0), Event(27, (0.5, 0.5), 1.0, 0.5, 1.0, 0.5))
    assert both.units(0.5) == {26: (1.0, 1.0)}
    assert both.units(2.0) == {26: (1.0, 1.0), 27: pytest.approx((0.5, 0.5))}


@pytest.mark.parametrize(
    ("jaw", "units"),
    [
        (0.0, {}),
        (DROP_SHARE / 2, {26: (0.5, 0.5)}),
        (DROP_SHARE, {26: (1.0, 1.0)}),
        (1.0, {26: (1.0, 1.0), 27: (1.0, 1.0)}),
    ],
)
def test_the_jaws_way_is_divided(jaw: float, units: dict[int, tuple[float, float]]) -> None:
    assert jaw_units(jaw) == units


def test_a_raised_lid_lets_go_while_the_eye_closes() -> None:
    wide = Event(5, (0.8, 0.8), 0.0, 0.0, 4.0, 0.0)
    wink = Event(45, (0.0, 1.0), 1.0, 0.1, 0.1, 0.1)
    script = script_of(wide, wink)
    assert script.units(0.5) == {5: (0.8, 0.8)}
    assert script.units(1.05) == {5: pytest.approx((0.8, 0.4)), 45: pytest.approx((0.0, 0.5))}
    assert script.units(1.15) == {5: (0.8, 0.0), 45: (0.0, 1.0)}
    blink = dataclasses.replace(wink, peak=(1.0, 1.0))
    assert script_of(wide, blink).units(1.15) == {45: (1.0, 1.0)}


@settings(max_examples=60, deadline=None)
@given(st.lists(events(), max_size=6), st.floats(0, 4))
def test_whatever_the_events_the_state_can_be_rendered(some: list[Event], time_s: float) -> None:
    units = script_of(*some).units(time_s)
    check_units(units)
    assert list(units) == sorted(units)
    if 27 in units:
        assert units[26] == (1.0, 1.0)


def test_the_state_has_pose_gaze_and_shift_of_its_time() -> None:
    motion = HeadMotion(yaw_deg=Drift(10.0), right_cm=Drift(0.5), up_cm=Drift(-0.25))
    gaze = Gaze((Fixation(0.0, 2.0, 3.0),), steadiness=1.0)
    state = Script(ScriptKind.NEUTRAL, "neutral", 1.0, motion=motion, gaze=gaze).state(0.5)
    assert state.pose == Pose(10.0, 0.0, 0.0)
    assert state.gaze_deg == (-8.0, 3.0)
    assert state.shift_cm == (0.5, -0.25)


def test_times_may_be_asked_in_any_order() -> None:
    script = Script(
        ScriptKind.MIXTURE,
        "x",
        4.0,
        (SMILE,),
        HeadMotion.sample(np.random.default_rng(0), 4.0),
        Gaze.sample(np.random.default_rng(1), 4.0),
    )
    times = [0.1, 1.2, 2.6, 3.9]
    forwards = {t: script.state(t) for t in times}
    assert all(script.state(t) == forwards[t] for t in itertools.chain(reversed(times), times))


FULL = Script(
    ScriptKind.EMOTION,
    "happiness",
    4.0,
    (SMILE, Event(45, (1.0, 1.0), 0.5, 0.1, 0.0, 0.1)),
    HeadMotion(yaw_deg=Drift(1.0, (Wave(1.0, 0.3, 0.1),)), gestures=(Gesture(Axis.YAW, 3.0, 1.0, 1.0, 2.0),)),
    Gaze((Fixation(0.0, 1.0, 2.0),), 0.7),
)


@pytest.mark.parametrize("script", [FULL, script_of()], ids=["full", "empty"])
def test_a_script_comes_back_from_json(script: Script) -> None:
    text = script.to_json()
    assert Script.from_json(text) == script
    assert Script.from_json(text).to_json() == text
    assert "\n" not in text


def test_json_that_is_no_script_is_refused() -> None:
    with pytest.raises(DataError, match="row 3 is not valid JSON"):
        Script.from_json("{", "row 3")
    with pytest.raises(DataError, match="row 3 lacks keys"):
        Script.from_json("{}", "row 3")
    value = json.loads(FULL.to_json())
    value["events"][0]["onset_s"] = -1.0
    with pytest.raises(DataError, match=r"events\[0\] contradicts itself.*durations of at least 0 s"):
        Script.from_json(json.dumps(value))
