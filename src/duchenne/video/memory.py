"""Frames that are in memory already: arrays from a notebook, a test or another program.

Takes RGB arrays or pictures with their times or a frame rate, gives them as a source. Refuses times that go
backwards or do not match the frames, and frames of different sizes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from duchenne.records import DecodeFailure, Frame, Picture
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.naming import printable
from duchenne.video.once import ReadOnce


class MemorySource(ReadOnce):
    """A source over frames in memory; none is copied.

    Args:
        frames: (H, W, 3) uint8 RGB arrays or pictures, all of one size; at least one.
        times_s: Seconds of each frame, never decreasing; or
        fps: frames per second, evenly spaced from 0. Exactly one of the two.
        name: What tables and messages call it.

    Raises:
        ValueError: if there is no frame, sizes differ, or the times do not fit.
    """

    def __init__(
        self,
        frames: Sequence[NDArray[np.uint8] | Picture],
        *,
        times_s: Sequence[float] | None = None,
        fps: float | None = None,
        name: str = "memory",
    ) -> None:
        self._pictures = [f if isinstance(f, Picture) else Picture.from_rgb(f) for f in frames]
        sizes = sorted({(picture.width, picture.height) for picture in self._pictures})
        if len(sizes) != 1:
            raise ValueError(f"need one or more frames of one size, got {len(frames)} of sizes {sizes}")
        self._times_s = _times(len(frames), times_s, fps)
        span_s = self._times_s[-1] - self._times_s[0]
        average = (len(frames) - 1) / span_s if span_s > 0 else None
        self.info = SourceInfo(
            name=printable(name),
            kind=SourceKind.MEMORY,
            path=None,
            width=sizes[0][0],
            height=sizes[0][1],
            fps=fps if fps is not None else average,
            n_frames=len(frames),
            duration_s=len(frames) / fps if fps is not None else span_s,
            has_audio=False,
            codec="",
            rotation_deg=0,
            pixel_format="rgb24" if self._pictures[0].is_rgb else "yuv420p",
        )

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        for index, (time_s, picture) in enumerate(zip(self._times_s, self._pictures, strict=True)):
            yield Frame(index, time_s, picture)

    def close(self) -> None:
        """Nothing to let go of."""


def _times(n_frames: int, times_s: Sequence[float] | None, fps: float | None) -> list[float]:
    if (times_s is None) == (fps is None):
        raise ValueError("give either times_s or fps")
    if times_s is None:
        assert fps is not None
        if not (math.isfinite(fps) and fps > 0):
            raise ValueError(f"fps must be above 0, got {fps}")
        return [index / fps for index in range(n_frames)]
    times = [float(time_s) for time_s in times_s]
    if len(times) != n_frames:
        raise ValueError(f"got {len(times)} times for {n_frames} frames")
    if not all(map(math.isfinite, times)) or any(b < a for a, b in itertools.pairwise(times)):
        raise ValueError("times_s must be finite and must not decrease")
    return times
