"""A source that ends early because the user asked for so many seconds of it.

Takes a source and a length, gives a source that stops before the first frame that comes so much after the first.
A limit that is reached is a complete reading, unlike one that was interrupted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from duchenne.errors import SettingsError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.info import Source
from duchenne.video.once import ReadOnce


class LimitedSource(ReadOnce):
    """The beginning of another source.

    Args:
        source: Read once, through this.
        seconds: Frames this long after the first frame, or longer, are not given; above 0. Not the container's
            clock: a part of a recording may keep the recording's times and begin at an hour.

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
        end_s: float | None = None
        for item in self._source:
            if end_s is None and not math.isnan(item.time_s):
                end_s = item.time_s + self._seconds
            if end_s is not None and item.time_s >= end_s:
                return
            yield item

    def close(self) -> None:
        """Close the source."""
        self._source.close()
