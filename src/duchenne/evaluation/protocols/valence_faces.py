"""What a valence must at least do on real faces: put happy ones above angry and sad ones, and above neutral ones.

Takes FER2013 in any layout and installed valence networks; gives, for each network and for the words for the
expressions that another network reads, the area under the ROC curve of three such comparisons, with intervals and
differences. Nobody rated the valence of these faces: a value near 1 says that the order of labels is kept, not
that the scale is right. Refuses a split that a network learned from, and networks that lack an output.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.emotion.lexical import DIMENSIONS, lexical_affect
from duchenne.errors import DataError, ModelError, SettingsError
from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.expressions import DATASET, predict
from duchenne.evaluation.protocols import figures
from duchenne.evaluation.protocols.outcome import MISSING, Outcome, Table, interval
from duchenne.evaluation.protocols.valence_reading import DIMENSION, LEXICAL
from duchenne.evaluation.protocols.valence_scores import SEED, Interval
from duchenne.evaluation.protocols.value_networks import MEAN, ValueNetwork
from duchenne.evaluation.provenance import command_of, hash_of
from duchenne.evaluation.ranking import roc_auc
from duchenne.evaluation.register import check_split
from duchenne.labels import EXPRESSIONS
from duchenne.models.session import Session
from duchenne.pipeline import FRAME_MODEL

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups of labels of which one must lie higher.

    Attributes:
        title: For people.
        higher: Labels whose faces must have more valence.
        lower: Labels whose faces must have less.
    """

    title: str
    higher: tuple[str, ...]
    lower: tuple[str, ...]


COMPARISONS: Final = (
    Comparison("happiness above anger and sadness", ("happiness",), ("anger", "sadness")),
    Comparison("happiness above neutral", ("happiness",), ("neutral",)),
    Comparison("neutral above anger and sadness", ("neutral",), ("anger", "sadness")),
)
"""The first two decide; the third is hard for the labels themselves and is shown beside."""
DECIDING: Final = COMPARISONS[:2]


@dataclass(frozen=True, slots=True)
class Separation:
    """How well one method keeps the order of one comparison.

    Attributes:
        auc: Share of pairs, one face of each group, in the right order; ties count half.
        interval: 95 %, over faces, for FER2013 names no people.
        gain: The AUC less that of the lexical mapping; NaN for the mapping itself.
        gain_interval: Paired.
    """

    auc: float
    interval: Interval
    gain: float
    gain_interval: Interval


def evaluate_valence_faces(
    data: Path,
    models: Sequence[str],
    *,
    split: str = "PublicTest",
    dataset: str = DATASET,
    network: str = FRAME_MODEL,
) -> Outcome:
    """Score the output ``mean`` of valence networks, and the lexical mapping, on real faces as they are.

    Args:
        data: FER2013 in any layout of `duchenne.datasets.fer2013.read_fer2013`.
        models: Installed networks, one or more, each once.
        split: The part to score.
        dataset: What the file is, for the training register.
        network: The installed network whose expressions the lexical mapping weighs the words by.

    Raises:
        SettingsError: if no network is named, or one twice.
        ModelError: if a network is not installed or lacks an output.
        DataError: if the file does not fit, lacks a label, or a network learned from the split.
    """
    if not models or len(set(models)) < len(models):
        raise SettingsError(
            "valence is scored for one network or more, each once", got=", ".join(models) or "none"
        )
    networks = [ValueNetwork(Session.open(name)).session for name in models]
    words = Session.open(network)
    if all(out.name != "expression" for out in words.card.outputs):
        raise ModelError(
            f"'{network}' does not give the eight expressions whose words are weighed",
            got=f"outputs {', '.join(out.name for out in words.card.outputs)}",
            expected="an output 'expression'",
        )
    sessions = (*networks, words)
    notes = [f"{s.card.name}: {note}" for s in sessions for note in check_split(s.card, dataset, split)]
    samples = read_fer2013(data, split)
    labels = np.array([sample.label for sample in samples])
    missing = sorted({label for c in COMPARISONS for label in (*c.higher, *c.lower)} - set(labels.tolist()))
    if missing:
        raise DataError(f"'{split}' of {data.name} has no face labelled {', '.join(missing)}")
    read = {s.card.name: predict(s, samples)[MEAN][:, 0].astype(np.float64) for s in networks}
    affect = lexical_affect(predict(words, samples)["expression"][:, : len(EXPRESSIONS)])
    read[LEXICAL] = affect[:, DIMENSIONS.index(DIMENSION)]
    found = {
        name: {
            c.title: separation(labels, values, read[LEXICAL], c, is_other=name != LEXICAL)
            for c in COMPARISONS
        }
        for name, values in read.items()
    }
    command = command_of("valence-faces", data, split=split, dataset=dataset, usual=DATASET, models=models)
    verdicts = {name: beats(list(found[name].values())[: len(DECIDING)]) for name in models}
    return Outcome(
        protocol="valence-faces",
        title="What valence says of real faces (beside paper 003)",
        command=f"{command} --network {network}",
        record={
            "data": data.name,
            "data_sha256": hash_of(data),
            "dataset": dataset,
            "split": split,
            "n_faces": {
                label: int(np.count_nonzero(labels == label)) for label in sorted(set(labels.tolist()))
            },
            "networks": {
                s.card.name: {"version": s.card.version, "weights_sha256": s.card.sha256} for s in sessions
            },
            "separations": _content(found),
            "beats_lexical": verdicts,
        },
        tables=(_table(found, verdicts, labels),),
        notes=(*_NOTES, *notes),
        figures={"auc.png": partial(_draw, found)},
    )


_NOTES: Final = (
    "nobody rated the valence of these faces: the labels only say which should lie higher",
    "faces are read as they are, without detector and alignment, as in `duchenne evaluate expressions`",
    "a learned valence beats the lexical mapping only if both deciding differences have intervals above 0",
)


def separation(
    labels: NDArray[np.str_],
    values: Values,
    lexical: Values,
    comparison: Comparison,
    *,
    is_other: bool = True,
) -> Separation:
    """How well values keep one order.

    Args:
        labels: (N,) of the faces.
        values: (N,) of the method, of any scale.
        lexical: (N,) of the lexical mapping.
        comparison: Which labels must lie higher than which.
        is_other: Whether the method is another than the lexical mapping, so that there is a difference.

    Raises:
        ValueError: if lengths differ or a value is missing.
    """
    rows = np.flatnonzero(np.isin(labels, (*comparison.higher, *comparison.lower)))
    is_higher = np.isin(labels[rows], comparison.higher)
    arrays = (is_higher, values[rows], lexical[rows])
    metrics: tuple[Callable[[NDArray[np.bool_], Values, Values], float], ...] = (_auc, _gain)
    bounds = group_intervals(arrays, [str(row) for row in rows], metrics, np.random.default_rng(SEED))
    nothing = (float("nan"), float("nan"))
    return Separation(
        auc=_auc(*arrays),
        interval=bounds[0],
        gain=_gain(*arrays) if is_other else float("nan"),
        gain_interval=bounds[1] if is_other else nothing,
    )


def beats(deciding: Sequence[Separation]) -> bool:
    """Whether a network keeps every deciding order better than words do, beyond chance."""
    return all(one.gain_interval[0] > 0 for one in deciding)


def _auc(is_higher: NDArray[np.bool_], values: Values, lexical: Values) -> float:
    return roc_auc(is_higher, values)


def _gain(is_higher: NDArray[np.bool_], values: Values, lexical: Values) -> float:
    return roc_auc(is_higher, values) - roc_auc(is_higher, lexical)


def _content(found: dict[str, dict[str, Separation]]) -> dict[str, Any]:
    return {
        name: {title: dataclasses.asdict(one) for title, one in by_title.items()}
        for name, by_title in found.items()
    }


def _table(
    found: dict[str, dict[str, Separation]], verdicts: dict[str, bool], labels: NDArray[np.str_]
) -> Table:
    rows = []
    for name, by_title in found.items():
        aucs = [interval(one.auc, one.interval) for one in by_title.values()]
        gains = [
            MISSING if np.isnan(one.gain) else interval(one.gain, one.gain_interval)
            for one in list(by_title.values())[: len(DECIDING)]
        ]
        verdict = {None: MISSING, True: "yes", False: "no"}[verdicts.get(name)]
        rows.append((name, *aucs, *gains, verdict))
    columns = (
        "method",
        *(f"AUC, {c.title}" for c in COMPARISONS),
        *(f"less the lexical mapping's, {c.title}" for c in DECIDING),
        "beats it",
    )
    counts = ", ".join(
        f"{label} {np.count_nonzero(labels == label)}"
        for label in ("happiness", "neutral", "anger", "sadness")
    )
    note = f"Faces: {counts}. In brackets 95 % intervals over faces. 0.5 is chance."
    return Table("Which of two real faces has more valence", columns, tuple(rows), note)


def _draw(found: dict[str, dict[str, Separation]], path: Path) -> None:
    bars = [
        figures.Bar(f"{name}:\n{c.higher[0]} over\n{' and '.join(c.lower)}", one.auc, one.interval)
        for name, by_title in found.items()
        for c, one in zip(COMPARISONS, by_title.values(), strict=True)
    ]
    figures.bars(path, "Which of two real faces has more valence", bars, "AUC")
