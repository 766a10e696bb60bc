"""What action units must at least do on real faces: lie higher where FACS says that they belong.

Takes the intensities that a network, or a peer, gives for labelled faces; gives the area under the ROC curve of
each unit for the faces of one expression against neutral ones, and, *within* one expression, the correlation with a
peer's curve. Nobody coded the units of these faces. A network whose units were coupled to the expressions that it
learned has been told the first answer, so only the second can speak for it. Refuses arrays of different lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.continuous_metrics import pcc
from duchenne.evaluation.ranking import roc_auc

Values = NDArray[np.float64]
Bounds = tuple[float, float]

NEUTRAL: Final = "neutral"
SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Contrast:
    """Units that should lie higher in the faces of one expression than in neutral ones.

    Attributes:
        label: The expression.
        units: Columns; where there are several, one that tells them apart is enough.
        wanted: The AUC that this project asks of the best of them.
        peer: MediaPipe's blendshapes for the same movement, whose mean is compared.
    """

    label: str
    units: tuple[str, ...]
    wanted: float
    peer: tuple[str, ...]


CONTRASTS: Final = (
    Contrast("happiness", ("AU12",), 0.95, ("mouthSmileLeft", "mouthSmileRight")),
    Contrast("surprise", ("AU25", "AU26"), 0.92, ("jawOpen",)),
    Contrast("surprise", ("AU05",), 0.90, ("eyeWideLeft", "eyeWideRight")),
    Contrast("anger", ("AU04",), 0.78, ("browDownLeft", "browDownRight")),
    Contrast("disgust", ("AU09", "AU10"), 0.85, ("mouthUpperUpLeft", "mouthUpperUpRight")),
    Contrast("surprise", ("AU01", "AU02"), 0.85, ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")),
    Contrast("sadness", ("AU15", "AU17"), 0.72, ("mouthFrownLeft", "mouthFrownRight")),
)
"""Which units go with which expression: Du, Tao & Martinez 2014, Table 1 (`duchenne.facs.DU_2014`)."""


@dataclass(frozen=True, slots=True)
class Following:
    """A unit and a peer's curve that should move together within the faces of one expression."""

    label: str
    unit: str
    peer: tuple[str, ...]


FOLLOWINGS: Final = (
    Following("happiness", "AU12", ("mouthSmileLeft", "mouthSmileRight")),
    Following("happiness", "AU25", ("jawOpen",)),
    Following("happiness", "AU26", ("jawOpen",)),
    Following("surprise", "AU01", ("browInnerUp",)),
    Following("surprise", "AU02", ("browOuterUpLeft", "browOuterUpRight")),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, its 95 % interval over groups and how many faces it rests on."""

    value: float
    interval: Bounds
    n_faces: int


def separation(labels: NDArray[np.str_], values: Values, groups: Sequence[str], label: str) -> Measured:
    """The AUC of values for the faces of one expression against the neutral ones.

    Args:
        labels: (N,) expressions.
        values: (N,) of any scale; NaN where nothing was read, and then the face is left out.
        groups: (N,) who is shown; intervals are over them.
        label: The expression.

    Raises:
        ValueError: if the lengths differ.
    """
    _check(labels, values, groups)
    rows = np.flatnonzero(np.isin(labels, (label, NEUTRAL)) & np.isfinite(values))
    is_label = labels[rows] == label
    return _measured((is_label, values[rows]), [groups[row] for row in rows.tolist()], roc_auc)


def following(
    labels: NDArray[np.str_], values: Values, peer: Values, groups: Sequence[str], label: str
) -> Measured:
    """Pearson's r of values with a peer's within the faces of one expression.

    Args:
        labels: (N,) expressions.
        values: (N,); NaN where nothing was read, and then the face is left out.
        peer: (N,); the same.
        groups: (N,) who is shown.
        label: The expression.

    Raises:
        ValueError: if the lengths differ.
    """
    _check(labels, values, groups, peer)
    rows = np.flatnonzero((labels == label) & np.isfinite(values) & np.isfinite(peer))
    return _measured((peer[rows], values[rows]), [groups[row] for row in rows.tolist()], pcc)


def mean_of(curves: Mapping[str, Values], names: Sequence[str]) -> Values:
    """The mean of some curves, face by face; NaN where one of them is missing."""
    return np.asarray(np.mean([curves[name] for name in names], axis=0), dtype=np.float64)


def _measured(
    arrays: tuple[NDArray[Any], Values], groups: Sequence[str], metric: Callable[..., float]
) -> Measured:
    n = len(groups)
    value = metric(*arrays)
    if not np.isfinite(value):
        return Measured(float("nan"), (float("nan"), float("nan")), n)
    (interval,) = group_intervals(arrays, groups, (metric,), np.random.default_rng(SEED))
    return Measured(value, interval, n)


def _check(
    labels: NDArray[np.str_], values: Values, groups: Sequence[str], peer: Values | None = None
) -> None:
    lengths = {len(labels), len(values), len(groups), *(() if peer is None else (len(peer),))}
    if len(lengths) > 1:
        raise ValueError(f"expected labels, values and groups of one length, got lengths {sorted(lengths)}")
