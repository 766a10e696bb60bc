"""One scored comparison of predictions with labels, and the report that holds several of them.

Takes class numbers, gives frozen records with every number a table needs; `write_results` turns a report into
``results.json``. Refuses to overwrite a file unless told to.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import OutputError
from duchenne.evaluation import metrics
from duchenne.evaluation.bootstrap import intervals
from duchenne.evaluation.record_text import record_text
from duchenne.outputs.whole_files import write_text_whole


@dataclass(frozen=True, slots=True)
class Score:
    """How predictions agree with one set of labels.

    Attributes:
        title: What was compared with what.
        labels: The K classes.
        n_samples: Samples scored, the missed included.
        n_missed: Samples without a prediction; they count as wrong.
        n_groups: Distinct groups (subjects, or single faces) that were resampled for the intervals.
        n_largest_group: Samples of the largest of them.
        accuracy: Right over all samples.
        accuracy_interval: 95 % bootstrap interval.
        accuracy_by_group: Mean over the groups of each group's accuracy: no group outweighs another.
        macro_recall: Mean recall of the classes that have samples.
        macro_recall_interval: 95 % bootstrap interval.
        macro_f1: Mean F1 of the classes that have samples.
        majority_baseline: Accuracy of always answering the most frequent class.
        chance_baseline: Accuracy and macro recall of guessing evenly.
        recall: Of each class; NaN for a class without samples.
        confusion: (K, K + 1) counts: true classes by predicted ones, the last column the missed.
    """

    title: str
    labels: tuple[str, ...]
    n_samples: int
    n_missed: int
    n_groups: int
    n_largest_group: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    accuracy_by_group: float
    macro_recall: float
    macro_recall_interval: tuple[float, float]
    macro_f1: float
    majority_baseline: float
    chance_baseline: float
    recall: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was evaluated and what came out.

    Attributes:
        evaluation: Its name: "expressions" or "photos".
        model: Name and version of the card.
        weights_sha256: Of the ONNX file that was scored.
        data: Name of the data file.
        data_sha256: Of the data file.
        dataset: The data set it was taken for.
        split: Which part was scored.
        command: What repeats this.
        notes: What a reader must know before believing the numbers.
        scores: One for each set of labels; the first is the main one.
    """

    evaluation: str
    model: str
    weights_sha256: str
    data: str
    data_sha256: str
    dataset: str
    split: str
    command: str
    notes: tuple[str, ...]
    scores: tuple[Score, ...]


def score(
    title: str,
    labels: Sequence[str],
    true: NDArray[np.int64],
    predicted: NDArray[np.int64],
    groups: Sequence[str],
) -> Score:
    """Score predictions.

    Args:
        title: What is compared with what.
        labels: The K classes in the order of their numbers.
        true: (N,) class numbers.
        predicted: (N,) class numbers or `metrics.MISSED`.
        groups: N names; samples of one group are resampled together.
    """
    table = metrics.confusion(true, predicted, len(labels))
    accuracy_interval, macro_interval = intervals(
        true,
        predicted,
        groups,
        len(labels),
        (metrics.accuracy, metrics.balanced_accuracy),
        np.random.default_rng(0),  # the same data give the same interval, run after run
    )
    return Score(
        title=title,
        labels=tuple(labels),
        n_samples=len(true),
        n_missed=int(np.count_nonzero(predicted == metrics.MISSED)),
        n_groups=len(set(groups)),
        n_largest_group=max(Counter(groups).values(), default=0),
        accuracy=metrics.accuracy(table),
        accuracy_interval=accuracy_interval,
        accuracy_by_group=metrics.accuracy_by_group(true, predicted, groups),
        macro_recall=metrics.balanced_accuracy(table),
        macro_recall_interval=macro_interval,
        macro_f1=metrics.macro_f1(table),
        majority_baseline=metrics.majority_baseline(table),
        chance_baseline=metrics.chance_baseline(table),
        recall=tuple(metrics.recall(table).tolist()),
        confusion=tuple(tuple(row) for row in table.tolist()),
    )


def write_results(report: Report, path: Path, *, overwrite: bool = False) -> None:
    """Write a report as JSON: sorted keys, six digits, null for what is not known.

    Raises:
        OutputError: if the file exists and may not be overwritten, or its folder cannot be written.
    """
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already", remedy="Choose another place, or pass --overwrite")
    write_text_whole(path, "the results", record_text(dataclasses.asdict(report)))
