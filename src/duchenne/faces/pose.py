"""How the head is turned, from the mesh: yaw, pitch and roll in degrees.

Takes landmarks, gives a `Pose`. Positive **yaw**: the face turns to the subject's own left (to the right in the
picture). Positive **pitch**: it looks up. Positive **roll**: it tilts clockwise as seen in the picture, towards
the subject's own left shoulder. All zero: straight into the camera.

The mesh is laid over a reference head by the rotation, scale and shift with the least weighted squared distance
(Umeyama 1991; Horn 1987), points that expressions move counting little. The reference
(``pose_reference.npy``: x, y, z, weight) was measured on photographs by ``tools/fit_pose_reference.py``, which
also says how its zero was set. The angle is taken against the line of sight to the face, not against the
camera's axis; the lens is not known and is not corrected for.
"""

from __future__ import annotations

import functools
import math
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from duchenne.faces.mesh import N_LANDMARKS
from duchenne.records import Pose


def head_pose(landmarks: NDArray[np.float32]) -> Pose:
    """Estimate the head pose from a mesh.

    Args:
        landmarks: (468, 3), x to the right, y down, z away from the camera, one unit for all three.

    Raises:
        ValueError: if the landmarks are not a mesh.
    """
    if landmarks.shape != (N_LANDMARKS, 3):
        raise ValueError(f"expected ({N_LANDMARKS}, 3) landmarks, got {landmarks.shape}")
    shape, weights = _reference()
    return angles(rotation(shape, np.asarray(landmarks, dtype=np.float64), weights))


def rotation(
    reference: NDArray[np.float64], points: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The (3, 3) rotation that lays ``reference`` over ``points``, both (N, 3), in weighted least squares."""
    share = weights[:, None] / weights.sum()
    a = reference - (share * reference).sum(axis=0)
    b = points - (share * points).sum(axis=0)
    u, _, vt = np.linalg.svd((share * b).T @ a)
    # A mirror image would fit a flat face as well; only proper rotations are heads.
    sign = np.sign(np.linalg.det(u @ vt))
    return np.asarray(u @ np.diag([1.0, 1.0, sign]) @ vt)


def angles(matrix: NDArray[np.float64]) -> Pose:
    """Yaw, pitch and roll of a (3, 3) rotation in image axes: x right, y down, z away from the camera.

    ``matrix = R_z(roll) @ R_x(-pitch) @ R_y(-yaw)`` with the textbook rotations about the axes: the head turns,
    then nods, then tilts. At a pitch of 90 degrees yaw and roll cannot be told apart.
    """
    pitch = -math.asin(max(-1.0, min(1.0, float(matrix[2, 1]))))
    yaw = -math.atan2(float(-matrix[2, 0]), float(matrix[2, 2]))
    roll = math.atan2(float(-matrix[0, 1]), float(matrix[1, 1]))
    return Pose(yaw_deg=math.degrees(yaw), pitch_deg=math.degrees(pitch), roll_deg=math.degrees(roll))


@functools.cache
def _reference() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    with (files("duchenne.faces") / "pose_reference.npy").open("rb") as file:
        table = np.load(file, allow_pickle=False).astype(np.float64)
    return table[:, :3], table[:, 3]
