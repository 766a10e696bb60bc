"""The one clock: a container's timestamps to seconds.

Takes the timestamps of frames in the order they are shown, gives their seconds since the container's start.
Variable rates and gaps stay exactly as they are. Only here does the time of a video file enter.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

# A timestamp this far back is a clock that was set anew, not a frame out of place.
_RESTART_S = 1
# FFmpeg's AVFMT_TS_DISCONT, which marks the formats whose clock need not start at zero.
_STARTS_ANYWHERE = 0x0200
# What FFmpeg assumes of streams that say nothing about their rate.
_DEFAULT_RATE = Fraction(25)


class Clock:
    """Turns the timestamps of frames into seconds that never decrease.

    A frame without a timestamp follows the one before it by the average interval, so a stream that has none
    at all (raw H.264) is spaced evenly. A timestamp before the frame shown last is refused.

    Args:
        time_base: Seconds per tick.
        start: What second 0 is, in seconds on the container's own clock.
        interval_s: Average seconds from one frame to the next.
    """

    def __init__(self, time_base: Fraction, start: Fraction, interval_s: float) -> None:
        self._time_base = time_base
        self._start = start
        self._interval_s = interval_s
        self._last_s: float | None = None

    def read(self, ticks: int | None) -> float | None:
        """The seconds of the next frame shown, or None where its timestamp lies before the last frame's."""
        if ticks is not None:
            time_s = float(ticks * self._time_base - self._start)
        else:
            time_s = 0.0 if self._last_s is None else self._last_s + self._interval_s
        if self._last_s is not None and time_s < self._last_s:
            return None
        self._last_s = time_s
        return time_s


class Seam:
    """Joins recordings whose clocks start anew within one file, as concatenated transport streams do.

    A packet more than a second before the one decoded last begins a new recording: it and all that follow are
    moved, so that it comes one average interval after.

    Args:
        time_base: Seconds per tick.
        interval_s: Average seconds from one packet to the next.
    """

    def __init__(self, time_base: Fraction, interval_s: float) -> None:
        self._restart = round(_RESTART_S / time_base)
        self._interval = round(Fraction(interval_s) / time_base)
        self._shift = 0
        self._last: int | None = None

    def join(self, packet: av.Packet[Any]) -> None:
        """Move the timestamps of the next packet in decoding order, where that is needed."""
        ticks = packet.dts if packet.dts is not None else packet.pts
        if ticks is None:
            return
        ticks += self._shift
        if self._last is not None and ticks < self._last - self._restart:
            move = self._last + self._interval - ticks
            self._shift += move
            ticks += move
        self._last = ticks
        if self._shift:
            packet.pts = None if packet.pts is None else packet.pts + self._shift
            packet.dts = None if packet.dts is None else packet.dts + self._shift


def start_of(container: av.container.InputContainer, video: av.VideoStream) -> Fraction:
    """What second 0 is, in seconds on the container's own clock.

    Zero, as the timestamps are seconds already, except where that clock starts anywhere: in transport and
    program streams, 0 is where picture or sound begins, whichever is earlier, as in players.
    """
    if not container.format.flags & _STARTS_ANYWHERE:
        return Fraction(0)
    starts = [
        stream.start_time * stream.time_base
        for stream in (video, *container.streams.audio)
        if stream.start_time is not None and stream.time_base is not None
    ]
    return min(starts, default=Fraction(0))


def rate_of(video: av.VideoStream) -> Fraction:
    """Average frames per second; 25 where the container says nothing."""
    return video.average_rate or video.guessed_rate or _DEFAULT_RATE
