"""Hair painted on a face: brows, stubble and beard, hair by hair.

Takes a look, where the landmarks lie in the texture, and the colour of the hair; gives layers of colour and cover
to lay over the skin. Hairs are single strokes, because an even patch reads as paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.people.brushes import Map, area, beside, noise, smooth_path, strokes
from duchenne.synth.people.look import Beard, Look

BROW_DROP_PX: Final = 15.0
"""The brows' middle lies so far below the 68-point brow line, in texture pixels. MediaPipe's browInnerUp over 40
random people at rest had medians of 0.41, 0.23, 0.09 and 0.03 at 10, 13, 16 and 19 pixels, its browDown 0.00, 0.01,
0.05 and 0.14: between 13 and 16 both are low."""

# Outlines of where beards grow: a landmark and how far from it to the right and down in the texture, in pixels.
_MOUSTACHE: Final = (
    *((48, -16, 8), (48, -10, -8), (31, -8, 14), (33, 0, 10), (35, 8, 14)),
    *((54, 10, -8), (54, 16, 8), (54, 0, 2), (48, 0, 2)),
)
_GOATEE: Final = (
    *((48, -16, 0), (48, -2, 4), (57, -22, 16), (57, 22, 16), (54, 2, 4)),
    *((54, 16, 0), (54, 6, 56), (8, 26, 12), (8, -26, 12), (48, -6, 56)),
)
_CHEEKS: Final = (
    *((number, 0, 26) for number in range(3, 14)),
    *((13, -6, -40), (54, 34, 2), (48, -34, 2), (3, 6, -40)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Hair to lay over the skin.

    Attributes:
        colour: (3,) float32 linear RGB.
        cover: (512, 512) float32 in [0, 1].
    """

    colour: NDArray[np.float32]
    cover: Map


def draw(
    look: Look, landmarks: NDArray[np.float32], hair: NDArray[np.float32], rng: np.random.Generator
) -> list[Layer]:
    """Draw a face's hair.

    Args:
        look: The person's look.
        landmarks: (68, 2) float32 texture pixels.
        hair: (3,) float32 colour of the head's hair.
        rng: For where each hair lies.

    Returns:
        Layers, the lowest first.
    """
    # The brows' generator does not depend on the beard: a shaved person keeps their brows.
    brows, beard = rng.spawn(2)
    return [*_beard(look, landmarks, hair, beard), _brows(look, landmarks, hair, brows)]


def _brows(
    look: Look, landmarks: NDArray[np.float32], hair: NDArray[np.float32], rng: np.random.Generator
) -> Layer:
    drop = BROW_DROP_PX + float(np.clip(rng.normal(0.0, 1.5), -3, 3))
    n_hairs = 340
    hairs: list[NDArray[np.float64]] = []
    for numbers, outward in (((21, 20, 19, 18, 17), -1.0), ((22, 23, 24, 25, 26), 1.0)):
        middle = smooth_path(landmarks[list(numbers)] + [0, drop], 200)
        along = rng.uniform(0.0, 1.0, n_hairs) ** 0.8
        root = middle[(along * 199).astype(np.int64)]
        # Full over the pupil, thinning to a tail; the inner end is rounded and looser.
        half = 3.6 * look.brow_width * np.interp(along, [0, 0.12, 0.4, 0.75, 1], [0.7, 0.95, 1.0, 0.55, 0.1])
        across = np.clip(rng.normal(0.0, 0.45, n_hairs), -1, 1)
        root = root + np.stack([rng.normal(0, 2.0, n_hairs), across * half], axis=1)
        # Inner hairs stand up, outer ones lie along the brow; those above lean down, those below up.
        angle = np.interp(along, [0, 0.25, 1.0], [-1.25, -0.55, 0.25]) + 0.3 * across
        angle = angle + rng.normal(0, 0.18, n_hairs)
        length = rng.uniform(5.0, 9.0, n_hairs) * np.interp(along, [0, 0.3, 1], [0.8, 1.0, 0.7])
        step = length[:, None] * np.stack([outward * np.cos(angle), np.sin(angle)], axis=1)
        bend = np.array([outward * 0.6, 0.5])
        hairs += list(np.stack([root, root + 0.5 * step, root + step + bend], axis=1))
    drawn = strokes(hairs, 1, 0.6)
    under = cv2.GaussianBlur(drawn, (0, 0), 3.0)
    cover = np.clip((0.6 * drawn + 0.65 * under) * (0.35 + 0.75 * look.brow_density), 0, 0.92)
    # Brows are darker than the head's hair where that is fair, and keep their colour longer.
    own = np.array(look.hair_colour, dtype=np.float32)
    return Layer(
        np.asarray(0.7 * own + 0.3 * (hair - own), dtype=np.float32), np.asarray(cover, dtype=np.float32)
    )


def _beard(
    look: Look, landmarks: NDArray[np.float32], hair: NDArray[np.float32], rng: np.random.Generator
) -> list[Layer]:
    if look.beard is Beard.NONE:
        return []
    grows = _grows(look.beard, landmarks)
    if look.beard is Beard.STUBBLE:
        grain = np.clip(0.55 + 0.55 * noise(rng, 1.0), 0, 1) * np.clip(0.8 + 0.25 * noise(rng, 9), 0, 1.2)
        return [Layer(hair * 0.8, np.asarray(grows * grain * (0.2 + 0.5 * look.beard_density)))]
    rows, columns = np.nonzero(grows > rng.uniform(0.05, 0.9, grows.shape))
    n_hairs = min(len(rows), 9000)
    chosen = rng.choice(len(rows), n_hairs, replace=False)
    root = np.stack([columns[chosen], rows[chosen]], axis=1).astype(np.float64)
    middle = landmarks[33, 0]
    # Hairs grow down and away from the middle.
    lean = np.clip((root[:, 0] - middle) / 160, -1, 1) * 0.9 + rng.normal(0, 0.35, n_hairs)
    length = rng.uniform(4.0, 8.0, n_hairs)[:, None]
    tip = root + length * np.stack([np.sin(lean), np.cos(lean)], axis=1)
    drawn = strokes(list(np.stack([root, tip], axis=1)), 1, 0.5)
    under = cv2.GaussianBlur(grows, (0, 0), 2.0)
    density = 0.35 + 0.65 * look.beard_density
    cover = np.clip(density * under * (0.72 + 0.08 * noise(rng, 2.0) + 0.35 * drawn), 0, 0.95)
    return [Layer(hair * 0.75, np.asarray(cover, dtype=np.float32))]


def _grows(beard: Beard, landmarks: NDArray[np.float32]) -> Map:
    """Where a kind of beard grows, in [0, 1]; never on the lips."""
    moustache = area(beside(landmarks, _MOUSTACHE), 5)
    goatee = area(beside(landmarks, _GOATEE), 5)
    if beard is Beard.MOUSTACHE:
        grows = moustache
    elif beard is Beard.GOATEE:
        grows = np.maximum(moustache, goatee)
    else:
        grows = np.maximum.reduce([moustache, 0.8 * goatee, area(beside(landmarks, _CHEEKS), 9)])
        if beard is Beard.STUBBLE:
            grows = np.asarray(cv2.GaussianBlur(grows, (0, 0), 5), dtype=np.float32)
    return np.asarray(np.clip(grows, 0, 1) * (1 - area(landmarks[48:60], 1.5)), dtype=np.float32)
