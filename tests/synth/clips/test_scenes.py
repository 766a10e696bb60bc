"""Scenes are within their ranges, exposed for every skin, and the same for the same generator."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, replace

import numpy as np
import pytest

from duchenne.synth.clips.scenes import Lighting, SceneShares, exposed, sample_scene, studio_scene
from duchenne.synth.people.look import HairStyle, Look
from duchenne.synth.people.texture import skin_colour
from duchenne.synth.surroundings.scene import Cover, Light, Scene, Sensor, Wall

LUMA = np.array([0.2126, 0.7152, 0.0722])
SKINS = (0.0, 0.25, 0.5, 0.75, 1.0)


def scenes(n: int, look: Look | None = None, shares: SceneShares | None = None) -> list[Scene]:
    rng = np.random.default_rng(11)
    return [sample_scene(rng, Look(skin=0.5) if look is None else look, shares) for _ in range(n)]


def brightness(scene: Scene, look: Look) -> float:
    """Luminance that a matt plate of the skin's colour shows to the camera, mean of three directions."""
    total = []
    for turn_deg in (-30.0, 0.0, 30.0):
        plate = np.array([math.sin(math.radians(turn_deg)), 0.0, math.cos(math.radians(turn_deg))])
        light = (np.array(scene.ambient_below) + np.array(scene.ambient_above)) / 2
        for one in scene.lights:
            azimuth, elevation = math.radians(one.azimuth_deg), math.radians(one.elevation_deg)
            towards = np.array(
                [
                    math.cos(elevation) * math.sin(azimuth),
                    math.sin(elevation),
                    math.cos(elevation) * math.cos(azimuth),
                ]
            )
            light = light + max(float(plate @ towards), 0.0) * np.array(one.colour)
        total.append(float((light * skin_colour(look)) @ LUMA))
    return float(np.mean(total))


def test_the_same_generator_draws_the_same_scene() -> None:
    assert scenes(3) == scenes(3)


def test_drawn_scenes_are_within_their_ranges() -> None:
    for scene in scenes(200):
        assert 1 <= len(scene.lights) <= 3
        assert all(value >= 0 for light in scene.lights for value in light.colour)
        assert abs(scene.lights[0].azimuth_deg) <= 70
        assert all(0 <= value <= 1 for colour in scene.background.colours for value in colour)
        assert 45 <= scene.framing.distance_cm <= 130
        assert 25 <= scene.framing.width_cm <= 38
        # The bust ends some 19 cm below the head's middle; the width is kept to a millimetre.
        assert scene.framing.shift_cm[1] + scene.framing.width_cm / 2 <= 14.5 + 0.06
        assert 0.4 <= scene.sensor.resolution <= 1
        assert 0 <= scene.sensor.noise <= 7
        assert scene.sensor.jpeg_quality is None or 40 <= scene.sensor.jpeg_quality <= 95


def test_drawn_scenes_vary_in_everything() -> None:
    drawn = scenes(300)
    assert {scene.background.wall for scene in drawn} == set(Wall)
    assert {scene.cover for scene in drawn} == set(Cover)
    assert {len(scene.lights) for scene in drawn} == {1, 2, 3}
    assert len({scene.framing for scene in drawn}) == len(drawn)


def test_shares_are_kept() -> None:
    drawn = scenes(600, shares=SceneShares(covered=0.2, faulty=0.5, coarse=0.5))
    counted = Counter(
        covered=sum(scene.cover is not Cover.NONE for scene in drawn),
        clean=sum(scene.sensor == Sensor() for scene in drawn),
        coarse=sum(scene.sensor.resolution < 1 for scene in drawn),
    )
    # Binomial standard errors of 600 draws are at most 2 %: 0.08 is four of them.
    assert counted["covered"] / 600 == pytest.approx(0.2, abs=0.08)
    assert counted["clean"] / 600 == pytest.approx(0.5, abs=0.08)
    assert counted["coarse"] / 600 == pytest.approx(0.25, abs=0.08)


def test_nothing_goes_wrong_where_nothing_shall() -> None:
    for scene in scenes(50, shares=SceneShares(covered=0.0, faulty=0.0)):
        assert scene.sensor == Sensor()
        assert scene.cover is Cover.NONE


def test_shorn_heads_get_no_fringe() -> None:
    shorn = Look(hair_style=HairStyle.BALD)
    drawn = scenes(100, look=shorn, shares=SceneShares(covered=1.0))
    assert {scene.cover for scene in drawn} == {Cover.HAND, Cover.MASK, Cover.MICROPHONE}


def test_a_scene_survives_json() -> None:
    text = json.dumps(asdict(scenes(1)[0]))
    assert json.loads(text)["framing"]["width_cm"] == scenes(1)[0].framing.width_cm


@pytest.mark.parametrize("skin", SKINS)
def test_every_skin_is_sensibly_exposed(skin: float) -> None:
    look = Look(skin=skin)
    values = [brightness(scene, look) for scene in scenes(100, look=look)]
    # 0.03 is a display value of about 50 of 255, 0.5 one of 188: neither black nor burnt out.
    assert min(values) > 0.03
    assert max(values) < 0.5
    assert np.std(values) / np.mean(values) > 0.1


def test_dark_skin_stays_darker_than_light_skin() -> None:
    values = [brightness(studio_scene(Look(skin=skin)), Look(skin=skin)) for skin in SKINS]
    assert values == sorted(values, reverse=True)
    reflectances = [float(skin_colour(Look(skin=skin)) @ LUMA) for skin in SKINS]
    assert values[0] / values[-1] < reflectances[0] / reflectances[-1]


def test_middle_skin_is_metered_to_the_brightness_asked_for() -> None:
    look = Look(skin=0.5)
    scene = exposed(Scene(), look, 0.15)
    # A middle look's luminance is 0.24 to two digits, and the plates are not quite those of the module.
    assert brightness(scene, look) == pytest.approx(0.15, rel=0.06)


def test_exposing_keeps_directions_contrast_and_background() -> None:
    before = Scene(lights=(Light(10.0, 20.0, (0.5, 0.4, 0.3)), Light(-60.0, 0.0, (0.1, 0.1, 0.1))))
    after = exposed(before, Look(skin=0.8))
    scale = after.lights[0].colour[0] / 0.5
    for old, new in zip(before.lights, after.lights, strict=True):
        assert (old.azimuth_deg, old.elevation_deg) == (new.azimuth_deg, new.elevation_deg)
        # Colours are kept to four digits.
        assert new.colour == pytest.approx([value * scale for value in old.colour], abs=1e-3)
    assert after.background == before.background
    assert replace(after, lights=(), ambient_below=(0, 0, 0), ambient_above=(0, 0, 0)) == replace(
        before, lights=(), ambient_below=(0, 0, 0), ambient_above=(0, 0, 0)
    )


def test_the_darkest_skin_is_not_lit_beyond_what_eyes_and_teeth_bear() -> None:
    look = Look(skin=1.0)
    scene = exposed(Scene(), look)
    assert brightness(scene, look) / float(skin_colour(look) @ LUMA) < 2.6


def test_a_scene_without_light_cannot_be_exposed() -> None:
    dark = Scene(lights=(Light(180.0, 0.0, (1, 1, 1)),), ambient_below=(0, 0, 0), ambient_above=(0, 0, 0))
    with pytest.raises(ValueError, match="without light on the face"):
        exposed(dark, Look())


def test_fixed_scenes_differ_in_light_alone() -> None:
    look = Look(skin=0.3)
    front, side, dim = (studio_scene(look, lighting) for lighting in Lighting)
    assert front == studio_scene(look)
    assert front.framing == side.framing == dim.framing
    assert front.sensor == side.sensor == dim.sensor == Sensor()
    assert abs(side.lights[0].azimuth_deg) > 60
    assert brightness(dim, look) == pytest.approx(brightness(front, look) / 3, rel=0.01)
    assert dim.background.colours[0] == pytest.approx(
        [value / 3 for value in front.background.colours[0]], abs=1e-4
    )
