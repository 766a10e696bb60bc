"""Decoded FFmpeg frames to pictures: planes as they are where possible, converted where needed.

Takes an ``av.VideoFrame`` and its `Orientation`, gives a `Picture`. 8-bit 4:2:0 is not converted at all: the
planes are views on the decoder's own buffer, which lives as long as a view does. Other YUV (10 and 12 bits,
4:2:2, 4:4:4, grey) becomes 8-bit 4:2:0, which is a third of the work and half the memory of RGB (10 bits at
1080p: 1.2 ms against 3.7 ms); RGB, palettes and transparency become RGB. High dynamic range is scaled to 8
bits, not tone-mapped.
"""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

from duchenne.records import ColourMatrix, Picture
from duchenne.video.orientation import Orientation

# ITU-T H.273, table 4 (MatrixCoefficients); 2 is "unspecified", and anything else is read as BT.601.
_MATRICES = {1: ColourMatrix.BT709, 9: ColourMatrix.BT2020, 10: ColourMatrix.BT2020}
_UNSPECIFIED = 2
# FFmpeg's AVColorRange.
_LIMITED, _FULL = 1, 2
# Without a word from the file, high definition is BT.709 and everything smaller BT.601, as players assume.
_HD_HEIGHT = 720
# Mid grey: neither dark nor fair hair vanishes against it, as either would against white or black.
_BACKDROP = 128


def to_picture(frame: av.VideoFrame, orientation: Orientation, upright: tuple[int, int]) -> Picture:
    """Wrap a decoded frame.

    Args:
        frame: As the decoder gave it, in any pixel format.
        orientation: How it is brought upright.
        upright: Width and height of the upright picture.

    Returns:
        A picture whose planes must not be written to: the decoder may still predict other frames from them.
    """
    to_stored = orientation.to_stored(upright, (frame.width, frame.height))
    layout = frame.format
    if layout.has_palette or any(part.is_alpha for part in layout.components):
        return Picture((over_grey(_packed(frame, "rgba")),), *upright, to_stored)
    if layout.is_rgb or layout.is_bit_stream:
        return Picture((_packed(frame, "rgb24"),), *upright, to_stored)
    full_range = _is_full_range(frame)
    planes = _grey_planes(frame) if len(layout.components) == 1 else _yuv_planes(_as_420(frame, full_range))
    return Picture(planes, *upright, to_stored, _matrix(frame), full_range)


def over_grey(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay a picture with transparency over mid grey.

    Args:
        rgba: (H, W, 4) uint8, alpha last and not premultiplied.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + _BACKDROP * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def _packed(frame: av.VideoFrame, pixel_format: str) -> NDArray[np.uint8]:
    return np.asarray(frame.reformat(format=pixel_format).to_ndarray(), dtype=np.uint8)


def _matrix(frame: av.VideoFrame) -> ColourMatrix:
    if frame.colorspace != _UNSPECIFIED:
        return _MATRICES.get(frame.colorspace, ColourMatrix.BT601)
    # JPEG's YCbCr is BT.601 at any size (JFIF 1.02).
    hd = frame.height >= _HD_HEIGHT and not frame.format.name.startswith("yuvj")
    return ColourMatrix.BT709 if hd else ColourMatrix.BT601


def _is_full_range(frame: av.VideoFrame) -> bool:
    if frame.color_range in (_LIMITED, _FULL):
        return bool(frame.color_range == _FULL)
    # FFmpeg treats grey that does not say its range as 0 to 255, and YUV as 16 to 235.
    return frame.format.name.startswith("yuvj") or len(frame.format.components) == 1


def _as_420(frame: av.VideoFrame, full_range: bool) -> av.VideoFrame:
    if frame.format.name in ("yuv420p", "yuvj420p"):
        return frame
    # The same range on both sides, so that the values are narrowed to 8 bits and not stretched.
    color_range = _FULL if full_range else _LIMITED
    return frame.reformat(format="yuv420p", src_color_range=color_range, dst_color_range=color_range)


def _yuv_planes(frame: av.VideoFrame) -> tuple[NDArray[np.uint8], ...]:
    return tuple(_plane(plane) for plane in frame.planes)


def _grey_planes(frame: av.VideoFrame) -> tuple[NDArray[np.uint8], ...]:
    grey = frame if frame.format.name == "gray" else frame.reformat(format="gray")
    luma = _plane(grey.planes[0])
    # One byte seen from everywhere: grey needs no colour planes of its own.
    shape = ((luma.shape[0] + 1) // 2, (luma.shape[1] + 1) // 2)
    neutral = np.broadcast_to(np.uint8(128), shape)
    return luma, neutral, neutral


def _plane(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    """A read-only (H, W) view on a plane; it holds the plane, and so the frame's buffer, alive."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, abs(plane.line_size))
    if plane.line_size < 0:
        # Stored from the bottom row up.
        rows = rows[::-1]
    view: NDArray[np.uint8] = rows[:, : plane.width]
    view.flags.writeable = False
    return view
