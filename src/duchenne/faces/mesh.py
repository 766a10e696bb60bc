"""Read the face mesh: 468 points on a face, and whether there is one.

Takes a `Picture` and a `Region`, gives landmarks in pixels of the picture and the network's confidence. Source:
Kartynnik et al. 2019, "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs"
(arXiv:1907.06724); weights from MediaPipe. The points are an estimate of the surface, not a measurement; z is
relative depth in the unit of x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.faces.detect import Detection
from duchenne.geometry import Box, Region, apply
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.records import Picture

N_LANDMARKS = 468
# The region is half as large again as the face, as in the training of the network (MediaPipe's graphs).
_MARGIN = 1.5
# Outer eye corners in the mesh: the subject's right, then left.
_OUTER_EYES = (33, 263)


@dataclass(frozen=True, slots=True, eq=False)
class MeshReading:
    """Landmarks (468, 3) float32, x and y in pixels of the picture, z in the same unit; presence in [0, 1]."""

    landmarks: NDArray[np.float32]
    presence: float


class Mesh:
    """The mesh network behind a session.

    Attributes:
        min_presence: Below it the network sees no face; a constant of its card.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.min_presence = session.card.constant("presence_threshold")

    def read(self, picture: Picture, region: Region) -> MeshReading:
        """Read the mesh of the face that fills ``region``; check ``presence`` before believing it."""
        size = self._session.card.input.size
        matrix = region.to_picture(size)
        outputs = self._session.run(preprocess.tensor(picture, matrix, self._session.card.input))
        points = outputs["landmarks"][0]
        landmarks = np.empty_like(points)
        landmarks[:, :2] = apply(matrix, points[:, :2])
        landmarks[:, 2] = points[:, 2] * (region.side_px / size)
        logit = float(outputs["presence"][0, 0])
        return MeshReading(landmarks, 1 / (1 + math.exp(-min(max(logit, -80.0), 80.0))))


def region_of_detection(detection: Detection) -> Region:
    """Where to read the mesh of a detected face: its box, turned until the eyes are level."""
    box = detection.box
    return _region(box, detection.keypoints[0], detection.keypoints[1])


def region_of_landmarks(landmarks: NDArray[np.float32]) -> Region:
    """Where to read the mesh of a face whose landmarks are known from the frame before."""
    right, left = _OUTER_EYES
    return _region(Box.around(landmarks), landmarks[right, :2], landmarks[left, :2])


def _region(box: Box, right_eye: NDArray[np.float32], left_eye: NDArray[np.float32]) -> Region:
    across = left_eye - right_eye
    return Region(
        *box.center,
        side_px=max(box.width, box.height) * _MARGIN,
        angle_deg=math.degrees(math.atan2(float(across[1]), float(across[0]))),
    )
