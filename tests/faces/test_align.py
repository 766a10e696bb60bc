from __future__ import annotations

import numpy as np
import pytest

from duchenne.faces.align import TEMPLATE, align, five_points
from duchenne.geometry import apply, invert


def mesh_with(points: np.ndarray) -> np.ndarray:
    """A mesh whose five alignment points are given; eye centres are made of two corners each."""
    mesh = np.zeros((468, 3), np.float32)
    mesh[33, :2], mesh[133, :2] = points[0] - [4, 1], points[0] + [4, 1]
    mesh[362, :2], mesh[263, :2] = points[1] - [4, 1], points[1] + [4, 1]
    mesh[1, :2], mesh[61, :2], mesh[291, :2] = points[2:]
    return mesh


def test_five_points_come_in_the_order_of_the_template() -> None:
    points = np.arange(10.0).reshape(5, 2)
    np.testing.assert_allclose(five_points(mesh_with(points)), points, atol=1e-6)


@pytest.mark.parametrize("size", [48, 112])
@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_a_template_shaped_face_lands_on_the_template(size: int, angle: float) -> None:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mesh = mesh_with(TEMPLATE * 300 @ turn.T + [120, 40])
    patch = apply(invert(align(mesh, size)), five_points(mesh))
    np.testing.assert_allclose(patch, TEMPLATE * size - 0.5, atol=1e-4)


def test_a_face_is_never_stretched() -> None:
    wide = TEMPLATE * [400, 300]
    matrix = align(mesh_with(wide), 48)
    np.testing.assert_allclose(matrix[0, :2] @ matrix[1, :2], 0, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(matrix[0, :2]), np.linalg.norm(matrix[1, :2]))


def test_template_is_symmetric() -> None:
    mirrored = TEMPLATE * [-1, 1] + [1, 0]
    np.testing.assert_allclose(mirrored[[1, 0, 2, 4, 3]], TEMPLATE, atol=1e-9)


@pytest.mark.parametrize("shape", [(5, 2), (468, 1), (468,)])
def test_anything_but_a_mesh_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected \\(468, 3\\) landmarks"):
        align(np.zeros(shape, np.float32), 48)
