"""The summary of a video: who was seen for how long, and which expressions their faces showed.

Takes `FrameResult`s one by one and gives a frozen `Summary`; memory grows with the number of people, not with
the length of the video. Time is counted, not frames: a frame lasts until the next one, the last one as long
as the mean of the others, and frames whose time is unknown share the gap they stand in evenly. Where there
is no time at all (a still) every frame counts the same. Never read is None, not 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import schema
from duchenne.outputs.rows import is_read
from duchenne.records import FrameResult

_SECONDS_DECIMALS: Final = 3
_SHARE_DECIMALS: Final = 4

Shares = Mapping[str, float] | None
"""One number per expression, in the order of `EXPRESSIONS`; None where nothing was read."""


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """One person, that is, one track.

    Attributes:
        face: Number of the track, as in the column ``face``.
        first_s: Time of the first frame with this face, in seconds.
        last_s: Time of the last frame with this face, in seconds.
        seconds_seen: How long the face was in view.
        seconds_read: How long it was in view and good enough to be read.
        n_frames_seen: Frames with this face.
        n_frames_read: Frames in which it was read.
        coverage_seen: ``seconds_seen`` as a share of the video; of its frames if it has no duration.
        coverage_read: ``seconds_read`` as a share of the video, likewise.
        share_of_time: Of the time that was read, the share in which each expression was the most probable
            one; sums to 1.
        mean_probability: The mean over the time that was read of each expression's probability; sums to 1.
            Says how sure the network was on average, not how strong the expression was.
        dominant: The expression that was the most probable one for longest; on a tie the one with the higher
            mean probability. None if the face was never read.
    """

    face: int
    first_s: float
    last_s: float
    seconds_seen: float
    seconds_read: float
    n_frames_seen: int
    n_frames_read: int
    coverage_seen: float
    coverage_read: float
    share_of_time: Shares
    mean_probability: Shares
    dominant: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One video.

    Attributes:
        video: Name of the file.
        n_frames: Frames that the video has, read or not.
        n_failed: Frames that could not be decoded.
        n_no_face: Frames that were decoded and show no face.
        n_read: Frames in which at least one face was read.
        duration_s: From the first frame to the end of the last, in seconds; 0 for a still.
        coverage_seen: Share of the video with at least one face in view; None if it has no frames.
        coverage_read: Share of the video with at least one face read; None if it has no frames.
        people: Longest seen first; those seen equally long by track number.
    """

    video: str
    n_frames: int
    n_failed: int
    n_no_face: int
    n_read: int
    duration_s: float
    coverage_seen: float | None
    coverage_read: float | None
    people: tuple[PersonSummary, ...]

    def to_json(self) -> str:
        """The text of ``summary.json``: sorted keys, seconds to 0.001, shares to 0.0001."""
        content = {
            "schema": schema.VERSION,
            "note": schema.NOTE,
            "video": self.video,
            "n_frames": self.n_frames,
            "n_failed": self.n_failed,
            "n_no_face": self.n_no_face,
            "n_read": self.n_read,
            "duration_s": round(self.duration_s, _SECONDS_DECIMALS),
            "coverage": _coverage(self.coverage_seen, self.coverage_read),
            "people": [_person_content(person) for person in self.people],
        }
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


@dataclass(slots=True)
class _Amount:
    """Something counted twice at once: in seconds and in frames."""

    seconds: float = 0.0
    frames: int = 0

    def add(self, seconds: float, frames: int = 1) -> None:
        self.seconds += seconds
        self.frames += frames

    def share_of(self, whole: _Amount) -> float:
        """As a share of ``whole``, by time, or by frames where there is no time; ``whole`` is not empty."""
        return self.seconds / whole.seconds if whole.seconds > 0 else self.frames / whole.frames


@dataclass(slots=True)
class _Person:
    first_s: float
    last_s: float = math.nan
    seen: _Amount = field(default_factory=_Amount)
    read: _Amount = field(default_factory=_Amount)
    # (2, 8): weighted by seconds in the first row, by frames in the second.
    top: NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, len(EXPRESSIONS))))
    probability: NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, len(EXPRESSIONS))))


@dataclass(slots=True)
class _Totals:
    frames: _Amount = field(default_factory=_Amount)
    seen: _Amount = field(default_factory=_Amount)
    read: _Amount = field(default_factory=_Amount)
    n_failed: int = 0
    people: dict[int, _Person] = field(default_factory=dict)


class Summariser:
    """Adds frames up, one by one, in the order of time.

    Args:
        video: Name of the file.
    """

    def __init__(self, video: str) -> None:
        self._video = video
        self._totals = _Totals()
        # A frame's duration is known only when the next one comes: one frame waits, with the number of
        # frames after it whose time is unknown.
        self._waiting: FrameResult | None = None
        self._n_untimed = 0
        self._n_leading = 0
        self._first_s = math.nan

    def add(self, result: FrameResult) -> None:
        """Take the next frame.

        Raises:
            ValueError: if a frame that was decoded has no time.
        """
        if math.isnan(result.time_s):
            if result.status is not Status.DECODE_ERROR:
                raise ValueError(f"frame {result.index} is '{result.status}' but has no time")
            self._n_untimed += 1
            return
        if self._waiting is None:
            self._first_s = result.time_s
            self._n_leading = self._n_untimed
        else:
            step_s = max(result.time_s - self._waiting.time_s, 0.0) / (1 + self._n_untimed)
            _count(self._totals, self._waiting, step_s)
            _count_failed(self._totals, self._n_untimed, step_s)
        self._waiting = result
        self._n_untimed = 0

    def result(self) -> Summary:
        """The summary of all frames so far; more may follow."""
        totals = deepcopy(self._totals)
        mean_step_s = 0.0
        if self._waiting is not None:
            if totals.frames.frames:
                mean_step_s = (self._waiting.time_s - self._first_s) / totals.frames.frames
            _count(totals, self._waiting, mean_step_s)
        _count_failed(totals, self._n_leading + self._n_untimed, mean_step_s)
        people = [_summarise(face, person, totals.frames) for face, person in totals.people.items()]
        people.sort(key=lambda p: (-p.seconds_seen, -p.n_frames_seen, p.face))
        is_empty = totals.frames.frames == 0
        return Summary(
            video=self._video,
            n_frames=totals.frames.frames,
            n_failed=totals.n_failed,
            n_no_face=totals.frames.frames - totals.n_failed - totals.seen.frames,
            n_read=totals.read.frames,
            duration_s=totals.frames.seconds,
            coverage_seen=None if is_empty else totals.seen.share_of(totals.frames),
            coverage_read=None if is_empty else totals.read.share_of(totals.frames),
            people=tuple(people),
        )


def _count(totals: _Totals, result: FrameResult, seconds: float) -> None:
    if result.status is Status.DECODE_ERROR:
        _count_failed(totals, 1, seconds)
        return
    totals.frames.add(seconds)
    if result.observations:
        totals.seen.add(seconds)
    if any(is_read(observation) for observation in result.observations):
        totals.read.add(seconds)
    for observation in result.observations:
        person = totals.people.setdefault(observation.face.track, _Person(result.time_s))
        person.last_s = result.time_s
        person.seen.add(seconds)
        reading = observation.reading
        if reading is None or not is_read(observation):
            continue
        person.read.add(seconds)
        weights = np.array([[seconds], [1.0]])
        person.probability += weights * reading.expressions.astype(np.float64)
        person.top[:, [reading.expressions.argmax()]] += weights


def _count_failed(totals: _Totals, n_frames: int, seconds_each: float) -> None:
    totals.frames.add(n_frames * seconds_each, n_frames)
    totals.n_failed += n_frames


def _summarise(face: int, person: _Person, whole: _Amount) -> PersonSummary:
    row = 0 if person.read.seconds > 0 else 1
    share, probability = _shares(person.top[row]), _shares(person.probability[row])
    dominant = None
    if share is not None and probability is not None:
        dominant = max(EXPRESSIONS, key=lambda name: (share[name], probability[name]))
    return PersonSummary(
        face=face,
        first_s=person.first_s,
        last_s=person.last_s,
        seconds_seen=person.seen.seconds,
        seconds_read=person.read.seconds,
        n_frames_seen=person.seen.frames,
        n_frames_read=person.read.frames,
        coverage_seen=person.seen.share_of(whole),
        coverage_read=person.read.share_of(whole),
        share_of_time=share,
        mean_probability=probability,
        dominant=dominant,
    )


def _shares(amounts: NDArray[np.float64]) -> Shares:
    whole = float(amounts.sum())
    if whole == 0.0:
        return None
    return {name: float(amount) / whole for name, amount in zip(EXPRESSIONS, amounts, strict=True)}


def _person_content(person: PersonSummary) -> dict[str, object]:
    return {
        "face": person.face,
        "first_s": round(person.first_s, _SECONDS_DECIMALS),
        "last_s": round(person.last_s, _SECONDS_DECIMALS),
        "seconds_seen": round(person.seconds_seen, _SECONDS_DECIMALS),
        "seconds_read": round(person.seconds_read, _SECONDS_DECIMALS),
        "n_frames_seen": person.n_frames_seen,
        "n_frames_read": person.n_frames_read,
        "coverage": _coverage(person.coverage_seen, person.coverage_read),
        "share_of_time": _rounded_shares(person.share_of_time),
        "mean_probability": _rounded_shares(person.mean_probability),
        "dominant": person.dominant,
    }


def _coverage(seen: float | None, read: float | None) -> dict[str, float | None]:
    return {
        "seen": None if seen is None else round(seen, _SHARE_DECIMALS),
        "read": None if read is None else round(read, _SHARE_DECIMALS),
    }


def _rounded_shares(shares: Shares) -> dict[str, float] | None:
    if shares is None:
        return None
    return {name: round(share, _SHARE_DECIMALS) for name, share in shares.items()}
