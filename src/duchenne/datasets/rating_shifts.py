"""What raters said at given times: undelayed and smoothed, if somebody asks for it.

Takes `Ratings` and times in seconds, gives a value for each time and rater; numpy only. Training and evaluation
share it, so that what is learned and what is scored are the same curve. A time whose rating would lie before the
first or beyond the last one has no value: missing, not zero, and not the last value again. Refuses options outside
their range.

Source of the delay: Mariooryad & Busso 2015, "Correcting time-continuous emotional labels by modeling the reaction
lag of evaluators", IEEE Trans. Affective Computing 6(2), 97; one delay for all raters, their simplest model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.recordings import Ratings
from duchenne.errors import SettingsError

# Times that were written with two digits and counted up elsewhere differ by rounding, in seconds.
_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSampling:
    """Which frames are looked at, and which ratings go with them.

    Attributes:
        step_s: Time from one frame to the next that is looked at, in seconds. Raters move slowly: over 0.4 s a
            lever hardly moves, so that more frames cost more and say the same.
        delay_s: How late raters are: a frame at t goes with the rating at t + delay_s. 0, as in paper 003, which
            does not mention it.
        smoothing_s: Width of the centred moving average over the ratings; 0 for none, as in paper 003.
    """

    step_s: float = 0.4
    delay_s: float = 0.0
    smoothing_s: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.step_s) and self.step_s > 0):
            raise SettingsError(
                "the step between frames is outside its range",
                got=f"step_s {self.step_s:g}",
                expected="a number of seconds above 0",
            )
        for name in ("delay_s", "smoothing_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise SettingsError(
                    f"the {name.removesuffix('_s')} of ratings is outside its range",
                    got=f"{name} {value:g}",
                    expected="a number of seconds, 0 or more",
                    remedy="Raters follow what they see: their ratings are moved back in time, never forward",
                )


def ratings_at(
    ratings: Ratings,
    times_s: NDArray[np.floating[Any]],
    *,
    delay_s: float | NDArray[np.floating[Any]] = 0.0,
    smoothing_s: float = 0.0,
) -> NDArray[np.float64]:
    """The ratings that go with given times.

    ``value(t) = smoothed(t + delay)``, linear between two ratings. `smoothed` is `moving_average` of the rows.

    Args:
        ratings: Without gaps.
        times_s: (N,) finite seconds from the recording's begin.
        delay_s: How late raters are, in seconds, at least 0: one number, or (R,) one for each rater.
        smoothing_s: Width of the moving average in seconds; 0 for none.

    Returns:
        (N, R); NaN where ``t + delay_s`` lies before the first or beyond the last rating.

    Raises:
        SettingsError: if a delay or the smoothing is negative.
        ValueError: if ``times_s`` is no row of finite numbers, or there are delays for other than R raters.
    """
    if times_s.ndim != 1 or not np.isfinite(times_s).all():
        raise ValueError(f"expected (N,) finite times, got shape {times_s.shape}")
    n_raters = len(ratings.raters)
    if np.shape(delay_s) not in ((), (n_raters,)):
        raise ValueError(f"expected one delay or {n_raters}, got shape {np.shape(delay_s)}")
    delays = np.broadcast_to(np.asarray(delay_s, dtype=np.float64), n_raters)
    for delay in delays:
        RatingSampling(delay_s=float(delay), smoothing_s=smoothing_s)
    # The window is as many rows as fit into it: one row more on each side for every two steps of its width.
    n_side = math.floor(smoothing_s / 2 / ratings.step_s + _ROUNDING_S)
    smoothed = moving_average(ratings.values, n_side)
    first, last = ratings.times_s[0], ratings.times_s[-1]
    result = np.full((len(times_s), n_raters), np.nan)
    for number, delay in enumerate(delays):
        wanted = times_s.astype(np.float64) + delay
        known = (wanted >= first - _ROUNDING_S) & (wanted <= last + _ROUNDING_S)
        result[known, number] = np.interp(wanted[known], ratings.times_s, smoothed[:, number])
    return result


def moving_average(values: NDArray[np.floating[Any]], n_side: int) -> NDArray[np.float64]:
    """The mean of each row and ``n_side`` rows on either side of it.

    Near an end, where so many rows are not there on one side, both sides shrink alike: the window stays centred, so
    that smoothing never moves a curve in time. The first and the last row stay as they are.

    Args:
        values: (T, R) finite values.
        n_side: Rows on either side, at least 0.

    Returns:
        (T, R).

    Raises:
        ValueError: if ``values`` is no table or ``n_side`` is negative.
    """
    if values.ndim != 2 or n_side < 0:
        raise ValueError(f"expected (T, R) values and 0 rows or more, got {values.shape} and {n_side}")
    if n_side == 0 or not len(values):
        return values.astype(np.float64)
    rows = np.arange(len(values))
    side = np.minimum(n_side, np.minimum(rows, rows[::-1]))
    sums = np.concatenate([np.zeros((1, values.shape[1])), values.astype(np.float64).cumsum(axis=0)])
    return np.asarray((sums[rows + side + 1] - sums[rows - side]) / (2 * side + 1)[:, None])
