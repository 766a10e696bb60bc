"""Cameras: frames as they come, stamped at the border.

Takes the number of a camera, gives a source that ends when the camera goes; the caller decides when it has
seen enough. A camera has no container clock, so this is where its time enters: seconds of a monotonic clock
since the first frame. Nothing of the camera's own settings is changed, and nothing is recorded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame, Picture
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.once import ReadOnce

# A loose cable costs a frame or two; a camera that was pulled out fails for good, and at once each time.
_MAX_MISSES = 10


class Device(Protocol):
    """What is asked of a camera: the part of ``cv2.VideoCapture`` that is used, and what a fake provides."""

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture: whether there is one, and it, (H, W, 3) uint8 BGR."""
        ...

    def release(self) -> None:
        """Let go of the camera."""
        ...


def open_device(index: int) -> Device:
    """Open a camera of this machine by its number, 0 for the first.

    OpenCV writes its own lines about an absent camera to the terminal; they are held back while it is opened,
    because the error that `CameraSource` raises says it better.
    """
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.VideoCapture(index)
    finally:
        cv2.utils.logging.setLogLevel(level)


class CameraSource(ReadOnce):
    """A camera as a source.

    A picture that does not arrive is a `DecodeFailure`; after ten in a row the camera is taken as gone, and
    the source ends.

    Args:
        index: Number of the camera, 0 for the first.
        device: Opens it; tests give a fake.
        clock: Gives seconds that never go backwards.

    Raises:
        InputError: if there is no such camera or it gives no picture.
    """

    def __init__(
        self,
        index: int,
        *,
        device: Callable[[int], Device] = open_device,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._device = device(index)
        is_there, first = self._device.read()
        self._start_s = clock()
        if not is_there:
            self._device.release()
            raise InputError(
                f"camera {index} gives no picture",
                remedy="Check that it is connected, that no other program uses it and that this program may; "
                "another camera has another number",
            )
        self._first = _picture(first)
        self.info = SourceInfo(
            name=f"camera {index}",
            kind=SourceKind.CAMERA,
            path=None,
            width=self._first.width,
            height=self._first.height,
            fps=None,
            n_frames=None,
            duration_s=None,
            has_audio=False,
            codec="",
            rotation_deg=0,
            pixel_format="rgb24",
        )

    def close(self) -> None:
        """Let go of the camera."""
        self._device.release()

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        yield Frame(0, 0.0, self._first)
        index, n_misses = 1, 0
        while n_misses < _MAX_MISSES:
            is_there, bgr = self._device.read()
            time_s = self._clock() - self._start_s
            if is_there:
                n_misses = 0
                yield Frame(index, time_s, _picture(bgr))
            else:
                n_misses += 1
                yield DecodeFailure(index, time_s, "the camera gave no picture")
            index += 1


def _picture(bgr: NDArray[np.uint8]) -> Picture:
    return Picture.from_rgb(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8))
