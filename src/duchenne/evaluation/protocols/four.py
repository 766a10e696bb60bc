"""Protocol of paper 003, Figure 2: four classes of FER2013, one network beside another.

Takes FER2013 in any layout and installed networks; gives accuracy beside the paper's two numbers, the confusion
table of each, and an answer to the paper's claim that anger, neutral and sadness are taken for one another. A
network answers with its output ``four``, or with ``fer2013`` whose other labels are left out. Refuses a split that
a network learned from, and a network with neither output.
Source: Tran, Mayhew & Kaplan, "Deciphering emotions using convolutional neural networks on video data".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError, ModelError
from duchenne.evaluation.expressions import DATASET, predict
from duchenne.evaluation.protocols import figures
from duchenne.evaluation.protocols.outcome import Outcome, Table, interval, number
from duchenne.evaluation.provenance import command_of, hash_of
from duchenne.evaluation.register import check_split
from duchenne.evaluation.score import Score, score
from duchenne.labels import FOUR_EXPRESSIONS
from duchenne.models.card import Card
from duchenne.models.session import Session

PUBLISHED: Final = (("larger network, after EmoNets", 0.6845), ("smaller network of Figure 1", 0.6969))
"""Figure 2: test accuracy with four classes. The paper does not say on which part of FER2013."""

NETWORKS: Final = ("quadrant_plain", "quadrant", "mini_xception")
"""Scored where none is named: the paper's network by both recipes, and paper 004's, which tells more apart."""

ALIKE: Final = ("anger", "neutral", "sadness")
"""What "our model finds ... similar and tends to mistake for one another" (paper 003, conclusion)."""


@dataclass(frozen=True, slots=True)
class Confused:
    """How far three labels are taken for one another rather than for the fourth.

    Attributes:
        n_errors: Wrong answers to faces of the three labels.
        n_among: Of these, answers that name another of the three.
        share: ``n_among / n_errors``; NaN without errors.
        share_by_chance: What wrong answers spread evenly over the other labels would give: 2 of 3.
        largest_pairs: The pairs of true label and answer with most errors of all, with their share of the true
            label's faces.
    """

    n_errors: int
    n_among: int
    share: float
    share_by_chance: float
    largest_pairs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One network's result."""

    card: Card
    score: Score
    confused: Confused


def evaluate_four(
    data: Path, models: Sequence[str], *, split: str = "PublicTest", dataset: str = DATASET
) -> Outcome:
    """Score networks on the faces that carry one of the four labels.

    Args:
        data: FER2013 in any layout of `duchenne.datasets.fer2013.read_fer2013`.
        models: Installed networks, one or more.
        split: The part to score.
        dataset: What the file is, for the training register.

    Raises:
        ModelError: if a network is not installed or cannot answer.
        DataError: if the file does not fit, no face has one of the labels, or a network learned from the split.
    """
    sessions = [Session.open(name) for name in models]
    notes = tuple(dict.fromkeys(n for s in sessions for n in _noted(s, dataset, split)))
    for session in sessions:
        _output(session)
    samples = [one for one in read_fer2013(data, split) if one.label in FOUR_EXPRESSIONS]
    if not samples:
        raise DataError(
            f"no face of '{split}' has one of the four labels", expected=", ".join(FOUR_EXPRESSIONS)
        )
    entries = [_entry(session, samples) for session in sessions]
    return Outcome(
        protocol="four",
        title="Four expressions of FER2013 (paper 003, Figure 2)",
        command=command_of("four", data, split=split, dataset=dataset, usual=DATASET, models=models),
        record={
            "data": data.name,
            "data_sha256": hash_of(data),
            "dataset": dataset,
            "split": split,
            "published": [{"network": name, "accuracy": value} for name, value in PUBLISHED],
            "networks": {entry.card.name: _content(entry) for entry in entries},
        },
        tables=(_accuracies(entries), *(_confusion(entry) for entry in entries), _pairs(entries)),
        notes=notes,
        figures={
            "accuracy.png": partial(_draw_accuracies, entries),
            **{f"confusion_{entry.card.name}.png": partial(_draw_confusion, entry) for entry in entries},
        },
    )


def confused(table: NDArray[np.int64], labels: Sequence[str] = FOUR_EXPRESSIONS) -> Confused:
    """Ask a confusion table whether the labels of `ALIKE` are taken for one another.

    Args:
        table: (K, K) or (K, K + 1) counts, true labels by answers.
        labels: The K labels.
    """
    places = [labels.index(label) for label in ALIKE]
    wrong = table[:, : len(labels)].copy()
    np.fill_diagonal(wrong, 0)
    n_errors = int(wrong[places].sum())
    n_among = int(wrong[np.ix_(places, places)].sum())
    totals = np.maximum(table.sum(axis=1), 1)
    order = sorted(
        ((row, column) for row in range(len(labels)) for column in range(len(labels)) if row != column),
        key=lambda pair: (-int(wrong[pair]), pair),
    )
    return Confused(
        n_errors=n_errors,
        n_among=n_among,
        share=n_among / n_errors if n_errors else float("nan"),
        share_by_chance=(len(ALIKE) - 1) / (len(labels) - 1),
        largest_pairs=tuple(
            (labels[row], labels[column], float(wrong[row, column] / totals[row]))
            for row, column in order[:3]
            if wrong[row, column]
        ),
    )


def _noted(session: Session, dataset: str, split: str) -> list[str]:
    return [f"{session.card.name}: {note}" for note in check_split(session.card, dataset, split)]


def _output(session: Session) -> str:
    """The output that answers: ``four``, else ``fer2013``."""
    known = {spec.name: spec.labels for spec in session.card.outputs}
    for name in ("four", "fer2013"):
        if set(FOUR_EXPRESSIONS) <= set(known.get(name, ())):
            return name
    raise ModelError(
        f"'{session.card.name}' does not tell the four labels of paper 003 apart",
        got=f"outputs {', '.join(known)}",
        expected="an output 'four' or 'fer2013'",
    )


def _entry(session: Session, samples: Sequence[Sample]) -> Entry:
    name = _output(session)
    known = session.card.output(name).labels
    columns = predict(session, samples)[name][:, [known.index(label) for label in FOUR_EXPRESSIONS]]
    true = np.array([FOUR_EXPRESSIONS.index(sample.label) for sample in samples], dtype=np.int64)
    groups = [sample.sample for sample in samples]
    found = score(session.card.name, FOUR_EXPRESSIONS, true, columns.argmax(axis=1), groups)
    return Entry(session.card, found, confused(np.asarray(found.confusion)))


def _content(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.card.version,
        "weights_sha256": entry.card.sha256,
        "parameters": entry.card.parameters,
        "score": dataclasses.asdict(entry.score),
        "confused": dataclasses.asdict(entry.confused),
    }


def _accuracies(entries: Sequence[Entry]) -> Table:
    paper = [(f"{name} (the paper's)", "", number(value), "", "") for name, value in PUBLISHED]
    ours = [
        (
            entry.card.name,
            f"{entry.card.parameters:,}",
            interval(entry.score.accuracy, entry.score.accuracy_interval, 4),
            interval(entry.score.macro_recall, entry.score.macro_recall_interval, 4),
            number(entry.score.macro_f1),
        )
        for entry in entries
    ]
    first = entries[0].score
    base = [
        ("always the most frequent label", "", number(first.majority_baseline), "0.2500", ""),
        ("chance", "", number(first.chance_baseline), "0.2500", ""),
    ]
    return Table(
        f"Figure 2 as a table: accuracy with four classes, {first.n_samples} faces",
        ("network", "parameters", "accuracy (95 %)", "macro recall (95 %)", "macro F1"),
        (*paper, *ours, *base),
    )


def _confusion(entry: Entry) -> Table:
    rows = []
    for label, recall, counts in zip(
        entry.score.labels, entry.score.recall, entry.score.confusion, strict=True
    ):
        rows.append((label, *(str(count) for count in counts[: len(FOUR_EXPRESSIONS)]), number(recall, 3)))
    return Table(
        f"Confusion table of {entry.card.name}: true label by row, answer by column",
        ("", *FOUR_EXPRESSIONS, "recall"),
        tuple(rows),
    )


def _pairs(entries: Sequence[Entry]) -> Table:
    rows = []
    for entry in entries:
        found = entry.confused
        pairs = "; ".join(f"{true} as {answer} {share:.2f}" for true, answer, share in found.largest_pairs)
        rows.append((entry.card.name, str(found.n_errors), number(found.share, 3), pairs))
    chance = entries[0].confused.share_by_chance
    return Table(
        f"Are {', '.join(ALIKE[:-1])} and {ALIKE[-1]} taken for one another, as the paper says?",
        ("network", "wrong answers to these three", "share naming another of the three", "largest errors"),
        tuple(rows),
        f"Wrong answers spread evenly would name another of the three in {chance:.3f} of all cases. The largest "
        "errors are shares of the faces with the true label.",
    )


def _draw_accuracies(entries: Sequence[Entry], path: Path) -> None:
    paper = [
        figures.Bar(f"paper:\n{name.split(',')[0].split(' of ')[0]}", value, is_published=True)
        for name, value in PUBLISHED
    ]
    ours = [
        figures.Bar(entry.card.name, entry.score.accuracy, entry.score.accuracy_interval) for entry in entries
    ]
    figures.bars(path, "Accuracy with four classes of FER2013", [*paper, *ours], "accuracy")


def _draw_confusion(entry: Entry, path: Path) -> None:
    title = f"{entry.card.name}: {entry.score.n_samples} faces"
    counts = [row[: len(FOUR_EXPRESSIONS)] for row in entry.score.confusion]
    figures.confusion(path, title, FOUR_EXPRESSIONS, counts)
