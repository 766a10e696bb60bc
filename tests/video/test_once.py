from __future__ import annotations

from collections.abc import Iterator

import pytest

from duchenne.records import DecodeFailure, Frame
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.once import ReadOnce


class Failing(ReadOnce):
    """Gives two failures and notes whether it was closed."""

    is_closed = False

    def __init__(self) -> None:
        self.info = SourceInfo("two", SourceKind.MEMORY, None, 8, 8, None, 2, None, False, "", 0, "rgb24")

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        yield DecodeFailure(0, 0.0, "first")
        yield DecodeFailure(1, 1.0, "second")

    def close(self) -> None:
        self.is_closed = True


def test_it_is_read_from_first_to_last() -> None:
    assert [item.index for item in Failing()] == [0, 1]


def test_a_second_reading_is_refused_at_once_and_by_name() -> None:
    source = Failing()
    next(iter(source))
    with pytest.raises(RuntimeError, match="two has been read already; a source is read once"):
        iter(source)


def test_two_sources_do_not_share_their_reading() -> None:
    list(Failing())
    assert len(list(Failing())) == 2


def test_the_block_closes_it_also_after_an_error() -> None:
    source = Failing()
    with pytest.raises(ZeroDivisionError), source:
        raise ZeroDivisionError
    assert source.is_closed
