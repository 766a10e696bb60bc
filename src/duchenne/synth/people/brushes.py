"""Brushes for painting a face's texture: noise, soft spots, areas, lines and strokes on a square of 512 pixels.

Takes places in texture pixels (x to the right, y down, centre of the first pixel at 0, 0) and gives maps of
strength in [0, 1]; `landmark_pixels` says where the face's points lie. What is painted with them is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.model import FaceModel

TEXTURE_SIZE: Final = 512
"""Side of the texture in pixels: about 0.4 mm of skin each around the eyes, below what a 512-pixel video shows."""

Map = NDArray[np.float32]
"""(512, 512) float32, row 0 at v = 1."""

# OpenCV draws at sixteenths of a pixel: without, thin lines would jump from pixel to pixel.
_SHIFT: Final = 4
_ONE: Final = 1 << _SHIFT


def landmark_pixels(model: FaceModel) -> NDArray[np.float32]:
    """(68, 2) float32: where the landmarks lie in the texture, in pixels.

    Raises:
        ValueError: if one is not a vertex of the face.
    """
    face = model.parts["face"].triangles
    by_vertex = np.full((len(model.vertices), 2), np.nan, dtype=np.float32)
    by_vertex[model.triangles[face].ravel()] = model.uv[model.triangles_uv[face].ravel()]
    uv = by_vertex[model.landmarks68]
    if np.isnan(uv).any():
        raise ValueError(
            f"landmarks {np.flatnonzero(np.isnan(uv[:, 0])).tolist()} are not on the face's part"
        )
    return np.stack([uv[:, 0] * TEXTURE_SIZE - 0.5, (1.0 - uv[:, 1]) * TEXTURE_SIZE - 0.5], axis=1)


def beside(
    landmarks: NDArray[np.float32], offsets: Sequence[tuple[int, float, float]]
) -> NDArray[np.float64]:
    """(P, 2) places, each so many pixels to the right of and below the landmark of that number."""
    steps = np.array([offset[1:] for offset in offsets], dtype=np.float64)
    return np.asarray(landmarks[[offset[0] for offset in offsets]] + steps)


def noise(rng: np.random.Generator, scale_px: float) -> Map:
    """Smooth noise of mean 0 and standard deviation 1 with spots about ``scale_px`` wide."""
    # Coarse noise is made small and enlarged: the same look for a tenth of the time.
    shrink = max(1, int(scale_px / 3))
    side = TEXTURE_SIZE // shrink
    grains = rng.standard_normal((side, side), dtype=np.float32)
    smooth = cv2.GaussianBlur(grains, (0, 0), scale_px / shrink, borderType=cv2.BORDER_REFLECT)
    smooth = cv2.resize(smooth, (TEXTURE_SIZE, TEXTURE_SIZE), interpolation=cv2.INTER_CUBIC)
    return np.asarray((smooth - smooth.mean()) / smooth.std(), dtype=np.float32)


def spot(
    center: NDArray[Any], width_px: float, height_px: float, *, right_px: float = 0.0, down_px: float = 0.0
) -> Map:
    """A Gaussian spot of strength 1 in its middle, with its standard deviations along x and y.

    Args:
        center: (2,) place.
        width_px: Standard deviation along x.
        height_px: Standard deviation along y.
        right_px: Of the spot's middle from ``center``.
        down_px: Of the spot's middle from ``center``.
    """
    places = np.arange(TEXTURE_SIZE, dtype=np.float32)
    across = np.exp(-(((places - np.float32(center[0] + right_px)) / np.float32(width_px)) ** 2) / 2)
    down = np.exp(-(((places - np.float32(center[1] + down_px)) / np.float32(height_px)) ** 2) / 2)
    return np.asarray(down[:, None] * across[None, :], dtype=np.float32)


def area(outline: NDArray[Any], softness_px: float) -> Map:
    """A filled outline with a soft edge.

    Args:
        outline: (P, 2) corners.
        softness_px: Standard deviation of the edge's blur; 0 for a hard one.
    """
    drawn = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), dtype=np.uint8)
    cv2.fillPoly(drawn, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    return _softened(drawn, softness_px)


def line(points: NDArray[Any], thickness_px: int, softness_px: float) -> Map:
    """A line through (P, 2) points."""
    return strokes([np.asarray(points)], thickness_px, softness_px)


def strokes(lines: Sequence[NDArray[Any]], thickness_px: int, softness_px: float) -> Map:
    """Many lines, each (P, 2), at once; where they cross they are no stronger."""
    drawn = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), dtype=np.uint8)
    cv2.polylines(drawn, [_fixed(points) for points in lines], False, 255, thickness_px, cv2.LINE_AA, _SHIFT)
    return _softened(drawn, softness_px)


def dots(centers: NDArray[Any], radii_px: NDArray[Any], strengths: NDArray[Any], softness_px: float) -> Map:
    """Round dots of their own sizes and strengths in [0, 1]; later ones lie over earlier ones."""
    drawn = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), dtype=np.uint8)
    for center, radius, strength in zip(_fixed(centers), radii_px, strengths, strict=True):
        cv2.circle(drawn, center.tolist(), int(radius * _ONE), int(255 * strength), -1, cv2.LINE_AA, _SHIFT)
    return _softened(drawn, softness_px)


def smooth_path(points: NDArray[Any], n_points: int) -> NDArray[np.float64]:
    """(n, 2) places along a curve through (P, 2) points, P >= 2, by Catmull-Rom's cubic."""
    known = np.asarray(points, dtype=np.float64)
    padded = np.concatenate([[2 * known[0] - known[1]], known, [2 * known[-1] - known[-2]]])
    along = np.linspace(0, len(known) - 1, n_points)
    first = np.minimum(along.astype(np.int64), len(known) - 2)
    t = (along - first)[:, None]
    a, b, c, d = (padded[first + k] for k in range(4))
    return np.asarray(
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))), dtype=np.float64
    )


def border_fade(width_px: float) -> Map:
    """1 inside the texture and 0 at its border, where the painted face meets the plainly coloured head."""
    places = np.arange(TEXTURE_SIZE, dtype=np.float32)
    inside = np.clip((np.minimum(places, places[::-1]) - 3) / width_px, 0, 1)
    return np.minimum(inside[:, None], inside[None, :])


def above_neck(landmarks: NDArray[np.float32]) -> Map:
    """1 on the face and 0.2 on the neck, where the texture is stretched and fine grain would turn into streaks."""
    rows = np.arange(TEXTURE_SIZE, dtype=np.float32)
    share = np.clip((rows - (landmarks[8, 1] + 10.0)) / 60.0, 0.0, 1.0)
    return np.asarray(np.repeat(1.0 - 0.8 * share[:, None], TEXTURE_SIZE, axis=1), dtype=np.float32)


def _fixed(points: NDArray[Any]) -> NDArray[np.int32]:
    return np.round(np.asarray(points, dtype=np.float64) * _ONE).astype(np.int32)


def _softened(drawn: NDArray[np.uint8], softness_px: float) -> Map:
    soft = drawn.astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(soft, (0, 0), softness_px) if softness_px > 0 else soft)
