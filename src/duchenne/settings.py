"""What a user may choose about the measurement, with the reason for each default.

Takes plain values, gives frozen records; refuses values outside their range with a `SettingsError`. Settings
change numbers; where results go and what is drawn are arguments of the drivers instead.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from pathlib import Path

from duchenne.emotion.threshold import Fallback as Fallback
from duchenne.emotion.threshold import RepresentativeOptions as RepresentativeOptions
from duchenne.errors import SettingsError
from duchenne.faces.track import TrackOptions as TrackOptions
from duchenne.temporal.baseline import BaselineOptions as BaselineOptions
from duchenne.temporal.calibration import CalibrationOptions as CalibrationOptions
from duchenne.temporal.calibration import NeutralFace as NeutralFace
from duchenne.temporal.filters import OneEuroOptions as OneEuroOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityOptions:
    """When a face is too poor to be read; such a row keeps its box and pose and is marked ``low_quality``.

    Attributes:
        min_face_px: Least width of the face. At 32 pixels the mesh is off by 4 % of the eye distance, at 24 by
            6 % (downscaled faces, measured).
        max_yaw_deg: Beyond it half of the face is hidden and the training sets have next to no faces.
        max_pitch_deg: As for yaw.
        min_inside: Share of the face that must lie inside the picture; what the edge cuts off is a guess.
    """

    min_face_px: float = 32.0
    max_yaw_deg: float = 60.0
    max_pitch_deg: float = 45.0
    min_inside: float = 0.7

    def __post_init__(self) -> None:
        for name in ("min_face_px", "max_yaw_deg", "max_pitch_deg"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise SettingsError(f"{name} must be a number of at least 0", got=str(value))
        if not 0 <= self.min_inside <= 1:
            raise SettingsError("min_inside must lie between 0 and 1", got=str(self.min_inside))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can change a number.

    Attributes:
        track: How faces are followed.
        quality: When a face is not read.
        still_tiles_per_side: How finely photographs are searched for small faces; a photograph has only one
            chance, and more pixels than a video. `TrackOptions.tiles_per_side` is the same for videos.
        representative: When an expression stands for a whole video.
        calibration: Against which neutral face the calibrated action units are set.
        smoothing: How the action units of the table are smoothed; None, the default, writes them as measured. What
            is drawn into the video is always smoothed, for the eye.
    """

    track: TrackOptions = field(default_factory=TrackOptions)
    quality: QualityOptions = field(default_factory=QualityOptions)
    still_tiles_per_side: int = 3
    representative: RepresentativeOptions = field(default_factory=RepresentativeOptions)
    calibration: CalibrationOptions = field(default_factory=CalibrationOptions)
    smoothing: OneEuroOptions | None = None

    def __post_init__(self) -> None:
        if self.still_tiles_per_side < 1:
            raise SettingsError("still_tiles_per_side must be at least 1", got=str(self.still_tiles_per_side))

    def as_dict(self) -> dict[str, object]:
        """Plain nested values, for ``run.json``; another recording by its name, without its folder."""
        content = dataclasses.asdict(self)
        content["calibration"]["recording"] = Path(self.calibration.recording).name
        return content
