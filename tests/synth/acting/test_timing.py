"""Durations of expressions and blinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.synth.acting.timing import (
    BLINKS_PER_MIN,
    MICRO_LIMIT_S,
    PARTIAL_BLINKS,
    TIMINGS,
    Pace,
    Phases,
    draw_blinks,
    draw_phases,
)

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("pace", Pace)
def test_each_pace_has_ranges_and_says_where_they_come_from(pace: Pace) -> None:
    timing = TIMINGS[pace]
    for low, high in (timing.onset_s, timing.apex_s, timing.offset_s):
        assert 0 <= low <= high
    assert "ours" in timing.source


def test_the_longest_micro_expression_is_shorter_than_half_a_second_and_the_shortest_has_several_frames() -> (
    None
):
    timing = TIMINGS[Pace.MICRO]
    assert timing.onset_s[1] + timing.apex_s[1] + timing.offset_s[1] < MICRO_LIMIT_S
    assert timing.onset_s[0] + timing.apex_s[0] + timing.offset_s[0] >= 5 / 25


def test_blinks_last_100_to_400_ms() -> None:
    timing = TIMINGS[Pace.BLINK]
    assert timing.onset_s[0] + timing.apex_s[0] + timing.offset_s[0] >= 0.1
    assert timing.onset_s[1] + timing.apex_s[1] + timing.offset_s[1] <= 0.4 + 1e-9


def test_phases_add_up_and_scale() -> None:
    assert Phases(0.5, 1.0, 0.25).total_s == 1.75
    assert Phases(0.5, 1.0, 0.25).scaled(2, 0.5, 4) == Phases(1.0, 0.5, 1.0)


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.sampled_from(Pace))
def test_drawn_phases_lie_in_their_ranges_where_there_is_room(seed: int, pace: Pace) -> None:
    phases, timing = draw_phases(np.random.default_rng(seed), pace, 60.0), TIMINGS[pace]
    for drawn, (low, high) in zip(
        (phases.onset_s, phases.apex_s, phases.offset_s),
        (timing.onset_s, timing.apex_s, timing.offset_s),
        strict=True,
    ):
        assert low <= drawn <= high


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.sampled_from(Pace), st.floats(0.05, 4.0))
def test_drawn_phases_fit_into_their_room(seed: int, pace: Pace, room_s: float) -> None:
    assert draw_phases(np.random.default_rng(seed), pace, room_s).total_s <= room_s + 1e-9


def test_the_apex_gives_way_first() -> None:
    free = draw_phases(np.random.default_rng(3), Pace.EXPRESSION, 60.0)
    tight = draw_phases(np.random.default_rng(3), Pace.EXPRESSION, free.onset_s + free.offset_s + 0.4)
    assert free.apex_s > 0.4
    assert (tight.onset_s, tight.offset_s) == (free.onset_s, free.offset_s)
    assert tight.apex_s == pytest.approx(0.4)


def test_blinks_come_at_their_rate() -> None:
    # 600 s at 15 a minute minus the time that blinks take (0.28 s each): 140 expected, 12 a standard deviation.
    blinks = draw_blinks(np.random.default_rng(0), 600.0, per_min=15.0)
    assert 100 < len(blinks) < 180
    assert all(blink.unit == 45 and blink.peak[0] == blink.peak[1] >= 0.25 for blink in blinks)


def test_half_of_the_blinks_are_partial() -> None:
    blinks = draw_blinks(np.random.default_rng(1), 1800.0, per_min=20.0)
    # A share of one half from some 550 blinks has a standard deviation of 0.021.
    assert np.mean([blink.peak[0] < 1 for blink in blinks]) == pytest.approx(PARTIAL_BLINKS, abs=0.1)
    assert max(blink.peak[0] for blink in blinks) == 1.0


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_blinks_follow_each_other_within_the_time_and_outside_of_busy_stretches(seed: int) -> None:
    blinks = draw_blinks(np.random.default_rng(seed), 30.0, busy=((5.0, 12.0),))
    ends = [0.0, *(blink.end_s for blink in blinks)]
    assert all(end <= blink.start_s for end, blink in zip(ends, blinks, strict=False))
    assert ends[-1] <= 30.0
    assert all(blink.end_s <= 5.0 or blink.start_s >= 12.0 for blink in blinks)


def test_an_unknown_rate_is_drawn_within_what_is_published() -> None:
    _, lowest, highest = BLINKS_PER_MIN
    counts = [len(draw_blinks(np.random.default_rng(seed), 300.0)) / 5 for seed in range(40)]
    # Five minutes at the lowest and highest rate, five standard deviations of a Poisson count beyond.
    assert min(counts) > lowest - 5 * (lowest * 5) ** 0.5 / 5
    assert max(counts) < highest + 5 * (highest * 5) ** 0.5 / 5
    assert max(counts) > min(counts) + 4


def test_no_rate_and_no_time_give_no_blinks() -> None:
    assert draw_blinks(np.random.default_rng(0), 60.0, per_min=0.0) == ()
    assert draw_blinks(np.random.default_rng(0), 0.05, per_min=15.0) == ()
