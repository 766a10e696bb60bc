"""The painted skin of a face: colour and gloss in the texture's space.

Takes a look and where the landmarks lie in the texture; gives linear RGB and a factor on the gloss. Skin is a
base colour darkened by two pigments, as real skin is: melanin (freckles, moles, shade around the eyes) and blood
(blush, lips). Each pixel is ``base * exp(-melanin * MELANIN - blood * BLOOD)``, so that a change of `Look.skin`
alone carries everything painted with it. Hair on the face is drawn over it by `duchenne.synth.people.facial_hair`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.people import facial_hair
from duchenne.synth.people.brushes import (
    Map,
    above_neck,
    area,
    border_fade,
    dots,
    line,
    noise,
    smooth_path,
    spot,
)
from duchenne.synth.people.look import Look
from duchenne.synth.surroundings.scene import Colour

MELANIN: Final = np.array([0.55, 0.85, 1.15], dtype=np.float32)
"""How much melanin takes of red, green and blue: brown."""
BLOOD: Final = np.array([0.10, 0.60, 0.50], dtype=np.float32)
"""How much blood takes of red, green and blue: it leaves red."""

_LIPSTICK_COVER: Final = 0.6
"""At most: what is on lips takes part of its tone from them, or it would glow on dark skin."""
_LASH_ROOTS: Final = (0.030, 0.018, 0.014)

# sRGB of skin in white light from lightest to darkest, chosen by eye between published swatches of skin tones.
_TONES: Final = (
    *((233, 199, 179), (223, 183, 159), (208, 166, 139), (187, 143, 115)),
    *((157, 114, 88), (122, 84, 63), (90, 61, 46), (64, 43, 34)),
)


def skin_colour(look: Look) -> NDArray[np.float32]:
    """(3,) float32 linear RGB of the skin where nothing is painted."""
    tones = (np.array(_TONES, dtype=np.float64) / 255) ** 2.2
    at = look.skin * (len(tones) - 1)
    colour = np.array([np.interp(at, np.arange(len(tones)), tones[:, c]) for c in range(3)])
    return np.asarray(colour * np.exp(-0.22 * look.redness * BLOOD), dtype=np.float32)


def blended_hair(look: Look) -> NDArray[np.float32]:
    """(3,) float32 linear RGB of the hair with its grey."""
    grey = np.array([0.25, 0.245, 0.24])
    return np.asarray((1 - look.grey) * np.array(look.hair_colour) + look.grey * grey, dtype=np.float32)


def paint(look: Look, landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Paint a face.

    Args:
        look: The person's look; all noise comes from its seed.
        landmarks: (68, 2) float32 texture pixels.

    Returns:
        (512, 512, 4) float32: linear RGB in [0, 1] and a factor on the gloss, at least 0.
    """
    # Each kind of mark has noise of its own: switching one off must not move the others.
    grain, marks, hairs = (np.random.default_rng([look.seed, kind]) for kind in range(3))
    coarse, middle, fine = noise(grain, 26), noise(grain, 6), noise(grain, 1.1)
    patches = noise(grain, 12)
    lips = _lips(landmarks)
    melanin = 0.035 * coarse + 0.022 * middle + 0.025 * fine + _eye_shade(look, landmarks)
    melanin += _freckles(look, landmarks, marks) + _moles(look, landmarks, marks)
    blood = 0.05 * patches + 0.03 * middle + 0.02 * fine + _blush(look, landmarks)
    blood = blood * (1 - lips) + lips * (0.35 + 0.75 * look.lips + 0.08 * middle)
    melanin = melanin * (1 - 0.5 * lips) + lips * (0.12 + 0.05 * fine)
    fade = border_fade(40.0) * above_neck(landmarks)
    colour = skin_colour(look) * np.exp(
        -(melanin * fade)[..., None] * MELANIN - (blood * fade)[..., None] * BLOOD
    )
    if look.lipstick > 0:
        colour = over(colour, look.lip_colour, _LIPSTICK_COVER * look.lipstick * lips)
    gloss = _gloss(landmarks, lips, middle, fine)
    colour = _draw_lids(colour, landmarks)
    shown = facial_hair.draw(look, landmarks, blended_hair(look), hairs)
    for hair in shown:
        colour = over(colour, hair.colour, hair.cover)
        gloss *= 1 - 0.7 * hair.cover
    return np.ascontiguousarray(
        np.dstack([np.clip(colour, 0.002, 1.0), np.maximum(gloss, 0.0)]), dtype=np.float32
    )


def over(below: NDArray[np.float32], colour: Colour | NDArray[np.float32], cover: Map) -> NDArray[np.float32]:
    """(512, 512, 3) colours with another laid over them."""
    share = np.clip(cover, 0, 1)[..., None]
    return np.asarray(below * (1 - share) + np.asarray(colour, dtype=np.float32) * share, dtype=np.float32)


def _lips(landmarks: NDArray[np.float32]) -> Map:
    return area(landmarks[48:60], 2.2)


def _eye_shade(look: Look, landmarks: NDArray[np.float32]) -> Map:
    shade = np.zeros((1,), dtype=np.float32)
    for eye in (landmarks[36:42], landmarks[42:48]):
        middle = eye.mean(axis=0)
        shade = shade + 0.6 * spot(middle, 32, 15) + 0.5 * spot(middle, 26, 8, down_px=13)
    return np.asarray(0.45 * look.eye_shade * shade, dtype=np.float32)


def _blush(look: Look, landmarks: NDArray[np.float32]) -> Map:
    right, left, tip, chin = landmarks[36], landmarks[45], landmarks[30], landmarks[8]
    red = (
        0.9 * (spot(right, 36, 30, right_px=30, down_px=64) + spot(left, 36, 30, right_px=-30, down_px=64))
        + 0.8 * spot(tip, 22, 20)
        + 0.4 * spot(chin, 40, 24)
        + 0.25 * spot(landmarks[27], 16, 30)
    )
    for eye in (landmarks[36:42], landmarks[42:48]):
        red = red + 0.5 * spot(eye.mean(axis=0), 30, 11)
    return np.asarray(0.75 * look.blush * red, dtype=np.float32)


def _freckles(look: Look, landmarks: NDArray[np.float32], rng: np.random.Generator) -> Map:
    n_side = int(260 * look.freckles)
    places = rng.standard_normal((2, 260, 2))[:, :n_side] * [42, 28]
    centers = np.concatenate([places[0] - [62, 0], places[1] + [62, 0]]) + landmarks[30]
    sizes, strengths = rng.uniform(0.5, 1.5, 520), rng.uniform(0.15, 0.6, 520)
    chosen = dots(centers, sizes[: 2 * n_side], strengths[: 2 * n_side], 0.7)
    return np.asarray(0.9 * chosen, dtype=np.float32)


def _moles(look: Look, landmarks: NDArray[np.float32], rng: np.random.Generator) -> Map:
    low, high = landmarks[[1, 19, 8]].min(axis=0), landmarks[[15, 24, 8]].max(axis=0)
    places = rng.uniform(low, high, (12, 2))[: look.moles]
    sizes = rng.uniform(0.8, 2.2, 12)[: look.moles]
    return np.asarray(1.3 * dots(places, sizes, np.full(len(places), 0.8), 0.6), dtype=np.float32)


def _draw_lids(colour: NDArray[np.float32], landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The roots of the lashes, and the fold above the lid; both brown, because black lines look drawn."""
    for upper, lower in (([36, 37, 38, 39], [36, 41, 40, 39]), ([42, 43, 44, 45], [42, 47, 46, 45])):
        roots = smooth_path(landmarks[upper], 24)
        fold = roots[3:-3] - [0, 11]
        colour = over(colour, _LASH_ROOTS, 0.85 * line(roots, 3, 0.9))
        colour = over(colour, _LASH_ROOTS, 0.30 * line(smooth_path(landmarks[lower], 24), 2, 1.0))
        # A fold is dark skin: it takes a share of the colour that is there.
        colour = colour * (1 - 0.40 * line(fold, 2, 1.6)[..., None] * np.array([0.8, 1.0, 1.1], np.float32))
    return np.asarray(colour, dtype=np.float32)


def _gloss(landmarks: NDArray[np.float32], lips: Map, middle: Map, fine: Map) -> Map:
    forehead = (landmarks[21] + landmarks[22]) / 2
    oily = (
        0.5 * spot(forehead, 60, 34, down_px=-50)
        + 0.8 * spot(landmarks[30], 16, 24)
        + 0.3 * spot(landmarks[8], 24, 16)
    )
    dry = 0.4 * (spot(landmarks[3], 40, 60, right_px=50) + spot(landmarks[13], 40, 60, right_px=-50))
    return np.asarray(
        np.maximum(0.75 + 0.12 * middle + 0.16 * fine + oily - dry + 1.2 * lips, 0.05), dtype=np.float32
    )
