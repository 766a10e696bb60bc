"""Score a network that was just exported, before it is installed, and turn the scores into lines of its card.

Takes an open `Session` and data, gives `Report`s and `Result`s. The evaluations are those of
`duchenne.evaluation`, so the card's numbers are the ones the command line prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.evaluation import metrics
from duchenne.evaluation.continuous_metrics import rmse
from duchenne.evaluation.expressions import evaluate_expressions
from duchenne.evaluation.photos import evaluate_photos
from duchenne.evaluation.score import Report
from duchenne.models.card import Result
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.pipeline import Networks
from duchenne.training.networks import Head, Kind
from duchenne.training.patches import TrainingSet

_DIGITS = 4


def _expressions(session: Session, data: Path) -> Report:
    return evaluate_expressions(data / "fer2013.parquet", session=session)


def _photos(session: Session, data: Path) -> Report:
    return evaluate_photos(data / "faces.parquet", networks=Networks.around(session))


EVALUATIONS: Mapping[str, Callable[[Session, Path], Report]] = {
    "expressions": _expressions,
    "photos": _photos,
}
"""What a recipe can name under ``evaluate``: each takes the network and the folder of data files."""

NEEDED: Final[Mapping[str, str]] = {"expressions": "fer2013.parquet", "photos": "faces.parquet"}
"""What each of them reads below that folder."""


def results_of(report: Report) -> Iterator[Result]:
    """The card's lines for a report: accuracy, macro recall, and each class's recall of the main score."""
    data = f"{report.dataset} {report.split}"
    for score in report.scores:
        for measure, value in (("accuracy", score.accuracy), ("macro recall", score.macro_recall)):
            what = f"{measure}, {score.title} (N = {score.n_samples})"
            yield Result(what, round(value, _DIGITS), data, report.command)
    main = report.scores[0]
    for label, value, row in zip(main.labels, main.recall, main.confusion, strict=True):
        if sum(row):
            what = f"recall of {label}, {main.title} (N = {sum(row)})"
            yield Result(what, round(value, _DIGITS), data, report.command)


def score_heads(session: Session, data: TrainingSet, heads: Sequence[Head], command: str) -> list[Result]:
    """Accuracy of classes and RMSE of all else on a set's own patches: all that a smoke run has to score."""
    outputs = session.run(to_tensor(data.patches, session.card.input))
    results = []
    for head in heads:
        seen = data.weights[head.name] > 0
        if head.kind is not Kind.CLASSES:
            # The exported file may withhold some.
            given = [head.labels.index(label) for label in session.card.output(head.name).labels]
            target, output = data.targets[head.name][seen][:, given], outputs[head.name][seen]
            known = np.isfinite(target)  # of a face's units some may be unknown
            error = rmse(target[known], output[known])
            what = f"RMSE of {head.name} (N = {np.count_nonzero(seen)})"
            results.append(Result(what, round(error, _DIGITS), "made-up stripes", command))
            continue
        true = data.targets[head.name][seen].argmax(axis=1)
        table = metrics.confusion(true, outputs[head.name][seen].argmax(axis=1), len(head.labels))
        value = round(metrics.accuracy(table), _DIGITS)
        results.append(
            Result(f"accuracy of {head.name} (N = {np.sum(table)})", value, "made-up stripes", command)
        )
    return results
