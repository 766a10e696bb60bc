"""Tables 1, 2 and 3 of paper 004, in their shape, with the paper's own numbers beside.

Takes the fits of one or more sets and gives `Table`s. The paper averages over folds; its columns show that mean,
and beside it stands the pooled score with its interval, which every video enters once.
Source: Yang, Lee & Park, "Develop method to efficiently apply image-based facial emotion classification models to
video data", section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from duchenne.emotion.grouping import BROAD, BROAD_SURPRISE_POSITIVE, SPECIFIC, Grouping
from duchenne.emotion.threshold import Fallback
from duchenne.evaluation.protocols.outcome import MISSING, Table, interval, number
from duchenne.evaluation.protocols.setting_fits import FittedSet
from duchenne.evaluation.threshold_fit import Fit
from duchenne.evaluation.threshold_record import LabelRow, by_label


@dataclass(frozen=True, slots=True)
class Published:
    """A row of the paper's Table 1 or 3, as printed: accuracies are means over five folds."""

    dataset: str
    accuracy: float
    threshold: float
    top_1: float
    difference: float


TABLE_1: Final = (
    Published("DuckEES", 0.8545, 0.15, 0.8087, 0.0458),
    Published("LIRIS-CSE", 0.7468, 0.05, 0.4944, 0.2474),
    Published("DuckEES+LIRIS-CSE", 0.7813, 0.05, 0.6211, 0.1602),
)
"""Three labels. The accuracies of LIRIS-CSE differ by 0.2524, not by the 0.2474 that is printed."""

TABLE_3: Final = (
    Published("DuckEES", 0.6635, 0.30, 0.6440, 0.0195),
    Published("LIRIS-CSE", 0.4216, 0.05, 0.3222, 0.0994),
    Published("DuckEES+LIRIS-CSE", 0.5153, 0.20, 0.4519, 0.0634),
)
"""Seven labels. The text gives DuckEES a threshold of 0.20."""

TABLE_2: Final = (
    ("Accuracy", (0.7879, 0.6844, 0.9226, 0.8970, 0.8519, 0.6611, 0.8540, 0.7475)),
    ("F1-score", (0.8000, 0.6442, 0.8878, 0.8324, 0.4054, 0.3200, 0.7811, 0.6213)),
)
"""Both sets at a threshold of 0.05: negative, positive, neutral and their average, each by the rule, then by Top-1.

The paper's average F1-scores are not the means of the three beside them, which are 0.6977 and 0.5989. They are
within 0.0002 of Table 1's accuracies, 0.7813 and 0.6211, which is what an F1-score pooled over labels amounts to.
"""

PAPERS: Final = "(the paper's)"
"""What marks a row as printed in the paper and not measured here."""

_THREE: Final = (BROAD, BROAD_SURPRISE_POSITIVE)
_ACCURACIES: Final = (
    "dataset",
    "fallback",
    "Threshold accuracy",
    "optimal threshold",
    "Top 1 accuracy",
    "difference",
    "Threshold, pooled (95 %)",
    "Top 1, pooled (95 %)",
    "difference, pooled (95 %)",
    "thresholds of the folds",
    "always the most frequent label",
)


def tables(sets: Sequence[FittedSet]) -> tuple[Table, ...]:
    """All tables in the paper's order; Table 2 is about the last set, which is all of them together."""
    return (
        *(_accuracies(sets, under) for under in _THREE),
        *(_as_table_2(sets[-1], under) for under in _THREE),
        _accuracies(sets, SPECIFIC),
        _each_label(sets[-1], SPECIFIC),
    )


def _three(under: Grouping) -> str:
    return f"3 labels, surprise {under.label_of('surprise')}"


def _accuracies(sets: Sequence[FittedSet], under: Grouping) -> Table:
    """Table 1 or 3."""
    name, published = ("Table 3", TABLE_3) if under is SPECIFIC else ("Table 1", TABLE_1)
    setting = "7 labels" if under is SPECIFIC else _three(under)
    paper = [
        (
            f"{row.dataset} {PAPERS}",
            "not said",
            number(row.accuracy),
            number(row.threshold, 2),
            number(row.top_1),
            number(row.difference, signed=True),
            *(MISSING,) * 5,
        )
        for row in published
    ]
    ours = [
        _accuracy_row(fitted.title, fitted.fit_of(under, fallback))
        for fitted in sets
        for fallback in Fallback
    ]
    return Table(
        f"As {name}: Top-1 and the threshold, {setting}",
        _ACCURACIES,
        (*paper, *ours),
        "Accuracies are means over the folds, as in the paper; pooled, each video counts once, and intervals come "
        "from resampling subjects. The optimal threshold is the best on all videos; what each fold was scored with "
        "stands in its own column.",
    )


def _accuracy_row(title: str, found: Fit) -> tuple[str, ...]:
    return (
        title,
        found.fallback.value,
        number(found.fold_mean),
        number(found.threshold, 2),
        number(found.top_1_fold_mean),
        number(found.fold_mean - found.top_1_fold_mean, signed=True),
        interval(found.rule.accuracy, found.rule.accuracy_interval),
        interval(found.top_1.accuracy, found.top_1.accuracy_interval),
        signed_interval(found.difference, found.difference_interval),
        " ".join(number(fold.threshold, 2) for fold in found.folds),
        number(found.rule.majority_baseline),
    )


def signed_interval(value: float, bounds: tuple[float, float]) -> str:
    """A difference with its 95 % interval as a cell; without the interval where there is none."""
    low, high = bounds
    if not (math.isfinite(low) and math.isfinite(high)):
        return number(value, 3, signed=True)
    return f"{number(value, 3, signed=True)} ({low:+.3f} to {high:+.3f})"


def _as_table_2(fitted: FittedSet, under: Grouping) -> Table:
    columns = [
        f"{label}, {method}"
        for label in (*under.labels, "average")
        for method in ("Threshold", "Top 1")
    ]  # fmt: skip
    rows = [(f"{name} {PAPERS}", *(number(value) for value in values)) for name, values in TABLE_2]
    for fallback in Fallback:
        found = by_label(fitted.fit_of(under, fallback))
        accuracies = [(row.rule_accuracy, row.top_1_accuracy) for row in found]
        scores = [(row.rule_f1, row.top_1_f1) for row in found]
        rows.append((f"Accuracy, fallback {fallback.value}", *_with_average(accuracies, found)))
        rows.append((f"F1-score, fallback {fallback.value}", *_with_average(scores, found)))
    return Table(
        f"As Table 2: each label against the others, {fitted.title}, {_three(under)}",
        ("", *columns),
        tuple(rows),
        "The paper's rows are for its optimal threshold of 0.05. Averages are plain means over the labels with "
        "videos. The paper's average F1-scores are not: those would be 0.6977 and 0.5989. Its numbers are nearly "
        "the accuracies of Table 1, which is what F1-scores pooled over the labels amount to.",
    )


def _with_average(pairs: Sequence[tuple[float, float]], rows: Sequence[LabelRow]) -> tuple[str, ...]:
    """Cells for each label and the mean of those that have videos: a label without any says nothing."""
    known = np.array([pair for pair, row in zip(pairs, rows, strict=True) if row.n_videos])
    cells = [
        value if row.n_videos else None
        for pair, row in zip(pairs, rows, strict=True)
        for value in pair
    ]  # fmt: skip
    return tuple(number(value) for value in (*cells, *known.mean(axis=0).tolist()))


def _each_label(fitted: FittedSet, under: Grouping) -> Table:
    """Table 2 for seven labels, which the paper lacks: labels by row, for there are too many for columns."""
    rows = []
    for fallback in Fallback:
        found = [row for row in by_label(fitted.fit_of(under, fallback)) if row.n_videos]
        for row in found:
            values = (row.rule_accuracy, row.top_1_accuracy, row.rule_f1, row.top_1_f1)
            rows.append((row.label, fallback.value, str(row.n_videos), *(number(value) for value in values)))
        means = np.mean([(r.rule_accuracy, r.top_1_accuracy, r.rule_f1, r.top_1_f1) for r in found], axis=0)
        total = sum(row.n_videos for row in found)
        rows.append(("average", fallback.value, str(total), *(number(value) for value in means.tolist())))
    return Table(
        f"Each label against the others, {fitted.title}, 7 labels",
        (
            "label",
            "fallback",
            "videos",
            "accuracy, Threshold",
            "accuracy, Top 1",
            "F1-score, Threshold",
            "F1-score, Top 1",
        ),
        tuple(rows),
        "The paper has no such table. Labels without videos are left out.",
    )
