"""How well a network's action units follow the known ones of synthetic people it never saw.

Takes a set of ``duchenne synth make`` and a network with units; gives, unit by unit, Pearson's r of the intensity
and the average precision of the unit being shown, with intervals over people, and their means. The road is the
product's own: faces found, followed, aligned, cut. A result on synthetic faces is a synthetic result. Refuses a
network without units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.made_clips import read_made_clips
from duchenne.errors import ModelError
from duchenne.evaluation.agreement import POSITIVE
from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.continuous_metrics import pcc
from duchenne.evaluation.ranking import average_precision
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.faces import align
from duchenne.facs import ACTION_UNITS, column
from duchenne.measure import UNITS
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.pipeline import Networks

OUTPUT: Final = UNITS
_COLUMNS: Final = tuple(column(unit) for unit in ACTION_UNITS)
_SEED: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class UnitReadings:
    """What is known and what was read of N faces.

    Attributes:
        units: K columns, ``AU01`` and so on.
        known: (N, K) strengths in [0, 1]; NaN for units that the set does not know.
        estimated: (N, K) intensities.
        subjects: N names.
        wrinkles: (N,) how strong the drawn lines of the face are, 0 for none; NaN where the set does not say.
        n_unread: Frames that were looked at and in which no face could be read; None for a part of the faces, of
            which that is not known.
    """

    units: tuple[str, ...]
    known: NDArray[np.float64]
    estimated: NDArray[np.float64]
    subjects: tuple[str, ...]
    wrinkles: NDArray[np.float64]
    n_unread: int | None

    def where(self, mask: NDArray[np.bool_]) -> UnitReadings:
        """Some of the faces."""
        subjects = tuple(
            subject for subject, is_kept in zip(self.subjects, mask.tolist(), strict=True) if is_kept
        )
        return UnitReadings(
            self.units, self.known[mask], self.estimated[mask], subjects, self.wrinkles[mask], None
        )


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit's numbers; NaN where the set shows it never, or always.

    Attributes:
        unit: Its column.
        pcc: Pearson's r of estimated and known strengths.
        pcc_interval: 95 %, over people.
        ap: Average precision of frames in which at least `duchenne.evaluation.agreement.POSITIVE` is shown.
        ap_interval: 95 %, over people.
        prevalence: Share of such frames, which is the average precision of a guess.
    """

    unit: str
    pcc: float
    pcc_interval: tuple[float, float]
    ap: float
    ap_interval: tuple[float, float]
    prevalence: float


def units_of(session: Session) -> tuple[str, ...]:
    """The units that a network gives.

    Raises:
        ModelError: if it gives none, or calls one by a name that is no column of the frame table.
    """
    labels = next((out.labels for out in session.card.outputs if out.name == OUTPUT), ())
    unknown = [label for label in labels if label not in _COLUMNS]
    if not labels or unknown:
        raise ModelError(
            f"'{session.card.name}' gives no action units",
            got=", ".join(unknown) or f"outputs {', '.join(out.name for out in session.card.outputs)}",
            expected=f"an output '{OUTPUT}' labelled AU01 and so on",
            remedy="Name a network that was trained with the network rec",
        )
    return labels


def read_units(
    session: Session,
    folder: Path,
    networks: Networks,
    *,
    step_s: float,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> UnitReadings:
    """Read a face every so many seconds of each clip.

    Args:
        session: The network.
        folder: Of the set.
        networks: The product's own, which find the faces.
        step_s: In seconds, above 0.
        on_progress: Told how many clips are done, of how many.

    Raises:
        ModelError: if the network gives no units.
        DataError: if the folder does not fit.
    """
    units = units_of(session)
    wanted = [_COLUMNS.index(unit) for unit in units]
    spec = session.card.input
    clips = read_made_clips(folder)
    known, estimated, subjects, wrinkles, n_unread = [], [], [], [], 0
    for n_done, clip in enumerate(clips):
        on_progress(n_done, len(clips))
        for frame in sampled_faces(clip.media, networks, step_s):
            if frame.seen is None:
                n_unread += 1
                continue
            matrix = align(frame.seen.face.landmarks, spec.size)
            outputs = session.run(preprocess.tensor(frame.seen.picture, matrix, spec))
            known.append(clip.strengths[frame.index, wanted])
            estimated.append(outputs[OUTPUT][0])
            subjects.append(clip.subject)
            wrinkles.append(clip.wrinkles)
    on_progress(len(clips), len(clips))
    shape = (len(known), len(units))
    return UnitReadings(
        units,
        np.array(known, dtype=np.float64).reshape(shape),
        np.array(estimated, dtype=np.float64).reshape(shape),
        tuple(subjects),
        np.array(wrinkles, dtype=np.float64),
        n_unread,
    )


def score_units(readings: UnitReadings) -> tuple[UnitScore, ...]:
    """Score every unit that the set knows, in the order of the network's."""
    scores = []
    for unit, known, estimated in zip(readings.units, readings.known.T, readings.estimated.T, strict=True):
        rows = np.flatnonzero(np.isfinite(known))
        if not len(rows):
            continue
        arrays = (known[rows], estimated[rows])
        subjects = [readings.subjects[row] for row in rows.tolist()]
        rng = np.random.default_rng(_SEED)
        pcc_interval, ap_interval = group_intervals(arrays, subjects, (pcc, _ap), rng)
        scores.append(
            UnitScore(
                unit,
                pcc(*arrays),
                pcc_interval,
                _ap(*arrays),
                ap_interval,
                float((arrays[0] >= POSITIVE).mean()),
            )
        )
    return tuple(scores)


def mean_scores(scores: Sequence[UnitScore]) -> tuple[float, float]:
    """Mean r and mean average precision over the units that have one; NaN where none has."""
    means = []
    for values in ([score.pcc for score in scores], [score.ap for score in scores]):
        finite = [value for value in values if np.isfinite(value)]
        means.append(float(np.mean(finite)) if finite else float("nan"))
    return means[0], means[1]


def _ap(known: NDArray[np.float64], estimated: NDArray[np.float64]) -> float:
    return average_precision(known >= POSITIVE, estimated)
