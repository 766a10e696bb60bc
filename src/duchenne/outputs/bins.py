"""The frame table, shortened for the eye: at most some 1500 steps of time, however long the video.

Takes a frame table and gives each person's mean probabilities per step with the reason for every gap. The
table is read in batches, so memory depends on the number of steps and people, not on the length of the video.
A step of several frames keeps what would otherwise vanish: a face that was read in one of its frames counts
as read there, and the highest probabilities stand beside the means. A video of no more frames than steps is
shown frame by frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import schema
from duchenne.outputs.batches import Floats as Floats
from duchenne.outputs.batches import numbers
from duchenne.outputs.tables import read_batches

MAX_STEPS: Final = 1500
"""More than a screen has columns for."""

STATUSES: Final = (Status.OK, Status.LOW_QUALITY, Status.DECODE_ERROR, Status.NO_FACE)
"""What a step can be, the first that any of its frames is: the codes in `PersonTimeline.status`."""

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class PersonTimeline:
    """One person, step by step.

    Attributes:
        status: (S,) index into `STATUSES`.
        mean: (S, 8) mean probabilities over the frames that were read; NaN where none was.
        peak: (S, 8) highest probabilities over the same frames; NaN likewise.
        units: (S, 24) mean intensities in the order of `duchenne.facs.UNIT_COLUMNS` over the frames in which a
            unit was measured; NaN where it was in none.
    """

    status: Codes
    mean: Floats
    peak: Floats
    units: Floats

    @property
    def top(self) -> NDArray[np.intp]:
        """(S,) index of the expression with the highest mean, -1 where nothing was read."""
        return np.where(self.status == 0, np.nan_to_num(self.mean, nan=-1.0).argmax(axis=1), -1)


@dataclass(frozen=True, slots=True, eq=False)
class Timelines:
    """All people of a video on one axis of time.

    Attributes:
        edges_s: (S + 1,) where each step begins, and where the last one ends, in seconds.
        frames_per_step: The most frames that any step holds.
        people: By track number.
        anyone: (S,) status of the best-read face of each step, among all people of the table.
    """

    edges_s: Floats
    frames_per_step: int
    people: Mapping[int, PersonTimeline]
    anyone: Codes

    @property
    def n_steps(self) -> int:
        """How many steps there are."""
        return len(self.anyone)


def runs(codes: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """Stretches of equal codes as (first, after last, code); none for an empty array."""
    if len(codes) == 0:
        return []
    changes = np.flatnonzero(np.diff(codes)) + 1
    starts = [0, *changes.tolist()]
    return [
        (start, stop, int(codes[start]))
        for start, stop in zip(starts, [*starts[1:], len(codes)], strict=True)
    ]


def longest_seen(frames: Path | pa.Table, n_people: int) -> list[int]:
    """The track numbers with most rows, at most ``n_people``; equal ones by number."""
    n_rows: Counter[int] = Counter()
    for batch in read_batches(frames, ["face"]):
        n_rows.update(batch.column("face").drop_null().to_pylist())
    return sorted(n_rows, key=lambda face: (-n_rows[face], face))[:n_people]


def shorten(frames: Path | pa.Table, faces: Sequence[int], *, max_steps: int = MAX_STEPS) -> Timelines:
    """Read a frame table into steps.

    Args:
        frames: The table, in memory or as a file.
        faces: Track numbers of the people to follow.
        max_steps: Most steps to make.

    Returns:
        The timelines; of no steps for a table without rows.

    Raises:
        DataError: if the file is not a frame table.
    """
    first, n_frames = _frame_range(frames)
    n_steps = min(n_frames, max_steps)
    count = _Count(n_steps, faces)
    for batch in read_batches(
        frames, ["frame", "time_s", "face", "status", *schema.PROBABILITIES, *UNIT_COLUMNS]
    ):
        count.add(batch, first, n_frames)
    return Timelines(
        edges_s=_edges(count.start_s, n_frames),
        frames_per_step=-(-n_frames // n_steps) if n_steps else 0,
        people={face: count.person(face) for face in faces},
        anyone=count.first_status(count.n_anyone),
    )


class _Count:
    """Sums over the frames of each step."""

    def __init__(self, n_steps: int, faces: Sequence[int]) -> None:
        self.start_s = np.full(n_steps, np.inf)
        # One column per status; that of `no_face` stays empty, since it is what remains.
        self.n_anyone = np.zeros((n_steps, 3), dtype=np.int64)
        self._n = {face: np.zeros((n_steps, 3), dtype=np.int64) for face in faces}
        self._sum = {face: np.zeros((n_steps, len(EXPRESSIONS))) for face in faces}
        self._unit_sum = {face: np.zeros((n_steps, len(UNIT_COLUMNS))) for face in faces}
        self._n_units = {face: np.zeros((n_steps, len(UNIT_COLUMNS))) for face in faces}
        self._peak = {face: np.zeros((n_steps, len(EXPRESSIONS))) for face in faces}

    def add(self, batch: pa.RecordBatch, first: int, n_frames: int) -> None:
        step = (numbers(batch, "frame").astype(np.int64) - first) * len(self.start_s) // n_frames
        np.fmin.at(self.start_s, step, numbers(batch, "time_s"))
        face = numbers(batch, "face")
        code = _codes(batch)
        known = code < 3
        np.add.at(self.n_anyone, (step[known], code[known]), 1)
        probabilities = np.column_stack([numbers(batch, name) for name in schema.PROBABILITIES])
        units = np.column_stack([numbers(batch, name) for name in UNIT_COLUMNS])
        failed = code == 2
        for track, n in self._n.items():
            mine = (face == track) & known
            np.add.at(n, (step[mine | failed], code[mine | failed]), 1)
            read = mine & (code == 0)
            np.add.at(self._sum[track], step[read], probabilities[read])
            np.maximum.at(self._peak[track], step[read], probabilities[read])
            np.add.at(self._unit_sum[track], step[read], np.nan_to_num(units[read]))
            np.add.at(self._n_units[track], step[read], np.isfinite(units[read]))

    def person(self, face: int) -> PersonTimeline:
        n_read = self._n[face][:, :1]
        empty = n_read == 0
        n_units = self._n_units[face]
        mean = np.where(empty, np.nan, self._sum[face] / np.maximum(n_read, 1))
        return PersonTimeline(
            status=self.first_status(self._n[face]),
            mean=mean,
            peak=np.where(empty, np.nan, self._peak[face]),
            units=np.where(n_units == 0, np.nan, self._unit_sum[face] / np.maximum(n_units, 1)),
        )

    @staticmethod
    def first_status(counts: NDArray[np.int64]) -> Codes:
        has = np.column_stack([counts > 0, np.ones(len(counts), dtype=bool)])
        return np.asarray(has.argmax(axis=1), dtype=np.int8)


def _frame_range(frames: Path | pa.Table) -> tuple[int, int]:
    """The first index and the number of frames from there to the last."""
    low, high = np.iinfo(np.int64).max, -1
    for batch in read_batches(frames, ["frame"]):
        if batch.num_rows:
            index = numbers(batch, "frame")
            low, high = min(low, int(index.min())), max(high, int(index.max()))
    return (low, high - low + 1) if high >= 0 else (0, 0)


def _codes(batch: pa.RecordBatch) -> NDArray[np.intp]:
    numbers = {status.value: code for code, status in enumerate(STATUSES)}
    return np.array([numbers[status] for status in batch.column("status").to_pylist()], dtype=np.intp)


def _edges(start_s: Floats, n_frames: int) -> Floats:
    """Beginnings of the steps and the end of the last; unknown times lie evenly between known ones."""
    n_steps = len(start_s)
    known = np.flatnonzero(np.isfinite(start_s))
    if len(known) == 0:
        return np.zeros(n_steps + 1)
    # The first frame of each step, and the one after the last: steps may differ by a frame in length.
    frame = -(-np.arange(n_steps + 1) * n_frames // n_steps)
    first, last = int(known[0]), int(known[-1])
    n_between = int(frame[last] - frame[first])
    frame_s = (start_s[last] - start_s[first]) / n_between if n_between else 0.0
    edges = np.interp(frame, frame[known], start_s[known])
    edges[:first] = start_s[first] - (frame[first] - frame[:first]) * frame_s
    edges[last + 1 :] = start_s[last] + (frame[last + 1 :] - frame[last]) * frame_s
    return np.maximum.accumulate(edges)
