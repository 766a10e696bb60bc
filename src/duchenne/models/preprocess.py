"""Pictures to tensors: the only image-to-tensor code, used by inference and by training.

Takes a `Picture`, a patch-to-picture map and a network's `InputSpec`, gives the float32 tensor the network
eats. Two steps: `patch` samples pixels (uint8), `to_tensor` scales and arranges them (float32). Training
augments between the two. Nothing else in the project resizes, converts or scales pixels for a network.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.geometry import Matrix, compose, scale_of
from duchenne.models.card import Border, Colour, InputSpec, Layout
from duchenne.records import ColourMatrix, Picture

# Luma weights (red, blue) of ITU-R BT.601-7, BT.709-6 and BT.2020-2.
_WEIGHTS = {
    ColourMatrix.BT601: (0.299, 0.114),
    ColourMatrix.BT709: (0.2126, 0.0722),
    ColourMatrix.BT2020: (0.2627, 0.0593),
}
_BORDERS = {Border.BLACK: cv2.BORDER_CONSTANT, Border.REPLICATE: cv2.BORDER_REPLICATE}
# Beyond 8 source pixels a side per patch pixel, the extra samples cost more than they change.
_MAX_OVERSAMPLING = 8


def tensor(picture: Picture, matrix: Matrix, spec: InputSpec) -> NDArray[np.float32]:
    """Cut a patch out of a picture and make it one network input.

    Args:
        picture: Where to look.
        matrix: (2, 3) map from patch pixels to picture pixels.
        spec: What the network eats.

    Returns:
        (1, *spec.shape) float32 in [spec.low, spec.high].
    """
    return to_tensor(patch(picture, matrix, spec)[None], spec)


def patch(picture: Picture, matrix: Matrix, spec: InputSpec) -> NDArray[np.uint8]:
    """Sample the pixels of a patch.

    Returns:
        (size, size, 3) uint8 RGB, or (size, size) uint8 luma for a grey network.
    """
    factor = 1
    if spec.antialias:
        factor = min(max(round(scale_of(matrix)), 1), _MAX_OVERSAMPLING)
    size = spec.size * factor
    if factor > 1:
        # Patch pixel p covers the fine pixels p * factor to p * factor + factor - 1.
        offset = (1.0 / factor - 1.0) / 2
        fine = np.array([[1.0 / factor, 0.0, offset], [0.0, 1.0 / factor, offset]])
        matrix = compose(matrix, fine)
    stored = compose(picture.to_stored, matrix)
    border = _BORDERS[spec.border]
    if spec.colour is Colour.GREY:
        out = _grey(picture, stored, size, border)
    else:
        out = _rgb(picture, stored, size, border)
    if factor > 1:
        small = cv2.resize(out, (spec.size, spec.size), interpolation=cv2.INTER_AREA)
        return np.asarray(small, dtype=np.uint8)
    return out


def to_tensor(patches: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.float32]:
    """Scale and arrange sampled patches.

    Args:
        patches: (N, size, size, 3) RGB or (N, size, size) grey uint8, as the spec says.
        spec: What the network eats.

    Returns:
        (N, *spec.shape) float32: 0 becomes ``spec.low``, 255 becomes ``spec.high``.

    Raises:
        ValueError: if the shape or dtype is not the spec's.
    """
    expected = (spec.size, spec.size) if spec.colour is Colour.GREY else (spec.size, spec.size, 3)
    if patches.shape[1:] != expected or patches.dtype != np.uint8:
        raise ValueError(f"expected (N, {expected}) uint8, got {patches.shape} {patches.dtype}")
    batch = patches.astype(np.float32)
    batch *= np.float32((spec.high - spec.low) / 255)
    batch += np.float32(spec.low)
    if spec.colour is Colour.GREY:
        batch = batch[..., None]
    if spec.layout is Layout.NCHW:
        batch = np.ascontiguousarray(batch.transpose(0, 3, 1, 2))
    return batch


def to_rgb(picture: Picture) -> NDArray[np.uint8]:
    """The whole upright picture as (height, width, 3) uint8 RGB, for drawing and for thumbnails."""
    return np.asarray(
        _sample_rgb(picture, picture.to_stored, (picture.width, picture.height), cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


def _rgb(picture: Picture, stored: Matrix, size: int, border: int) -> NDArray[np.uint8]:
    return _sample_rgb(picture, stored, (size, size), border)


def _sample_rgb(picture: Picture, stored: Matrix, size: tuple[int, int], border: int) -> NDArray[np.uint8]:
    if picture.is_rgb:
        return _warp(picture.planes[0], stored, size, border, 0)
    luma, u, v = picture.planes
    # Chroma is sited on even columns and between rows (the "left" siting of H.264 and HEVC by default).
    chroma = stored * 0.5
    chroma[1, 2] -= 0.25
    black = 0 if picture.full_range else 16
    # The three planes of a whole frame are gone again before the next array of that size is made.
    yuv = cv2.merge(
        [
            _warp(luma, stored, size, border, black),
            _warp(u, chroma, size, border, 128),
            _warp(v, chroma, size, border, 128),
        ]
    )
    return np.asarray(cv2.transform(yuv, _yuv_to_rgb(picture)), dtype=np.uint8)


def _grey(picture: Picture, stored: Matrix, size: int, border: int) -> NDArray[np.uint8]:
    if picture.is_rgb:
        rgb = _warp(picture.planes[0], stored, (size, size), border, 0)
        return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    # Luma is the Y plane itself: no colour needs to be sampled, whatever the matrix.
    if picture.full_range:
        return _warp(picture.planes[0], stored, (size, size), border, 0)
    luma = _warp(picture.planes[0], stored, (size, size), border, 16)
    return np.asarray(cv2.LUT(luma, _LIMITED_TO_FULL), dtype=np.uint8)


def _warp(
    plane: NDArray[np.uint8], stored: Matrix, size: tuple[int, int], border: int, fill: int
) -> NDArray[np.uint8]:
    warped = cv2.warpAffine(
        plane,
        stored,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=border,
        borderValue=(fill, fill, fill),
    )
    return np.asarray(warped, dtype=np.uint8)


def _yuv_to_rgb(picture: Picture) -> NDArray[np.float64]:
    """The (3, 4) map from 8-bit YUV to 8-bit RGB (ITU-R BT.601-7 section 2.5, BT.709-6 section 3)."""
    red, blue = _WEIGHTS[picture.matrix]
    green = 1 - red - blue
    full = picture.full_range
    luma_gain = 1.0 if full else 255 / 219
    chroma_gain = 1.0 if full else 255 / 224
    linear = np.array(
        [
            [1.0, 0.0, 2 * (1 - red)],
            [1.0, -2 * (1 - blue) * blue / green, -2 * (1 - red) * red / green],
            [1.0, 2 * (1 - blue), 0.0],
        ]
    ) * np.array([luma_gain, chroma_gain, chroma_gain])
    zero = np.array([0.0 if full else 16.0, 128.0, 128.0])
    return np.column_stack([linear, -linear @ zero])


_LIMITED_TO_FULL = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
