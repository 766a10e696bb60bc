"""Faces at their peaks: for each person and expression the moment at which it was most probable.

Takes each frame with its result and keeps small crops in memory, a bounded number of them; nothing is
written here. A crop is cut only when a face was read and beats its own record by a margin, so most frames
cost nothing. Whose crops gave way to those of others has no peak that is less probable than one that was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.geometry import Box, Region
from duchenne.models import preprocess
from duchenne.models.card import Border, Colour, InputSpec, Layout
from duchenne.outputs.rows import is_read
from duchenne.records import DecodeFailure, Frame, FrameResult, Picture

MAX_PEOPLE: Final = 12
"""Crops are kept for this many people, those seen in most frames: 3.6 MB at most."""

_SIZE_PX: Final = 112
# Room around the box of the mesh, which ends at the brow: shows hair and chin.
_ROOM: Final = 1.35
# A new record must be this much more probable; a climbing expression then costs tens of crops, not hundreds.
_MARGIN: Final = 0.02
_THUMBNAIL: Final = InputSpec(
    name="thumbnail",
    size=_SIZE_PX,
    colour=Colour.RGB,
    layout=Layout.NHWC,
    low=0.0,
    high=255.0,
    border=Border.REPLICATE,
    antialias=True,
)


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """One person's face when one expression was at its most probable.

    Attributes:
        face: Number of the track.
        expression: The most probable expression of that frame.
        probability: Its probability, in [0, 1].
        frame: Index of the frame.
        time_s: Time of the frame in seconds.
        image: (112, 112, 3) uint8 RGB.
    """

    face: int
    expression: str
    probability: float
    frame: int
    time_s: float
    image: NDArray[np.uint8]


class PeakCollector:
    """Keeps the best crop per person and expression.

    A peak is the moment of the highest probability but for `_MARGIN`, counted over all frames, also over those
    in which there was no room for the person's crops. Where no crop of such a moment is left there is no peak.

    Args:
        max_people: How many people to keep crops of; the one seen in fewest frames gives way.
    """

    def __init__(self, *, max_people: int = MAX_PEOPLE) -> None:
        self._max_people = max_people
        self._n_frames: dict[int, int] = {}
        # Of everybody, because it costs a few bytes: a lost crop must not make a lesser moment the peak.
        self._highest: dict[int, dict[str, float]] = {}
        self._best: dict[int, dict[str, Peak]] = {}

    def add(self, frame: Frame | DecodeFailure, result: FrameResult) -> None:
        """Look at one frame; one that failed to decode shows nobody."""
        if isinstance(frame, DecodeFailure):
            return
        for observation in result.observations:
            reading = observation.reading
            if reading is None or not is_read(observation):
                continue
            track = observation.face.track
            expression, probability = reading.expression, float(reading.expressions.max())
            self._n_frames[track] = self._n_frames.get(track, 0) + 1
            highest = self._highest.setdefault(track, {})
            highest[expression] = max(probability, highest.get(expression, probability))
            if not self._make_room(track):
                continue
            peaks = self._best.setdefault(track, {})
            record = peaks.get(expression)
            if record is None:
                is_peak = probability >= highest[expression] - _MARGIN
            else:
                is_peak = probability > record.probability + _MARGIN
            if is_peak:
                image = crop(frame.picture, observation.face.box)
                peaks[expression] = Peak(track, expression, probability, frame.index, frame.time_s, image)

    def peaks(self) -> tuple[Peak, ...]:
        """All that is kept, by person, the most probable first."""
        kept = (peak for peaks in self._best.values() for peak in peaks.values())
        return tuple(sorted(kept, key=lambda peak: (peak.face, -peak.probability, peak.frame)))

    def _make_room(self, track: int) -> bool:
        """Whether this person's crops may be kept; drops those of the one seen least if need be."""
        if track in self._best or len(self._best) < self._max_people:
            return True
        briefest = min(self._best, key=lambda other: (self._n_frames[other], -other))
        if self._n_frames[track] <= self._n_frames[briefest]:
            return False
        del self._best[briefest]
        return True


def crop(picture: Picture, box: Box) -> NDArray[np.uint8]:
    """Cut a square around a face, (112, 112, 3) uint8 RGB; beyond the picture its edge is repeated."""
    side = max(box.width, box.height, 1.0) * _ROOM
    region = Region(*box.center, side_px=side)
    return preprocess.patch(picture, region.to_picture(_SIZE_PX), _THUMBNAIL)
