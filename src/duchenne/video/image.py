"""Stills: a one-frame source at time 0.

Takes a JPEG, PNG, BMP, TIFF or WebP file of 8 or 16 bits, grey, colour or with transparency, gives one upright RGB
frame. Of a file with several pictures the first is read. Refuses what cannot be decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame, Picture
from duchenne.video.container import check_readable
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.orientation import Orientation
from duchenne.video.picture import over_grey

IMAGE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})


class ImageFile:
    """One still."""

    def __init__(self, path: Path) -> None:
        check_readable(path)
        data = np.fromfile(path, np.uint8)
        stored = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        if stored is None:
            raise InputError(f"{path} is not a still that can be read")
        rgb = _to_rgb(stored)
        orientation = Orientation()
        size = (rgb.shape[1], rgb.shape[0])
        upright = orientation.upright_size(*size)
        self._picture = Picture((rgb,), *upright, orientation.to_stored(upright, size))
        self.info = SourceInfo(
            name=path.name,
            kind=SourceKind.IMAGE,
            path=path,
            width=upright[0],
            height=upright[1],
            fps=None,
            n_frames=1,
            duration_s=None,
            has_audio=False,
            codec=path.suffix.lower().lstrip("."),
            rotation_deg=orientation.rotation_deg,
            pixel_format="rgb24",
        )
        self._is_read = False

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        if self._is_read:
            raise RuntimeError(f"{self.info.name} has been read already; a source is read once")
        self._is_read = True
        yield Frame(0, 0.0, self._picture)

    def close(self) -> None:
        """Nothing to let go of."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _to_rgb(stored: NDArray[np.uint8 | np.uint16]) -> NDArray[np.uint8]:
    if stored.dtype == np.uint16:
        stored = ((stored.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if stored.ndim == 2:
        return np.repeat(stored[..., None], 3, axis=2)
    if stored.shape[2] == 4:
        return over_grey(stored[..., [2, 1, 0, 3]])
    return np.ascontiguousarray(stored[..., ::-1])
