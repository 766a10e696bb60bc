"""Lines that expressions and years draw in the skin, as slopes of a fine relief in the texture's space.

Takes a look and where the landmarks lie in the texture; gives a `Relief` that is asked once per frame with the
model's shape weights. There are fifteen kinds of lines, each driven by the shapes that fold the skin there
(forehead 1 and 2, glabella 4, crow's feet 6, under the eye 7, nose 9, nasolabial fold 9, 10 and 12, dimples 14,
below the corners 15, chin 17). They are drawn by hand, not scanned: a network can learn them as a cue that real
faces do not offer, which is why a third of all looks have none and results are given both with and without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.people.brushes import TEXTURE_SIZE, above_neck, noise, smooth_path
from duchenne.synth.people.fold_lines import fold_lines
from duchenne.synth.people.look import Look

DRIVERS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "forehead_middle": {"browInnerUp_L": 0.5, "browInnerUp_R": 0.5},
        "forehead_right": {"browOuterUp_R": 0.9, "browInnerUp_R": 0.1},
        "forehead_left": {"browOuterUp_L": 0.9, "browInnerUp_L": 0.1},
        "glabella": {"browDown_L": 0.5, "browDown_R": 0.5, "noseSneer_L": 0.15, "noseSneer_R": 0.15},
        "crow_right": {"cheekRaiser_R": 0.8, "cheekSquint_R": 0.5, "eyeSquint_R": 0.2},
        "crow_left": {"cheekRaiser_L": 0.8, "cheekSquint_L": 0.5, "eyeSquint_L": 0.2},
        "under_right": {"eyeSquint_R": 0.7, "cheekSquint_R": 0.5, "cheekRaiser_R": 0.2},
        "under_left": {"eyeSquint_L": 0.7, "cheekSquint_L": 0.5, "cheekRaiser_L": 0.2},
        "nose": {"noseSneer_L": 0.5, "noseSneer_R": 0.5},
        "nasolabial_right": {"mouthSmile_R": 0.6, "noseSneer_R": 0.6, "mouthUpperUp_R": 0.7},
        "nasolabial_left": {"mouthSmile_L": 0.6, "noseSneer_L": 0.6, "mouthUpperUp_L": 0.7},
        "dimples": {"mouthDimple_L": 0.5, "mouthDimple_R": 0.5},
        "corner_right": {"mouthFrown_R": 0.9},
        "corner_left": {"mouthFrown_L": 0.9},
        "chin": {"mouthShrugLower": 1.0},
    }
)
"""How much of each shape's weight draws each kind of line."""

# Share of a line that stays at rest at 70 years, against its full depth; none at 25.
_LASTING: Final = MappingProxyType(
    {
        "forehead_middle": 0.45,
        "forehead_right": 0.40,
        "forehead_left": 0.40,
        "glabella": 0.40,
        "crow_right": 0.50,
        "crow_left": 0.50,
        "under_right": 0.50,
        "under_left": 0.50,
        "nasolabial_right": 0.60,
        "nasolabial_left": 0.60,
        "corner_right": 0.45,
        "corner_left": 0.45,
    }
)
_DEPTH_PX: Final = 3.2
"""Depth of a line at strength 1 in texture pixels of surface, before blurring spreads it."""
_DARKENING: Final = 0.22
"""Share of the light that the deepest part of a line at strength 1 loses; the sky does not reach into it."""
_LEAST: Final = 0.02
"""Weaker lines than this would not change a pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class Wrinkle:
    """One kind of line, kept only where it is.

    Attributes:
        rows: Of the texture.
        columns: Of the texture.
        slopes: (rows, columns, 3) float32: slope along u, along v, and darkening.
        drivers: Numbers of the shapes that draw it.
        shares: float32, how much each of them does.
    """

    rows: slice
    columns: slice
    slopes: NDArray[np.float32]
    drivers: NDArray[np.int64]
    shares: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """A skin's fine shape.

    Attributes:
        rest: (512, 512, 3) float32, read-only: pores and lasting lines.
        wrinkles: What expressions add.
        strength: Factor on what expressions add; 0 leaves ``rest``.
    """

    rest: NDArray[np.float32]
    wrinkles: tuple[Wrinkle, ...]
    strength: float

    def at(self, weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """The relief with an expression.

        Args:
            weights: (S,) shape weights.

        Returns:
            (512, 512, 3) float32: slope along u and along v, up being positive, and darkening in [0, 1]. Not to
            be written to: without lines it is ``rest`` itself.
        """
        amounts = [
            self.strength * min(1.0, max(0.0, float(weights[line.drivers] @ line.shares)))
            for line in self.wrinkles
        ]
        if not any(amount > _LEAST for amount in amounts):
            return self.rest
        summed = self.rest.copy()
        for line, amount in zip(self.wrinkles, amounts, strict=True):
            if amount > _LEAST:
                summed[line.rows, line.columns] += np.float32(amount) * line.slopes
        return summed


def make_relief(look: Look, landmarks: NDArray[np.float32], shape_number: Mapping[str, int]) -> Relief:
    """Draw a person's lines.

    Args:
        look: All randomness comes from its seed; ``wrinkles`` is the strength, ``age`` decides what lasts.
        landmarks: (68, 2) float32 texture pixels.
        shape_number: The model's shapes by name; shapes that it lacks draw nothing.
    """
    # Generators of their own: neither strength nor age moves a pore or a line.
    pores, lines, skin = (np.random.default_rng([look.seed, kind]) for kind in (10, 11, 12))
    rest = (
        _slopes(-0.10 * noise(pores, 1.2) - 0.11 * noise(pores, 2.6), 0.0) * above_neck(landmarks)[..., None]
    )
    if look.wrinkles == 0.0:
        rest.setflags(write=False)
        return Relief(rest, (), 0.0)
    lasting = float(np.clip((look.age - 25.0) / 45.0, 0.0, 1.2))
    wrinkles = []
    placed = fold_lines(landmarks, lines)
    for name in DRIVERS:
        rows, columns, valley = _valley(placed[name].curves, placed[name].width_px, lines)
        if name == "chin":
            valley = valley * np.clip(0.3 + 0.5 * noise(skin, 3.0)[rows, columns], 0, 1.0)
        slopes = _slopes(_DEPTH_PX * valley, _DARKENING / _DEPTH_PX)
        known = {shape: share for shape, share in DRIVERS[name].items() if shape in shape_number}
        numbers = np.array([shape_number[shape] for shape in known], dtype=np.int64)
        wrinkles.append(Wrinkle(rows, columns, slopes, numbers, np.array(list(known.values()), np.float32)))
        rest[rows, columns] += np.float32(look.wrinkles * lasting * _LASTING.get(name, 0.0)) * slopes
    rest.setflags(write=False)
    return Relief(rest, tuple(wrinkles), look.wrinkles)


def _slopes(valley: NDArray[np.float32], darkening: float) -> NDArray[np.float32]:
    """Slopes of a surface as deep as ``valley`` (H, W), which is 0 or more where it is carved."""
    height = -valley
    along_u = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8)
    along_v = -cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.dstack([along_u, along_v, np.maximum(valley, 0) * np.float32(darkening)]).astype(np.float32)


def _valley(
    curves: Sequence[NDArray[np.float64]], width_px: float, rng: np.random.Generator
) -> tuple[slice, slice, NDArray[np.float32]]:
    """Carve curves that fade towards their ends: a sharp fold in a soft hollow between soft ridges."""
    margin = 4 * width_px + 3
    points = np.concatenate(curves)
    low = np.clip(np.floor(points.min(axis=0) - margin), 0, TEXTURE_SIZE - 2).astype(int)
    high = np.clip(np.ceil(points.max(axis=0) + margin), low + 2, TEXTURE_SIZE).astype(int)
    drawn = np.zeros((high[1] - low[1], high[0] - low[0]), dtype=np.uint8)
    for curve in curves:
        path = smooth_path(curve, 24) - low
        ends = np.sin(np.linspace(0.0, np.pi, 23)) ** 0.7
        uneven = np.clip(rng.uniform(0.55, 1.1) + 0.18 * np.cumsum(rng.normal(0, 0.4, 23)), 0.25, 1.0)
        pieces = np.round(path * 16).astype(np.int32)
        for start, end, strength in zip(pieces[:-1], pieces[1:], ends * uneven, strict=True):
            cv2.line(drawn, start.tolist(), end.tolist(), float(255 * strength), 2, cv2.LINE_AA, 4)
    carved = drawn.astype(np.float32) / 255
    sharp = cv2.GaussianBlur(carved, (0, 0), width_px)
    soft = cv2.GaussianBlur(carved, (0, 0), 2.0 * width_px)
    folded = 1.5 * sharp - 0.55 * soft
    # The box ends where the relief is already 0: no edge is seen.
    return slice(low[1], high[1]), slice(low[0], high[0]), np.asarray(folded, dtype=np.float32)
