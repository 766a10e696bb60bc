"""What can be reached at all on recordings that were made: readings by somebody who knows the latent curve.

Takes the truth of such recordings and frame times; gives readings like a network's, to be scored like them.
What is left below 1 is the raters' own wander and slowness, which no look at a face can know. Only recordings
that were made have a truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.rating_truth import LatentCurve, MadeRater
from duchenne.errors import DataError

AS_IT_IS: Final = "the latent curve as it is"
SCALED: Final = "the latent curve on each rater's scale"
LATE: Final = "the latent curve as late as each rater"
SCALED_LATE: Final = "the latent curve on each rater's scale and as late"


def ceilings(
    curve: LatentCurve, raters: Sequence[MadeRater], times_s: NDArray[np.float64], delay_s: float
) -> Mapping[str, NDArray[np.float64]]:
    """Four readings of a recording by somebody who knows its curve.

    At a frame at t, of which the ratings at ``t + delay_s`` are scored, the first reading is ``latent(t)``: the
    best that a look at the frame gives. Late as rater r it is ``latent(t + delay_s - delay_r)``: what r had
    seen, which a network could know that looks at past frames. On the rater's scale it is ``gain_r * value +
    offset_r``.

    Args:
        curve: The recording's.
        raters: R raters, in the order of the files' columns.
        times_s: (N,) of the frames.
        delay_s: By which the scored ratings are moved back, for all raters alike.

    Returns:
        By name, (N, R + 1) readings, the last column the mean of the others.
    """
    delays = np.array([rater.delay_s for rater in raters])
    gains = np.array([rater.gain for rater in raters])
    offsets = np.array([rater.offset for rater in raters])
    at_once = np.repeat(curve.at(times_s)[:, None], len(raters), axis=1)
    late = np.stack([curve.at(times_s + delay_s - delay) for delay in delays], axis=1)
    readings = {
        AS_IT_IS: at_once,
        SCALED: gains * at_once + offsets,
        LATE: late,
        SCALED_LATE: gains * late + offsets,
    }
    return {name: np.column_stack([values, values.mean(axis=1)]) for name, values in readings.items()}


def in_order(raters: Sequence[MadeRater], names: Sequence[str]) -> tuple[MadeRater, ...]:
    """The raters of a truth in the order of the columns of the rating files.

    Raises:
        DataError: if the truth does not know a rater.
    """
    known = {rater.rater: rater for rater in raters}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DataError(
            f"the truth does not know the raters {', '.join(unknown)}", expected=", ".join(known) or "raters"
        )
    return tuple(known[name] for name in names)
