"""What a point of the head looks like before light falls on it: colour, gloss and the normal of its fine shape.

Kernels for the painted and carved parts: textured skin with relief, painted hair, eyeballs with an iris that
follows the gaze, strands of hair. The other materials have one colour each, from the subject's palette. Colours
are linear RGB.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.rendering.compiled import kernel

Triple = tuple[float, float, float]
Quad = tuple[float, float, float, float]


class Paint(NamedTuple):
    """A subject's colours, and what of them the expression and the gaze decide.

    Attributes:
        texture: (X, X, 4) float32, colour and factor on the gloss; row 0 is v = 1.
        relief: (Y, Y, 3) float32, the height's slope along u and v and the darkening, from `Subject.relief`.
        palette: (M, 6) float32, by material: colour, gloss, sharpness, softness.
        eyes: (2, 11) float64, left then right: centre in the neutral head, axis of the gaze, radius of the iris as
            a sine, radius of the pupil as a share of it, colour.
        strands: (P, P) float32 around 0, rough across and smooth along; repeats itself; P is a power of 2.
        collar_cm: Skin and scalp below this neutral height are cloth.
        mouth_open: In [0, 1], how much light the open lips let in.
    """

    texture: NDArray[np.float32]
    relief: NDArray[np.float32]
    palette: NDArray[np.float32]
    eyes: NDArray[np.float64]
    strands: NDArray[np.float32]
    collar_cm: float
    mouth_open: float


@kernel
def ramp(value: float, start: float, end: float) -> float:
    """0 before ``start``, 1 after ``end``, linear between; ``end`` may be smaller than ``start``."""
    return min(max((value - start) / (end - start), 0.0), 1.0)


@kernel
def weigh(values: NDArray[np.float32], corners: tuple[int, int, int], at: Triple) -> float:
    """A value within a triangle, from (N,) values at vertices."""
    return float(at[0] * values[corners[0]] + at[1] * values[corners[1]] + at[2] * values[corners[2]])


@kernel
def weigh3(values: NDArray[np.float32], corners: tuple[int, int, int], at: Triple) -> Triple:
    """A vector within a triangle, from (N, 3) vectors at vertices."""
    a, b, c = corners
    return (
        at[0] * values[a, 0] + at[1] * values[b, 0] + at[2] * values[c, 0],
        at[0] * values[a, 1] + at[1] * values[b, 1] + at[2] * values[c, 1],
        at[0] * values[a, 2] + at[1] * values[b, 2] + at[2] * values[c, 2],
    )


@kernel
def unit(x: float, y: float, z: float) -> Triple:
    """A vector's direction."""
    scale = 1.0 / math.sqrt(x * x + y * y + z * z + 1e-20)
    return x * scale, y * scale, z * scale


@kernel
def between_texels(u: float, v: float, size: int) -> tuple[int, int, Quad]:
    """Row and column of the upper left of four texels around a place, and their weights, row by row."""
    x = min(max(u * size - 0.5, 0.0), size - 1.001)
    y = min(max((1.0 - v) * size - 0.5, 0.0), size - 1.001)
    column, row = int(x), int(y)
    dx, dy = x - column, y - row
    return row, column, ((1 - dx) * (1 - dy), dx * (1 - dy), (1 - dx) * dy, dx * dy)


@kernel
def texel(picture: NDArray[np.float32], row: int, column: int, share: Quad, channel: int) -> float:
    """One channel of a picture between four texels."""
    above = share[0] * picture[row, column, channel] + share[1] * picture[row, column + 1, channel]
    below = share[2] * picture[row + 1, column, channel] + share[3] * picture[row + 1, column + 1, channel]
    return float(above + below)


@kernel
def carve(
    normal: Triple,
    slope: tuple[float, float],
    vertices: NDArray[np.float32],
    corners: tuple[int, int, int],
    uv: NDArray[np.float32],
    corners_uv: tuple[int, int, int],
) -> Triple:
    """Tilt a normal by a relief: against the direction in which the height grows.

    The directions of u and v on the surface follow from how the triangle lies in the texture (Lengyel 2001,
    "Computing Tangent Space Basis Vectors"); they are made unit length, because the relief is given per texel.
    """
    a, b, c = corners
    p, q, r = corners_uv
    u1, v1 = uv[q, 0] - uv[p, 0], uv[q, 1] - uv[p, 1]
    u2, v2 = uv[r, 0] - uv[p, 0], uv[r, 1] - uv[p, 1]
    # Only the sign of the texture's area matters to directions.
    sign = 1.0 if u1 * v2 - u2 * v1 >= 0.0 else -1.0
    x1, y1, z1 = (
        vertices[b, 0] - vertices[a, 0],
        vertices[b, 1] - vertices[a, 1],
        vertices[b, 2] - vertices[a, 2],
    )
    x2, y2, z2 = (
        vertices[c, 0] - vertices[a, 0],
        vertices[c, 1] - vertices[a, 1],
        vertices[c, 2] - vertices[a, 2],
    )
    along_u = unit(v2 * x1 - v1 * x2, v2 * y1 - v1 * y2, v2 * z1 - v1 * z2)
    along_v = unit(u1 * x2 - u2 * x1, u1 * y2 - u2 * y1, u1 * z2 - u2 * z1)
    du, dv = sign * slope[0], sign * slope[1]
    return unit(
        normal[0] - du * along_u[0] - dv * along_v[0],
        normal[1] - du * along_u[1] - dv * along_v[1],
        normal[2] - du * along_u[2] - dv * along_v[2],
    )


@kernel
def eyeball(place: Triple, eye: NDArray[np.float64], white: Triple) -> Triple:
    """The colour of an eyeball: white, reddish towards the corners, with iris and pupil around the gaze.

    Args:
        place: In the neutral head, cm.
        eye: (11,), a row of `Paint.eyes`.
        white: Its colour outside the iris.
    """
    dx, dy, dz = unit(place[0] - eye[0], place[1] - eye[1], place[2] - eye[2])
    ahead = dx * eye[3] + dy * eye[4] + dz * eye[5]
    r, g, b = white
    if ahead < 0.2:  # the far side
        return r, g, b
    radius = math.sqrt(max(1.0 - ahead * ahead, 0.0)) / eye[6]
    red = 0.35 * ramp(radius, 1.2, 2.6)
    g, b = g * (1.0 - 0.55 * red), b * (1.0 - 0.5 * red)
    if radius >= 1.12:
        return r, g, b
    angle = math.atan2(dy - eye[4] * ahead, dx - eye[3] * ahead)
    fibre = 0.82 + 0.18 * math.sin(angle * 17.0 + 5.0 * math.sin(angle * 5.0 + radius * 3.0))
    # Brightest in a ring around the pupil, dark at the rim.
    light = fibre * (0.65 + 0.6 * radius if radius < 0.72 else 1.55 - 0.7 * radius)
    light *= (0.25 + 0.75 * ramp(radius, 1.0, 0.78)) * ramp(radius, eye[7] - 0.05, eye[7] + 0.05)
    share = ramp(radius, 1.10, 0.94)
    return (
        r + share * (light * eye[8] - r),
        g + share * (light * eye[9] - g),
        b + share * (light * eye[10] - b),
    )


@kernel
def strand(across: float, along: float, strands: NDArray[np.float32]) -> float:
    """Lightness of a strand of hair against its neighbours, about -1 to 1."""
    size = strands.shape[0]
    return float(strands[math.floor(along) & (size - 1), math.floor(across) & (size - 1)])


@kernel
def painted_hair(hair: float, place: Triple, paint: Paint) -> tuple[float, float]:
    """How much painted hair covers a place, and its lightness.

    Args:
        hair: Share from the vertices; strands make its edge uneven.
        place: In the neutral head, cm: strands run with it from crown to neck.
        paint: For the strands.
    """
    lightness = strand(place[0] * 11.0, (place[1] + place[2]) * 4.0, paint.strands)
    return min(max((hair - 0.30 + 0.10 * lightness) * 5.0, 0.0), 1.0), 0.95 + 0.25 * lightness
