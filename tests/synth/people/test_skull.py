"""The skull is as far away in a direction as the head's surface is."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.synth.people.skull import Skull, angles, ears, measure_skull, unit_directions
from procedural_head import procedural_head

MODEL = procedural_head()
SKULL = measure_skull(MODEL, MODEL.vertices)


def test_angles_and_directions_are_each_others_inverse() -> None:
    azimuth, down = np.array([-120.0, 0.0, 45.0, 170.0]), np.array([10.0, 60.0, 90.0, 130.0])
    vectors = unit_directions(azimuth, down)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    back = angles(3.0 * vectors)
    assert np.allclose(back[0], azimuth)
    assert np.allclose(back[1], down)


def test_directions_follow_the_axes_of_the_head() -> None:
    azimuth, down = np.array([0.0, 90.0, 180.0, 0.0]), np.array([90.0, 90.0, 90.0, 0.0])
    # Ahead is z, the subject's own left is x, up is y.
    expected = [[0, 0, 1], [1, 0, 0], [0, 0, -1], [0, 1, 0]]
    assert np.allclose(unit_directions(azimuth, down), expected, atol=1e-12)


def test_a_sphere_is_equally_far_everywhere() -> None:
    generator = np.random.default_rng(0)
    directions = generator.normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    ball = Skull(np.zeros(3), directions, np.full(500, 9.0), 1.0, -7.0, 7.0)
    asked = unit_directions(np.linspace(-180, 180, 7)[None, :], np.linspace(0, 120, 5)[:, None])
    assert ball.distance(asked).shape == (5, 7)
    assert np.allclose(ball.distance(asked), 9.0)


def test_a_skull_of_one_point_has_one_distance() -> None:
    lone = Skull(np.zeros(3), np.array([[0.0, 0.0, 1.0]]), np.array([5.0]), 1.0, -7.0, 7.0)
    assert lone.distance(np.array([0.0, 1.0, 0.0])) == pytest.approx(5.0)


def test_the_ellipsoid_is_found_in_every_direction_above_the_brows() -> None:
    asked = unit_directions(np.linspace(120, 240, 5)[None, :], np.linspace(10, 80, 5)[:, None])
    places = SKULL.center + SKULL.distance(asked)[..., None] * asked
    # The stand-in's skull is this ellipsoid; its vertices are 2 cm apart, so distances between them sag.
    level = ((places - [0, 1.5, -0.5]) / [8.6, 12.5, 9.0]) ** 2
    assert np.allclose(level.sum(axis=-1), 1.0, atol=0.12)


def test_heights_come_from_the_landmarks() -> None:
    landmarks = MODEL.vertices[MODEL.landmarks68]
    assert SKULL.chin_y == pytest.approx(float(landmarks[8, 1]))
    assert SKULL.brow_y == pytest.approx(float(landmarks[[19, 24], 1].mean()))
    assert SKULL.half_width == pytest.approx(float(abs(landmarks[0, 0])))


def test_ears_are_behind_the_jaw_and_their_margin_is_around_them() -> None:
    narrow, wide = ears(MODEL, MODEL.vertices), ears(MODEL, MODEL.vertices, 2.0)
    temples = MODEL.vertices[MODEL.landmarks68[[0, 16]]]
    assert np.all(MODEL.vertices[narrow, 2] < temples[:, 2].mean())
    assert np.all(wide[narrow])
    assert wide.sum() > narrow.sum()
    assert not narrow[MODEL.landmarks68].any()
