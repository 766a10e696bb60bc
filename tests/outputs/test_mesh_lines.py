from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from duchenne.outputs import mesh_lines


def test_every_point_is_on_the_mesh_and_no_line_visits_one_twice() -> None:
    for line in (*mesh_lines.CLOSED, *mesh_lines.OPEN):
        assert len(set(line)) == len(line)
        assert all(0 <= index < 468 for index in line)


@pytest.fixture(scope="module")
def mean_face() -> np.ndarray:
    """The head that poses are measured against, seen from the front: x, y, z and weight of (468, 4)."""
    with (files("duchenne.faces") / "pose_reference.npy").open("rb") as file:
        return np.load(file)


@pytest.mark.parametrize("line", [*mesh_lines.CLOSED, *mesh_lines.OPEN])
def test_neighbours_on_a_line_are_neighbours_on_the_face(
    line: tuple[int, ...], mean_face: np.ndarray
) -> None:
    width = np.ptp(mean_face[:, 0])
    steps = np.linalg.norm(np.diff(mean_face[list(line), :2], axis=0), axis=1)
    # The longest true step is along the bridge of the nose.
    assert steps.max() < 0.16 * width


def test_left_and_right_mirror_each_other(mean_face: np.ndarray) -> None:
    # The reference is symmetric about x = 0, up to what photographs leave of asymmetry.
    slack = 0.02 * float(np.ptp(mean_face[:, 0]))
    for left, right in (
        (mesh_lines.LEFT_EYE, mesh_lines.RIGHT_EYE),
        (mesh_lines.LEFT_BROW, mesh_lines.RIGHT_BROW),
    ):
        a, b = mean_face[list(left), :2].mean(axis=0), mean_face[list(right), :2].mean(axis=0)
        assert a[0] == pytest.approx(-b[0], abs=slack)
        assert a[1] == pytest.approx(b[1], abs=slack)


def test_eyes_lie_between_brows_and_lips_and_inner_lips_within_outer(mean_face: np.ndarray) -> None:
    def height(line: tuple[int, ...]) -> float:
        return float(mean_face[list(line), 1].mean())

    brow, eye, lips = height(mesh_lines.LEFT_BROW), height(mesh_lines.LEFT_EYE), height(mesh_lines.OUTER_LIPS)
    assert (brow < eye < lips) or (brow > eye > lips)
    outer, inner = mean_face[list(mesh_lines.OUTER_LIPS), :2], mean_face[list(mesh_lines.INNER_LIPS), :2]
    assert np.all(outer.min(axis=0) < inner.min(axis=0))
    assert np.all(outer.max(axis=0) > inner.max(axis=0))
