"""Add the frames of a video up to its summary.

Takes `FrameResult`s one by one and gives a frozen `Summary`; memory grows with the number of people, not with
the length of the video. Time is counted, not frames: a frame lasts until the next one, the last one as long
as the mean of the others, and frames whose time is unknown share the gap they stand in evenly. Where there
is no time at all (a still) every frame counts the same. The rule of paper 004 counts frames, as the paper does.
"""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from duchenne.emotion.grouping import SPECIFIC, regrouped
from duchenne.emotion.threshold import RepresentativeOptions, represent
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.rows import is_read
from duchenne.outputs.summary import PersonSummary, Shares, Summary
from duchenne.records import FrameResult


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
        rule: When an expression stands for the video.
    """

    def __init__(self, video: str, rule: RepresentativeOptions | None = None) -> None:
        self._video = video
        self._rule = rule or RepresentativeOptions()
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
        people = [
            _summarise(face, person, totals.frames, self._rule) for face, person in totals.people.items()
        ]
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
            rule=self._rule,
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


def _summarise(face: int, person: _Person, whole: _Amount, rule: RepresentativeOptions) -> PersonSummary:
    row = 0 if person.read.seconds > 0 else 1
    share, probability = _shares(person.top[row]), _shares(person.probability[row])
    dominant = None
    if share is not None and probability is not None:
        dominant = max(EXPRESSIONS, key=lambda name: (share[name], probability[name]))
    n_frames_each = {name: int(n) for name, n in zip(EXPRESSIONS, person.top[1], strict=True)}
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
        n_frames_by_expression=n_frames_each,
        representative=represent(regrouped(n_frames_each, SPECIFIC), rule),
    )


def _shares(amounts: NDArray[np.float64]) -> Shares:
    whole = float(amounts.sum())
    if whole == 0.0:
        return None
    return {name: float(amount) / whole for name, amount in zip(EXPRESSIONS, amounts, strict=True)}
