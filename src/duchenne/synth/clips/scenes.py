"""Which scenes there are: drawn at random for studies, and fixed ones for comparisons.

Takes a generator and a `Look`, gives a `Scene`. Lights are scaled until the face is as bright as a camera that
meters the face would make it, so that dark and light skin are both sensibly exposed, dark skin staying darker.
How often each kind of light, wall, fault and cover occurs is our own choice, not a survey of real videos.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from duchenne.synth.people.look import HairStyle, Look
from duchenne.synth.people.texture import skin_colour
from duchenne.synth.surroundings.scene import Background, Colour, Cover, Framing, Light, Scene, Sensor, Wall

# Luminance of linear RGB (ITU-R BT.709).
_LUMA: Final = np.array([0.2126, 0.7152, 0.0722])
# Reflectance of middle skin: luminance of what a look of 0.5 paints.
_MIDDLE_SKIN: Final = 0.24
# Linear brightness that a metered face of middle skin gets: 0.24 is a value of about 135 of 255 on the screen.
_METERED: Final = 0.24
# A camera evens skin out, but not wholly: the share, in powers, of the difference in reflectance that stays.
_LEFT_OVER: Final = 0.4
# More light than this, in units of a full one, turns eyes, teeth and highlights of a metered dark face white.
_MOST_LIGHT: Final = 2.4
# Directions in which a face shows most of its surface: ahead, and 30 degrees to either side.
_FACETS: Final = np.array([[0.0, 0.0, 1.0], [0.5, 0.1, 0.86], [-0.5, 0.1, 0.86]])
# Below the head's middle, the shoulders end 5 cm lower than this: enough for a head that leans back or to a side.
_BUST_CM: Final = 14.5
_COVERS: Final = (Cover.HAND, Cover.MASK, Cover.MICROPHONE, Cover.FRINGE)
# Heads without the hair for a fringe.
_SHORN: Final = (HairStyle.BALD, HairStyle.BUZZ, HairStyle.RECEDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneShares:
    """How often things go wrong in drawn scenes, each in [0, 1].

    Attributes:
        covered: Scenes in which something hides a part of the face. Few: their labels can only be guessed.
        faulty: Scenes whose camera has faults at all; the rest is clean.
        coarse: Faulty cameras that have lost resolution.
    """

    covered: float = 0.06
    faulty: float = 0.8
    coarse: float = 0.15


class Lighting(StrEnum):
    """Light of the fixed scenes."""

    FRONT = "front"
    SIDE = "side"
    DIM = "dim"


def sample_scene(rng: np.random.Generator, look: Look, shares: SceneShares | None = None) -> Scene:
    """Draw a scene for a person.

    Args:
        rng: Every value comes from it.
        look: Who is seen; the exposure depends on the skin.
        shares: How often things go wrong; None for the usual ones.
    """
    shares = SceneShares() if shares is None else shares
    lights, below, above = _lights(rng)
    brightness = _METERED * float(rng.uniform(0.7, 1.3))
    return exposed(
        Scene(
            lights=lights,
            ambient_below=below,
            ambient_above=above,
            background=_background(rng),
            framing=_framing(rng),
            sensor=_sensor(rng, shares),
            cover=_cover(rng, look) if rng.random() < shares.covered else Cover.NONE,
        ),
        look,
        brightness,
    )


def studio_scene(look: Look, lighting: Lighting = Lighting.FRONT) -> Scene:
    """A fixed scene: even wall, whole head, perfect camera; only the exposure follows the skin.

    Args:
        look: Who is seen.
        lighting: From the front, hard from the side, or a third of the light that the camera needs.
    """
    framing = Framing(distance_cm=80.0, width_cm=31.0, shift_cm=(0.0, -0.8))
    wall = Background(Wall.GRADIENT, ((0.16, 0.17, 0.18), (0.30, 0.31, 0.33)), seed=3)
    front = Scene(
        lights=(Light(25.0, 30.0, (0.8, 0.78, 0.75)), Light(-45.0, 15.0, (0.25, 0.26, 0.28))),
        ambient_below=(0.18, 0.17, 0.16),
        ambient_above=(0.34, 0.35, 0.36),
        background=wall,
        framing=framing,
    )
    if lighting is Lighting.SIDE:
        side = replace(
            front,
            lights=(Light(75.0, 15.0, (1.0, 0.97, 0.94)),),
            ambient_below=(0.05, 0.05, 0.05),
            ambient_above=(0.10, 0.10, 0.11),
        )
        # The camera meters the lit half; metering the whole face would burn that half out.
        return exposed(side, look, 0.6 * _METERED)
    if lighting is Lighting.DIM:
        first, second = wall.colours
        darkened = replace(wall, colours=(_scaled(first, 1 / 3), _scaled(second, 1 / 3)))
        return exposed(replace(front, background=darkened), look, _METERED / 3)
    return exposed(front, look)


def exposed(scene: Scene, look: Look, brightness: float = _METERED) -> Scene:
    """Scale a scene's lights until a face has some brightness.

    Args:
        scene: Its lights give the directions, the colours and the contrast.
        look: Whose face it is.
        brightness: Linear luminance of middle skin; light skin gets more and dark skin less.

    Returns:
        The scene with other lights and ambient light. The background is left as it is.

    Raises:
        ValueError: if there is no light on the face at all.
    """
    light = _irradiance(scene)
    if not light > 0.0:
        raise ValueError("a scene without light on the face cannot be exposed")
    skin = float(skin_colour(look) @ _LUMA)
    target = brightness * (skin / _MIDDLE_SKIN) ** _LEFT_OVER
    most = _MOST_LIGHT * brightness / _METERED
    scale = min(target / skin, most) / light
    return replace(
        scene,
        lights=tuple(replace(one, colour=_scaled(one.colour, scale)) for one in scene.lights),
        ambient_below=_scaled(scene.ambient_below, scale),
        ambient_above=_scaled(scene.ambient_above, scale),
    )


def _irradiance(scene: Scene) -> float:
    """Luminance of the light that falls on the middle of a face."""
    total = (np.array(scene.ambient_below) + np.array(scene.ambient_above)) / 2
    for light in scene.lights:
        azimuth, elevation = math.radians(light.azimuth_deg), math.radians(light.elevation_deg)
        direction = np.array(
            [
                math.sin(azimuth) * math.cos(elevation),
                math.sin(elevation),
                math.cos(azimuth) * math.cos(elevation),
            ]
        )
        total = total + np.clip(_FACETS @ direction, 0.0, None).mean() * np.array(light.colour)
    return float(total @ _LUMA)


def _lights(rng: np.random.Generator) -> tuple[tuple[Light, ...], Colour, Colour]:
    """One to three lights and the light of the surroundings, of some warm or cold tint."""
    warmth = float(rng.normal(0.0, 0.06))
    lights = []
    for number in range(int(rng.integers(1, 4))):
        is_main = number == 0
        azimuth = float(rng.uniform(-70.0, 70.0) if is_main else rng.uniform(-130.0, 130.0))
        elevation = float(rng.uniform(-5.0, 60.0))
        strength = float(rng.uniform(0.5, 1.0) if is_main else rng.uniform(0.05, 0.4))
        lights.append(
            Light(round(azimuth, 1), round(elevation, 1), _tinted(strength, warmth + rng.normal(0.0, 0.04)))
        )
    ambient = float(rng.uniform(0.15, 0.45))
    above = _tinted(ambient, warmth + rng.normal(0.0, 0.04))
    below = _tinted(ambient * float(rng.uniform(0.35, 0.8)), warmth + rng.normal(0.0, 0.04))
    return tuple(lights), below, above


def _tinted(strength: float, warmth: float) -> Colour:
    """A grey of some strength, redder where warm and bluer where cold."""
    return _rounded((strength * (1 + warmth), strength, strength * (1 - warmth)))


def _background(rng: np.random.Generator) -> Background:
    walls = list(Wall)
    # Even steps to the eye, so that dark rooms are as frequent as bright ones.
    shade = np.exp(rng.uniform(math.log(0.02), math.log(0.65), 2))
    tint = rng.normal(1.0, 0.1, (2, 3)).clip(0.6, 1.5)
    first, second = (_rounded([*(s * t)]) for s, t in zip(shade, tint, strict=True))
    return Background(walls[int(rng.integers(len(walls)))], (first, second), int(rng.integers(2**31)))


def _framing(rng: np.random.Generator) -> Framing:
    """From a portrait in which the head fills the picture to a head and shoulders."""
    width = float(rng.uniform(25.0, 38.0))
    # Narrow pictures have no room to move the head about.
    room = 0.8 + 0.22 * (width - 25.0)
    # Hair reaches higher above the head's middle than the chin lies below it.
    up = -0.8 + 0.7 * float(rng.uniform(-room, room))
    # The lower edge must not look under the bust.
    up = min(up, _BUST_CM - width / 2)
    shift = (round(float(rng.uniform(-room, room)), 2), round(up, 2))
    # A face-filling picture is taken from arm's length (45 cm) or through a longer lens.
    return Framing(round(float(rng.uniform(45.0, 130.0)), 1), round(width, 1), shift)


def _sensor(rng: np.random.Generator, shares: SceneShares) -> Sensor:
    if rng.random() >= shares.faulty:
        return Sensor()
    gain = round(float(rng.uniform(0.85, 1.15)), 3)
    blur = round(float(rng.uniform(0.3, 1.2)), 2) if rng.random() < 0.5 else 0.0
    resolution = round(float(rng.uniform(0.4, 0.9)), 2) if rng.random() < shares.coarse else 1.0
    noise = round(float(rng.uniform(0.5, 7.0)), 1) if rng.random() < 0.7 else 0.0
    quality = int(rng.integers(40, 96)) if rng.random() < 0.6 else None
    return Sensor(gain, blur, resolution, noise, quality)


def _cover(rng: np.random.Generator, look: Look) -> Cover:
    covers = _COVERS[:-1] if look.hair_style in _SHORN else _COVERS
    return covers[int(rng.integers(len(covers)))]


def _scaled(colour: Colour, by: float) -> Colour:
    return _rounded([value * by for value in colour])


def _rounded(colour: Sequence[float]) -> Colour:
    """Four digits: what a table says is then what was rendered."""
    red, green, blue = (round(float(value), 4) for value in colour)
    return red, green, blue
