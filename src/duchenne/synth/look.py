"""What a synthetic person looks like apart from the shape of the face: skin, hair, eyes, glasses, age lines.

Takes a random generator, gives a `Look` of plain numbers and names that can be written to a table and made again
from it. A look never says what a person *is*: `skin` is a colour, `age` decides lines and grey hair only, and how
often things occur together is our own choice, not a census. Colours are linear RGB in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from duchenne.errors import SettingsError
from duchenne.synth.scene import Colour


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
        age: Apparent age in years: grey hair is drawn from it, lasting lines follow it.
        skin: 0 lightest to 1 darkest.
        redness: Blood in the skin, -1 pale to 1 flushed.
        blush: Redder cheeks, nose and chin, in [0, 1].
        eye_shade: Darker skin around the eyes, in [0, 1].
        freckles: In [0, 1].
        moles: How many.
        lips: How much redder than the skin, in [0, 1].
        lipstick: In [0, 1]; 0 for none.
        lip_colour: Of the lipstick.
        hair_style: How the hair of the head is worn.
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
        for name in _SHARES:
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise SettingsError(
                    f"the look's {name} is outside its range", got=f"{value}", expected="0 to 1"
                )
        if not 0.0 <= self.wrinkles <= 2.0:
            raise SettingsError(
                "the look's wrinkles are outside their range", got=f"{self.wrinkles}", expected="0 to 2"
            )

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Look:
        """Draw a person's look.

        Skin is uniform from light to dark, so that no tone is rare. A third has no drawn lines
        (``wrinkles == 0.0``): a tool that reads only drawn lines must show it.
        """
        skin = float(rng.uniform(0.0, 1.0))
        return cls(
            seed=int(rng.integers(2**31)),
            skin=skin,
            wrinkles=0.0 if rng.random() < _LINELESS else float(rng.uniform(0.4, 1.2)),
        )


_SHARES: Final = (
    *("skin", "blush", "eye_shade", "freckles", "lips", "lipstick", "grey", "brow_density", "beard_density"),
)
_LINELESS: Final = 1 / 3
