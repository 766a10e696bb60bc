"""The One-Euro filter: quiet when a face is still, quick when it moves, and never looking ahead.

Takes values with their times, one frame after the other; gives smoothed values. A low-pass filter whose cutoff
rises with the speed of the signal. Causal, so a live stream and a file get the same numbers. A missing value stays
missing and teaches the filter nothing; after a long gap it starts anew. Refuses times that do not rise.

Source: Casiez, Roussel & Vogel 2012, "1 euro filter: a simple speed-based low-pass filter for noisy input in
interactive systems", CHI 2012, section "Filter" and its appendix. Departure: each step uses its own interval, as
the container's timestamps give it, instead of a constant rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError


@dataclass(frozen=True, slots=True)
class OneEuroOptions:
    """How strongly to smooth; the defaults suit intensities in [0, 1] at 25 to 30 frames a second.

    Attributes:
        min_cutoff_hz: Cutoff at rest, above 0: lower is quieter and later.
        beta: How much the cutoff rises with speed, in Hz per unit a second, at least 0.
        speed_cutoff_hz: Cutoff of the speed itself, above 0.
        max_gap_s: After so long without a value the filter starts anew, above 0.
    """

    min_cutoff_hz: float = 1.0
    beta: float = 2.0
    speed_cutoff_hz: float = 1.0
    max_gap_s: float = 0.5

    def __post_init__(self) -> None:
        positive = (self.min_cutoff_hz, self.speed_cutoff_hz, self.max_gap_s)
        if not all(value > 0 and math.isfinite(value) for value in positive) or not 0 <= self.beta < math.inf:
            raise SettingsError(
                "the smoothing is outside its range",
                got=f"min_cutoff_hz {self.min_cutoff_hz}, beta {self.beta}, "
                f"speed_cutoff_hz {self.speed_cutoff_hz}, max_gap_s {self.max_gap_s}",
                expected="beta at least 0, all others above 0",
            )


class OneEuro:
    """The filter for K values that come together; each has its own speed and its own gaps.

    Args:
        n_values: K.
        options: How strongly to smooth.
    """

    def __init__(self, n_values: int, options: OneEuroOptions | None = None) -> None:
        self._options = OneEuroOptions() if options is None else options
        self._time_s = -math.inf
        self._seen_s = np.full(n_values, -math.inf)
        self._raw = np.full(n_values, np.nan)
        self._smooth = np.full(n_values, np.nan)
        self._speed = np.zeros(n_values)

    def step(self, time_s: float, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Smooth the values of one frame.

        Args:
            time_s: Of the frame, in seconds; later than that of the step before.
            values: (K,); NaN where nothing was measured.

        Returns:
            (K,); NaN exactly where ``values`` is.

        Raises:
            ValueError: if the time is not later, or there are more or fewer values.
        """
        if not time_s > self._time_s:
            raise ValueError(f"expected a time after {self._time_s} s, got {time_s}")
        if values.shape != self._raw.shape:
            raise ValueError(f"expected {len(self._raw)} values, got shape {values.shape}")
        self._time_s = time_s
        o, known = self._options, np.isfinite(values)
        fresh = known & ~(time_s - self._seen_s <= o.max_gap_s)
        going = known & ~fresh
        self._raw[fresh] = self._smooth[fresh] = values[fresh]
        self._speed[fresh] = 0.0
        # Only what goes on has an interval.
        interval = time_s - self._seen_s[going]
        speed = (values[going] - self._raw[going]) / interval
        self._speed[going] += _share(o.speed_cutoff_hz, interval) * (speed - self._speed[going])
        cutoff = o.min_cutoff_hz + o.beta * np.abs(self._speed[going])
        self._smooth[going] += _share(cutoff, interval) * (values[going] - self._smooth[going])
        self._raw[going] = values[going]
        self._seen_s[known] = time_s
        return np.where(known, self._smooth, np.nan)


def smooth(
    times_s: NDArray[np.floating[Any]],
    values: NDArray[np.floating[Any]],
    options: OneEuroOptions | None = None,
) -> NDArray[np.float64]:
    """Smooth a whole recording, frame by frame as `OneEuro.step` does.

    Args:
        times_s: (N,) in seconds, rising.
        values: (N, K); NaN where nothing was measured.
        options: How strongly to smooth.

    Returns:
        (N, K); NaN exactly where ``values`` is.

    Raises:
        ValueError: if the lengths differ or times do not rise.
    """
    if values.ndim != 2 or len(values) != len(times_s):
        raise ValueError(f"expected {len(times_s)} rows of values, got shape {values.shape}")
    one = OneEuro(values.shape[1], options)
    out = np.empty(values.shape, dtype=np.float64)
    for row, (time_s, value) in enumerate(zip(times_s.tolist(), values, strict=True)):
        out[row] = one.step(time_s, value)
    return out


def _share(cutoff_hz: Any, interval_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of the way to the new value a first-order low pass goes in an interval, in (0, 1)."""
    turn = 2 * math.pi * cutoff_hz * interval_s
    return np.asarray(turn / (turn + 1), dtype=np.float64)
