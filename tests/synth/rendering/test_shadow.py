"""Shadows of simple boards under simple lights."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.synth.rendering import raster, shadow
from duchenne.synth.rendering.camera import direction

UP = (0.0, 1.0, 0.0)


def depth_map(corners: list[tuple[float, float, float]], light: NDArray[np.float64]) -> NDArray[np.float32]:
    """What a light sees of triangles, 3 corners each."""
    vertices = np.array(corners, np.float32)
    seen = np.empty_like(vertices)
    shadow.light_view(vertices, shadow.frame_towards(light), seen)
    nearest = np.full((shadow.MAP_SIZE, shadow.MAP_SIZE), -1e3, np.float32)
    owner = np.empty(nearest.shape, np.int32)
    triangles = np.arange(len(vertices), dtype=np.int32).reshape(-1, 3)
    chosen = np.arange(len(triangles), dtype=np.int32)
    raster.rasterize(seen, triangles, np.zeros(len(triangles), bool), chosen, nearest, owner)
    return nearest


def roof(height: float) -> list[tuple[float, float, float]]:
    """A level square of 8 cm around the head's middle."""
    a, b, c, d = ((x, height, z) for x, z in ((-4, -2), (4, -2), (4, 6), (-4, 6)))
    return [a, b, c, a, c, d]


@pytest.mark.parametrize(
    "light", [direction(0, 0), direction(40, 30), direction(-80, -20), direction(10, 89)]
)
def test_a_light_looks_along_its_own_direction(light: NDArray[np.float64]) -> None:
    view = shadow.frame_towards(light)
    across, down, towards = view[:, :3]
    np.testing.assert_allclose([across @ down, across @ towards, down @ towards], 0, atol=1e-9)
    np.testing.assert_allclose(towards, light)
    assert np.linalg.norm(across) == pytest.approx(np.linalg.norm(down))
    # Right-handed with rows downwards, so that fronts are fronts from the light too.
    assert np.linalg.det(np.stack([across, down, towards])) < 0


def test_views_agree_with_numpy() -> None:
    view = shadow.frame_towards(direction(25, 40))
    vertices = np.array([[0, -1, 2], [3, 4, 5], [-6, 7, -8]], np.float32)
    for run in (shadow.light_view, shadow.light_view.py_func):
        seen = np.empty((3, 3), np.float32)
        run(vertices, view, seen)
        np.testing.assert_allclose(seen, vertices @ view[:, :3].T + view[:, 3], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(seen[0, :2], (shadow.MAP_SIZE - 1) / 2, atol=1e-4)


def test_under_a_roof_it_is_dark_and_beside_it_light() -> None:
    light = np.array(UP)
    nearest = depth_map(roof(5.0), light)
    view = shadow.frame_towards(light)
    for run in (shadow.reached, shadow.reached.py_func):
        assert run((0.0, 0.0, 2.0), UP, view, nearest) == pytest.approx(0.0, abs=1e-6)
        assert run((9.0, 0.0, 2.0), UP, view, nearest) == pytest.approx(1.0, abs=1e-6)


def test_a_roof_does_not_shade_itself_or_what_is_above() -> None:
    light = direction(0, 60)
    nearest, view = depth_map(roof(5.0), light), shadow.frame_towards(light)
    for x in np.linspace(-3.5, 3.5, 29):
        assert shadow.reached((float(x), 5.0, 2.0), UP, view, nearest) == 1.0
        assert shadow.reached((float(x), 6.0, 2.0), UP, view, nearest) == 1.0


def test_the_edge_is_soft_and_falls_without_steps_back() -> None:
    light = np.array(UP)
    nearest, view = depth_map(roof(5.0), light), shadow.frame_towards(light)
    shares = [shadow.reached((float(x), 0.0, 2.0), UP, view, nearest) for x in np.linspace(3, 5, 201)]
    assert shares[0] == pytest.approx(0, abs=1e-6)
    assert shares[-1] == pytest.approx(1, abs=1e-6)
    assert np.diff(shares).min() > -1e-6
    assert np.diff(shares).max() < 0.1, "in 0.1 mm; a hard edge would jump by 1"
    middle = np.interp(0.5, shares, np.linspace(3, 5, 201))
    assert middle == pytest.approx(4.0, abs=0.14), "within a sample of the roof's edge"


def test_contact_fades_in_over_a_range_of_heights() -> None:
    light = np.array(UP)
    nearest, view = depth_map(roof(5.0), light), shadow.frame_towards(light)
    shares = [
        shadow.reached((0.0, 5.0 - float(gap), 2.0), UP, view, nearest) for gap in np.linspace(0, 1, 21)
    ]
    assert shares[0] == 1.0
    assert shares[-1] == pytest.approx(0.0, abs=1e-6)
    assert np.diff(shares).max() <= 1e-6


def test_surfaces_turned_away_and_places_outside_the_map_are_left_alone() -> None:
    light = np.array(UP)
    nearest, view = depth_map(roof(5.0), light), shadow.frame_towards(light)
    for run in (shadow.reached, shadow.reached.py_func):
        assert run((0.0, 0.0, 2.0), (0.0, -1.0, 0.0), view, nearest) == 1.0
        assert run((40.0, 0.0, 2.0), UP, view, nearest) == 1.0


def test_an_empty_map_casts_no_shadow() -> None:
    view = shadow.frame_towards(np.array(UP))
    empty = np.full((shadow.MAP_SIZE, shadow.MAP_SIZE), -1e3, np.float32)
    assert shadow.reached((0.0, 0.0, 2.0), UP, view, empty) == 1.0


@pytest.mark.parametrize("at", [(0.0, 0.0), (0.5, -0.5), (-0.3, 0.2)])
def test_weights_of_the_samples_sum_to_one(at: tuple[float, float]) -> None:
    covered = np.full((3, 3), 10.0, np.float32)
    for run in (shadow.hidden, shadow.hidden.py_func):
        assert run(covered, 1, 1, *at, 0.0) == pytest.approx(1.0, abs=1e-6)


def test_samples_are_weighted_by_a_quadratic_spline() -> None:
    nearest = np.zeros((3, 3), np.float32)
    nearest[:, 2] = 10.0
    for dx in (-0.5, 0.0, 0.25, 0.5):
        for run in (shadow.hidden, shadow.hidden.py_func):
            assert run(nearest, 1, 1, dx, 0.1, 0.0) == pytest.approx(0.5 * (0.5 + dx) ** 2, abs=1e-6)
