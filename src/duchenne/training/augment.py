"""Change a face patch the way cameras, codecs and alignment errors would.

Takes one (size, size) grey or (size, size, 3) RGB uint8 patch and a generator, gives another of the same
shape; the argument is left alone. Works on patches as `duchenne.models.preprocess.patch` cuts them. Labels do
not change under any of these, which is why a vertical flip or a strong cut-out is not among them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError

_JPEG_QUALITY = (25, 90)
_SHRINK = (0.4, 0.9)  # down to 19 pixels of 48: a face 40 pixels wide in the video
_NOISE = (2.0, 12.0)  # standard deviation in grey levels
_BLUR_SIGMA_PX = (0.4, 1.2)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How much and how often; the ranges are symmetric unless said otherwise.

    Attributes:
        rotation_deg: Largest rotation either way.
        scale: Largest relative change of size either way.
        shift: Largest shift either way, in patch widths.
        flip: Probability of a mirror image.
        tone: Probability of a gamma and contrast change.
        blur: Probability of a Gaussian blur.
        shrink: Probability of losing resolution (down and up again).
        jpeg: Probability of JPEG artefacts.
        noise: Probability of Gaussian noise.
        cutout: Probability of one flat rectangle.
    """

    rotation_deg: float = 12.0
    scale: float = 0.15
    shift: float = 0.0625
    flip: float = 0.5
    tone: float = 0.3
    blur: float = 0.1
    shrink: float = 0.15
    jpeg: float = 0.15
    noise: float = 0.15
    cutout: float = 0.25

    def __post_init__(self) -> None:
        for name in ("flip", "tone", "blur", "shrink", "jpeg", "noise", "cutout"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise SettingsError(
                    f"the augmentation '{name}' is no probability", got=str(value), expected="[0, 1]"
                )
        if self.rotation_deg < 0 or not 0 <= self.scale < 1 or self.shift < 0:
            raise SettingsError(
                "the augmentation's geometry is outside its range",
                got=f"rotation_deg {self.rotation_deg}, scale {self.scale}, shift {self.shift}",
                expected="rotation_deg and shift at least 0, scale in [0, 1)",
            )


def augment(patch: NDArray[np.uint8], options: Augmentation, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Apply a random geometric change and then random losses of quality, in the order a camera makes them."""
    out = _move(patch, options, rng)
    if rng.random() < options.tone:
        out = _tone(out, rng)
    if rng.random() < options.blur:
        out = _uint8(cv2.GaussianBlur(out, (0, 0), rng.uniform(*_BLUR_SIGMA_PX)))
    if rng.random() < options.shrink:
        out = _shrink(out, rng)
    if rng.random() < options.noise:
        noise = rng.normal(0.0, rng.uniform(*_NOISE), out.shape)
        out = _uint8(np.clip(np.rint(out + noise), 0, 255))
    if rng.random() < options.jpeg:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*_JPEG_QUALITY))]
        out = _uint8(cv2.imdecode(cv2.imencode(".jpg", out, quality)[1], cv2.IMREAD_UNCHANGED))
    if rng.random() < options.cutout:
        out = _cut_out(out, rng)
    return out


def _move(patch: NDArray[np.uint8], options: Augmentation, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Rotate, scale, shift and mirror about the middle in one warp."""
    size = patch.shape[0]
    angle = math.radians(rng.uniform(-options.rotation_deg, options.rotation_deg))
    scale = 1 + rng.uniform(-options.scale, options.scale)
    mirror = -1.0 if rng.random() < options.flip else 1.0
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    linear = np.array([[cos * mirror, -sin], [sin * mirror, cos]])
    middle = np.full(2, (size - 1) / 2)
    shift = rng.uniform(-options.shift, options.shift, 2) * size
    matrix = np.column_stack([linear, middle - linear @ middle + shift])
    # Cubic: a linear warp would blur every training face and none of the faces read later.
    return np.asarray(
        cv2.warpAffine(patch, matrix, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


def _tone(patch: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gamma, then contrast about mid-grey, then a shift, clipped like a sensor clips."""
    levels = (np.arange(256) / 255) ** math.exp(rng.uniform(-0.5, 0.5))
    levels = (levels - 0.5) * rng.uniform(0.6, 1.4) + 0.5 + rng.uniform(-0.2, 0.2)
    return np.asarray(cv2.LUT(patch, np.clip(np.rint(levels * 255), 0, 255).astype(np.uint8)), dtype=np.uint8)


def _shrink(patch: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    size = patch.shape[0]
    small = max(round(size * rng.uniform(*_SHRINK)), 1)
    reduced = cv2.resize(patch, (small, small), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(reduced, (size, size), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _cut_out(patch: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Hide one rectangle, a sixth to a third of the width on each side, behind one grey level."""
    size = patch.shape[0]
    height, width = rng.integers(size // 6, size // 3 + 1, 2)
    top, left = rng.integers(0, size - height + 1), rng.integers(0, size - width + 1)
    out = patch.copy()
    out[top : top + height, left : left + width] = rng.integers(0, 256)
    return out


def _uint8(image: Any) -> NDArray[np.uint8]:
    return np.asarray(image, dtype=np.uint8)
