"""Acts and the scripts made of them."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.records import Pose
from duchenne.synth.acting.script import BLINK, ScriptKind
from duchenne.synth.layouts.acting import Act, Manner, even, perform

SMILE = Act({6: (0.4, 0.4), 12: (0.8, 0.6)}, start_s=1.0, onset_s=0.5, apex_s=1.0, offset_s=0.5)
JUMP = Act({4: (1.0, 1.0)}, start_s=0.0, onset_s=0.0, apex_s=1.0, offset_s=0.0)
STILL = Manner(spread=0.0, blinks=False)


@pytest.mark.parametrize("act", [SMILE, JUMP])
def test_an_act_has_the_course_of_its_events(act: Act) -> None:
    # Two spellings of one course; they must not drift apart.
    times = np.linspace(-0.5, 4.0, 91)
    for event in act.events:
        assert [act.share_at(t) for t in times] == pytest.approx(
            [event.share_at(t) for t in times], abs=1e-12
        )


def test_an_act_is_over_at_its_end() -> None:
    assert SMILE.end_s == 3.0
    assert SMILE.share_at(3.0) == pytest.approx(0.0, abs=1e-12)
    assert SMILE.share_at(2.0) == 1.0


def test_a_script_shows_the_units_of_its_acts() -> None:
    script = perform(np.random.default_rng(0), "smile", 4.0, [SMILE], STILL)
    assert script.units(2.0) == {6: (0.4, 0.4), 12: (0.8, 0.6)}
    assert script.units(0.5) == {}
    assert script.label == "smile"


def test_where_acts_overlap_the_stronger_decides() -> None:
    weak = Act(even({12: 0.5}), 0.0, 0.0, 4.0, 0.0)
    script = perform(np.random.default_rng(0), "two", 4.0, [weak, SMILE], STILL)
    assert script.units(2.0)[12] == (0.8, 0.6)
    assert script.units(0.1)[12] == (0.5, 0.5)


def test_a_still_manner_keeps_head_and_eyes_ahead() -> None:
    state = perform(np.random.default_rng(0), "still", 4.0, [], STILL).state(2.0)
    assert state.pose == Pose(0.0, 0.0, 0.0)
    assert state.gaze_deg == (0.0, 0.0)
    assert state.units == {}


def test_a_lively_face_blinks_and_moves() -> None:
    script = perform(np.random.default_rng(0), "lively", 30.0, [])
    assert {event.unit for event in script.events} == {BLINK}
    assert script.state(3.0).pose != script.state(9.0).pose
    assert script.kind is ScriptKind.RECORDING


def test_an_act_outside_the_script_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside the script"):
        perform(np.random.default_rng(0), "short", 2.0, [SMILE], STILL)
