"""What all sources share: they are read once, and they are context managers.

A source subclasses `ReadOnce`, sets ``info`` and says how it is read and closed. Refuses a second reading, which
would silently give nothing or begin in the middle.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from duchenne.records import DecodeFailure, Frame
from duchenne.video.info import SourceInfo


class ReadOnce(ABC):
    """The part of `duchenne.video.info.Source` that is the same for every source.

    Attributes:
        info: What is known before the first frame is read.
    """

    info: SourceInfo
    _is_read = False

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        """Read to the end; once.

        Raises:
            RuntimeError: at the second iteration.
        """
        if self._is_read:
            raise RuntimeError(f"{self.info.name} has been read already; a source is read once")
        self._is_read = True
        return self._read()

    @abstractmethod
    def _read(self) -> Iterator[Frame | DecodeFailure]:
        """Give frames in the order of time."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or device; harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
