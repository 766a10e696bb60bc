from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from duchenne.faces.pose import _reference, angles, head_pose, rotation


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """The reference head, turned, nodded and tilted by scipy's own rotations, at another size and place."""
    shape, _ = _reference()
    # Image axes are x right, y down, z away; scipy's angles turn x towards y and so on.
    matrix = Rotation.from_euler("yxz", [-yaw, -pitch, roll], degrees=True).as_matrix()
    return (shape @ matrix.T * 80 + [320, 180, 5]).astype(np.float32)


@pytest.mark.parametrize(
    "pose",
    [(0, 0, 0), (30, 0, 0), (-30, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 40), (25, -15, 10), (-70, 40, -90)],
)
def test_known_pose_is_recovered(pose: tuple[float, float, float]) -> None:
    found = head_pose(turned(*pose))
    # float32 landmarks of some hundred pixels carry about 1e-4 degrees.
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx(pose, abs=1e-2)


def test_signs_are_as_documented() -> None:
    def nose(yaw: float, pitch: float) -> np.ndarray:
        mesh = turned(yaw, pitch, 0)
        return mesh[1, :2] - mesh[:, :2].mean(axis=0)

    assert nose(30, 0)[0] > nose(0, 0)[0] + 5, "positive yaw: the nose moves right in the picture"
    assert nose(0, 20)[1] < nose(0, 0)[1] - 5, "positive pitch: the nose moves up"
    tilted = turned(0, 0, 30)
    assert tilted[10, 0] > tilted[152, 0] + 5, "positive roll: the forehead moves right of the chin"


def test_a_moved_mouth_hardly_turns_the_head() -> None:
    mesh = turned(0, 0, 0)
    lips = [13, 14, 17, 0, 61, 291, 78, 308, 84, 314, 87, 317]
    mesh[lips, 1] += 8  # a tenth of the head's size
    found = head_pose(mesh)
    assert max(map(abs, (found.yaw_deg, found.pitch_deg, found.roll_deg))) < 1


def test_mirrored_face_has_mirrored_pose() -> None:
    mesh = turned(20, 10, 15)
    shape, _ = _reference()
    # The reference is symmetric, so each point has a partner that its mirror image falls on.
    partner = np.linalg.norm(shape[:, None] * [-1, 1, 1] - shape[None], axis=2).argmin(axis=1)
    mirrored = (mesh * [-1, 1, 1])[partner].astype(np.float32)
    found = head_pose(mirrored)
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((-20, 10, -15), abs=1e-2)


def test_flat_points_still_give_a_proper_rotation() -> None:
    shape, weights = _reference()
    flat = shape * [1, 1, 0]
    assert np.linalg.det(rotation(shape, flat, weights)) == pytest.approx(1)


def test_rounding_above_one_is_no_error() -> None:
    # A rotation matrix from floats may hold 1 + 1e-16 where the sine of 90 degrees stands.
    assert angles(np.array([[1.0, 0, 0], [0, 0, -1], [0, 1 + 1e-12, 0]])).pitch_deg == pytest.approx(-90)


def test_anything_but_a_mesh_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(468, 3\) landmarks, got \(5, 3\)"):
        head_pose(np.zeros((5, 3), np.float32))
