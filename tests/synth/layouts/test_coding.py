"""Codes of shares: cuts, missing values, and the stretches in which a unit occurs."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.synth.layouts.coding import NOT_CODED, CodedEvent, coded_events, levels, occurrence


def reference_level(share: float) -> int:
    """The convention in words, one comparison after the other."""
    level = 0
    for cut in (0.05, 0.2, 0.4, 0.7, 0.9):
        if share >= cut:
            level += 1
    return level


def test_levels_are_the_cuts_in_order() -> None:
    shares = np.linspace(0.0, 1.0, 201)
    assert levels(shares).tolist() == [reference_level(share) for share in shares]


@pytest.mark.parametrize(
    ("share", "level"), [(0.0, 0), (0.05, 1), (0.2, 2), (0.4, 3), (0.7, 4), (0.9, 5), (1.0, 5)]
)
def test_a_cut_belongs_to_the_level_above_it(share: float, level: int) -> None:
    assert int(levels(np.array(share))) == level


def test_what_cannot_be_rendered_is_not_coded_rather_than_absent() -> None:
    shares = np.array([np.nan, 0.0, 0.5])
    assert levels(shares).tolist() == [NOT_CODED, 0, 3]
    assert occurrence(shares).tolist() == [NOT_CODED, 0, 1]


@pytest.mark.parametrize("wrong", [-0.01, 1.01])
def test_shares_outside_their_range_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        levels(np.array([0.5, wrong]))


def test_an_event_is_a_stretch_with_its_first_greatest_frame() -> None:
    shares = np.array([0.0, 0.1, 0.5, 0.5, 0.3, 0.04, 0.0, 0.06])
    assert list(coded_events(12, shares)) == [
        CodedEvent(12, onset=2, peak=3, offset=5, level="C"),
        CodedEvent(12, onset=8, peak=8, offset=8, level="A"),
    ]


def test_an_event_may_fill_everything() -> None:
    assert list(coded_events(4, np.ones(3))) == [CodedEvent(4, 1, 1, 3, "E")]


@pytest.mark.parametrize("shares", [[], [0.0, 0.0], [np.nan, np.nan]])
def test_nothing_empty_absent_or_missing_is_an_event(shares: list[float]) -> None:
    assert list(coded_events(11, np.array(shares))) == []
