"""Small worlds with known truth: faces that are numbers, and the one photograph that the project brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.faces.detect import Detection
from duchenne.faces.finder import FaceFinder, FoundFace
from duchenne.faces.mesh import N_LANDMARKS, MeshReading
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS
from duchenne.measure import FaceReader
from duchenne.models.session import Device, Session
from duchenne.pipeline import Networks
from duchenne.records import Picture
from tiny_networks import GREY_INPUT, Output, build

PORTRAIT = Path(__file__).parents[1] / "demo" / "eileen_collins.jpg"
# Where her face lies in the 512x512 portrait: from brow to chin, ear to ear, by eye, to about 10 pixels.
PORTRAIT_FACE = Box(178, 72, 92, 118)


def portrait() -> NDArray[np.uint8]:
    """The portrait, (512, 512, 3) uint8 RGB."""
    bgr = cv2.imread(str(PORTRAIT), cv2.IMREAD_COLOR)
    assert bgr is not None
    return np.ascontiguousarray(bgr[..., ::-1])


def blank(width: int = 64, height: int = 48, level: int = 128) -> Picture:
    """A picture of one grey level."""
    return Picture.from_rgb(np.full((height, width, 3), level, dtype=np.uint8))


def real_finder() -> FaceFinder:
    """Both installed detectors and the installed mesh."""
    return FaceFinder.open()[0]


def tiny_networks(
    probabilities: Sequence[float] | None = None, units: Mapping[str, float] | None = None
) -> Networks:
    """The installed face networks with an expression network that always answers the same.

    With ``units`` it gives action units as well, each 0.5 and so many times the mean of what it sees, -1 to 1.
    """
    if probabilities is None:
        probabilities = [0.05, 0.65, *[0.05] * 6]
    outputs = [Output("expression", bias=list(probabilities), labels=EXPRESSIONS)]
    if units is not None:
        # What a unit is given goes up and down with the brightness of the face.
        outputs.append(
            Output("units", bias=[0.5] * len(units), gain=list(units.values()), labels=tuple(units))
        )
    card, weights = build(outputs, name="tiny", spec=GREY_INPUT)
    session = Session(card, weights)
    return Networks(real_finder(), FaceReader(session), (card,), Device.CPU)


def mesh_of(box: Box) -> NDArray[np.float32]:
    """A stand-in for a mesh: 468 points that fill a box exactly, the outer eye corners level."""
    points = np.random.default_rng(0).random((N_LANDMARKS, 3)).astype(np.float32)
    points[0], points[1] = (0, 0, 0), (1, 1, 0)
    points[33], points[263] = (0.25, 0.4, 0), (0.75, 0.4, 0)
    points[:, :2] *= np.float32([box.width, box.height])
    points[:, :2] += np.float32([box.x, box.y])
    return points


@dataclass
class FakeFinder:
    """A finder over a world of boxes instead of pictures: set ``faces`` before each step.

    ``follow`` finds a face that lies within half a width of where it was; ``search`` finds all of them.
    """

    faces: list[Box] = field(default_factory=list)
    n_searches: int = 0

    def search(self, picture: Picture, tiles_per_side: int = 1) -> list[Detection]:
        self.n_searches += 1
        return [Detection(box, np.zeros((6, 2), np.float32), 0.9) for box in self.faces]

    def confirm(self, picture: Picture, detection: Detection) -> FoundFace | None:
        return FoundFace(mesh_of(detection.box), 1.0, detection.score)

    def follow(self, picture: Picture, landmarks: NDArray[np.float32]) -> MeshReading | None:
        x, y = Box.around(landmarks).center
        for box in self.faces:
            if abs(box.center[0] - x) < box.width / 2 and abs(box.center[1] - y) < box.height / 2:
                return MeshReading(mesh_of(box), 1.0)
        return None
