"""Ambient occlusion against shapes whose sky is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.importing.occlusion import bake, directions

# 256 directions and a depth buffer of 384 samples: a share of the sky is known to about this.
CLOSE = 0.03


def patch(
    origin: tuple[float, float, float],
    across: tuple[float, float, float],
    up: tuple[float, float, float],
    n: int = 9,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """A flat patch of n x n vertices whose normal is ``across x up``."""
    v, u = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n), indexing="ij")
    places = np.array(origin) + u[..., None] * np.array(across) + v[..., None] * np.array(up)
    row, column = (grid.ravel() for grid in np.meshgrid(np.arange(n - 1), np.arange(n - 1), indexing="ij"))
    a = row * n + column
    faces = np.concatenate([np.stack([a, a + 1, a + n + 1], 1), np.stack([a, a + n + 1, a + n], 1)])
    return places.reshape(-1, 3).astype(np.float32), faces.astype(np.int32)


def joined(
    *pieces: tuple[NDArray[np.float32], NDArray[np.int32]],
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in pieces)])
    faces = [faces + start for (_, faces), start in zip(pieces, starts, strict=False)]
    return np.concatenate([vertices for vertices, _ in pieces]), np.concatenate(faces).astype(np.int32)


def test_directions_are_unit_and_even() -> None:
    spread = directions(256).astype(np.float64)
    np.testing.assert_allclose(np.linalg.norm(spread, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(spread.mean(axis=0), 0.0, atol=1e-2)
    # Of an even spread, each axis holds a third of the squares.
    np.testing.assert_allclose(spread.T @ spread / 256, np.eye(3) / 3, atol=1e-2)


def test_nothing_stands_before_a_flat_patch() -> None:
    vertices, faces = patch((-5, -5, 0), (10, 0, 0), (0, 10, 0))
    np.testing.assert_allclose(bake(vertices, faces), 1.0, atol=CLOSE)


def test_the_foot_of_a_wall_sees_what_the_wall_leaves() -> None:
    floor = patch((-20, 0, 0), (40, 0, 0), (0, 0, -10), n=21)
    wall = patch((-20, 0, 0), (40, 0, 0), (0, 12, 0), n=21)
    occlusion = bake(*joined(floor, wall))
    middle = 10
    for row, distance in ((2, 1.0), (8, 4.0), (20, 10.0)):
        # Of the sky beside an endless wall, weighted by the cosine of the angle, this share is left.
        expected = (1 + np.cos(np.arctan2(12.0, distance))) / 2
        np.testing.assert_allclose(occlusion[row * 21 + middle], expected, atol=CLOSE)


def test_a_closed_box_sees_nothing_inside() -> None:
    sides = [
        patch((-5, -5, 5), (0, 10, 0), (10, 0, 0)),  # front, facing inwards
        patch((-5, -5, -5), (10, 0, 0), (0, 10, 0)),
        patch((-5, -5, -5), (0, 10, 0), (0, 0, 10)),
        patch((5, -5, -5), (0, 0, 10), (0, 10, 0)),
        patch((-5, -5, -5), (0, 0, 10), (10, 0, 0)),
        patch((-5, 5, -5), (10, 0, 0), (0, 0, 10)),
    ]
    vertices, faces = joined(*sides)
    inner = np.abs(vertices).max(axis=1)
    is_middle = (np.sort(np.abs(vertices), axis=1)[:, :2] < 4).all(axis=1) & (inner == 5)
    np.testing.assert_allclose(bake(vertices, faces)[is_middle], 0.0, atol=CLOSE)


def test_a_vertex_of_no_triangle_counts_as_open() -> None:
    vertices, faces = patch((-5, -5, 0), (10, 0, 0), (0, 10, 0), n=2)
    lonely = np.concatenate([vertices, [[0, 0, -3]]]).astype(np.float32)
    assert bake(lonely, faces)[-1] == 1.0
    assert bake(lonely, faces[:0]).tolist() == [1.0] * 5


def test_the_same_mesh_gives_the_same_bytes() -> None:
    vertices, faces = joined(
        patch((-5, 0, 0), (10, 0, 0), (0, 0, -5)), patch((-5, 0, 0), (10, 0, 0), (0, 6, 0))
    )
    assert bake(vertices, faces).tobytes() == bake(vertices, faces).tobytes()
