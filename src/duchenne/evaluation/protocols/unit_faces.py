"""Action units on real faces, photograph by photograph, and beside them what MediaPipe says of the same faces.

Takes labelled faces (FER2013 cut out, or photographs) and what a network read in them; gives `FaceUnits`, and
from them the tables of `duchenne.evaluation.protocols.unit_contrasts`. A peer's blendshapes come from a table by
picture; a face that the peer did not find is left out of the peer's numbers and of the correlations, and never
counted as 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
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
from duchenne.evaluation.protocols.unit_truth import OUTPUT
from duchenne.facs import UNIT_COLUMNS
from duchenne.records import FrameResult

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


def units_of_cut_faces(
    samples: Sequence[Sample], outputs: Mapping[str, NDArray[np.float32]], units: Sequence[str], data: Path
) -> FaceUnits:
    """Units of FER2013's faces as they are, without detector and alignment.

    Args:
        samples: N faces of one split.
        outputs: What the network gave for them, by output.
        units: The columns of its output of units.
        data: The table that the samples are from; a peer's blendshapes are looked for beside it.

    Raises:
        DataError: if the table of blendshapes does not fit.
    """
    values = outputs[OUTPUT].astype(np.float64)
    return FaceUnits(
        f"FER2013 {samples[0].split}",
        np.array([sample.label for sample in samples]),
        tuple(sample.sample for sample in samples),
        dict(zip(units, values.T, strict=True)),
        _peers(data, samples),
    )


def units_of_photographs(
    samples: Sequence[Sample], results: Sequence[FrameResult], units: Sequence[str], data: Path
) -> FaceUnits:
    """Units of the largest face of each photograph that can be read, by the product's own road.

    Args:
        samples: N photographs.
        results: What was read in each.
        units: The columns that the network gives.
        data: The table that the samples are from; a peer's blendshapes are looked for beside it.

    Raises:
        DataError: if the table of blendshapes does not fit.
    """
    values = np.full((len(samples), len(UNIT_COLUMNS)), np.nan)
    for row, result in zip(values, results, strict=True):
        read = [one.reading.units for one in result.observations if one.reading is not None]
        if read and read[0] is not None:
            row[:] = read[0]
    return FaceUnits(
        "photographs of held-out subjects",
        np.array([sample.label for sample in samples]),
        tuple(sample.subject for sample in samples),
        {name: values[:, UNIT_COLUMNS.index(name)] for name in units if name in UNIT_COLUMNS},
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
