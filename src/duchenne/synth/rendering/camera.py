"""Where the camera stands and how the head is turned before it.

Takes a pose and a framing, gives a `Camera`: a rotation, a shift and a pinhole. Refuses a camera inside the head.
Head and camera share their axes: x to the right of the picture, y up, z towards the camera, in cm. A picture of
``size`` pixels is drawn from ``size * supersample`` depth samples on each side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.records import Pose
from duchenne.synth.surroundings.scene import Framing

PIVOT_CM: Final = (0.0, 0.5, 3.0)
"""The point of the head about which it turns, between the ears; the framing places it."""
# Hair reaches some 16 cm from the pivot; closer than twice that, the nose grows monstrous.
_NEAREST_CM: Final = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """From the head's coordinates to samples of the picture.

    Attributes:
        rotation: (3, 3) float64, of the head about `PIVOT_CM`.
        shift_cm: Of the pivot from the optical axis, right and up.
        distance_cm: From the pinhole to the pivot's plane.
        focal: Distance of the picture plane, in samples.
        middle: Of the picture, in samples from the first one's centre, along both axes.
    """

    rotation: NDArray[np.float64]
    shift_cm: tuple[float, float]
    distance_cm: float
    focal: float
    middle: float

    @classmethod
    def place(cls, pose: Pose, framing: Framing, shift_cm: tuple[float, float], n_samples: int) -> Camera:
        """Set up the camera.

        Args:
            pose: Turn of the head.
            framing: Distance, width and place of the head.
            shift_cm: Added to the framing's.
            n_samples: Depth samples on each side of the picture.

        Raises:
            SettingsError: if the camera is too close to the head, or the picture has no width.
        """
        if not framing.distance_cm >= _NEAREST_CM or not framing.width_cm > 0.0:
            raise SettingsError(
                "the framing leaves no room for a camera",
                got=f"distance {framing.distance_cm} cm, width {framing.width_cm} cm",
                expected=f"a distance of at least {_NEAREST_CM:g} cm and a positive width",
            )
        x, y = framing.shift_cm
        return cls(
            rotation(pose),
            (x + shift_cm[0], y + shift_cm[1]),
            framing.distance_cm,
            n_samples * framing.distance_cm / framing.width_cm,
            (n_samples - 1) / 2,
        )

    @property
    def turn(self) -> NDArray[np.float64]:
        """(3, 4) rotation and shift from the head's coordinates to places before the camera."""
        middle = np.array([*self.shift_cm, 0.0]) - self.rotation @ np.array(PIVOT_CM)
        return np.column_stack([self.rotation, middle])

    @property
    def pinhole(self) -> NDArray[np.float64]:
        """(3,) distance in cm, focal length and middle in samples."""
        return np.array([self.distance_cm, self.focal, self.middle])


def rotation(pose: Pose) -> NDArray[np.float64]:
    """The (3, 3) rotation of a head, with the signs and the order of `duchenne.faces.pose`.

    That module writes it in image axes (y down, z away); seen from the head's axes, half a turn about x from
    those, it reads ``R_z(-roll) @ R_x(-pitch) @ R_y(yaw)`` with the textbook rotations.
    """
    yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw_deg, -pose.pitch_deg, -pose.roll_deg))
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    tilt = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    return np.asarray(tilt @ nod @ turn)


def direction(azimuth_deg: float, elevation_deg: float) -> NDArray[np.float64]:
    """The (3,) unit vector towards something seen from the head.

    Args:
        azimuth_deg: 0 towards the camera, positive to the right of the picture.
        elevation_deg: Positive upwards.
    """
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    return np.array(
        [
            math.sin(azimuth) * math.cos(elevation),
            math.sin(elevation),
            math.cos(azimuth) * math.cos(elevation),
        ]
    )
