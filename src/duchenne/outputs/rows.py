"""From results to rows of the frame table: what is written, what is left out, and how it is rounded.

Takes a `FrameResult`, gives one row per face, or one that says why there is none. Rounds here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from duchenne.emotion.lexical import DIMENSIONS, lexical_affect
from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import Status
from duchenne.outputs import schema
from duchenne.records import FrameResult, Observation

Value = str | int | float | None
Row = tuple[Value, ...]

_FACE_COLUMNS: Final = len(schema.COLUMNS) - 5
_READING_COLUMNS: Final = (
    1 + len(schema.PROBABILITIES) + len(schema.AFFECT) + len(UNIT_COLUMNS) + len(schema.CALIBRATED_UNITS)
)
_DECIMALS: Final = {column.name: column.decimals for column in schema.COLUMNS}


def is_read(observation: Observation) -> bool:
    """Whether an observation has an expression that the table shows: quality was good and it was measured."""
    return observation.face.status is Status.OK and observation.reading is not None


def rows(result: FrameResult, video: str) -> Iterator[Row]:
    """The rows of one frame, rounded, in the order of `schema.COLUMNS`; at least one, by track number."""
    time_s = _rounded(result.time_s, "time_s")
    if not result.observations:
        yield (video, result.index, time_s, None, result.status.value, *(None,) * _FACE_COLUMNS)
        return
    for observation in sorted(result.observations, key=lambda seen: seen.face.track):
        status = Status.OK if is_read(observation) else Status.LOW_QUALITY
        track = observation.face.track
        yield (video, result.index, time_s, track, status.value, *_measured(observation))


def _measured(observation: Observation) -> Iterator[Value]:
    face, reading = observation.face, observation.reading
    for name in ("x", "y", "width", "height"):
        yield _rounded(getattr(face.box, name), name)
    yield _rounded(face.score, "score")
    for name in ("yaw_deg", "pitch_deg", "roll_deg"):
        yield _rounded(getattr(face.pose, name), name)
    if reading is None or not is_read(observation):
        yield from (None,) * _READING_COLUMNS
        return
    yield reading.expression
    for name, probability in zip(schema.PROBABILITIES, reading.expressions, strict=True):
        yield _rounded(float(probability), name)
    affect = dict(zip(DIMENSIONS, lexical_affect(reading.expressions), strict=True))
    for name in schema.AFFECT:
        yield _rounded(float(affect[name]), name)
    if reading.units is None:
        yield from (None,) * len(UNIT_COLUMNS)
    else:
        for name, intensity in zip(UNIT_COLUMNS, reading.units, strict=True):
            yield _rounded(float(intensity), name)
    # A person's neutral face is known when the recording ends: `duchenne.outputs.calibrate` fills these in.
    yield from (None,) * len(schema.CALIBRATED_UNITS)


def _rounded(value: float, name: str) -> float | None:
    if math.isnan(value):
        return None
    # Adding 0.0 turns -0.0, which rounding can give, into 0.0.
    return round(float(value), _DECIMALS[name]) + 0.0
