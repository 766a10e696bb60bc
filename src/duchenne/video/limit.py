"""A source that ends early because the user asked for so many seconds of it.

Takes a source and a length, gives a source that stops before the first frame at or after that time. A limit that
is reached is a complete reading, unlike one that was interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator

from duchenne.errors import SettingsError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.info import Source
from duchenne.video.once import ReadOnce


class LimitedSource(ReadOnce):
    """The beginning of another source.

    Args:
        source: Read once, through this.
        seconds: Frames at this time or later are not given; above 0.

    Raises:
        SettingsError: if there would be nothing to read.
    """

    def __init__(self, source: Source, seconds: float) -> None:
        if not seconds > 0:
            raise SettingsError("the number of seconds to read must be above 0", got=str(seconds))
        # What its container promises is promised for its whole length.
        self.info = source.info
        self._source = source
        self._seconds = seconds

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        for item in self._source:
            if item.time_s >= self._seconds:
                return
            yield item

    def close(self) -> None:
        """Close the source."""
        self._source.close()
