"""Faces: found, meshed, followed, aligned, and how the head is turned."""

from duchenne.faces.align import align, five_points
from duchenne.faces.detect import Detection, Detector
from duchenne.faces.finder import FaceFinder, FoundFace
from duchenne.faces.mesh import Mesh, MeshReading
from duchenne.faces.track import Tracker, TrackOptions

__all__ = [
    "Detection",
    "Detector",
    "FaceFinder",
    "FoundFace",
    "Mesh",
    "MeshReading",
    "TrackOptions",
    "Tracker",
    "align",
    "five_points",
]
