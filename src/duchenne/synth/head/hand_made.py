"""Shapes that the scanned model lacks, made by hand: nostrils that widen and a tongue that shows.

Takes the neutral mesh, gives displacements at weight 1 for ``nostrilDilate_L``, ``nostrilDilate_R`` and
``tongueOut``. They come from no scan: enough to be seen, not anatomy. A negative nostril weight compresses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# All lengths in cm, chosen by eye on the scanned head.
_WING_FROM_LANDMARK = (0.42, 0.45, -0.15)
"""From the landmark beside a nostril (31, 35) to the middle of the wing: outward, up, forward."""
_WING_WIDTH = 0.5
"""Standard deviation of the wing's bump."""
_WING_WAY = (0.42, 0.10)
"""How far a wing moves outward and up."""
_SEPTUM = (0.35, 0.95)
"""From the middle: the septum stands still up to the first, the wing moves fully from the second."""

_BEYOND_LIP = 2.0
"""How far the tip of the tongue goes beyond the lower lip; AU19 opens the jaw, which takes a third of it back."""
_TONGUE_RISE = 0.95
_TONGUE_DROOP = 0.8
"""Up over the lower teeth, then down again towards the tip, which lies on the lip."""
_TONGUE_FLATTER = 0.35
_TONGUE_NARROWER = 0.2
"""Shares by which it thins as it stretches: it passes between teeth 0.9 cm apart."""

_LOWER_LIP = 57
_NOSTRIL_L, _NOSTRIL_R = 35, 31


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """The triangles of the gums and the tongue, numbered by vertices and by texture coordinates.

    Attributes:
        triangles: (M, 3) int32 into the head's vertices.
        triangles_uv: (M, 3) int32 into its texture coordinates, where gums and tongue are islands of their own.
    """

    triangles: NDArray[np.int32]
    triangles_uv: NDArray[np.int32]


def hand_made_shapes(
    vertices: NDArray[np.float32], face: slice, mouth: Mouth, landmarks68: NDArray[np.int32]
) -> dict[str, NDArray[np.float32]]:
    """The hand-made shapes of a head.

    Args:
        vertices: (V, 3) float32, neutral, in cm.
        face: The vertices of the face, which begin at 0.
        mouth: The gums and the tongue.
        landmarks68: (68,) int32 vertices.

    Returns:
        Name to (V, 3) float32 displacements in cm.
    """
    tongue = _tongue_out(vertices, mouth, float(vertices[landmarks68[_LOWER_LIP], 2]))
    return {
        "nostrilDilate_L": _nostril(vertices, face, vertices[landmarks68[_NOSTRIL_L]], 1.0),
        "nostrilDilate_R": _nostril(vertices, face, vertices[landmarks68[_NOSTRIL_R]], -1.0),
        "tongueOut": tongue,
    }


def _nostril(
    vertices: NDArray[np.float32], face: slice, landmark: NDArray[np.float32], outward: float
) -> NDArray[np.float32]:
    side, up, forward = _WING_FROM_LANDMARK
    wing = landmark + np.array([outward * side, up, forward], dtype=np.float32)
    near = np.exp(-((vertices - wing) ** 2).sum(axis=1) / (2 * _WING_WIDTH**2))
    still, free = _SEPTUM
    near *= np.clip((vertices[:, 0] * outward - still) / (free - still), 0, 1)
    near[face.stop :] = 0
    near[near < 1e-3] = 0  # a tail of a Gaussian that nobody sees would touch half the face
    moved = np.zeros_like(vertices)
    moved[:, 0] = outward * _WING_WAY[0] * near
    moved[:, 1] = _WING_WAY[1] * near
    return moved


def _tongue_out(vertices: NDArray[np.float32], mouth: Mouth, lip_z: float) -> NDArray[np.float32]:
    """Draw the free part of the tongue out over the lower lip; where it grows from the mouth it stands still."""
    moved = np.zeros_like(vertices)
    if not len(mouth.triangles):
        return moved
    tongue, root_z = _tongue(vertices, mouth)
    x, y, z = vertices[tongue].T
    tip_z = float(z.max())
    length = tip_z - root_z
    along = np.clip((z - root_z) / length, 0, 1) if length > 0 else np.ones_like(z)
    # No slope at the root, hence no seam there, and none at the tip, which keeps its roundness.
    out = along**2 * (3 - 2 * along)
    moved[tongue, 0] = -_TONGUE_NARROWER * out * x
    thinner = -_TONGUE_FLATTER * out * (y - y[along > 0].mean())
    moved[tongue, 1] = _TONGUE_RISE * out - _TONGUE_DROOP * along**4 + thinner
    moved[tongue, 2] = (lip_z + _BEYOND_LIP - tip_z) * out
    return moved


def _tongue(vertices: NDArray[np.float32], mouth: Mouth) -> tuple[NDArray[np.int32], float]:
    """The tongue's vertices, and how far forward (z) it is still attached.

    Of the islands in the texture, the tongue is the one whose end reaches furthest beyond where it is sewn to
    another: gums are sewn to their neighbours along the whole arch.
    """
    island = _islands(mouth.triangles_uv)
    best: tuple[float, NDArray[np.int32], float] | None = None
    for number in np.unique(island):
        own = np.unique(mouth.triangles[island == number])
        sewn = np.intersect1d(own, mouth.triangles[island != number])
        root_z = float(vertices[sewn, 2].max() if len(sewn) else vertices[own, 2].min())
        free = float(vertices[own, 2].max()) - root_z
        if best is None or free > best[0]:
            best = free, own, root_z
    assert best is not None, "there is at least one triangle"
    return best[1], best[2]


def _islands(triangles: NDArray[np.int32]) -> NDArray[np.intp]:
    """(M,) the number of the connected island that each of (M, 3) triangles belongs to.

    Every vertex starts as an island of its own; joining takes the lowest number over each triangle, and following
    the numbers to their end at every round keeps the rounds few.
    """
    vertices, corners = np.unique(triangles, return_inverse=True)
    corners = corners.reshape(triangles.shape)
    island = np.arange(len(vertices))
    while True:
        lowest = island.copy()
        np.minimum.at(lowest, corners.ravel(), island[corners].min(axis=1).repeat(3))
        lowest = lowest[lowest]
        if np.array_equal(lowest, island):
            return island[corners[:, 0]]
        island = lowest
