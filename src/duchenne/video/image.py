"""Stills: a one-frame source at time 0.

Takes a JPEG, PNG, BMP, TIFF or WebP file of 8 or 16 bits, grey, colour or with transparency, gives one
upright RGB frame. Of a file with several pictures the first is read. Refuses what cannot be decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame, Picture
from duchenne.video.container import read_bytes
from duchenne.video.exif import orientation_of
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.naming import printable
from duchenne.video.once import ReadOnce
from duchenne.video.orientation import from_exif
from duchenne.video.picture import over_grey

IMAGE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
_SUPPORTED = "8 or 16 bits a channel, grey, RGB or RGB with transparency"


class ImageFile(ReadOnce):
    """One still as a source.

    16 bits are narrowed to 8 over their whole range, and transparency is laid over mid grey.

    Args:
        path: The file.

    Raises:
        InputError: if the file is missing, unreadable, or not a still of a supported kind.
    """

    def __init__(self, path: Path) -> None:
        data = read_bytes(path)
        try:
            # OpenCV refuses pictures of more than 2^30 pixels by raising, and others by giving None.
            stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error as error:
            raise _unreadable(path, error.err) from error
        if stored is None:
            raise _unreadable(path, "data that is not a still or is damaged")
        rgb = _to_rgb(stored, path)
        orientation = from_exif(orientation_of(data))
        size = (rgb.shape[1], rgb.shape[0])
        upright = orientation.upright_size(*size)
        self._picture = Picture((rgb,), *upright, orientation.to_stored(upright, size))
        self.info = SourceInfo(
            name=printable(path.name),
            kind=SourceKind.IMAGE,
            path=path,
            width=upright[0],
            height=upright[1],
            fps=None,
            n_frames=1,
            duration_s=None,
            has_audio=False,
            codec=path.suffix.lower().removeprefix("."),
            rotation_deg=orientation.rotation_deg,
            pixel_format="rgb24",
        )

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        yield Frame(0, 0.0, self._picture)

    def close(self) -> None:
        """Nothing is held open."""


def _to_rgb(stored: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    """OpenCV's (H, W) or (H, W, 3 or 4) blue-first array as (H, W, 3) uint8 RGB."""
    if stored.dtype == np.uint16:
        # 65535 / 255 = 257: white stays white and black black.
        stored = np.rint(stored / np.float32(257)).astype(np.uint8)
    channels = 1 if stored.ndim == 2 else stored.shape[2]
    if stored.dtype != np.uint8 or channels not in (1, 3, 4):
        raise InputError(
            f"{path} is a still of a kind that is not supported",
            got=f"{channels} channels of {stored.dtype}",
            expected=_SUPPORTED,
            remedy="Export it again as PNG or JPEG",
        )
    if channels == 1:
        return np.asarray(cv2.cvtColor(stored, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    if channels == 4:
        return over_grey(np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGRA2RGBA), dtype=np.uint8))
    return np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _unreadable(path: Path, got: str) -> InputError:
    return InputError(
        f"{path} is not a still that can be read",
        got=got,
        expected=", ".join(sorted(IMAGE_SUFFIXES)),
        remedy="Check that it opens in a viewer, and export it again as PNG or JPEG",
    )
