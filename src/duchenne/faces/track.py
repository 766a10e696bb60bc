"""Follow faces from frame to frame: who is who, in seconds, not in frames.

Takes pictures with their times, gives the faces in view with their track numbers. A face that is in view is
carried by its own landmarks; the detector runs when a face is lost, when none is known, and on a schedule for
newcomers. Lost faces are matched to new detections by the Hungarian method (Kuhn 1955) within what a head can
move in the time that has passed. A cut ends all tracks. Time must not run backwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.faces.cuts import CutDetector
from duchenne.faces.detect import Detection
from duchenne.faces.finder import FaceFinder, FoundFace, is_same
from duchenne.geometry import Box
from duchenne.records import Picture

# A pair that may not be matched; above any cost that may.
_FORBIDDEN = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackOptions:
    """How faces are followed.

    Attributes:
        search_every_s: How often to look for newcomers while all known faces are in view. A detector call costs
            about as much as reading a face, so twice a second is nearly free.
        patience_s: How long an unseen face keeps its number; covers a hand passing before the face.
        max_carry_s: The longest step between two frames over which landmarks may carry a face; beyond it
            (very low frame rates, gaps) the face must be detected anew.
        max_speed: Face widths a second that a head's centre may move between losing and finding it.
        max_growth: Ratio of sizes above which two boxes are not one person.
        max_faces: The most faces followed at once. Those in view keep their places, and only where there is room
            are others taken up, the largest first. Photographs, in which nothing is followed, ignore it.
        tiles_per_side: How finely to search for small faces; each step up costs as many detector calls as there
            are tiles.
        min_inside: Share of a newcomer that must lie inside the picture. The mesh completes a face that the
            edge cuts, at a size and place that hardly hold from one frame to the next.
    """

    search_every_s: float = 0.5
    patience_s: float = 1.0
    max_carry_s: float = 0.25
    max_speed: float = 3.0
    max_growth: float = 1.6
    max_faces: int = 20
    tiles_per_side: int = 1
    min_inside: float = 0.7

    def __post_init__(self) -> None:
        for name in ("search_every_s", "patience_s", "max_carry_s", "max_speed"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise SettingsError(f"{name} must be a number of at least 0", got=str(value))
        if not 0 <= self.min_inside <= 1:
            raise SettingsError("min_inside must lie between 0 and 1", got=str(self.min_inside))
        for name in ("max_growth", "max_faces", "tiles_per_side"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} must be at least 1", got=str(getattr(self, name)))


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFace:
    """A face in view: its track number, 0-based in order of appearance, and what the mesh saw."""

    track: int
    found: FoundFace


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    number: int
    found: FoundFace
    seen_s: float


class Tracker:
    """The step machine that carries faces through time."""

    def __init__(self, finder: FaceFinder, options: TrackOptions | None = None) -> None:
        self._finder = finder
        self._options = options or TrackOptions()
        self._cuts = CutDetector()
        self._next_number = 0
        self._tracks: list[_Track] = []
        self._time_s = -math.inf
        self._searched_s = -math.inf

    def reset(self) -> None:
        """Forget everything, as before the first step."""
        self._cuts.reset()
        self._next_number = 0
        self._tracks = []
        self._time_s = self._searched_s = -math.inf

    def step(self, picture: Picture, time_s: float) -> list[TrackedFace]:
        """Look at the next picture.

        Args:
            picture: The frame.
            time_s: Its time in seconds; not before the last one.

        Returns:
            The faces in view, by track number.

        Raises:
            ValueError: if time runs backwards or is not a number.
        """
        if not time_s >= self._time_s:
            raise ValueError(f"time must not run backwards: {time_s} s after {self._time_s} s")
        options = self._options
        if self._cuts.step(picture):
            self._tracks = []
        carried = self._carry(picture, time_s)
        lost = [
            track
            for track in self._tracks
            if track.number not in carried and time_s - track.seen_s <= options.patience_s
        ]
        searching = (
            not carried or bool(lost) or time_s - self._searched_s >= options.search_every_s
        ) and len(carried) < options.max_faces
        seen = list(carried.values())
        if searching:
            self._searched_s = time_s
            seen += self._search(picture, time_s, seen, lost)
        seen = _drop_doubles(seen)
        numbers = {track.number for track in seen}
        self._tracks = seen + [track for track in lost if track.number not in numbers]
        self._time_s = time_s
        return [TrackedFace(t.number, t.found) for t in sorted(seen, key=lambda t: t.number)]

    def _carry(self, picture: Picture, time_s: float) -> dict[int, _Track]:
        """Read the mesh again where each face was in the frame before."""
        carried = {}
        for track in self._tracks:
            in_view = track.seen_s == self._time_s
            if not in_view or time_s - track.seen_s > self._options.max_carry_s:
                continue
            reading = self._finder.follow(picture, track.found.landmarks)
            if reading is None:
                continue
            found = FoundFace(reading.landmarks, reading.presence, track.found.score)
            if self._may_be(track, found.box, time_s):
                carried[track.number] = _Track(track.number, found, time_s)
        return carried

    def _search(
        self, picture: Picture, time_s: float, seen: list[_Track], lost: list[_Track]
    ) -> list[_Track]:
        """Detect faces that are not in ``seen``: lost ones get their number back, others a new one."""
        fresh: list[FoundFace] = []
        for detection in self._finder.search(picture, self._options.tiles_per_side):
            known = [track.found.box for track in seen] + [found.box for found in fresh]
            if any(_covers(box, detection) for box in known):
                continue
            found = self._finder.confirm(picture, detection)
            if found is None or any(is_same(found.box, box) for box in known):
                continue
            if found.box.share_inside(picture.width, picture.height) >= self._options.min_inside:
                fresh.append(found)
        fresh.sort(key=lambda found: -found.box.area)
        fresh = fresh[: self._options.max_faces - len(seen)]
        numbers = self._match(fresh, lost, time_s)
        result = []
        for found, number in zip(fresh, numbers, strict=True):
            if number is None:
                number, self._next_number = self._next_number, self._next_number + 1
            result.append(_Track(number, found, time_s))
        return result

    def _match(self, fresh: list[FoundFace], lost: list[_Track], time_s: float) -> list[int | None]:
        """The track number of each fresh face, or None for a newcomer."""
        numbers: list[int | None] = [None] * len(fresh)
        if not fresh or not lost:
            return numbers
        costs = np.array([[self._cost(track, found.box, time_s) for track in lost] for found in fresh])
        for row, column in zip(*_assign(costs), strict=True):
            if costs[row, column] < _FORBIDDEN:
                numbers[row] = lost[column].number
        return numbers

    def _cost(self, track: _Track, box: Box, time_s: float) -> float:
        """Distance in face widths plus the logarithm of the size ratio; forbidden beyond the gates."""
        if not self._may_be(track, box, time_s):
            return _FORBIDDEN
        old = track.found.box
        return _distance(old, box) + abs(math.log(_size(box) / _size(old)))

    def _may_be(self, track: _Track, box: Box, time_s: float) -> bool:
        """Whether a head can have got from the track's last box to ``box`` in the time between."""
        old = track.found.box
        if min(_size(old), _size(box)) <= 0:
            return False
        # Half a face width is always allowed: a box jumps that far when the mesh settles.
        reach = 0.5 + self._options.max_speed * (time_s - track.seen_s)
        ratio = _size(box) / _size(old)
        growth = self._options.max_growth
        return _distance(old, box) <= reach and 1 / growth <= ratio <= growth


def _assign(costs: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns of the pairs that cost least in all."""
    if min(costs.shape) == 1:
        # One against any number is its cheapest pair.
        row, column = np.unravel_index(costs.argmin(), costs.shape)
        return np.array([row], dtype=np.intp), np.array([column], dtype=np.intp)
    # Loading scipy's optimisers takes a quarter of a second and 37 MB, and most videos never lose two faces.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(costs)
    return rows, columns


def _size(box: Box) -> float:
    return math.sqrt(box.area)


def _distance(a: Box, b: Box) -> float:
    """Between the centres, in widths of the smaller face."""
    (ax, ay), (bx, by) = a.center, b.center
    return math.hypot(ax - bx, ay - by) / min(_size(a), _size(b))


def _covers(box: Box, detection: Detection) -> bool:
    """Whether a detection lies on a face that is already followed."""
    x, y = detection.box.center
    inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
    return inside or is_same(box, detection.box)


def _drop_doubles(seen: list[_Track]) -> list[_Track]:
    """Of two tracks that slid onto one face, keep the older number."""
    kept: list[_Track] = []
    for track in sorted(seen, key=lambda t: t.number):
        if not any(is_same(track.found.box, other.found.box) for other in kept):
            kept.append(track)
    return kept
