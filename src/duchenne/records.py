"""The records that travel along the road: Picture, Frame, Face, Reading, FrameResult.

Takes and gives nothing but data; numpy only, no I/O. Every record is frozen, and no field is filled in later:
a stage that learns more makes a new record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import IDENTITY, Box, Matrix
from duchenne.labels import EXPRESSIONS, Status


class ColourMatrix(StrEnum):
    """Which weights turn YUV into RGB (ITU-R BT.601, BT.709, BT.2020)."""

    BT601 = "bt601"
    BT709 = "bt709"
    BT2020 = "bt2020"


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One upright picture, stored either as RGB or as the decoder's three YUV 4:2:0 planes.

    Keeping the planes lets a crop convert 192 pixels instead of a whole frame, and ``to_stored`` lets a
    rotated or anamorphic video be read upright without turning a single pixel that nobody looks at.

    Attributes:
        planes: Either one (H, W, 3) uint8 RGB array, or three uint8 planes: Y (H, W), then U and V
            (ceil(H / 2), ceil(W / 2)).
        width: Upright width in pixels, after rotation and pixel aspect.
        height: Upright height in pixels.
        to_stored: (2, 3) map from upright pixels to pixels of ``planes[0]``.
        matrix: How YUV becomes RGB; unused for RGB.
        full_range: Whether YUV uses 0 to 255 (True) or 16 to 235 (False); unused for RGB.
    """

    planes: tuple[NDArray[np.uint8], ...]
    width: int
    height: int
    to_stored: Matrix = field(default_factory=lambda: IDENTITY)
    matrix: ColourMatrix = ColourMatrix.BT601
    full_range: bool = False

    def __post_init__(self) -> None:
        if len(self.planes) == 1:
            ok = self.planes[0].ndim == 3 and self.planes[0].shape[2] == 3
        elif len(self.planes) == 3 and all(p.ndim == 2 for p in self.planes):
            height, width = self.planes[0].shape
            half = ((height + 1) // 2, (width + 1) // 2)
            ok = self.planes[1].shape == half and self.planes[2].shape == half
        else:
            ok = False
        if not ok or any(p.dtype != np.uint8 for p in self.planes):
            shapes = [(p.shape, str(p.dtype)) for p in self.planes]
            raise ValueError(f"a picture is one (H, W, 3) or three YUV 4:2:0 uint8 planes; got {shapes}")

    @property
    def is_rgb(self) -> bool:
        """True for packed RGB, False for YUV planes."""
        return len(self.planes) == 1

    @classmethod
    def from_rgb(cls, rgb: NDArray[np.uint8]) -> Picture:
        """Wrap an (H, W, 3) uint8 RGB array; nothing is copied."""
        return cls((rgb,), width=rgb.shape[1], height=rgb.shape[0])


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame: its 0-based index, its time on the container's clock in seconds, its picture."""

    index: int
    time_s: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class DecodeFailure:
    """A frame that the container promised and that could not be decoded; ``time_s`` may be NaN."""

    index: int
    time_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees; `duchenne.faces.pose` says which way is positive."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one frame.

    Attributes:
        track: Number of the track, 0-based in order of first appearance; stays with the person while seen.
        box: Around the mesh, in pixels of the upright frame.
        score: Detector confidence of the detection the track was last confirmed by, in [0, 1].
        presence: The mesh network's confidence that it looks at a face, in [0, 1].
        landmarks: (468, 3) float32, MediaPipe's mesh order; x and y in pixels of the upright frame, z in the
            same unit (towards the camera is negative), relative to the head's centre.
        pose: Head pose.
        status: ``ok`` or ``low_quality``.
    """

    track: int
    box: Box
    score: float
    presence: float
    landmarks: NDArray[np.float32]
    pose: Pose
    status: Literal[Status.OK, Status.LOW_QUALITY] = Status.OK


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the networks measured on one face: an estimate of expression, not of what someone feels.

    Attributes:
        expressions: (8,) float32 probabilities in the order of `duchenne.labels.EXPRESSIONS`; sums to 1.
        units: (24,) float32 intensities in [0, 1] in the order of `duchenne.facs.UNIT_COLUMNS`, each the share of
            the unit's full contraction and no probability; NaN for a unit that the network does not give, and
            None if it gives none.
    """

    expressions: NDArray[np.float32]
    units: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.units is not None and self.units.shape != (len(UNIT_COLUMNS),):
            raise ValueError(f"expected {len(UNIT_COLUMNS)} intensities, got shape {self.units.shape}")
        if self.expressions.shape != (len(EXPRESSIONS),):
            raise ValueError(f"expected {len(EXPRESSIONS)} probabilities, got shape {self.expressions.shape}")

    @property
    def expression(self) -> str:
        """The most probable label."""
        return EXPRESSIONS[int(self.expressions.argmax())]


@dataclass(frozen=True, slots=True)
class Observation:
    """A face and its reading; ``reading`` is None where the face was too poor to be read."""

    face: Face
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class FrameResult:
    """Everything known about one frame: ``ok`` with observations, ``no_face`` or ``decode_error`` without."""

    index: int
    time_s: float
    status: Status
    observations: tuple[Observation, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if bool(self.observations) != (self.status is Status.OK):
            raise ValueError(f"status {self.status} does not go with {len(self.observations)} observations")
