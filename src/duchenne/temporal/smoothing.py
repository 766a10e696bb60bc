"""Smooth the action units of every face in view, frame after frame and without looking ahead.

Takes the `FrameResult`s of a recording in the order of time, gives the same results with smoothed intensities. Each
track has a filter of its own. Boxes, expressions and what is missing stay as they are.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from duchenne.facs import UNIT_COLUMNS
from duchenne.records import FrameResult, Observation
from duchenne.temporal.filters import OneEuro, OneEuroOptions


class UnitSmoother:
    """One-Euro filters for all tracks of one recording.

    Args:
        options: How strongly to smooth.
    """

    def __init__(self, options: OneEuroOptions | None = None) -> None:
        self._options = options
        self._filters: dict[int, OneEuro] = {}
        self._time_s = -np.inf

    def step(self, result: FrameResult) -> FrameResult:
        """Smooth one frame.

        Args:
            result: The next frame's. One that could not be decoded, or is shown no later than the frame before it,
                is given back as it is and teaches the filters nothing.
        """
        if not result.observations or not result.time_s > self._time_s:
            return result
        self._time_s = result.time_s
        observations = tuple(self._smoothed(one, result.time_s) for one in result.observations)
        return dataclasses.replace(result, observations=observations)

    def _smoothed(self, observation: Observation, time_s: float) -> Observation:
        reading = observation.reading
        if reading is None or reading.units is None:
            return observation
        track = observation.face.track
        if track not in self._filters:
            self._filters[track] = OneEuro(len(UNIT_COLUMNS), self._options)
        units = self._filters[track].step(time_s, reading.units).astype(np.float32)
        return dataclasses.replace(observation, reading=dataclasses.replace(reading, units=units))
