"""Things in front of a face: a hand, a medical mask, a fringe of hair, a microphone.

Takes a picture, the face's landmarks and a `Cover`, gives the picture with the thing in it and the mask of what
it hides. Placed by the landmarks, so it moves with the head; drawn flat on the picture, but lit and with soft
edges. The same key always draws the same thing, so that it stays itself through a clip.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.surroundings.scene import Colour, Cover

# OpenCV draws at whole pixels unless given more bits; four bits are a sixteenth of a pixel.
_SHIFT: Final = 4
# A face is about 9.5 cm wide between the outer corners of the eyes, and 11 cm from the nose's bridge to the chin.
_EYES_CM, _HEIGHT_CM = 9.5, 11.0
# Brightness of a face's skin, in display values, under the light for which colours below are meant.
_USUAL: Final = 150.0
# Where light comes from for everything drawn here: from above, a little from the left, towards the viewer.
_LIGHT: Final = np.array([-0.3, -0.55, 0.78], dtype=np.float32)

# Root, tip and radius of the fingers of a hand that covers a mouth, index finger first, cm as in `_Face`.
_FINGERS: Final = (
    ((3.0, 0.9), (-3.9, 0.5), 0.90),
    ((3.0, 2.6), (-4.8, 2.3), 0.94),
    ((3.1, 4.3), (-4.2, 4.1), 0.92),
    ((3.3, 5.8), (-2.6, 5.8), 0.80),
)
# Display colours that medical masks and hair come in.
_CLOTHS: Final = ((196, 218, 232), (235, 236, 238), (62, 64, 70))
_HAIRS: Final = ((52, 37, 30), (84, 58, 41), (124, 92, 60), (34, 31, 33))

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Colours (H, W, 3) in display values, and how much they hide (H, W) in [0, 1]."""
Tube = tuple[NDArray[np.float64], NDArray[np.float64], float, float]
"""Start and end in pixels, and the radius at each in cm."""


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """A face as the things see it: x and y in cm along its axes from the base of the nose, y downwards.

    Attributes:
        landmarks: (68, 2) float64 pixels.
        origin: (2,) pixels.
        across: (2,) pixels per cm to the right in the picture.
        down: (2,) pixels per cm to the chin.
        skin: (3,) colour of the face in display values.
        light: Brightness against the usual.
        size: (height, width) of the picture.
    """

    landmarks: NDArray[np.float64]
    origin: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    skin: NDArray[np.float32]
    light: float
    size: tuple[int, int]

    @classmethod
    def of(cls, rgb: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]]) -> _Face:
        points = landmarks.astype(np.float64)
        eyes, height = points[45] - points[36], points[8] - points[27]
        # A turned head is narrower and a raised one shorter; the larger measure is the truer one.
        scale = max(np.hypot(*eyes) / _EYES_CM, np.hypot(*height) / _HEIGHT_CM, 1e-3)
        direction = eyes / np.hypot(*eyes) if eyes.any() else np.array([1.0, 0.0])
        skin = _colour_around(rgb, points[[1, 15, 29, 30]].mean(axis=0), 2.5 * scale)
        light = float(np.clip(skin.mean() / _USUAL, 0.35, 1.3))
        down = np.array([-direction[1], direction[0]])
        return cls(points, points[33], direction * scale, down * scale, skin, light, rgb.shape[:2])

    @property
    def scale(self) -> float:
        """Pixels per cm."""
        return float(np.hypot(*self.across))

    def place(self, x_cm: float, y_cm: float) -> NDArray[np.float64]:
        """Pixels of a place on the face."""
        return np.asarray(self.origin + x_cm * self.across + y_cm * self.down)


def draw(
    rgb: NDArray[np.uint8],
    cover: Cover,
    landmarks: NDArray[np.floating[Any]],
    key: str,
    *,
    hair: Colour | NDArray[np.floating[Any]] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Put something in front of a face.

    Args:
        rgb: (H, W, 3) uint8; not written to.
        cover: What to draw.
        landmarks: (68, 2) pixels, centre of the first pixel at (0, 0).
        key: Decides colour, side and small differences.
        hair: Linear RGB of a fringe; None lets the key decide.

    Returns:
        The (H, W, 3) uint8 picture, and an (H, W) bool mask of the pixels that the thing hides.

    Raises:
        ValueError: if there are not 68 landmarks.
    """
    if landmarks.shape != (68, 2):
        raise ValueError(f"expected (68, 2) landmarks, got {landmarks.shape}")
    if cover is Cover.NONE:
        return rgb, np.zeros(rgb.shape[:2], dtype=bool)
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    face = _Face.of(rgb, landmarks)
    if cover is Cover.HAND:
        colours, alpha = _hand(face, rng)
    elif cover is Cover.MICROPHONE:
        colours, alpha = _microphone(face, rng)
    elif cover is Cover.MASK:
        colours, alpha = _mask(rgb, face, rng)
    else:
        # Gamma 2, as the picture itself has about; lighter, because a fringe is seen by its highlights.
        shown = None if hair is None else 1.25 * 255.0 * np.sqrt(np.array(hair))
        colours, alpha = _fringe(face, rng, shown)
    mixed = rgb + alpha[..., None] * (colours - rgb)
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8), alpha > 0.5


def _hand(face: _Face, rng: np.random.Generator) -> Layer:
    """The back of a hand over the mouth, coming from below at one side."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    lift = float(rng.uniform(-0.6, 0.8))

    def at(x: float, y: float) -> NDArray[np.float64]:
        return face.place(side * x, y + lift)

    fingers: list[Tube] = [(at(4.6, 0.6), at(2.9, -2.2), 0.98, 0.8)]
    nails: list[Tube] = []
    for number, (root, tip, radius) in enumerate(_FINGERS):
        middle = at((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2 - 0.25 + 0.1 * number)
        fingers += [(at(*root), middle, radius * 1.05, radius), (middle, at(*tip), radius, radius * 0.8)]
        nails.append((at(tip[0] - 0.35, tip[1]), at(tip[0] + 0.15, tip[1]), 0.36, 0.4))
    palm: list[Tube] = [(at(3.6, 1.4), at(5.6, 4.2), 1.3, 2.3), (at(3.8, 5.2), at(5.8, 5.4), 1.5, 2.4)]
    palm.append((at(6.0, 5.2), at(13.0, 15.0), 2.5, 3.4))
    # A hand in front is a little nearer to the light than the face behind it.
    colour = face.skin * np.float32(1.05)
    hand = _over(_lit(face, palm, colour, melt_cm=0.6), _lit(face, fingers, colour, melt_cm=0.12))
    return _over(hand, _lit(face, nails, colour * np.float32(1.1) + np.float32(12.0), melt_cm=0.1))


def _microphone(face: _Face, rng: np.random.Generator) -> Layer:
    """A hand-held microphone in front of the chin and lower lip."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    x, y = side * float(rng.uniform(0.2, 1.2)), float(rng.uniform(3.6, 4.8))
    metal = np.full(3, float(rng.uniform(70, 150)) * face.light, dtype=np.float32)
    handle = [(face.place(x + side * 0.6, y + 2.2), face.place(x + side * 5.0, y + 18.0), 1.35, 1.0)]
    head, alpha = _lit(face, [(face.place(x, y), face.place(x, y), 2.5, 2.5)], metal)
    rows, columns = np.indices(face.size, dtype=np.float32)
    pitch = np.float32(2 * np.pi / max(0.35 * face.scale, 2.5))
    wires = 1.0 + 0.22 * np.sin((rows + columns) * pitch) * np.sin((rows - columns) * pitch)
    return _over(_lit(face, handle, 0.3 * metal), (head * wires[..., None].astype(np.float32), alpha))


def _mask(rgb: NDArray[np.uint8], face: _Face, rng: np.random.Generator) -> Layer:
    """A medical mask from the nose to below the chin, with pleats and ear loops."""
    points = face.landmarks
    jaw = points[2:15] + 0.06 * (points[2:15] - points[[2, 14, 30, 8]].mean(axis=0))
    nose = points[28]
    top = [
        0.75 * points[14] + 0.25 * points[15],
        0.35 * points[15] + 0.65 * nose,
        nose,
        0.35 * points[1] + 0.65 * nose,
        0.75 * points[2] + 0.25 * points[1],
    ]
    alpha = _filled(face, _smooth(np.concatenate([jaw, np.array(top)])))
    colour = face.light * np.array(_CLOTHS[int(rng.integers(len(_CLOTHS)))], dtype=np.float32)
    # The soft shading of the face beneath is that of the mask: both have the same light and much the same shape.
    shade = _blurred(rgb.mean(axis=2, dtype=np.float32), 1.6 * face.scale) / max(float(face.skin.mean()), 1.0)
    folds = [
        np.stack([face.place(x, y + 0.012 * x * x) for x in np.linspace(-6, 6, 9)]) for y in (1.2, 3.0, 4.8)
    ]
    pleats = _blurred(_lines(face, folds, 0.16), 0.14 * face.scale)
    cloth = colour * (np.clip(shade, 0.35, 1.25) * (1.0 - 0.28 * pleats))[..., None]
    loops = [
        np.stack([0.6 * points[low] + 0.4 * points[high], points[ear]])
        for low, high, ear in ((2, 1, 0), (14, 15, 16))
    ]
    straps = np.full((*face.size, 3), 0.9 * colour, dtype=np.float32), _lines(face, loops, 0.22)
    return _over(straps, (np.asarray(cloth, dtype=np.float32), alpha))


def _fringe(face: _Face, rng: np.random.Generator, hair: NDArray[np.float64] | None) -> Layer:
    """Hair that falls from the top of the head over forehead and brows to the eyes."""
    drawn = _HAIRS[int(rng.integers(len(_HAIRS)))]
    base = np.clip(np.array(drawn if hair is None else hair) * face.light, 0, 255)
    # Brows turn with the head; a strand's place is counted from their middle, 11.5 cm across.
    middle = face.landmarks[[19, 24]].mean(axis=0)
    across = (face.landmarks[26] - face.landmarks[17]) / 11.5
    # The nose's tip stands some 5 cm before the eyes, the hairline 4 cm behind them: it goes the other way.
    turned = face.landmarks[30] - face.landmarks[[36, 45]].mean(axis=0)
    back = -0.8 * (turned @ face.across) / face.scale**2 * face.across
    colours = np.full((*face.size, 3), base, dtype=np.uint8)
    alpha = np.zeros(face.size, dtype=np.uint8)
    sweep = float(rng.uniform(-1.6, 1.6))
    along = np.linspace(0.0, 1.0, 7)[:, None]
    for x in rng.permutation(np.linspace(-7.0, 7.0, 110)):
        # The longest strands end 2 cm below the brows, among the lashes; at the temples they are longer.
        end = 1.3 + 0.02 * x * x + float(rng.normal(0.0, 0.55))
        root = -7.8 + 0.075 * x * x
        bend = x * (0.80 + 0.20 * along) + sweep * along**2
        strand = middle + bend * across + (1.0 - along) * back + (root + (end - root) * along) * face.down
        outline = _fixed(_tapered(strand, float(rng.uniform(0.35, 0.7)) * face.scale))
        shade = np.clip(base * rng.uniform(0.65, 1.4), 0, 255)
        cv2.fillPoly(colours, [outline], [float(value) for value in shade], cv2.LINE_AA, _SHIFT)
        cv2.fillPoly(alpha, [outline], 255, cv2.LINE_AA, _SHIFT)
    return colours.astype(np.float32), alpha.astype(np.float32) / np.float32(255)


def _lit(face: _Face, tubes: list[Tube], colour: NDArray[np.float32], *, melt_cm: float = 0.0) -> Layer:
    """Round tubes, lit; they melt into each other within ``melt_cm``."""
    rows, columns = np.indices(face.size, dtype=np.float32)
    height = np.zeros(face.size, dtype=np.float32)
    outside = np.full(face.size, np.inf, dtype=np.float32)
    for start, end, first, last in tubes:
        along = (end - start).astype(np.float32)
        x, y = columns - np.float32(start[0]), rows - np.float32(start[1])
        t = np.clip((x * along[0] + y * along[1]) / max(float(along @ along), 1e-6), 0.0, 1.0)
        radius = (np.float32(first) + t * np.float32(last - first)) * np.float32(face.scale)
        distance = np.hypot(x - t * along[0], y - t * along[1])
        outside = np.minimum(outside, distance - radius)
        height = np.maximum(height, np.sqrt(np.maximum(radius**2 - distance**2, 0.0)))
    slope_y, slope_x = np.gradient(_blurred(height, melt_cm * face.scale))
    normal_z = 1.0 / np.sqrt(1.0 + slope_x**2 + slope_y**2)
    light = np.clip((-slope_x * _LIGHT[0] - slope_y * _LIGHT[1] + _LIGHT[2]) * normal_z, 0.0, 1.0)
    colours = np.asarray(colour * (0.45 + 0.65 * light)[..., None], dtype=np.float32)
    return colours, np.clip(0.5 - outside, 0.0, 1.0).astype(np.float32)


def _over(below: Layer, above: Layer) -> Layer:
    """Two layers as one."""
    share = above[1][..., None]
    colours = np.asarray(below[0] + share * (above[0] - below[0]), dtype=np.float32)
    return colours, np.maximum(below[1], above[1])


def _filled(face: _Face, outline: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much of each pixel an outline covers."""
    canvas = np.zeros(face.size, dtype=np.uint8)
    cv2.fillPoly(canvas, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    return np.asarray(canvas, dtype=np.float32) / np.float32(255)


def _lines(face: _Face, lines: list[NDArray[np.float64]], width_cm: float) -> NDArray[np.float32]:
    """How much of each pixel some lines cover."""
    canvas = np.zeros(face.size, dtype=np.uint8)
    thickness = max(round(width_cm * face.scale), 1)
    cv2.polylines(canvas, [_fixed(line) for line in lines], False, 255, thickness, cv2.LINE_AA, _SHIFT)
    return np.asarray(canvas, dtype=np.float32) / np.float32(255)


def _blurred(values: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    if sigma_px < 0.3:  # would change next to nothing
        return values
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px), dtype=np.float32)


def _tapered(line: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """The outline of a strand: wide where it begins, a point where it ends."""
    along = np.gradient(line, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    half = normal * (0.5 * width * np.sqrt(np.linspace(1.0, 0.0, len(line))))[:, None]
    return np.concatenate([line + half, (line - half)[::-1]])


def _smooth(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed outline with its corners cut twice (Chaikin 1974)."""
    for _ in range(2):
        following = np.roll(outline, -1, axis=0)
        outline = np.stack([0.75 * outline + 0.25 * following, 0.25 * outline + 0.75 * following], axis=1)
        outline = outline.reshape(-1, 2)
    return outline


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    # Far outside is as good as very far, and does not overflow.
    return np.rint(np.clip(points, -4e3, 4e3) * (1 << _SHIFT)).astype(np.int32)


def _colour_around(rgb: NDArray[np.uint8], place: NDArray[np.float64], radius: float) -> NDArray[np.float32]:
    """The median colour of a square; of the whole picture where the square lies outside."""
    (x, y), r = place, max(radius, 1.0)
    patch = rgb[max(int(y - r), 0) : max(int(y + r) + 1, 0), max(int(x - r), 0) : max(int(x + r) + 1, 0)]
    patch = patch if patch.size else rgb
    return np.asarray(np.median(patch.reshape(-1, 3), axis=0), dtype=np.float32)
