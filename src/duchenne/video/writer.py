"""Written video: RGB frames to an MP4 with their own times and the source's sound.

Takes (H, W, 3) pictures with their seconds, gives an H.264 MP4 in which every frame has the time it had in
the source: varying rates and gaps stay. Refuses places that cannot be written and pictures of another size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import OutputError
from duchenne.video.info import SourceInfo
from duchenne.video.sound import Soundtrack

# A multiple of MPEG's 90 kHz in which the intervals of 23.976, 29.97 and 59.94 frames/s are whole ticks too.
_TIME_BASE = Fraction(1, 360_000)
# libx264 comes with PyAV's wheels. At 20, drawn lines stay sharp. Fewer B-frames and a shorter look-ahead than the
# preset's hold fewer pictures: 37 MB at 720p instead of 57 with 3 and 5, for files as large, 0.6 dB below 44 and a
# fifth less work (measured on an annotated clip).
_ENCODER = {"preset": "veryfast", "crf": "20", "bf": "1", "rc-lookahead": "2"}
# The second thread lets the caller go on while a frame is encoded; more only hold more frames.
_ENCODER_THREADS = 2
# What players assume of a video that does not say its rate, such as one made from a still.
_DEFAULT_RATE = Fraction(25)
# AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709 and AVCOL_RANGE_MPEG: written into the file, so that
# players need not guess.
_BT709, _LIMITED = 1, 1


class VideoWriter:
    """An MP4 being written.

    As a context manager it also ends well when the block is left by an exception, Ctrl-C included: the file
    is then a valid, shorter video whose sound ends with its picture.

    Args:
        path: Where it goes, whatever it is called; replaced if it exists. Until `close`, it is not playable.
        info: The source that the frames come from: their size, their rate and their sound.

    Raises:
        OutputError: if the file cannot be written.
        InputError: if the source has sound and cannot be opened any more.
    """

    def __init__(self, path: Path, info: SourceInfo) -> None:
        self._path = path
        self._info = info
        rate = _rate(info.fps)
        self._interval = round(1 / rate / _TIME_BASE)
        self._last_ticks: int | None = None
        self._is_closed = False
        self._error: OutputError | None = None
        try:
            with path.open("wb"):
                pass
        except OSError as error:
            raise self._failure(error) from error
        self._output = av.open(f"file:{path}", "w", format="mp4")
        self._stream = self._add_video(rate)
        self._sound: Soundtrack | None = None
        if info.has_audio and info.path is not None:
            self._sound = Soundtrack(info.path, self._output)

    def write(self, rgb: NDArray[np.uint8], time_s: float) -> None:
        """Add a frame, and the sound up to it.

        Args:
            rgb: (height, width, 3) uint8, of the source's upright size. An odd width or height gains a row or
                column, because 4:2:0 video has none.
            time_s: Seconds since the source's start. A frame that is not later than the one before is put one
                tick (1/360000 s) after it, because a video cannot hold two at once.

        Raises:
            ValueError: if shape or dtype does not fit.
            OutputError: if the file cannot be written any more.
        """
        expected = (self._info.height, self._info.width, 3)
        if rgb.shape != expected or rgb.dtype != np.uint8:
            raise ValueError(f"expected {expected} uint8, got {rgb.shape} {rgb.dtype}")
        if rgb.shape[0] % 2 or rgb.shape[1] % 2:
            even = cv2.copyMakeBorder(rgb, 0, rgb.shape[0] % 2, 0, rgb.shape[1] % 2, cv2.BORDER_REPLICATE)
            rgb = np.asarray(even, dtype=np.uint8)
        # A view, not a copy; it is read here and now.
        frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        ticks = round(time_s / _TIME_BASE)
        if self._last_ticks is not None:
            ticks = max(ticks, self._last_ticks + 1)
        self._last_ticks = ticks
        frame.pts, frame.time_base = ticks, _TIME_BASE
        with self._guarded():
            self._output.start_encoding()
            self._output.mux(self._stream.encode(frame))
            if self._sound is not None:
                self._sound.advance(float(ticks * _TIME_BASE))

    def close(self, *, whole: bool = True) -> None:
        """Finish the file. Without a single frame there is no video, and no file is left.

        Args:
            whole: Whether the source was read to its end. Then all its sound is kept; otherwise the sound
                ends with the last frame.

        Raises:
            OutputError: if the file cannot be written any more.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self._last_ticks is None:
                self._output.close()
                self._path.unlink()
            # FFmpeg crashes when it is given more after a failure, which has been raised already.
            elif self._error is None:
                with self._guarded():
                    self._finish(whole)
        finally:
            if self._sound is not None:
                self._sound.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(whole=error is None)

    def _add_video(self, rate: Fraction) -> av.VideoStream:
        stream = self._output.add_stream("libx264", rate=rate, options=dict(_ENCODER))
        stream.width = self._info.width + self._info.width % 2
        stream.height = self._info.height + self._info.height % 2
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = _TIME_BASE
        context.thread_count = _ENCODER_THREADS
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        return stream

    def _finish(self, whole: bool) -> None:
        assert self._last_ticks is not None, "called only where a frame was written"
        self._output.mux(self._stream.encode(None))
        if self._sound is not None:
            end_s = float((self._last_ticks + self._interval) * _TIME_BASE)
            self._sound.finish(math.inf if whole else end_s)
        self._output.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        if self._error is not None:
            raise self._error
        try:
            yield
        except av.FFmpegError as error:
            self._error = self._failure(error)
            raise self._error from error

    def _failure(self, error: OSError | av.FFmpegError) -> OutputError:
        return OutputError(
            f"{self._path} cannot be written",
            got=str(error.strerror),
            remedy="Check the folder's permissions and the space left on the disk, or choose another place",
        )


def _rate(fps: float | None) -> Fraction:
    if fps is None:
        return _DEFAULT_RATE
    # Broadcast rates are whole numbers over 1001, and even a time lapse is not slower than one frame in that.
    return max(Fraction(fps).limit_denominator(1001), Fraction(1, 1001))
