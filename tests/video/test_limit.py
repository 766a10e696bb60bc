from __future__ import annotations

import math
from collections.abc import Container, Iterator

import pytest

from duchenne.errors import SettingsError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.limit import LimitedSource
from duchenne.video.memory import MemorySource
from media import greys


class Watched(MemorySource):
    """Remembers how many frames were taken from it and how often it was closed."""

    n_taken = 0
    n_closed = 0

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        for item in super().__iter__():
            self.n_taken += 1
            yield item

    def close(self) -> None:
        self.n_closed += 1


class Damaged(MemorySource):
    """Some of its frames cannot be decoded, and nobody knows when they were; the second if nothing is said."""

    damaged: Container[int] = (1,)

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        for item in super().__iter__():
            yield DecodeFailure(item.index, math.nan, "damaged") if item.index in self.damaged else item


def test_frames_before_the_limit_are_given_unchanged() -> None:
    source = MemorySource(greys(5), fps=10)
    limited = LimitedSource(source, 0.25)
    assert limited.info is source.info
    items = list(limited)
    assert [item.index for item in items] == [0, 1, 2]
    assert [item.time_s for item in items] == [0.0, 0.1, 0.2]


def test_a_frame_at_the_limit_is_not_given() -> None:
    assert len(list(LimitedSource(MemorySource(greys(5), times_s=[0, 0.5, 1, 1.5, 2]), 1.0))) == 2


def test_a_shorter_source_is_given_whole() -> None:
    assert len(list(LimitedSource(MemorySource(greys(5), fps=10), 60.0))) == 5


def test_the_limit_counts_from_where_the_recording_begins() -> None:
    source = MemorySource(greys(5), times_s=[3600, 3600.5, 3601, 3601.5, 3602])
    assert [item.time_s for item in LimitedSource(source, 1.0)] == [3600, 3600.5]


def test_the_limit_counts_from_the_first_item_whose_time_is_known() -> None:
    source = Damaged(greys(4), times_s=[3600.0, 3600.1, 3600.2, 3600.3])
    source.damaged = (0,)
    items = list(LimitedSource(source, 0.15))
    assert [(type(item), item.index) for item in items] == [(DecodeFailure, 0), (Frame, 1), (Frame, 2)]


def test_a_source_whose_times_are_all_unknown_is_given_whole() -> None:
    source = Damaged(greys(3), fps=10)
    source.damaged = range(3)
    assert len(list(LimitedSource(source, 0.1))) == 3


def test_a_source_without_end_is_left_at_the_limit() -> None:
    source = Watched(greys(60), fps=10)
    assert len(list(LimitedSource(source, 0.25))) == 3
    assert source.n_taken == 4


def test_a_failure_without_a_time_is_passed_on() -> None:
    items = list(LimitedSource(Damaged(greys(4), fps=10), 0.25))
    assert [type(item) for item in items] == [Frame, DecodeFailure, Frame]


def test_closing_closes_the_source() -> None:
    source = Watched(greys(2), fps=10)
    with LimitedSource(source, 1.0) as limited:
        assert isinstance(limited, LimitedSource)
        assert source.n_closed == 0
    assert source.n_closed == 1
    limited.close()
    assert source.n_closed == 2


def test_a_source_is_closed_when_reading_fails() -> None:
    source = Watched(greys(2), fps=10)
    with pytest.raises(RuntimeError, match="elsewhere"), LimitedSource(source, 1.0):
        raise RuntimeError("elsewhere")
    assert source.n_closed == 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan])
def test_a_limit_that_leaves_nothing_is_refused(seconds: float) -> None:
    with pytest.raises(
        SettingsError, match=rf"the number of seconds to read must be above 0\. Got: {seconds}\."
    ):
        LimitedSource(MemorySource(greys(1), fps=10), seconds)
