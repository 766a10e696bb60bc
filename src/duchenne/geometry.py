"""Boxes, rotated square regions and the affine maps between pictures.

Takes and gives plain numbers and (2, 3) float64 matrices. Coordinates are pixels of the upright picture, x to
the right, y down, the centre of the first pixel at (0, 0). Angles are degrees, positive clockwise as seen.
A matrix always maps a point of the *patch* to a point of the *picture*, because that is what a warp samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
"""A (2, 3) affine map: ``point_out = M[:, :2] @ point_in + M[:, 2]``."""

IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
IDENTITY.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels; ``x`` and ``y`` are its left and top edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """The middle (x, y) in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        """Area in square pixels; an inverted box has none."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    def overlap(self, other: Box) -> float:
        """Intersection over union with another box, in [0, 1]; two empty boxes overlap by 0."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        shared = max(width, 0.0) * max(height, 0.0)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def share_inside(self, width: float, height: float) -> float:
        """The share of the box, in [0, 1], that lies inside a picture of that size; 0 for an empty box."""
        inside_x = min(self.x + self.width, width) - max(self.x, 0.0)
        inside_y = min(self.y + self.height, height) - max(self.y, 0.0)
        return max(inside_x, 0.0) * max(inside_y, 0.0) / self.area if self.area > 0 else 0.0

    @classmethod
    def around(cls, points: NDArray[np.floating]) -> Box:
        """The smallest box holding ``points``, (N, 2 or more) with x and y first, N at least 1."""
        low = points[:, :2].min(axis=0)
        high = points[:, :2].max(axis=0)
        return cls(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square of the picture: where a network looks."""

    center_x: float
    center_y: float
    side_px: float
    angle_deg: float = 0.0

    def to_picture(self, size: int) -> Matrix:
        """The map from a ``size`` by ``size`` patch to the picture, corner to corner.

        MediaPipe's crops use this convention (no half-pixel shift); its mesh was trained on it.
        """
        scale = self.side_px / size
        cos = math.cos(math.radians(self.angle_deg)) * scale
        sin = math.sin(math.radians(self.angle_deg)) * scale
        half = size / 2
        return np.array(
            [
                [cos, -sin, self.center_x - (cos - sin) * half],
                [sin, cos, self.center_y - (sin + cos) * half],
            ]
        )

    @property
    def box(self) -> Box:
        """The upright square of the same centre and side, the rotation ignored."""
        half = self.side_px / 2
        return Box(self.center_x - half, self.center_y - half, self.side_px, self.side_px)


def compose(outer: Matrix, inner: Matrix) -> Matrix:
    """The map that applies ``inner`` first and ``outer`` to its result."""
    linear = outer[:, :2] @ inner[:, :2]
    shift = outer[:, :2] @ inner[:, 2] + outer[:, 2]
    return np.column_stack([linear, shift])


def invert(matrix: Matrix) -> Matrix:
    """The inverse of an affine map.

    Raises:
        numpy.linalg.LinAlgError: if the map squeezes the plane to a line.
    """
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def apply(matrix: Matrix, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map (N, 2) points; gives (N, 2) float64."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], dtype=np.float64)


def scale_of(matrix: Matrix) -> float:
    """How many picture pixels one patch pixel spans: the square root of the map's area factor."""
    return math.sqrt(abs(float(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0])))


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> Matrix:
    """The rotation, scale and shift that brings ``source`` closest to ``target`` in least squares.

    Source: Umeyama 1991, "Least-squares estimation of transformation parameters between two point patterns",
    equations (40) to (42), in two dimensions; mirror images are never used.

    Args:
        source: (N, 2) points, N at least 2, not all the same.
        target: (N, 2) points to reach.

    Returns:
        The (2, 3) map.

    Raises:
        ValueError: if the shapes differ, N is below 2 or all source points coincide.
    """
    if source.shape != target.shape or source.ndim != 2 or source.shape[1] != 2 or len(source) < 2:
        raise ValueError(
            f"need two (N, 2) arrays of one shape, N >= 2; got {source.shape} and {target.shape}"
        )
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    spread = float((a**2).sum())
    if spread == 0.0:
        raise ValueError("all source points coincide")
    # In the plane the best rotation has a closed form: no singular value decomposition is needed.
    dot = float((a * b).sum())
    cross = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum())
    cos, sin = dot / spread, cross / spread
    linear = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([linear, target_mean - linear @ source_mean])
