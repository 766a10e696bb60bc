"""The head without its ears as a distance in every direction: what hair grows from.

Takes a person's neutral vertices, gives a `Skull`: centre, and the surface's distance for any direction. Directions
are an azimuth (0 to the camera, positive to the subject's own left, 180 behind) and an angle down from the crown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from duchenne.synth.head.model import FaceModel

_NEAREST = 8
_SKIN_PARTS = ("face", "head_neck")


@dataclass(frozen=True, slots=True, eq=False)
class Skull:
    """A head seen from inside.

    Attributes:
        center: (3,) float64, between the ears and above, cm.
        directions: (P, 3) float64 unit vectors from there to the surface.
        radii: (P,) float64 distances, cm.
        brow_y: Height of the brows, cm.
        chin_y: Height of the chin, cm.
        half_width: From the middle to the side of the head above the ears, cm.
    """

    center: NDArray[np.float64]
    directions: NDArray[np.float64]
    radii: NDArray[np.float64]
    brow_y: float
    chin_y: float
    half_width: float

    def distance(self, directions: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """How far the surface is in (..., 3) unit directions, cm."""
        flat = np.asarray(directions, dtype=np.float64).reshape(-1, 3)
        near = min(_NEAREST, len(self.directions))
        away, which = cKDTree(self.directions).query(flat, k=[*range(1, near + 1)])
        # Weights fall off over about 4 degrees: the skull is smooth, single vertices must not show.
        share = np.exp(-((away / 0.07) ** 2) / 2) + 1e-9
        radii = (share * self.radii[which]).sum(axis=1) / share.sum(axis=1)
        return np.asarray(radii.reshape(directions.shape[:-1]))


def unit_directions(
    azimuth_deg: NDArray[np.floating[Any]], down_deg: NDArray[np.floating[Any]]
) -> NDArray[np.float64]:
    """(..., 3) unit vectors for azimuths and angles down from the crown, which broadcast."""
    azimuth, down = np.broadcast_arrays(np.radians(azimuth_deg), np.radians(down_deg))
    return np.stack(
        [np.sin(down) * np.sin(azimuth), np.cos(down), np.sin(down) * np.cos(azimuth)], axis=-1
    ).astype(np.float64)


def angles(directions: NDArray[np.floating[Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Azimuths and angles down from the crown in degrees, of (..., 3) vectors of any length."""
    x, y, z = np.moveaxis(np.asarray(directions, dtype=np.float64), -1, 0)
    return np.degrees(np.arctan2(x, z)), np.degrees(np.arctan2(np.hypot(x, z), y))


def measure_skull(model: FaceModel, neutral: NDArray[np.float32]) -> Skull:
    """Look at a head from inside.

    Args:
        model: For its parts and landmarks.
        neutral: (V, 3) float32, the person's neutral vertices.
    """
    points = neutral.astype(np.float64)
    landmarks = points[model.landmarks68]
    chin_y, brow_y = float(landmarks[8, 1]), float(landmarks[[19, 24], 1].mean())
    half_width = float(np.abs(landmarks[[0, 16], 0]).mean())
    is_skull = ~ears(model, neutral, 2.0) & (points[:, 1] > chin_y + 0.35 * (brow_y - chin_y))
    skin = np.concatenate(
        [points[span][is_skull[span]] for span in (model.parts[part].vertices for part in _SKIN_PARTS)]
    )
    center = np.array([0.0, brow_y - 1.0, float((skin[:, 2].min() + skin[:, 2].max()) / 2)])
    arms = skin - center
    radii = np.linalg.norm(arms, axis=1)
    return Skull(center, arms / radii[:, None], radii, brow_y, chin_y, half_width)


def ears(model: FaceModel, neutral: NDArray[np.float32], margin_cm: float = 0.0) -> NDArray[np.bool_]:
    """Which vertices belong to an ear, found by their place behind the ends of the jaw's line.

    Args:
        model: For its landmarks.
        neutral: (V, 3) float32, the person's neutral vertices.
        margin_cm: Take in what is so close to one, too.

    Returns:
        (V,) bool.
    """
    temples = neutral[model.landmarks68[[0, 16]]]
    half_width, (_, y, z) = np.abs(temples[:, 0]).mean(), temples.mean(axis=0)
    x_of, y_of, z_of = neutral.T
    return np.asarray(
        (np.abs(x_of) > 0.93 * half_width)
        & (y_of < y + margin_cm + 0.3)
        & (z_of < z - 0.8)
        & (z_of > z - 6.5 - margin_cm)
    )
