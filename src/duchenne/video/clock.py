"""The one clock: a container's timestamps to seconds.

Takes the timestamps of frames in the order they are shown, gives their seconds since the container's start.
Variable rates and gaps stay exactly as they are. This is the only place where time enters a video file's road.
"""

from __future__ import annotations

from fractions import Fraction

import av

# A timestamp this far back is a clock that was set anew (joined recordings), not a frame out of place.
_RESTART_S = 1.0
# What FFmpeg assumes of streams that say nothing about their rate.
_DEFAULT_RATE = Fraction(25)


class Clock:
    """Turns timestamps into seconds that never decrease.

    Three rules for timestamps that are not as they should be:

    * A frame without one follows the frame before it by the average interval. So a stream that has none at all
      (raw H.264) is spaced evenly.
    * One up to a second before the frame shown last is refused: `read` gives None.
    * One further back is a restarted clock: that frame follows the last by the average interval, and the
      clock goes on from there.

    Args:
        time_base: Seconds per tick.
        start: What second 0 is, in seconds on the container's own clock.
        interval_s: Average seconds from one frame to the next.
    """

    def __init__(self, time_base: Fraction, start: Fraction, interval_s: float) -> None:
        self.interval_s = interval_s
        self._time_base = time_base
        self._start = start
        self._last_s: float | None = None

    def read(self, ticks: int | None) -> float | None:
        """The seconds of the next frame shown, or None where its timestamp lies before the last frame's."""
        time_s = self.next_s() if ticks is None else float(ticks * self._time_base - self._start)
        if self._last_s is not None and time_s < self._last_s:
            if self._last_s - time_s <= _RESTART_S:
                return None
            restart_s = self.next_s()
            self._start += Fraction(time_s) - Fraction(restart_s)
            time_s = restart_s
        self._last_s = time_s
        return time_s

    def next_s(self) -> float:
        """When a frame without a timestamp would be shown."""
        return 0.0 if self._last_s is None else self._last_s + self.interval_s


def start_of(container: av.container.InputContainer, video: av.VideoStream) -> Fraction:
    """Second 0 of a container: the earliest start of its picture and its sound, as players have it.

    Sound that starts before zero is the encoder's run-in, which is never played, and does not count.

    Returns:
        Seconds on the container's own clock.
    """
    starts = [
        max(sound.start_time * sound.time_base, Fraction(0))
        for sound in container.streams.audio
        if sound.start_time is not None and sound.time_base is not None
    ]
    if video.start_time is not None and video.time_base is not None:
        starts.append(video.start_time * video.time_base)
    return min(starts, default=Fraction(0))


def rate_of(video: av.VideoStream) -> Fraction:
    """Average frames per second; 25 where the container says nothing."""
    return video.average_rate or video.guessed_rate or _DEFAULT_RATE
