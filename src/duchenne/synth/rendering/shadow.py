"""Soft shadows that parts of the head cast on each other: nose and brow, chin on neck, hair and glasses on skin.

Takes the head before it is turned, gives the share of the strongest light that reaches a place. A small depth map
is drawn from the light, in the head's own coordinates so that a shift of the head changes nothing. Its samples
are weighted by a smooth bump and compared over a range of depths: edges are soft and move without flicker.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Material
from duchenne.synth.rendering.compiled import kernel

CASTING: Final = (Material.SKIN, Material.SCALP, Material.HAIR, Material.FRAME, Material.CLOTH)
"""Materials that cast shadows; what lies inside the head casts none that could be seen."""

MAP_SIZE: Final = 256
"""Samples on each side of the depth map: 0.13 cm each, so that the rim of glasses is not missed."""
# The middle of head and neck, and how far the map reaches from there, cm.
_MIDDLE: Final = (0.0, -1.0, 2.0)
_REACH: Final = 17.0
# A place is moved this far out along its normal before it is looked up, and a caster must be this much nearer to
# the light, or surfaces at a grazing angle would shade themselves, cm.
_LIFT: Final = 0.2
_BIAS: Final = 0.15
# From there, a shadow reaches its full depth within, cm.
_RAMP: Final = 0.4
# Cosine between normal and light; beyond, not even light from under the skin comes out, and a shadow is not seen.
_FACING_AWAY: Final = -0.3
Triple = tuple[float, float, float]


def frame_towards(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (3, 4) view from a light: `light_view`'s ``view``.

    Args:
        light: (3,) unit vector towards it, in the head's coordinates.
    """
    up = np.array([0.0, 1.0, 0.0]) if abs(light[1]) < 0.9 else np.array([0.0, 0.0, -1.0])
    right = np.cross(up, light)
    right /= np.linalg.norm(right)
    scale = MAP_SIZE / (2.0 * _REACH)
    axes = np.stack([right * scale, -np.cross(light, right) * scale, light])
    middle = np.array([(MAP_SIZE - 1) / 2, (MAP_SIZE - 1) / 2, 0.0])
    return np.column_stack([axes, middle - axes @ np.array(_MIDDLE)])


@kernel
def light_view(vertices: NDArray[np.float32], view: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    """See vertices from a light.

    Args:
        vertices: (N, 3) cm.
        view: (3, 4) as from `frame_towards`.
        out: (N, 3), overwritten with column and row in the map and nearness to the light in cm.
    """
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for axis in range(3):
            out[i, axis] = view[axis, 0] * x + view[axis, 1] * y + view[axis, 2] * z + view[axis, 3]


@kernel
def reached(place: Triple, normal: Triple, view: NDArray[np.float64], nearest: NDArray[np.float32]) -> float:
    """The share of a light that reaches a place: 1 in full light, 0 in full shadow.

    Args:
        place: In the head's coordinates, cm.
        normal: Of the surface there.
        view: (3, 4) of the light, as from `frame_towards`.
        nearest: (H, W) nearness of what is nearest to the light. Outside it there is no shadow.
    """
    height, width = nearest.shape
    facing = view[2, 0] * normal[0] + view[2, 1] * normal[1] + view[2, 2] * normal[2]
    if facing < _FACING_AWAY:
        return 1.0
    px, py, pz = place[0] + _LIFT * normal[0], place[1] + _LIFT * normal[1], place[2] + _LIFT * normal[2]
    x = view[0, 0] * px + view[0, 1] * py + view[0, 2] * pz + view[0, 3]
    y = view[1, 0] * px + view[1, 1] * py + view[1, 2] * pz + view[1, 3]
    z = view[2, 0] * px + view[2, 1] * py + view[2, 2] * pz + view[2, 3]
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
    if column < 1 or row < 1 or column > width - 2 or row > height - 2:
        return 1.0
    return 1.0 - hidden(nearest, column, row, x - column, y - row, z + _BIAS)


@kernel
def hidden(
    nearest: NDArray[np.float32], column: int, row: int, dx: float, dy: float, nearness: float
) -> float:
    """The share of the 3 x 3 samples around a place that lie nearer to the light, in [0, 1].

    They are weighted by a quadratic B-spline about the place (``dx`` and ``dy`` from the middle sample, in
    [-0.5, 0.5]), so that the result changes smoothly as it moves.
    """
    share = 0.0
    for j in range(3):
        weight_y = 0.75 - dy * dy if j == 1 else 0.5 * (0.5 + (j - 1) * dy) * (0.5 + (j - 1) * dy)
        for k in range(3):
            weight_x = 0.75 - dx * dx if k == 1 else 0.5 * (0.5 + (k - 1) * dx) * (0.5 + (k - 1) * dx)
            above = (nearest[row + j - 1, column + k - 1] - nearness) / _RAMP
            share += weight_y * weight_x * min(max(above, 0.0), 1.0)
    return share
