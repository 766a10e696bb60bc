"""How much of the sky each point of a head sees: ambient occlusion, baked once into the model file.

Takes a mesh, gives a share in [0, 1] for each vertex: of the light that a sky of equal brightness all around would
send to a flat patch there, the part that nothing stands in the way of. Light that bounces is not counted.

The head is looked at from many directions spread evenly over the sphere, always in the same order; from each, a
depth buffer tells which vertices are seen. Same mesh, same bytes on the same kind of processor.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.rendering.raster import NOTHING, average_normals, rasterize

_N_DIRECTIONS = 256
"""Enough that their spacing (about 13 degrees) leaves no bands on the cheeks."""
_SIZE = 384
"""Samples along a side of the depth buffer: about 1 mm on a head of 36 cm."""
_STEEPEST = 6.0
"""A vertex counts as seen when it lies no deeper behind the nearest surface than its own slope explains across the
distance to the next sample (0.71 samples at most); slopes steeper than this, 80 degrees, are taken as this."""
_MARGIN = 2.0
"""Samples left empty at the border of the depth buffer."""


def bake(vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.float32]:
    """The ambient occlusion of a mesh.

    Args:
        vertices: (V, 3) float32, cm.
        triangles: (T, 3) int32, counter-clockwise seen from outside; they block light from both sides.

    Returns:
        (V,) float32 in [0, 1]; 1 for a vertex of no triangle, which nothing is known about.
    """
    if not len(triangles):
        return np.ones(len(vertices), dtype=np.float32)
    normals = np.empty_like(vertices)
    average_normals(vertices, triangles, normals)
    seen = np.zeros(len(vertices))
    whole = np.zeros(len(vertices))
    for direction in directions(_N_DIRECTIONS):
        facing = np.maximum(normals @ direction, 0.0)
        whole += facing
        seen += facing * _is_seen(vertices, triangles, direction, facing)
    return np.divide(seen, whole, out=np.ones(len(vertices)), where=whole > 0).astype(np.float32)


def directions(n: int) -> NDArray[np.float32]:
    """(n, 3) float32 unit vectors spread evenly over the sphere: a spiral whose turn is the golden angle."""
    steps = np.arange(n) + 0.5
    height = 1 - 2 * steps / n
    radius = np.sqrt(1 - height**2)
    angle = steps * np.pi * (3 - np.sqrt(5))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=1).astype(np.float32)


def _is_seen(
    vertices: NDArray[np.float32],
    triangles: NDArray[np.int32],
    direction: NDArray[np.float32],
    facing: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """(V,) bool: whether nothing stands between a vertex and a far light; facing: cosines of their angle."""
    across = np.cross(direction, np.eye(3, dtype=np.float32)[np.abs(direction).argmin()])
    across /= np.linalg.norm(across)
    flat = vertices @ np.stack([across, np.cross(direction, across)], axis=1)
    low = flat.min(axis=0)
    extent = max(float((flat.max(axis=0) - low).max()), 1e-6)
    screen = np.empty_like(vertices)
    sample_cm = extent / (_SIZE - 1 - 2 * _MARGIN)
    screen[:, :2] = (flat - low) / sample_cm + _MARGIN
    screen[:, 2] = vertices @ direction
    depth = np.full((_SIZE, _SIZE), screen[:, 2].min() - 1.0, dtype=np.float32)
    owner = np.full((_SIZE, _SIZE), NOTHING, dtype=np.int32)
    chosen = np.arange(len(triangles), dtype=np.int32)
    rasterize(screen, triangles, np.zeros(len(triangles), dtype=np.bool_), chosen, depth, owner)
    column, row = np.rint(screen[:, :2]).astype(np.intp).T
    slope = np.sqrt(1 - np.minimum(facing, 1) ** 2) / np.maximum(facing, 1e-6)
    slack = sample_cm * (0.3 + 0.71 * np.minimum(slope, _STEEPEST))  # 0.3: curvature within a sample
    return np.asarray(screen[:, 2] >= depth[row, column] - slack)
