"""From samples to pixels: sort what a pixel sees into surfaces, shade each once, mix, and write 8-bit colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.rendering.compiled import kernel
from duchenne.synth.rendering.shading import Lights, Mesh, shade, through_glass
from duchenne.synth.rendering.surfaces import Paint

BACKGROUND = 255
"""In a picture's material: nothing of the head is seen."""
# Samples of one material belong to one surface if their depths differ by less than this share: 0.2 cm at 80 cm.
_SAME_SURFACE = 0.0025
_TONE_STEPS = 4096


class Samples(NamedTuple):
    """What was found at the samples of a picture, each pixel having S x S of them.

    Attributes:
        depth: (H S, W S) float32, as in `duchenne.synth.rendering.raster`.
        owner: (H S, W S) int32, number of the triangle seen, or negative.
        glass: (H S, W S) int32, number of the lens before it, or negative; only the first of a pixel is looked at.
    """

    depth: NDArray[np.float32]
    owner: NDArray[np.int32]
    glass: NDArray[np.int32]


class Surfaces(NamedTuple):
    """Room for the surfaces that one pixel sees: first triangle, material, depth, samples, sums of their places."""

    triangle: NDArray[np.int32]
    material: NDArray[np.int32]
    depth: NDArray[np.float32]
    place: NDArray[np.float64]
    """(S S, 3): number of samples, sum of columns, sum of rows."""

    @classmethod
    def room(cls, side: int) -> Surfaces:
        """Room for as many as a pixel of ``side`` x ``side`` samples can see."""
        n = side * side
        return cls(
            np.empty(n, dtype=np.int32),
            np.empty(n, dtype=np.int32),
            np.empty(n, dtype=np.float32),
            np.empty((n, 3), dtype=np.float64),
        )


def tone_curve() -> NDArray[np.uint8]:
    """(4096,) sRGB values of linear light from 0 to 1 (IEC 61966-2-1)."""
    linear = np.linspace(0.0, 1.0, _TONE_STEPS)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255.0 * curve), dtype=np.uint8)


@kernel
def sort_samples(
    row: int, column: int, side: int, samples: Samples, material: NDArray[np.uint8], found: Surfaces
) -> int:
    """Fill ``found`` with the surfaces of one pixel and say how many they are."""
    n = 0
    for y in range(row * side, (row + 1) * side):
        for x in range(column * side, (column + 1) * side):
            t = samples.owner[y, x]
            if t < 0:
                continue
            near, kind, same = samples.depth[y, x], material[t], -1
            for k in range(n):
                if found.material[k] == kind and abs(found.depth[k] - near) < near * _SAME_SURFACE:
                    same = k
            if same < 0:
                same = n
                n += 1
                found.triangle[same], found.material[same], found.depth[same] = t, kind, near
                found.place[same, 0] = found.place[same, 1] = found.place[same, 2] = 0.0
            found.place[same, 0] += 1.0
            found.place[same, 1] += x
            found.place[same, 2] += y
    return n


@kernel
def resolve(
    samples: Samples,
    mesh: Mesh,
    paint: Paint,
    lights: Lights,
    background: NDArray[np.float32],
    tone: NDArray[np.uint8],
    found: Surfaces,
    rgb: NDArray[np.uint8],
    material: NDArray[np.uint8],
) -> None:
    """Shade a picture.

    Args:
        samples: What was found.
        mesh: Triangles and vertices.
        paint: Colours.
        lights: Light and view.
        background: (H, W, 3) linear colour where nothing was found.
        tone: As from `tone_curve`.
        found: Room to work in, as from `Surfaces.room`.
        rgb: (H, W, 3), overwritten.
        material: (H, W), overwritten with the material of most of a pixel's samples, or `BACKGROUND`.
    """
    side = samples.owner.shape[0] // rgb.shape[0]
    most = side * side
    for row in range(rgb.shape[0]):
        for column in range(rgb.shape[1]):
            n = sort_samples(row, column, side, samples, mesh.material, found)
            bare = float(most)
            r, g, b, largest, kind = 0.0, 0.0, 0.0, 0.0, BACKGROUND
            for k in range(n):
                count = found.place[k, 0]
                x, y = found.place[k, 1] / count, found.place[k, 2] / count
                own_r, own_g, own_b = shade(found.triangle[k], x, y, mesh, paint, lights)
                r += count * min(own_r, 1.0)
                g += count * min(own_g, 1.0)
                b += count * min(own_b, 1.0)
                bare -= count
                if count > largest:
                    largest, kind = count, found.material[k]
            r = (r + bare * background[row, column, 0]) / most
            g = (g + bare * background[row, column, 1]) / most
            b = (b + bare * background[row, column, 2]) / most
            lens = samples.glass[row * side, column * side]
            if lens >= 0:
                x, y = column * side + 0.5 * (side - 1), row * side + 0.5 * (side - 1)
                r, g, b = through_glass((r, g, b), lens, x, y, mesh, paint, lights)
            material[row, column] = kind if bare <= largest else BACKGROUND
            rgb[row, column, 0] = develop(r, tone)
            rgb[row, column, 1] = develop(g, tone)
            rgb[row, column, 2] = develop(b, tone)


@kernel
def develop(linear: float, tone: NDArray[np.uint8]) -> int:
    """An 8-bit value for linear light; beyond 0 and 1 it is clipped."""
    return int(tone[int(min(max(linear, 0.0), 1.0) * (tone.shape[0] - 1) + 0.5)])
