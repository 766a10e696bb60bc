"""Scripts of every kind."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.errors import SettingsError
from duchenne.synth.acting import repertoire
from duchenne.synth.acting.cooccurrence import conflicts
from duchenne.synth.acting.expressions import Expression
from duchenne.synth.acting.repertoire import SHARES, Turn, clashes, events_of, sample, sequence
from duchenne.synth.acting.script import BLINK, Event, Script, ScriptKind
from duchenne.synth.acting.timing import MICRO_LIMIT_S, Phases
from duchenne.synth.head.action_units import RENDERABLE

SEEDS = st.integers(0, 2**32 - 1)
SMILE = Expression("smile", {6: (0.5, 0.5), 12: (0.8, 0.8)})
PHASES = Phases(0.5, 1.0, 0.6)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def shown(script: Script) -> list[Event]:
    """Everything but the blinks."""
    return [event for event in script.events if event.unit != BLINK]


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.sampled_from([None, *ScriptKind]), st.floats(0.3, 12.0))
def test_sampled_scripts_of_any_kind_and_length_show_faces_that_occur(
    seed: int, kind: ScriptKind | None, seconds: float
) -> None:
    script = sample(rng(seed), seconds, kind)
    assert script == sample(rng(seed), seconds, kind)
    assert Script.from_json(script.to_json()) == script
    assert kind is None or script.kind is kind
    assert script.duration_s == seconds
    assert clashes(script.events) == []
    starts = [event.start_s for event in script.events]
    assert starts == sorted(starts)
    for event in script.events:
        assert 0 <= event.start_s <= event.apex_start_s <= event.apex_end_s <= event.end_s <= seconds + 1e-6


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(ScriptKind))
def test_no_frame_of_a_sampled_script_shows_units_that_exclude_each_other(
    seed: int, kind: ScriptKind
) -> None:
    # The same as above, seen from the frames: what is active at once, but for AU26, which AU27 brings along.
    script = sample(rng(seed), 4.0, kind)
    for number in range(100):
        units = script.units(number / 25)
        assert conflicts(units) == ()
        assert all(0 <= strength <= 1 for sides in units.values() for strength in sides)


def test_shares_of_kinds_add_up_to_one() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert not {ScriptKind.RECORDING, ScriptKind.DRILL} & set(SHARES)


def test_kinds_come_by_their_share() -> None:
    generator = rng()
    kinds = [sample(generator, 4.0).kind for _ in range(500)]
    for kind, share in SHARES.items():
        # Five standard deviations of a share of 0.28 from 500 draws are 0.10.
        assert kinds.count(kind) / 500 == pytest.approx(share, abs=0.10)


@pytest.mark.parametrize("unit", RENDERABLE)
def test_a_single_unit_is_the_only_one(unit: int) -> None:
    script = repertoire.single_unit(rng(unit), unit, 4.0, strength=0.5)
    events = [event for event in script.events if event.unit == unit]
    assert script.kind is ScriptKind.SINGLE_UNIT
    assert {event.unit for event in shown(script)} <= {unit}
    assert any(max(event.peak) == 0.5 for event in events)


def test_a_single_blink_is_as_quick_as_blinks_are() -> None:
    script = repertoire.single_unit(rng(), 45, 4.0, strength=0.9)
    (blink,) = [event for event in script.events if event.peak == (0.9, 0.9)]
    assert blink.end_s - blink.start_s <= 0.4


def test_eyes_held_closed_do_not_blink() -> None:
    for seed in range(30):
        script = repertoire.single_unit(rng(seed), 43, 6.0)
        (closed,) = shown(script)
        assert all(
            blink.end_s <= closed.start_s or blink.start_s >= closed.end_s
            for blink in script.events
            if blink.unit == BLINK
        )


def test_a_mixture_names_its_units() -> None:
    script = repertoire.mixture(rng(), 4.0, n_units=3)
    assert script.kind is ScriptKind.MIXTURE
    assert script.label == "+".join(f"AU{unit:02d}" for unit in sorted(e.unit for e in shown(script)))


def test_an_emotion_is_named_and_as_strong_as_asked_for() -> None:
    script = repertoire.emotion(rng(), "surprise", 4.0, strength=0.7)
    assert (script.kind, script.label) == (ScriptKind.EMOTION, "surprise")
    assert {1, 2, 25, 26} <= {event.unit for event in shown(script)}
    assert max(max(event.peak) for event in shown(script)) == pytest.approx(0.7)


def test_posed_smiles_are_quick_and_symmetric() -> None:
    for seed in range(20):
        script = repertoire.posed_smile(rng(seed), 4.0, 0.5, has_cheeks=bool(seed % 2))
        assert script.kind is ScriptKind.POSED_SMILE
        assert (6 in {event.unit for event in shown(script)}) == bool(seed % 2)
        for event in shown(script):
            assert event.peak[0] == event.peak[1] <= 0.5
            assert event.onset_s <= 0.6


@pytest.mark.parametrize("seed", range(20))
def test_a_micro_expression_is_gone_within_half_a_second_and_still_seen_at_25_frames_a_second(
    seed: int,
) -> None:
    script = repertoire.sample(rng(seed), 4.0, ScriptKind.MICRO_EXPRESSION)
    events = shown(script)
    assert script.kind is ScriptKind.MICRO_EXPRESSION
    assert max(event.end_s for event in events) - min(event.start_s for event in events) < MICRO_LIMIT_S
    units = {event.unit for event in events}
    seen = [any(script.units(number / 25).get(unit) for unit in units) for number in range(100)]
    assert sum(seen) >= 3
    assert max(max(event.peak) for event in events) <= 0.6


def test_asymmetric_scripts_differ_between_the_sides() -> None:
    script = repertoire.sample(rng(), 4.0, ScriptKind.ASYMMETRIC)
    assert script.kind is ScriptKind.ASYMMETRIC
    assert all(event.peak[0] != event.peak[1] for event in shown(script))


def test_a_neutral_face_only_blinks_and_moves() -> None:
    script = repertoire.neutral(rng(), 30.0)
    assert (script.kind, script.label) == (ScriptKind.NEUTRAL, "neutral")
    assert shown(script) == []
    assert script.events
    assert script.motion.pose(1.0) != script.motion.pose(2.0)


def test_a_recording_of_minutes_has_many_expressions_each_with_its_own_durations() -> None:
    script = repertoire.recording(rng(), 180.0)
    events = shown(script)
    assert script.kind is ScriptKind.RECORDING
    assert script.label.endswith(" expressions")
    assert int(script.label.split()[0]) > 20
    assert len({event.onset_s for event in events}) == len(events)
    assert max(event.end_s for event in events) > 150.0


def test_a_recording_too_short_for_anything_is_neutral() -> None:
    assert shown(repertoire.recording(rng(), 0.3)) == []


def test_a_drill_shows_several_units_in_nearly_every_frame() -> None:
    script = repertoire.drill(rng(), 60.0)
    active = [
        sum(max(sides) >= 0.2 for unit, sides in script.units(number / 2.5).items() if unit != BLINK)
        for number in range(150)
    ]
    assert script.kind is ScriptKind.DRILL
    assert np.mean(active) > 2.0
    assert np.mean(np.array(active) > 0) > 0.7
    # Each frame is of another mixture: what is shown changes with every step.
    shown_at = [frozenset(script.units(number / 2.5)) - {BLINK} for number in range(150)]
    assert sum(one != other for one, other in itertools.pairwise(shown_at)) > 120


def test_a_drill_teaches_every_unit_that_may_be_mixed() -> None:
    scripts = [repertoire.drill(rng(seed), 60.0) for seed in range(5)]
    assert {event.unit for script in scripts for event in script.events} == set(RENDERABLE)


def test_the_units_of_a_turn_are_all_there_at_its_apex_and_gone_at_its_end() -> None:
    turn = Turn(SMILE, 2.0, PHASES)
    assert turn.end_s == pytest.approx(4.1)
    for seed in range(20):
        events = events_of(rng(seed), turn)
        assert [event.unit for event in events] == [6, 12]
        for event in events:
            assert turn.start_s <= event.start_s
            assert event.apex_start_s <= 2.5 + 1e-9
            assert event.apex_end_s >= 3.5 - 1e-9
            assert event.end_s <= turn.end_s + 1e-9
        assert len({event.onset_s for event in events}) == 2


def test_given_turns_come_at_their_times() -> None:
    turns = (
        Turn(SMILE, 1.0, PHASES),
        Turn(Expression("brow", {4: (1.0, 1.0)}), 1.5, PHASES),
        Turn(SMILE, 5.0, PHASES),
    )
    script = sequence(rng(), 10.0, turns, label="two smiles", blinks_per_min=0.0)
    assert (script.kind, script.label, script.duration_s) == (ScriptKind.RECORDING, "two smiles", 10.0)
    assert script.units(0.9) == {}
    assert script.units(2.0)[12] == (0.8, 0.8)
    assert list(script.units(2.2)) == [4, 6, 12]
    assert script.units(4.5) == {}
    assert script.units(6.0) == SMILE.peaks


def test_turns_that_exclude_each_other_are_refused() -> None:
    frown = Expression("frown", {15: (0.5, 0.5)})
    with pytest.raises(SettingsError, match=r"AU12 at 1\.\d+ s and AU15 at 2\.\d+ s exclude each other"):
        sequence(rng(), 10.0, (Turn(frown, 2.0, PHASES), Turn(SMILE, 1.0, PHASES)), label="x")
    assert sequence(rng(), 10.0, (Turn(frown, 4.0, PHASES), Turn(SMILE, 1.0, PHASES)), label="x").events


def test_a_turn_outside_the_script_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside the script's"):
        sequence(rng(), 2.0, (Turn(SMILE, 1.0, PHASES),), label="x")


def test_events_that_only_touch_do_not_clash() -> None:
    smile, frown = Event(12, (1, 1), 0, 1, 0, 1), Event(15, (1, 1), 2, 1, 0, 1)
    assert clashes([frown, smile]) == []
    early = dataclasses.replace(frown, start_s=1.9)
    assert clashes([early, smile]) == [(smile, early)]
    assert clashes([]) == []


def test_a_kind_of_many_expressions_has_no_single_one() -> None:
    with pytest.raises(AssertionError, match="neutral is more than one expression"):
        repertoire._expression(rng(), ScriptKind.NEUTRAL)
