"""Where the camera stands, and which way a head turns."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.faces.pose import angles
from duchenne.records import Pose
from duchenne.synth.rendering.camera import PIVOT_CM, Camera, direction, rotation
from duchenne.synth.surroundings.scene import Framing

NOSE = np.array([0.0, 0.0, 1.0])
CROWN = np.array([0.0, 1.0, 0.0])
# From x right, y up, z towards the camera to x right, y down, z away.
TO_IMAGE_AXES = np.diag([1.0, -1.0, -1.0])


def test_without_a_turn_nothing_is_turned() -> None:
    np.testing.assert_array_equal(rotation(Pose(0, 0, 0)), np.eye(3))


@pytest.mark.parametrize(
    ("pose", "point", "axis"),
    [
        (Pose(20, 0, 0), NOSE, [1, 0]),  # to the subject's own left: right in the picture
        (Pose(0, 20, 0), NOSE, [0, 1]),  # up
        (Pose(0, 0, 20), CROWN, [1, 0]),  # clockwise as seen
    ],
)
def test_positive_angles_turn_as_the_pose_module_says(
    pose: Pose, point: np.ndarray, axis: list[float]
) -> None:
    moved = (rotation(pose) @ point - point)[:2]
    assert moved @ np.array(axis) == pytest.approx(np.sin(np.radians(20)), abs=1e-12)


@pytest.mark.parametrize("pose", [Pose(30, -10, 5), Pose(-60, 25, -30), Pose(0, 0, 0)])
def test_the_pose_module_reads_back_the_pose(pose: Pose) -> None:
    read = angles(TO_IMAGE_AXES @ rotation(pose) @ TO_IMAGE_AXES)
    found = (read.yaw_deg, read.pitch_deg, read.roll_deg)
    assert found == pytest.approx((pose.yaw_deg, pose.pitch_deg, pose.roll_deg), abs=1e-9)


def test_a_rotation_keeps_lengths_and_handedness() -> None:
    turned = rotation(Pose(40, -20, 10))
    np.testing.assert_allclose(turned @ turned.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turned) == pytest.approx(1.0)


def test_the_pivot_stays_where_the_framing_puts_it() -> None:
    framing = Framing(distance_cm=60.0, width_cm=24.0, shift_cm=(1.0, -2.0))
    camera = Camera.place(Pose(35, 10, -5), framing, (0.5, 0.25), 128)
    place = camera.turn @ np.array([*PIVOT_CM, 1.0])
    np.testing.assert_allclose(place, [1.5, -1.75, 0.0], atol=1e-12)


def test_the_width_fits_across_the_picture_at_the_pivot() -> None:
    camera = Camera.place(Pose(0, 0, 0), Framing(distance_cm=60.0, width_cm=24.0), (0, 0), 128)
    distance, focal, middle = camera.pinhole
    assert (distance, middle) == (60.0, 63.5)
    assert focal * 24.0 / distance == pytest.approx(128.0)


@pytest.mark.parametrize("framing", [Framing(distance_cm=12.0), Framing(width_cm=0.0), Framing(float("nan"))])
def test_a_camera_inside_the_head_is_refused(framing: Framing) -> None:
    with pytest.raises(SettingsError, match="no room for a camera"):
        Camera.place(Pose(0, 0, 0), framing, (0, 0), 64)


def test_directions_point_where_lights_and_eyes_do() -> None:
    np.testing.assert_allclose(direction(0, 0), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(direction(90, 0), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(direction(30, 90), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(direction(33, -21)), 1.0)
