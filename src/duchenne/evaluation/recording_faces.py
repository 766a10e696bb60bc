"""One face every so many seconds of a recording, found and measured as the product does it.

Takes a video, loaded networks and a step; gives the frames that were looked at, each with its face, or none. Frames
between are decoded and passed over. Where several faces can be read the largest counts. A frame without a readable
face stays in the list, without one, so that who scores can count it; a damaged frame leaves its place to the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duchenne.faces import align
from duchenne.models.card import InputSpec
from duchenne.models.preprocess import patch
from duchenne.pipeline import Networks, Pipeline
from duchenne.records import Face, Frame, Picture, Reading
from duchenne.video.source import open_source

# Frame times are fractions that meet the grid only up to rounding, in steps.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class ReadFace:
    """A face that can be read, in its frame."""

    picture: Picture
    face: Face
    reading: Reading

    def patch(self, spec: InputSpec) -> NDArray[np.uint8]:
        """The aligned face as a network with this input takes it."""
        return patch(self.picture, align(self.face.landmarks, spec.size), spec)


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """A frame that was looked at: its 0-based number, its time, its face; None where no face could be read."""

    index: int
    time_s: float
    seen: ReadFace | None


def sampled_faces(path: Path, networks: Networks, step_s: float) -> Iterator[SampledFrame]:
    """Look at the first frame of each step of a video.

    Args:
        path: The video.
        networks: The loaded networks; their expression network reads each face too.
        step_s: In seconds, above 0.

    Yields:
        Frames in the order of time, as soon as they are read. A picture is only valid as long as it is held.

    Raises:
        ValueError: if the step is not above 0.
        InputError: if the file cannot be read or holds no frame.
    """
    if not step_s > 0:
        raise ValueError(f"expected a step above 0 s, got {step_s}")
    pipeline = Pipeline(networks)
    next_step = 0
    with open_source(path) as source:
        for frame in source:
            if not isinstance(frame, Frame):
                continue
            step = math.floor(frame.time_s / step_s + _ROUNDING)
            if step < next_step:
                continue
            next_step = step + 1
            yield SampledFrame(frame.index, frame.time_s, _largest(pipeline, frame))


def _largest(pipeline: Pipeline, frame: Frame) -> ReadFace | None:
    readable = [
        ReadFace(frame.picture, one.face, one.reading)
        for one in pipeline.step(frame).observations
        if one.reading is not None
    ]
    return max(readable, key=lambda seen: seen.face.box.area, default=None)
