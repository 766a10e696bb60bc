"""Find every face in one picture, without memory: detector, then mesh, twice.

Takes a `Picture`, gives `FoundFace` records. Used as it is for photographs, and by the tracker whenever it
has to look for faces it does not have yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.faces.detect import Detection, Detector, tiles
from duchenne.faces.mesh import Mesh, MeshReading, region_of_detection, region_of_landmarks
from duchenne.geometry import Box
from duchenne.models.card import Card
from duchenne.models.session import Device, Session
from duchenne.records import Picture

# Two faces whose mesh boxes share this much of their union are one face seen twice.
SAME_FACE_OVERLAP = 0.4
# What a new face needs. Real faces are clear to the mesh: of 682 photographs in which it sees a face at 0.5, it
# sees 681 at 0.95, also at a quarter of their size. Lettering in a faceless clip reached 0.85. A face that is
# already followed may sink to the card's own 0.5, as when a hand passes before it.
MIN_NEW_PRESENCE = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class FoundFace:
    """A face that the mesh confirmed: landmarks (468, 3) float32 in pixels, presence, the detector's score."""

    landmarks: NDArray[np.float32]
    presence: float
    score: float

    @property
    def box(self) -> Box:
        """Around the mesh."""
        return Box.around(self.landmarks)


class FaceFinder:
    """Both detectors and the mesh.

    The full-range network sees small faces and misses faces that fill the picture; the short-range network is
    its opposite (measured in docs/models.md), so each covers for the other.
    """

    def __init__(self, full: Detector, short: Detector, mesh: Mesh) -> None:
        self.mesh = mesh
        self._full = full
        self._short = short

    @classmethod
    def open(cls, device: Device = Device.CPU) -> tuple[FaceFinder, tuple[Card, ...]]:
        """Load the installed detectors and mesh, with their cards.

        Raises:
            DeviceError: if the device does not start.
            ModelError: if a file is missing, changed or cannot be loaded.
        """
        names = ("face_detector_full", "face_detector_short", "face_mesh")
        full, short, mesh = (Session.open(name, device) for name in names)
        return cls(Detector(full), Detector(short), Mesh(mesh)), (full.card, short.card, mesh.card)

    def find(self, picture: Picture, tiles_per_side: int = 1) -> list[FoundFace]:
        """Find all faces of a picture that the mesh confirms; the largest first.

        Args:
            picture: Where to look.
            tiles_per_side: How finely to look for small faces; see `search`.
        """
        found: list[FoundFace] = []
        for candidate in self.search(picture, tiles_per_side):
            face = self.confirm(picture, candidate)
            if face is not None and not any(is_same(face.box, other.box) for other in found):
                found.append(face)
        return sorted(found, key=lambda face: -face.box.area)

    def search(self, picture: Picture, tiles_per_side: int = 1) -> list[Detection]:
        """Look for faces with both networks on the whole picture; the most confident first.

        A face that several looks see comes several times; who calls keeps one.

        Args:
            picture: Where to look.
            tiles_per_side: Above 1, the full-range network also looks at overlapping square tiles, so many to the
                longer side. The whole picture shows faces from about 4 % of its longer side, three tiles from
                about 2 %.
        """
        detections = self._full.detect(picture) + self._short.detect(picture)
        if tiles_per_side > 1:
            detections += self._full.detect(picture, tiles(picture, tiles_per_side))
        return sorted(detections, key=lambda detection: -detection.score)

    def confirm(self, picture: Picture, detection: Detection) -> FoundFace | None:
        """Read the mesh of a detection; None if the mesh sees no face there.

        The mesh moves by about one per cent of the eye distance with the region it is read from, so it is read
        a second time from its own landmarks: every landmark in this project comes from a landmark region.
        """
        first = self.mesh.read(picture, region_of_detection(detection))
        if first.presence < self.mesh.min_presence:
            return None
        second = self.follow(picture, first.landmarks)
        if second is None or second.presence < MIN_NEW_PRESENCE:
            return None
        return FoundFace(second.landmarks, second.presence, detection.score)

    def follow(self, picture: Picture, landmarks: NDArray[np.float32]) -> MeshReading | None:
        """Read the mesh where ``landmarks`` were a moment ago; None if there is no face any more."""
        reading = self.mesh.read(picture, region_of_landmarks(landmarks))
        return reading if reading.presence >= self.mesh.min_presence else None


def is_same(a: Box, b: Box) -> bool:
    """Whether two mesh boxes lie on one face."""
    return a.overlap(b) > SAME_FACE_OVERLAP
