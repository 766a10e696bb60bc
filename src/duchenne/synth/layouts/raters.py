"""Six people who move a lever while they watch: late, each on a scale of their own, smooth, and not quite steady.

Takes a latent curve, gives what each rater would write down, and the gold standard that RECOLA's challenges made of
such ratings. The raters' numbers are ours, chosen within what is reported of such ratings; no rater was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

NAMES: Final = ("FM1", "FM2", "FM3", "FF1", "FF2", "FF3")
"""Three male and three female raters, as RECOLA's files call them. The poster's table 1 prints FW for FF."""


@dataclass(frozen=True, slots=True)
class Rater:
    """How somebody turns what they see into a lever's position.

    Attributes:
        name: One of `NAMES`.
        delay_s: How late they are, in seconds.
        gain: Factor on the curve; below 1 uses little of the scale.
        offset: Added to it, on the scale of [-1, 1].
        smoothing_s: Time constant in which the lever follows, in seconds.
        noise: Standard deviation of a slow wander of the lever.
    """

    name: str
    delay_s: float
    gain: float
    offset: float
    smoothing_s: float
    noise: float


# Time constant of a rater's wander, seconds: a hand drifts rather than trembles.
_WANDER_S: Final = 1.5


def sample_raters(rng: np.random.Generator) -> tuple[Rater, ...]:
    """Draw the six raters.

    Delays lie around the 2 to 6 s that Mariooryad & Busso 2015 (IEEE Trans. Affective Computing 6(2), 97) found for
    continuous ratings; the smoothing delays a rater a little more. The other numbers are ours.
    """
    return tuple(
        Rater(
            name,
            delay_s=round(float(rng.uniform(1.5, 4.5)), 3),
            gain=round(float(rng.uniform(0.4, 1.0)), 3),
            offset=round(float(rng.normal(0.0, 0.08)), 3),
            smoothing_s=round(float(rng.uniform(0.2, 1.0)), 3),
            noise=round(float(rng.uniform(0.02, 0.08)), 3),
        )
        for name in NAMES
    )


def rate(
    rater: Rater, latent: NDArray[np.floating[Any]], step_s: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """What a rater writes down for a latent curve.

    ``y = clip(gain * lowpass(latent(t - delay)) + offset + wander, -1, 1)``; before the delay has passed the rater
    sees the curve's first value. The low pass is of first order, the wander an Ornstein-Uhlenbeck process.

    Args:
        rater: Who.
        latent: (T,) in [-1, 1].
        step_s: Between two values, in seconds.
        rng: Of the wander.

    Returns:
        (T,) in [-1, 1].
    """
    times = np.arange(len(latent)) * step_s
    late = np.interp(times - rater.delay_s, times, latent)
    smooth = _decaying(late, np.exp(-step_s / rater.smoothing_s) if rater.smoothing_s > 0 else 0.0)
    keep = float(np.exp(-step_s / _WANDER_S))
    # Steps of this size keep the wander's variance the same from its first value on.
    steps = rng.normal(0.0, rater.noise, len(latent)) * np.where(times == 0, 1.0, np.sqrt(1 - keep**2))
    wander = np.empty(len(latent))
    value = 0.0
    for number, step in enumerate(steps):
        value = keep * value + step
        wander[number] = value
    return np.clip(rater.gain * smooth + rater.offset + wander, -1.0, 1.0)


def _decaying(values: NDArray[np.float64], keep: float) -> NDArray[np.float64]:
    """A first-order low pass that starts at rest on the first value."""
    result = np.empty(len(values))
    state = values[0]
    for number, value in enumerate(values):
        state = keep * state + (1 - keep) * value
        result[number] = state
    return result


def gold_standard(ratings: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """One curve from several raters: each is moved to the agreed mean, then all are averaged.

    The agreed mean weighs each rater's own mean by how well the rater agrees with the others, which is the mean of
    the concordance correlations with them, at least 0. Source: Ringeval et al. 2015, "AV+EC 2015", section 2, as
    described; if nobody agrees with anybody, all weigh the same. Delays are not removed, as there.

    Args:
        ratings: (T, R) of R raters.

    Returns:
        (T,).
    """
    means = ratings.mean(axis=0)
    n_raters = ratings.shape[1]
    agreement = np.array(
        [
            np.mean([_concordance(ratings[:, one], ratings[:, other]) for other in _others(one, n_raters)])
            if n_raters > 1
            else 1.0
            for one in range(n_raters)
        ]
    )
    weights = np.maximum(agreement, 0.0)
    if not weights.any():
        weights = np.ones(n_raters)
    agreed = float(weights @ means / weights.sum())
    return np.asarray((ratings - means).mean(axis=1) + agreed, dtype=np.float64)


def _others(one: int, n: int) -> Sequence[int]:
    return [other for other in range(n) if other != one]


def _concordance(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> float:
    """Lin's coefficient with variances over N (Lin 1989, Biometrics 45, 255); 0 for two constants."""
    spread = float(a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    if spread == 0.0:
        return 0.0
    return float(2 * ((a - a.mean()) * (b - b.mean())).mean() / spread)
