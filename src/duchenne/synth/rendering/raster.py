"""From shapes to depth samples: the geometry half of the renderer.

Kernels that blend sparse shapes, carry attachments, average normals, project, and find for each sample the
nearest triangle. All write into arrays that the caller keeps from frame to frame, and touch nothing else.

Depth is ``1 / distance`` from the camera (larger is nearer) because it alone is linear in the picture. A sample
belongs to every triangle whose edge it lies on, so neighbours leave no cracks; the first of two equally near ones
wins.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.rendering.compiled import kernel

NOTHING = -1
"""In a buffer of triangle numbers: no triangle is seen."""
# Of barycentric coordinates: rounding must not open a crack between neighbours.
_ON_EDGE = -1e-5


@kernel
def blend(
    neutral: NDArray[np.float32],
    start: NDArray[np.int64],
    index: NDArray[np.int32],
    delta: NDArray[np.float32],
    weights: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Give a face its expression.

    Args:
        neutral: (V or more, 3) vertices without one.
        start: (S + 1,), as in `duchenne.synth.head.model.Shapes`.
        index: (M,) vertex numbers.
        delta: (M, 3) displacements at weight 1.
        weights: (S,) of the shapes.
        out: (V, 3), overwritten.
    """
    for i in range(out.shape[0]):
        for axis in range(3):
            out[i, axis] = neutral[i, axis]
    for shape in range(weights.shape[0]):
        weight = weights[shape]
        if weight == 0.0:
            continue
        for entry in range(start[shape], start[shape + 1]):
            i = index[entry]
            for axis in range(3):
                out[i, axis] += weight * delta[entry, axis]


@kernel
def attach(
    anchors: NDArray[np.int32],
    weights: NDArray[np.float32],
    offsets: NDArray[np.float32],
    n_head: int,
    vertices: NDArray[np.float32],
) -> None:
    """Carry lashes, hair and glasses along with the head.

    Args:
        anchors: (E, 3) vertices of the head.
        weights: (E, 3) of the anchors.
        offsets: (E, 3) cm.
        n_head: V, how many vertices the head has.
        vertices: (V + E, 3); the last E are overwritten.
    """
    for e in range(anchors.shape[0]):
        for axis in range(3):
            place = offsets[e, axis]
            for j in range(3):
                place += weights[e, j] * vertices[anchors[e, j], axis]
            vertices[n_head + e, axis] = place


@kernel
def average_normals(
    places: NDArray[np.float32], triangles: NDArray[np.int32], out: NDArray[np.float32]
) -> None:
    """Unit normals at vertices, each the area-weighted mean of the triangles around it.

    Args:
        places: (N, 3) vertices.
        triangles: (F, 3), counter-clockwise seen from outside.
        out: (N, 3), overwritten; a vertex of no triangle gets zeros.
    """
    out[:, :] = 0.0
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = places[b, 0] - places[a, 0], places[b, 1] - places[a, 1], places[b, 2] - places[a, 2]
        vx, vy, vz = places[c, 0] - places[a, 0], places[c, 1] - places[a, 1], places[c, 2] - places[a, 2]
        x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for j in range(3):
            i = triangles[t, j]
            out[i, 0] += x
            out[i, 1] += y
            out[i, 2] += z
    for i in range(out.shape[0]):
        square = out[i, 0] * out[i, 0] + out[i, 1] * out[i, 1] + out[i, 2] * out[i, 2]
        scale = 1.0 / math.sqrt(square + 1e-20)
        for axis in range(3):
            out[i, axis] *= scale


@kernel
def project(
    vertices: NDArray[np.float32],
    turn: NDArray[np.float64],
    pinhole: NDArray[np.float64],
    screen: NDArray[np.float32],
) -> None:
    """Turn the head and see where its vertices fall in the picture.

    Args:
        vertices: (N, 3) cm.
        turn: (3, 4) rotation and shift: ``turn[:, :3] @ vertex + turn[:, 3]`` is a place before the camera.
        pinhole: (3,) distance in cm, focal length and middle in samples.
        screen: (N, 3), overwritten with x, y in samples (y down) and depth in 1/cm.
    """
    distance, focal, middle = pinhole[0], pinhole[1], pinhole[2]
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        right = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z + turn[0, 3]
        up = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z + turn[1, 3]
        ahead = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z + turn[2, 3]
        near = 1.0 / (distance - ahead)
        screen[i, 0] = middle + focal * right * near
        screen[i, 1] = middle - focal * up * near
        screen[i, 2] = near


@kernel
def narrow(first: float, last: float, value: float, step: float) -> tuple[float, float]:
    """Cut a span of columns to where a coordinate is not negative.

    Args:
        first: Start of the span, in columns from the one where ``value`` holds.
        last: Its end; an empty span ends before it starts.
        value: Of the coordinate at column 0.
        step: What it grows by from column to column.
    """
    if step > 0.0:
        return max(first, (_ON_EDGE - value) / step), last
    if step < 0.0:
        return first, min(last, (_ON_EDGE - value) / step)
    return (first, last) if value >= _ON_EDGE else (1.0, 0.0)


@kernel
def fill(
    corners: tuple[Any, ...],
    bounds: tuple[int, int, int, int],
    number: int,
    depth: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """Claim the samples of one triangle that nothing nearer has claimed.

    Row by row, the span where all three barycentric coordinates are positive is worked out first: most triangles
    cover a small part of the rectangle around them, and testing each of its samples takes half as long again.

    Args:
        corners: x, y and depth of each of the three, and twice the signed area.
        bounds: First and last column, first and last row to look at.
        number: Of the triangle.
        depth: (H, W) of the nearest so far.
        owner: (H, W) its triangle.
    """
    x0, y0, z0, x1, y1, z1, x2, y2, z2, area = corners
    left, right, top, bottom = bounds
    scale = 1.0 / area
    right0, down0 = (y1 - y2) * scale, (x2 - x1) * scale
    right1, down1 = (y2 - y0) * scale, (x0 - x2) * scale
    b0 = ((x1 - left) * (y2 - top) - (x2 - left) * (y1 - top)) * scale
    b1 = ((x2 - left) * (y0 - top) - (x0 - left) * (y2 - top)) * scale
    right_z, down_z = right0 * (z0 - z2) + right1 * (z1 - z2), down0 * (z0 - z2) + down1 * (z1 - z2)
    row_z = z2 + b0 * (z0 - z2) + b1 * (z1 - z2)
    for y in range(top, bottom + 1):
        first, last = narrow(0.0, float(right - left), b0, right0)
        first, last = narrow(first, last, b1, right1)
        first, last = narrow(first, last, 1.0 - b0 - b1, -right0 - right1)
        for step in range(math.ceil(first), math.floor(last) + 1):
            z = np.float32(row_z + step * right_z)
            if z > depth[y, left + step]:
                depth[y, left + step] = z
                owner[y, left + step] = number
        b0 += down0
        b1 += down1
        row_z += down_z


@kernel
def rasterize(
    screen: NDArray[np.float32],
    triangles: NDArray[np.int32],
    culled: NDArray[np.bool_],
    chosen: NDArray[np.int32],
    depth: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """Find the nearest triangle at each sample.

    Args:
        screen: (N, 3) as from `project`; the depth may be anything that is linear in the picture.
        triangles: (F, 3).
        culled: (F,) whether a triangle is left out when seen from behind.
        chosen: Numbers of the triangles to draw.
        depth: (H, W) that only nearer triangles pass; raised by them.
        owner: (H, W) number of the triangle that raised it.
    """
    height, width = depth.shape
    for k in range(chosen.shape[0]):
        t = chosen[k]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0 = float(screen[a, 0]), float(screen[a, 1])
        x1, y1 = float(screen[b, 0]), float(screen[b, 1])
        x2, y2 = float(screen[c, 0]), float(screen[c, 1])
        # Counter-clockwise with y down is a negative area.
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0.0 or (area > 0.0 and culled[t]):
            continue
        left, right = max(0, math.ceil(min(x0, x1, x2))), min(width - 1, math.floor(max(x0, x1, x2)))
        top, bottom = max(0, math.ceil(min(y0, y1, y2))), min(height - 1, math.floor(max(y0, y1, y2)))
        if left > right or top > bottom:
            continue
        z0, z1, z2 = float(screen[a, 2]), float(screen[b, 2]), float(screen[c, 2])
        corners = (x0, y0, z0, x1, y1, z1, x2, y2, z2, area)
        fill(corners, (left, right, top, bottom), t, depth, owner)
