"""What a synthetic person looks like apart from the shape of the face: skin, hair, eyes, glasses, age lines.

Takes a random generator, gives a `Look` of plain numbers and names that can be written to a table and made again
from it. A look never says what a person *is*: `skin` is a colour, `age` decides lines and grey hair only, and how
often things occur together is our own choice, not a census. Colours are linear RGB in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.synth.surroundings.scene import Colour


class HairStyle(StrEnum):
    """How the hair of the head is worn."""

    BALD = "bald"
    BUZZ = "buzz"
    RECEDING = "receding"
    SHORT = "short"
    SIDE_PARTING = "side parting"
    BOB = "bob"
    LONG = "long"
    CURLS = "curls"
    AFRO = "afro"
    BUN = "bun"


class Beard(StrEnum):
    """Where hair grows on the face."""

    NONE = "none"
    STUBBLE = "stubble"
    MOUSTACHE = "moustache"
    GOATEE = "goatee"
    FULL = "full"


class Glasses(StrEnum):
    """Shape of the frame."""

    NONE = "none"
    ROUND = "round"
    RECTANGLE = "rectangle"
    BROWLINE = "browline"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about a person's appearance but the shape of the head.

    Attributes:
        seed: Of all painted noise: where freckles, hairs and lines lie.
        age: Apparent age in years: lasting lines follow it; `sample` draws grey hair by it.
        skin: 0 lightest to 1 darkest.
        redness: Blood in the skin, -1 pale to 1 flushed.
        blush: Redder cheeks, nose and chin, in [0, 1].
        eye_shade: Darker skin around the eyes, in [0, 1].
        freckles: In [0, 1].
        moles: How many, up to 12.
        lips: How much redder than the skin, in [0, 1].
        lipstick: In [0, 1]; 0 for none.
        lip_colour: Of the lipstick.
        hair_style: How the hair of the head is worn.
        hairline: How far down the forehead it begins, -1 high to 1 low.
        fringe: Whether longer hair hangs over the forehead.
        hair_colour: Of the hair where it is not grey.
        grey: Share of grey in all hair, in [0, 1].
        brow_width: Thickness of the brows against the usual, 0.6 to 1.5.
        brow_density: In [0, 1].
        beard: Where hair grows on the face.
        beard_density: In [0, 1].
        lashes_cm: Length of the upper lashes.
        iris: Its colour.
        iris_radius: As a share of the eyeball's radius.
        pupil_radius: As a share of the eyeball's radius.
        teeth: Brightness against the usual, 0.8 to 1.1.
        glasses: Shape of the frame.
        glasses_colour: Of the frame.
        wrinkles: Strength of drawn lines, at rest and with expressions; 0.0 draws none. Pores stay.
        shirt: Its colour.
    """

    seed: int = 0
    age: float = 35.0
    skin: float = 0.3
    redness: float = 0.0
    blush: float = 0.3
    eye_shade: float = 0.3
    freckles: float = 0.0
    moles: int = 1
    lips: float = 0.5
    lipstick: float = 0.0
    lip_colour: Colour = (0.35, 0.05, 0.07)
    hair_style: HairStyle = HairStyle.SHORT
    hairline: float = 0.0
    fringe: bool = False
    hair_colour: Colour = (0.045, 0.025, 0.014)
    grey: float = 0.0
    brow_width: float = 1.0
    brow_density: float = 0.8
    beard: Beard = Beard.NONE
    beard_density: float = 0.5
    lashes_cm: float = 0.75
    iris: Colour = (0.10, 0.05, 0.02)
    iris_radius: float = 0.38
    pupil_radius: float = 0.15
    teeth: float = 1.0
    glasses: Glasses = Glasses.NONE
    glasses_colour: Colour = (0.02, 0.02, 0.02)
    wrinkles: float = 0.8
    shirt: Colour = (0.10, 0.12, 0.2)

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(
                    f"the look's {name} is outside its range", got=f"{value}", expected=f"{low:g} to {high:g}"
                )

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Look:
        """Draw a person's look.

        Skin is uniform from light to dark, so that no tone is rare. A third has no drawn lines
        (``wrinkles == 0.0``): a tool that reads only drawn lines must show it.
        """
        skin, age = float(rng.uniform(0.0, 1.0)), float(rng.uniform(18.0, 72.0))
        has_lines = bool(rng.random() >= _LINELESS)
        lines = 0.3 + 0.75 * (age - 18.0) / 54.0 + rng.normal(0.0, 0.1)
        shaves = bool(rng.random() < 0.5)
        return cls(
            seed=int(rng.integers(2**31)),
            age=age,
            skin=skin,
            redness=_clipped(rng.normal(0.0, 0.45), -1.0, 1.0),
            blush=_clipped(rng.normal(0.32, 0.18)),
            eye_shade=_clipped(rng.normal(0.25 + 0.004 * (age - 18.0), 0.15)),
            freckles=float(rng.uniform(0.2, 1.0)) if skin < 0.4 and rng.random() < 0.3 else 0.0,
            moles=int(min(rng.poisson(1.2), 6)),
            iris_radius=float(rng.uniform(0.36, 0.40)),
            pupil_radius=float(rng.uniform(0.11, 0.19)),
            teeth=float(rng.uniform(0.85, 1.08)),
            wrinkles=_clipped(lines, 0.25, 1.3) if has_lines else 0.0,
            shirt=_muted(rng),
            **_sample_hair(rng, skin, age, shaves=shaves),
            **_sample_details(rng, skin, shaves=shaves),
        )


_RANGES: Final = MappingProxyType(
    {
        **dict.fromkeys(("skin", "blush", "eye_shade", "freckles", "lips", "lipstick", "grey"), (0.0, 1.0)),
        **dict.fromkeys(("brow_density", "beard_density"), (0.0, 1.0)),
        **dict.fromkeys(("redness", "hairline"), (-1.0, 1.0)),
        "age": (0.0, 120.0),
        "moles": (0.0, 12.0),
        "brow_width": (0.3, 2.0),
        "lashes_cm": (0.0, 1.5),
        "iris_radius": (0.2, 0.5),
        "pupil_radius": (0.03, 0.3),
        "teeth": (0.5, 1.3),
        "wrinkles": (0.0, 2.0),
    }
)
"""What each number may be; beyond, a face leaves what a viewer takes for a person."""
_LINELESS: Final = 1 / 3
_WITH_GLASSES: Final = 1 / 6

# Colour, and its weight at the lightest and at the darkest skin; between, the weights are mixed.
_HAIR_COLOURS: Final = (
    ((0.010, 0.008, 0.007), 0.10, 0.78),
    ((0.028, 0.016, 0.010), 0.24, 0.22),
    ((0.065, 0.035, 0.018), 0.28, 0.0),
    ((0.130, 0.075, 0.036), 0.15, 0.0),
    ((0.330, 0.215, 0.100), 0.16, 0.0),
    ((0.180, 0.055, 0.018), 0.07, 0.0),
)
_IRISES: Final = (
    ((0.045, 0.020, 0.010), 0.14, 0.80),
    ((0.110, 0.052, 0.020), 0.24, 0.20),
    ((0.110, 0.085, 0.035), 0.16, 0.0),
    ((0.090, 0.130, 0.075), 0.14, 0.0),
    ((0.120, 0.190, 0.270), 0.22, 0.0),
    ((0.170, 0.200, 0.220), 0.10, 0.0),
)
# Style, its weight with and without a beard to shave, and a factor on both at the darkest skin.
_STYLES: Final = (
    (HairStyle.BALD, 0.12, 0.01, 1.3),
    (HairStyle.BUZZ, 0.20, 0.02, 2.2),
    (HairStyle.RECEDING, 0.14, 0.0, 0.7),
    (HairStyle.SHORT, 0.28, 0.10, 0.7),
    (HairStyle.SIDE_PARTING, 0.16, 0.06, 0.4),
    (HairStyle.BOB, 0.01, 0.25, 0.6),
    (HairStyle.LONG, 0.03, 0.27, 0.6),
    (HairStyle.CURLS, 0.06, 0.13, 1.8),
    (HairStyle.AFRO, 0.02, 0.03, 6.0),
    (HairStyle.BUN, 0.02, 0.17, 1.2),
)
_BEARDS: Final = (
    (Beard.NONE, 0.36),
    (Beard.STUBBLE, 0.32),
    (Beard.MOUSTACHE, 0.06),
    (Beard.GOATEE, 0.09),
    (Beard.FULL, 0.17),
)
_LIPSTICKS: Final = ((0.34, 0.05, 0.06), (0.28, 0.07, 0.10), (0.40, 0.12, 0.12), (0.20, 0.04, 0.07))
_FRAME_COLOURS: Final = (
    *((0.012, 0.012, 0.012), (0.05, 0.028, 0.016), (0.42, 0.31, 0.13), (0.32, 0.32, 0.33)),
    *((0.12, 0.02, 0.025), (0.03, 0.05, 0.11)),
)


def _sample_hair(rng: np.random.Generator, skin: float, age: float, *, shaves: bool) -> dict[str, Any]:
    weights = np.array([with_beard if shaves else without for _, with_beard, without, _ in _STYLES])
    weights *= 1 + skin * (np.array([factor for *_, factor in _STYLES]) - 1)
    if age < 30:
        weights[[style is HairStyle.RECEDING for style, *_ in _STYLES]] *= 0.15
    colour = np.array(_pick(rng, _HAIR_COLOURS, skin)) * rng.uniform(0.75, 1.3)
    is_dyed = not shaves and rng.random() < 0.5
    grey = 0.0 if is_dyed else _clipped((age - 40.0) / 28.0 + rng.normal(0.0, 0.25))
    beard = rng.choice(len(_BEARDS), p=[weight for _, weight in _BEARDS])
    return {
        "hair_style": _STYLES[rng.choice(len(_STYLES), p=weights / weights.sum())][0],
        "hairline": _clipped(rng.normal(0.1 if age < 40 or not shaves else -0.3, 0.45), -1.0, 1.0),
        "fringe": bool(rng.random() < 0.25),
        "hair_colour": _rounded(colour),
        "grey": grey,
        "beard": _BEARDS[beard][0] if shaves else Beard.NONE,
        "beard_density": float(rng.uniform(0.25, 1.0)),
        "brow_width": float(rng.uniform(0.95, 1.4) if shaves else rng.uniform(0.65, 1.1)),
        "brow_density": float(rng.uniform(0.5, 1.0)),
    }


def _sample_details(rng: np.random.Generator, skin: float, *, shaves: bool) -> dict[str, Any]:
    wears_lipstick = not shaves and rng.random() < 0.3
    wears_glasses = rng.random() < _WITH_GLASSES
    shapes = [shape for shape in Glasses if shape is not Glasses.NONE]
    return {
        "lips": _clipped(rng.normal(0.5, 0.2)),
        "lipstick": float(rng.uniform(0.4, 1.0)) if wears_lipstick else 0.0,
        "lip_colour": _LIPSTICKS[rng.integers(len(_LIPSTICKS))],
        "lashes_cm": float(rng.uniform(0.5, 0.7) if shaves else rng.uniform(0.7, 1.0)),
        "iris": _rounded(np.array(_pick(rng, _IRISES, skin)) * rng.uniform(0.8, 1.25)),
        "glasses": shapes[rng.integers(len(shapes))] if wears_glasses else Glasses.NONE,
        "glasses_colour": _FRAME_COLOURS[rng.integers(len(_FRAME_COLOURS))],
    }


def _pick(rng: np.random.Generator, table: Sequence[tuple[Colour, float, float]], skin: float) -> Colour:
    dark = min(skin / 0.6, 1.0)
    weights = np.array([(1 - dark) * light + dark * deep for _, light, deep in table])
    return table[rng.choice(len(table), p=weights / weights.sum())][0]


def _muted(rng: np.random.Generator) -> Colour:
    grey = rng.uniform(0.01, 0.55)
    return _rounded(
        np.clip(grey * (1 + rng.uniform(0.0, 0.55) * np.tanh(rng.normal(0.0, 1.0, 3))), 0.005, 0.7)
    )


def _rounded(colour: NDArray[np.floating[Any]]) -> Colour:
    r, g, b = (round(float(channel), 4) for channel in np.clip(colour, 0.0, 1.0))
    return r, g, b


def _clipped(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return float(min(max(value, low), high))
