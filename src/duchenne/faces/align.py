"""Bring every face to the same place and size: five mesh points onto a fixed template.

Takes landmarks, gives the patch-to-picture map that a network's crop is cut with. The template is the median
geometry of FER2013's faces, measured with this project's own mesh on 1,434 of 1,500 random images of
its Training and PublicTest parts, so that a face in a video lands where the faces of the training set lie.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duchenne.faces.mesh import N_LANDMARKS
from duchenne.geometry import Matrix, similarity

# Mesh indices: the corners of the subject's right eye and left eye, the tip of the nose, the mouth's corners.
_RIGHT_EYE, _LEFT_EYE, _NOSE, _MOUTH_RIGHT, _MOUTH_LEFT = (33, 133), (362, 263), 1, 61, 291

TEMPLATE = (
    np.array(
        [
            [15.2, 18.8],
            [32.8, 18.8],
            [24.0, 30.1],
            [17.1, 36.7],
            [30.9, 36.7],
        ]
    )
    / 48
)
"""Right eye, left eye, nose tip, right and left mouth corner as shares of the patch's side, (5, 2)."""
TEMPLATE.setflags(write=False)


def five_points(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """The five points that alignment uses, (5, 2) in the landmarks' own pixels, in the template's order."""
    points = np.asarray(landmarks[:, :2], dtype=np.float64)
    return np.stack(
        [
            points[list(_RIGHT_EYE)].mean(axis=0),
            points[list(_LEFT_EYE)].mean(axis=0),
            points[_NOSE],
            points[_MOUTH_RIGHT],
            points[_MOUTH_LEFT],
        ]
    )


def align(landmarks: NDArray[np.float32], size: int) -> Matrix:
    """The map from an aligned ``size`` by ``size`` patch to the picture the landmarks were read in.

    The fit minimises squared distance in the picture, over rotation, scale and shift; a face is never sheared
    or stretched, so its own proportions stay.

    Args:
        landmarks: (468, 2 or 3) in pixels.
        size: Side of the patch in pixels.

    Raises:
        ValueError: if the landmarks are not a mesh.
    """
    if landmarks.ndim != 2 or landmarks.shape[0] != N_LANDMARKS or landmarks.shape[1] < 2:
        raise ValueError(f"expected ({N_LANDMARKS}, 3) landmarks, got {landmarks.shape}")
    # Half a pixel: the template is in shares of the side, pixel centres lie half a pixel inside it.
    return similarity(TEMPLATE * size - 0.5, five_points(landmarks))
