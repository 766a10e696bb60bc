"""Shapes, normals, projection and depth samples against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.records import Pose
from duchenne.synth.rendering import raster
from duchenne.synth.rendering.camera import Camera
from duchenne.synth.surroundings.scene import Framing
from procedural_head import procedural_head

SQUARE = np.array([[1, 1, 1], [6, 1, 1], [6, 6, 1], [1, 6, 1]], dtype=np.float32)
# Counter-clockwise as seen, with y down.
HALVES = np.array([[0, 2, 1], [0, 3, 2]], dtype=np.int32)


def empty(size: int = 8) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    return np.zeros((size, size), np.float32), np.full((size, size), raster.NOTHING, np.int32)


def draw(
    screen: NDArray[np.float32], triangles: NDArray[np.int32], *, culled: bool = True, size: int = 8
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Rasterize twice, and see that machine code and Python agree."""
    depth, owner = empty(size)
    again, owner_again = empty(size)
    cull = np.full(len(triangles), culled)
    chosen = np.arange(len(triangles), dtype=np.int32)
    raster.rasterize(screen, triangles, cull, chosen, depth, owner)
    raster.rasterize.py_func(screen, triangles, cull, chosen, again, owner_again)
    np.testing.assert_array_equal(owner, owner_again)
    np.testing.assert_allclose(depth, again, rtol=1e-6)
    return depth, owner


def test_blending_adds_weighted_shapes() -> None:
    model = procedural_head()
    weights = np.zeros(len(model.shapes.names), np.float32)
    weights[[1, 20]] = 0.5, -0.3
    blended = np.empty_like(model.vertices)
    shapes = model.shapes
    raster.blend(model.vertices, shapes.start, shapes.index, shapes.delta, weights, blended)
    np.testing.assert_allclose(blended, model.express(model.vertices, weights), atol=1e-5)


def test_blending_by_hand() -> None:
    neutral = np.array([[0, 0, 0], [1, 1, 1]], np.float32)
    start, index = np.array([0, 1, 2]), np.array([0, 1], np.int32)
    delta = np.array([[1, 2, 3], [4, 4, 4]], np.float32)
    for run in (raster.blend, raster.blend.py_func):
        out = np.full((2, 3), 9, np.float32)
        run(neutral, start, index, delta, np.array([0.5, 0], np.float32), out)
        assert out.tolist() == [[0.5, 1.0, 1.5], [1, 1, 1]]


def test_attachments_follow_their_anchors_or_the_skull() -> None:
    head = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0]], np.float32)
    anchors = np.array([[0, 1, 2], [0, 1, 2]], np.int32)
    weights = np.array([[0.5, 0.5, 0], [0, 0, 0]], np.float32)
    offsets = np.array([[0, 0, 1], [7, 8, 9]], np.float32)
    for run in (raster.attach, raster.attach.py_func):
        vertices = np.concatenate([head, np.zeros((2, 3), np.float32)])
        run(anchors, weights, offsets, 3, vertices)
        assert vertices[3:].tolist() == [[1, 0, 1], [7, 8, 9]]


def test_normals_point_outwards_and_weigh_by_area() -> None:
    # A roof: its ridge's normal leans towards the larger side's.
    places = np.array([[0, 0, 0], [0, 1, 0], [-2, 0, -2], [1, 0, -1], [5, 5, 5]], np.float32)
    triangles = np.array([[0, 1, 2], [0, 3, 1]], np.int32)
    for run in (raster.average_normals, raster.average_normals.py_func):
        normals = np.full((5, 3), 7, np.float32)
        run(places, triangles, normals)
        crosses = np.cross(
            places[triangles[:, 1]] - places[triangles[:, 0]],
            places[triangles[:, 2]] - places[triangles[:, 0]],
        )
        ridge = crosses.sum(axis=0) / np.linalg.norm(crosses.sum(axis=0))
        np.testing.assert_allclose(normals[0], ridge, atol=1e-6)
        np.testing.assert_allclose(normals[2], crosses[0] / np.linalg.norm(crosses[0]), atol=1e-6)
        assert normals[4].tolist() == [0, 0, 0], "a vertex of no triangle has no normal"


def test_projection_is_a_pinhole() -> None:
    camera = Camera.place(Pose(20, -10, 5), Framing(60.0, 25.0, (1.0, 2.0)), (0.5, 0), 100)
    vertices = np.array([[0, 0.5, 3], [4, -6, 9], [-7, 12, -8]], np.float32)
    for run in (raster.project, raster.project.py_func):
        screen = np.empty((3, 3), np.float32)
        run(vertices, camera.turn, camera.pinhole, screen)
        places = vertices @ camera.rotation.T + camera.turn[:, 3]
        away = 60.0 - places[:, 2]
        np.testing.assert_allclose(screen[:, 0], 49.5 + 240.0 * places[:, 0] / away, rtol=1e-5)
        np.testing.assert_allclose(screen[:, 1], 49.5 - 240.0 * places[:, 1] / away, rtol=1e-5)
        np.testing.assert_allclose(screen[:, 2], 1 / away, rtol=1e-5)


def test_two_halves_leave_no_crack() -> None:
    depth, owner = draw(SQUARE, HALVES)
    expected = np.zeros((8, 8), bool)
    expected[1:7, 1:7] = True
    np.testing.assert_array_equal(owner >= 0, expected)
    np.testing.assert_array_equal(depth > 0, expected)


def test_a_fan_of_slivers_leaves_no_crack() -> None:
    angle = np.linspace(0, 2 * np.pi, 41)[:-1]
    rim = np.stack([31.3 + 25 * np.cos(angle), 30.7 + 25 * np.sin(angle), np.ones(40)], axis=1)
    screen = np.concatenate([[[29.0, 33.0, 1.0]], rim]).astype(np.float32)
    fan = np.array([[0, 1 + (k + 1) % 40, 1 + k] for k in range(40)], np.int32)
    _, owner = draw(screen, fan, size=64)
    y, x = np.mgrid[:64, :64]
    inside = (x - 31.3) ** 2 + (y - 30.7) ** 2 < 24.8**2  # the polygon's sides bend in by 0.08
    assert (owner[inside] >= 0).all()


def test_the_nearer_triangle_wins_whatever_the_order() -> None:
    screen = np.concatenate([SQUARE, SQUARE * [1, 1, 2]]).astype(np.float32)
    for triangles in (np.concatenate([HALVES, HALVES + 4]), np.concatenate([HALVES + 4, HALVES])):
        depth, owner = draw(screen, triangles)
        assert (triangles[owner[3, 4]] >= 4).all()
        assert depth[3, 4] == 2.0


def test_depth_is_interpolated_in_the_picture() -> None:
    screen = SQUARE.copy()
    screen[:, 2] = 1 + 0.1 * screen[:, 0]
    depth, _ = draw(screen, HALVES)
    np.testing.assert_allclose(depth[3, 1:7], 1 + 0.1 * np.arange(1, 7), rtol=1e-6)


def test_the_back_is_left_out_only_where_it_is_culled() -> None:
    behind = np.ascontiguousarray(HALVES[:, ::-1])
    assert (draw(SQUARE, behind, culled=True)[1] < 0).all()
    assert (draw(SQUARE, behind, culled=False)[1] >= 0).sum() == 36


@pytest.mark.parametrize("by", [(-20, 0), (0, 20), (-3, -3)])
def test_what_lies_outside_the_picture_is_cut_off(by: tuple[int, int]) -> None:
    screen = (SQUARE + np.array([*by, 0])).astype(np.float32)
    _, owner = draw(screen, HALVES)
    rows, columns = np.mgrid[:8, :8]
    inside = (np.abs(columns - 3.5 - by[0]) < 2.6) & (np.abs(rows - 3.5 - by[1]) < 2.6)
    np.testing.assert_array_equal(owner >= 0, inside)


def test_a_triangle_without_area_claims_nothing() -> None:
    line = np.array([[1, 1, 1], [3, 3, 1], [5, 5, 1]], np.float32)
    assert (draw(line, np.array([[0, 1, 2]], np.int32), culled=False)[1] < 0).all()


def test_only_chosen_triangles_are_drawn() -> None:
    depth, owner = empty()
    raster.rasterize(SQUARE, HALVES, np.ones(2, bool), np.array([1], np.int32), depth, owner)
    assert set(np.unique(owner)) == {raster.NOTHING, 1}


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        (-1.0, 0.5, (2.0, 9.0)),
        (1.0, -0.25, (0.0, 4.0)),
        (3.0, 0.5, (0.0, 9.0)),
        (0.5, 0.0, (0.0, 9.0)),
        (-0.5, 0.0, (1.0, 0.0)),
    ],
)
def test_a_span_is_cut_to_where_a_coordinate_is_positive(
    value: float, step: float, expected: tuple[float, float]
) -> None:
    for run in (raster.narrow, raster.narrow.py_func):
        # Coordinates are let go 1e-5 below zero.
        assert run(0.0, 9.0, value, step) == pytest.approx(expected, abs=1e-4)


def test_one_triangle_is_filled_as_numpy_fills_it() -> None:
    x, y, z = np.array([1.2, 2.9, 6.4]), np.array([0.7, 6.6, 2.2]), np.array([1.0, 2.0, 3.0])
    area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
    corners = (x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2], area)
    depth, owner = empty()
    raster.fill.py_func(corners, (0, 7, 0, 7), 5, depth, owner)
    rows, columns = np.mgrid[:8, :8]
    system = np.stack([x, y, np.ones(3)])
    shares = np.linalg.solve(system, np.stack([columns.ravel(), rows.ravel(), np.ones(64)]))
    inside = (shares >= 0).all(axis=0).reshape(8, 8)
    np.testing.assert_array_equal(owner == 5, inside)
    np.testing.assert_allclose(depth[inside], (z @ shares).reshape(8, 8)[inside], rtol=1e-6)
    compiled, owner_compiled = empty()
    raster.fill(corners, (0, 7, 0, 7), 5, compiled, owner_compiled)
    np.testing.assert_array_equal(owner, owner_compiled)
