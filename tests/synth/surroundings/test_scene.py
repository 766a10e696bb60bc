"""Scenes and states are plain records: they compare, go to a table and come back."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from duchenne.records import Pose
from duchenne.synth.surroundings.scene import (
    Background,
    Cover,
    FaceState,
    Framing,
    Light,
    Scene,
    Sensor,
    Wall,
)


def test_a_scene_without_choices_is_lit_sharp_and_uncovered() -> None:
    scene = Scene()
    assert len(scene.lights) == 1
    assert scene.cover is Cover.NONE
    assert scene.sensor == Sensor(gain=1.0, blur_px=0.0, resolution=1.0, noise=0.0, jpeg_quality=None)
    assert scene.background.wall is Wall.PLAIN
    assert scene.framing.distance_cm > scene.framing.width_cm > 0


def test_a_scene_survives_a_table() -> None:
    scene = Scene(
        lights=(Light(-40.0, 10.0, (0.5, 0.4, 0.3)), Light(40.0, 60.0, (0.1, 0.1, 0.1))),
        background=Background(Wall.CLOUDS, ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), seed=7),
        framing=Framing(60.0, 25.0, (0.5, -0.5)),
        sensor=Sensor(blur_px=0.5, jpeg_quality=60),
        cover=Cover.MASK,
    )
    read = json.loads(json.dumps(asdict(scene)))
    again = Scene(
        lights=tuple(
            Light(light["azimuth_deg"], light["elevation_deg"], tuple(light["colour"]))
            for light in read["lights"]
        ),
        ambient_below=tuple(read["ambient_below"]),
        ambient_above=tuple(read["ambient_above"]),
        background=Background(
            Wall(read["background"]["wall"]),
            (tuple(read["background"]["colours"][0]), tuple(read["background"]["colours"][1])),
            read["background"]["seed"],
        ),
        framing=Framing(
            read["framing"]["distance_cm"], read["framing"]["width_cm"], tuple(read["framing"]["shift_cm"])
        ),
        sensor=Sensor(**read["sensor"]),
        cover=Cover(read["cover"]),
    )
    assert again == scene
    assert hash(again) == hash(scene)


def test_one_thing_can_be_changed_and_nothing_by_mistake() -> None:
    scene = Scene()
    assert replace(scene, cover=Cover.HAND).lights == scene.lights
    with pytest.raises(FrozenInstanceError):
        scene.cover = Cover.HAND  # type: ignore[misc]


def test_a_face_at_rest_looks_straight_ahead() -> None:
    rest = FaceState()
    assert dict(rest.units) == {}
    assert rest.pose == Pose(0.0, 0.0, 0.0)
    assert rest.gaze_deg == rest.shift_cm == (0.0, 0.0)
