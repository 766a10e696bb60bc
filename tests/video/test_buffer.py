"""The bounded buffer: same items, bounded look-ahead, and a thread that always ends."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.buffer import prefetch
from duchenne.video.file import VideoFile
from duchenne.video.memory import MemorySource
from media import greys, write_video


class Watched(MemorySource):
    """A source that tells how far it was read, whether it was closed, and that fails where it is told to."""

    def __init__(self, n_frames: int, fails_at: int | None = None) -> None:
        super().__init__(greys(n_frames, 8, 8), fps=25)
        self.n_given = 0
        self.n_closed = 0
        self.fails_at = fails_at
        self.thread: threading.Thread | None = None

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        self.thread = threading.current_thread()
        for item in super().__iter__():
            if item.index == self.fails_at:
                raise InputError("the video cannot be read any more") from OSError("the disk is gone")
            self.n_given += 1
            yield item

    def close(self) -> None:
        self.n_closed += 1

    def has_ended(self) -> bool:
        return self.n_closed == 1 and self.thread is not None and not self.thread.is_alive()


def settled(source: Watched) -> int:
    """How far a source is read once the thread has nothing left to do but wait."""
    before = -1
    while before != source.n_given:
        before = source.n_given
        time.sleep(0.05)
    return before


@pytest.mark.parametrize("capacity", [1, 2, 4, 100])
def test_items_are_those_of_plain_iteration(capacity: int, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(30))
    plain = list(VideoFile(path))
    ahead = list(prefetch(VideoFile(path), capacity))
    assert [(item.index, item.time_s) for item in ahead] == [(item.index, item.time_s) for item in plain]
    for one, other in zip(plain, ahead, strict=True):
        assert isinstance(one, Frame)
        assert isinstance(other, Frame)
        np.testing.assert_array_equal(one.picture.planes[0], other.picture.planes[0])


@pytest.mark.parametrize("capacity", [1, 4])
def test_never_more_than_its_capacity_waits(capacity: int) -> None:
    source = Watched(50)
    items = prefetch(source, capacity)
    next(items)
    # One with the consumer, `capacity` waiting, one in the hand of the thread that finds no room.
    assert settled(source) == capacity + 2
    items.close()


def test_decoding_happens_in_another_thread() -> None:
    source = Watched(3)
    list(prefetch(source))
    assert source.thread is not threading.current_thread()
    assert source.has_ended()


def test_nothing_is_read_before_the_first_item_is_asked_for() -> None:
    source = Watched(3)
    prefetch(source)
    assert source.thread is None


def test_leaving_the_loop_ends_the_thread_and_closes_the_source() -> None:
    source = Watched(50)
    items = prefetch(source)
    for item in items:
        if item.index == 3:
            break
    items.close()
    assert source.has_ended()


def test_forgetting_the_iterator_ends_the_thread() -> None:
    source = Watched(50)
    next(prefetch(source))
    gc.collect()
    assert source.has_ended()


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_an_error_in_the_consumer_ends_the_thread(kind: type[BaseException]) -> None:
    source = Watched(50)

    def consume() -> None:
        items = prefetch(source)
        try:
            for _ in items:
                raise kind
        finally:
            items.close()

    with pytest.raises(kind):
        consume()
    assert source.has_ended()


def test_an_error_in_the_source_arrives_after_what_came_before_it_and_with_its_cause() -> None:
    source = Watched(50, fails_at=7)
    items = prefetch(source)
    assert [next(items).index for _ in range(7)] == list(range(7))
    with pytest.raises(InputError, match="cannot be read any more") as caught:
        next(items)
    assert isinstance(caught.value.__cause__, OSError)
    assert source.has_ended()


def test_leaving_before_an_error_in_the_source_hides_it() -> None:
    source = Watched(50, fails_at=2)
    items = prefetch(source)
    next(items)
    settled(source)
    items.close()
    assert source.has_ended()


def test_a_source_without_items_gives_none() -> None:
    class Empty(Watched):
        def __iter__(self) -> Iterator[Frame | DecodeFailure]:
            self.thread = threading.current_thread()
            return iter(())

        def __enter__(self) -> Self:
            return self

    source = Empty(1)
    assert list(prefetch(source)) == []
    assert source.has_ended()


def test_many_readings_leave_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(50):
        items = prefetch(MemorySource(greys(10, 8, 8), fps=25), 1)
        next(items)
        items.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_buffer_holds_at_least_one(capacity: int) -> None:
    with pytest.raises(ValueError, match="capacity must be at least 1"):
        prefetch(Watched(1), capacity)
