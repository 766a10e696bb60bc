"""A bounded buffer: decode in one thread, measure in another.

Takes a source, gives its items in the same order while the next ones are being decoded. Never holds more than
``capacity`` frames, so memory does not grow with length. However reading ends (done, break, error, Ctrl-C),
the thread has ended and the source is closed.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from queue import SimpleQueue

from duchenne.records import DecodeFailure, Frame
from duchenne.video.info import Source

Item = Frame | DecodeFailure


@dataclass(frozen=True, slots=True)
class _End:
    """What the thread leaves last: None, or what it died of."""

    error: BaseException | None


def prefetch(source: Source, capacity: int = 4) -> Generator[Item, None, None]:
    """Read a source ahead in its own thread.

    Args:
        source: Not yet iterated; closed at the end.
        capacity: How many items may wait, at least 1. Four are enough to even out a frame that takes longer
            to decode (a key frame) or to measure (one with a detection); more only costs memory.

    Yields:
        The items of the source, unchanged and in order.

    Raises:
        ValueError: if the capacity is below 1.
        Exception: whatever reading the source raises, where the failing item would have come.
    """
    if capacity < 1:
        raise ValueError(f"capacity must be at least 1, got {capacity}")
    return _prefetch(source, capacity)


def _prefetch(source: Source, capacity: int) -> Generator[Item, None, None]:
    ready: SimpleQueue[Item | _End] = SimpleQueue()
    room = threading.Semaphore(capacity)
    stopped = threading.Event()

    def read() -> None:
        error: BaseException | None = None
        try:
            for item in source:
                room.acquire()
                if stopped.is_set():
                    break
                ready.put(item)
        # Not swallowed: it is raised again in the consumer, where it can be caught.
        except BaseException as caught:  # noqa: BLE001
            error = caught
        ready.put(_End(error))

    thread = threading.Thread(target=read, name=f"decode {source.info.name}", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            room.release()
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        room.release()
        thread.join()
        source.close()
