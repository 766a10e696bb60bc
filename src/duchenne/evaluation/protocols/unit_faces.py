"""Action units on real faces, photograph by photograph, and beside them what MediaPipe says of the same faces.

Takes labelled faces (FER2013 cut out, or photographs) and a network with units; gives `FaceUnits`, and from them
the tables of `duchenne.evaluation.protocols.unit_contrasts`. A peer's blendshapes come from a table by picture; a
face that the peer did not find is left out of the peer's numbers and of the correlations, never counted as 0.
Refuses splits and subjects that a network learned from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.datasets.faces import HELD_OUT, read_faces
from duchenne.datasets.fer2013 import read_fer2013
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.evaluation.expressions import predict
from duchenne.evaluation.protocols.outcome import MISSING, Table, interval
from duchenne.evaluation.protocols.unit_contrasts import (
    CONTRASTS,
    FOLLOWINGS,
    Measured,
    Values,
    following,
    mean_of,
    separation,
)
from duchenne.evaluation.protocols.unit_truth import OUTPUT, units_of
from duchenne.evaluation.register import check_split, check_subjects
from duchenne.faces import FaceFinder, align
from duchenne.models import preprocess
from duchenne.models.session import Session

_NAME: Final = "image_id"
_PEERS: Final = tuple(sorted({name for one in (*CONTRASTS, *FOLLOWINGS) for name in one.peer}))


@dataclass(frozen=True, slots=True, eq=False)
class FaceUnits:
    """What was read of N labelled faces.

    Attributes:
        title: Which faces.
        labels: (N,) expressions.
        groups: N names of who is shown, or of the pictures where nobody says who.
        values: By unit (N,) intensities; NaN where no face was found.
        peers: By blendshape (N,); NaN where the peer found no face; empty without a table.
    """

    title: str
    labels: NDArray[np.str_]
    groups: tuple[str, ...]
    values: Mapping[str, Values]
    peers: Mapping[str, Values] = field(default_factory=dict)


def read_cut_faces(session: Session, data: Path, *, split: str = "PublicTest") -> FaceUnits:
    """Read FER2013's faces as they are, without detector and alignment.

    Raises:
        ModelError: if the network gives no units.
        DataError: if the file does not fit, or the network learned from the split.
    """
    units = units_of(session)
    check_split(session.card, "fer2013", split)
    samples = read_fer2013(data, split)
    values = predict(session, samples)[OUTPUT].astype(np.float64)
    return FaceUnits(
        f"FER2013 {split}",
        np.array([sample.label for sample in samples]),
        tuple(sample.sample for sample in samples),
        dict(zip(units, values.T, strict=True)),
        _peers(data, samples),
    )


def read_photographs(
    session: Session,
    data: Path,
    finder: FaceFinder,
    *,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> FaceUnits:
    """Read the largest face of each photograph of the held-out subjects, by the product's own road.

    Raises:
        ModelError: if the network gives no units.
        DataError: if the file does not fit, or the network learned from one of the subjects.
    """
    units, spec = units_of(session), session.card.input
    samples = read_faces(data, HELD_OUT)
    check_subjects(session.card, "faces", (sample.subject for sample in samples))
    values = np.full((len(samples), len(units)), np.nan)
    for n_done, (row, sample) in enumerate(zip(values, samples, strict=True)):
        on_progress(n_done, len(samples))
        picture = sample.picture()
        found = finder.find(picture)
        if found:
            matrix = align(found[0].landmarks, spec.size)
            row[:] = session.run(preprocess.tensor(picture, matrix, spec))[OUTPUT][0]
    on_progress(len(samples), len(samples))
    return FaceUnits(
        "photographs of held-out subjects",
        np.array([sample.label for sample in samples]),
        tuple(sample.subject for sample in samples),
        dict(zip(units, values.T, strict=True)),
        _peers(data, samples),
    )


def separations(faces: FaceUnits) -> tuple[Table, list[dict[str, Any]]]:
    """The AUC of each unit for the faces of its expression against neutral ones, and the peer's."""
    rows, record = [], []
    for contrast in CONTRASTS:
        peer = _peer(faces, contrast.peer)
        theirs = None if peer is None else separation(faces.labels, peer, faces.groups, contrast.label)
        for unit in contrast.units:
            if unit not in faces.values:
                continue
            ours = separation(faces.labels, faces.values[unit], faces.groups, contrast.label)
            rows.append(
                (
                    contrast.label,
                    unit,
                    _cell(ours),
                    f"{contrast.wanted:.2f}",
                    _cell(theirs),
                    str(ours.n_faces),
                )
            )
            record.append(
                {
                    "expression": contrast.label,
                    "unit": unit,
                    "auc": dataclasses.asdict(ours),
                    "wanted": contrast.wanted,
                    "mediapipe": None if theirs is None else dataclasses.asdict(theirs),
                }
            )
    columns = ("against neutral", "unit", "AUC (95 %)", "asked of the best", "MediaPipe's", "faces")
    note = "Nobody coded these faces: the labels say where FACS expects a unit. 0.5 is chance."
    return Table(f"Units by expression, {faces.title}", columns, tuple(rows), note), record


def followings(faces: FaceUnits) -> tuple[Table, list[dict[str, Any]]]:
    """The correlation of each unit with the peer's curve within the faces of one expression."""
    rows, record = [], []
    for one in FOLLOWINGS:
        peer = _peer(faces, one.peer)
        if peer is None or one.unit not in faces.values:
            continue
        found = following(faces.labels, faces.values[one.unit], peer, faces.groups, one.label)
        rows.append((one.label, one.unit, " and ".join(one.peer), _cell(found), str(found.n_faces)))
        record.append(
            {"expression": one.label, "unit": one.unit, "peer": one.peer, "r": dataclasses.asdict(found)}
        )
    columns = ("among", "unit", "MediaPipe's", "r (95 %)", "faces")
    note = (
        "A network that was told which units go with an expression cannot know these: they differ within it."
    )
    return Table(f"Units within one expression, {faces.title}", columns, tuple(rows), note), record


def _cell(measured: Measured | None) -> str:
    return MISSING if measured is None else interval(measured.value, measured.interval)


def _peer(faces: FaceUnits, names: Sequence[str]) -> Values | None:
    return mean_of(faces.peers, names) if set(names) <= set(faces.peers) else None


def _peers(data: Path, samples: Sequence[Sample]) -> dict[str, Values]:
    """The blendshapes of ``NAME_blendshapes.parquet`` beside ``NAME.parquet``, where there is such a table."""
    path = data.with_name(f"{data.stem}_blendshapes.parquet")
    if not path.is_file():
        return {}
    table = pd.read_parquet(path)
    missing = [name for name in (_NAME, *_PEERS) if name not in table.columns]
    if missing:
        raise DataError(f"{path.name} is no table of blendshapes", got=f"no column {', '.join(missing)}")
    own = table.drop_duplicates(_NAME).set_index(_NAME)[list(_PEERS)].reindex([s.sample for s in samples])
    return {name: own[name].to_numpy(dtype=np.float64) for name in _PEERS}
