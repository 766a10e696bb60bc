"""A person's own neutral face: where in a recording it is, and values relative to it.

Takes times and unit intensities of one face; gives the quietest stretch that is long enough, the level of each
unit in it, and calibrated values. People differ at rest: brows that hang low read as AU4, and a mouth with raised
corners as AU12. A recording without a long enough stretch in view has no baseline and says why: it is not
calibrated, which is not the same as calibrated by 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """What counts as a neutral stretch.

    Attributes:
        length_s: How long it is, in seconds, above 0.
        max_gap_s: Frames further apart are not one stretch, above 0.
        min_total_s: The face must be read for so long in all; in a shorter recording the quietest second need not
            be a neutral one.
    """

    length_s: float = 1.0
    max_gap_s: float = 0.25
    min_total_s: float = 4.0

    def __post_init__(self) -> None:
        values = (self.length_s, self.max_gap_s, self.min_total_s)
        if not all(value > 0 and math.isfinite(value) for value in values):
            raise SettingsError(
                "the baseline is outside its range",
                got=f"length_s {self.length_s}, max_gap_s {self.max_gap_s}, min_total_s {self.min_total_s}",
                expected="all above 0",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A neutral stretch.

    Attributes:
        begin_s: Its first frame in which the face was read.
        end_s: Its last one.
        levels: (K,) median intensity of each unit in it; NaN for a unit that was not measured there.
        recording: Name of the other recording that it, and its times, are of; empty for the same one.
        recording_sha256: Of that recording's frame table.
    """

    begin_s: float
    end_s: float
    levels: NDArray[np.float64]
    recording: str = ""
    recording_sha256: str = ""


@dataclass(frozen=True, slots=True)
class NotCalibrated:
    """Why a face has no baseline."""

    reason: str


_ROUNDING: Final = 1e-9

NOT_MEASURED: Final = NotCalibrated("no action units were measured")


def find_baseline(
    times_s: NDArray[np.floating[Any]],
    units: NDArray[np.floating[Any]],
    options: BaselineOptions | None = None,
) -> Baseline | NotCalibrated:
    """The stretch in which all units together are lowest; the first of equals.

    Args:
        times_s: (N,) of the frames of one face in which it was read, in seconds, that never fall.
        units: (N, K) intensities in [0, 1]; NaN for a unit that the network does not give.
        options: What counts as a stretch.

    Raises:
        ValueError: if the lengths differ or times fall.
    """
    o = BaselineOptions() if options is None else options
    if units.ndim != 2 or len(units) != len(times_s):
        raise ValueError(f"expected {len(times_s)} rows of units, got shape {units.shape}")
    steps = np.diff(times_s)
    if (steps < 0).any():
        raise ValueError("expected times that do not fall")
    if not np.isfinite(units).any():
        return NOT_MEASURED
    total_s = float(steps[steps <= o.max_gap_s].sum())
    if total_s < o.min_total_s:
        if float(steps.sum()) >= o.min_total_s and total_s == 0:
            return NotCalibrated(f"frames with the face are further apart than {o.max_gap_s:g} s")
        return NotCalibrated(f"the face was read for {total_s:.1f} s, less than {o.min_total_s:g} s")
    # The activity of a stretch is the mean over its frames of the sum over units.
    activity = np.nansum(units.astype(np.float64), axis=1)
    sums = np.concatenate([[0.0], np.cumsum(activity)])
    piece = np.concatenate([[0], np.cumsum(steps > o.max_gap_s)])
    best: tuple[float, int, int] | None = None
    for first in range(len(times_s)):
        # A frame's time and the stretch's end are both multiples of a tick: meet them up to rounding.
        last = int(np.searchsorted(times_s, times_s[first] + o.length_s - 1e-9))
        if last >= len(times_s):
            break
        if piece[first] != piece[last]:
            continue
        mean = float(sums[last + 1] - sums[first]) / (last + 1 - first)
        # A running sum leaves differences of rounding, which decide nothing.
        if best is None or mean < best[0] - _ROUNDING:
            best = (mean, first, last)
    if best is None:
        return NotCalibrated(f"the face was never in view for {o.length_s:g} s without a gap")
    return levels_of(times_s, units, float(times_s[best[1]]), float(times_s[best[2]]))


def levels_of(
    times_s: NDArray[np.floating[Any]], units: NDArray[np.floating[Any]], begin_s: float, end_s: float
) -> Baseline | NotCalibrated:
    """The baseline of a stretch that somebody named, both ends included: what was read of the face in it.

    Args:
        times_s: (N,) of the frames in which the face was read.
        units: (N, K).
        begin_s: In seconds.
        end_s: In seconds.
    """
    is_inside = (times_s >= begin_s) & (times_s <= end_s)
    inside = units[is_inside].astype(np.float64)
    if not len(inside):
        return NotCalibrated(f"the face was not read between {begin_s:g} s and {end_s:g} s")
    levels = np.full(units.shape[1], np.nan)
    known = np.isfinite(inside).any(axis=0)
    levels[known] = np.nanmedian(inside[:, known], axis=0)
    return Baseline(float(times_s[is_inside][0]), float(times_s[is_inside][-1]), levels)


def calibrated(units: NDArray[np.floating[Any]], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intensities relative to a person's neutral face: 0 there, 1 at full contraction.

    ``(x - level) / (1 - level)``, cut off at 0: below the neutral face a unit is not shown.

    Args:
        units: (..., K) in [0, 1].
        levels: (K,) in [0, 1]; where one is 1 nothing is left above it, and the value is missing.

    Returns:
        (..., K) in [0, 1]; NaN where either is missing.
    """
    room = np.where(levels < 1, 1 - levels, np.nan)
    return np.asarray(np.clip((units - levels) / room, 0, 1), dtype=np.float64)
