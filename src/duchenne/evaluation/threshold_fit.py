"""Find the threshold of paper 004 on labelled videos, and what it reaches on people it was not chosen on.

Takes videos with the expression each was labelled with and how many of its frames were read as what; gives a frozen
`Fit` with the rule's score beside Top-1's. Subjects are never divided. A video in which nothing was read has no
answer and counts as wrong, for the rule and for Top-1 alike. A class that a fold lacks is said, not refused: a
threshold is one number for all classes, and answers are pooled over the folds before they are scored. Refuses an
empty list, unknown labels, and subjects that do not divide into the folds.
Source: Yang, Lee & Park, "Develop method to efficiently apply image-based facial emotion classification models to
video data", sections 2.2 to 2.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.emotion.grouping import GROUPINGS, SPECIFIC, Grouping, regrouped
from duchenne.emotion.threshold import Fallback, RepresentativeOptions, represent, top_1
from duchenne.errors import DataError
from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.metrics import MISSED
from duchenne.evaluation.score import Score, score
from duchenne.evaluation.splits import Fold, SplitRules, k_fold

THRESHOLDS: Final = tuple(number / 20 for number in range(1, 21))
"""What is tried: 0.05 to 1.00 in steps of 0.05 (section 2.4)."""

RULES: Final = SplitRules(allow_absent_from_training=True, allow_absent_from_test=True)
"""Folds may lack a class; how uneven they may be in size is still limited."""


class ChosenOn(StrEnum):
    """Which videos choose the threshold that a fold is scored with.

    Attributes:
        TRAINING: Those of the other folds; the fold's own people had no say. The score holds for new people.
        ALL: All of them, the fold's own included, as the paper may have done (its tables give one best threshold
            for each data set). The score is then too good.
    """

    TRAINING = "training"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class LabelledVideo:
    """A video that was labelled and read.

    Attributes:
        name: In messages and files.
        subject: Who is shown; videos of one subject stay together.
        expression: What it was labelled with, one of `duchenne.labels.EXPRESSIONS`.
        n_frames_by_expression: How many frames were read as each expression; those not named have none.
    """

    name: str
    subject: str
    expression: str
    n_frames_by_expression: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FoldResult:
    """One fold.

    Attributes:
        name: As in `duchenne.evaluation.splits.Fold`.
        threshold: What the fold was scored with.
        n_training: Videos of the other folds.
        n_test: Videos of this fold.
        accuracy: The rule's, over the fold's own videos.
        top_1_accuracy: Top-1's.
        absent_from_training: Labels that no video of the other folds has.
        absent_from_test: Labels that no video of the fold has.
    """

    name: str
    threshold: float
    n_training: int
    n_test: int
    accuracy: float
    top_1_accuracy: float
    absent_from_training: tuple[str, ...]
    absent_from_test: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A threshold, and what to expect of it.

    Attributes:
        under: The label setting.
        fallback: What was answered below the threshold.
        chosen_on: Which videos chose each fold's threshold.
        threshold: The one to use: chosen on all videos, because more videos choose better. The scores below do
            not come from it, unless ``chosen_on`` says so, but from the thresholds of the folds.
        curve: Accuracy of each of `THRESHOLDS` on all videos; its maximum is too good, having been looked for.
        folds: In order.
        rule: The rule's answers, pooled over the folds, against the labels.
        top_1: Top-1's, likewise.
        difference: Accuracy of the rule minus that of Top-1.
        difference_interval: 95 % bootstrap interval by subject, paired; NaN with fewer than two subjects.
        n_readings_differ: Videos on which the two fallbacks give different answers at ``threshold``.
        answers: The rule's answer for each video, with its fold's threshold; None where nothing was read.
        top_1_answers: Top-1's.
    """

    under: Grouping
    fallback: Fallback
    chosen_on: ChosenOn
    threshold: float
    curve: tuple[tuple[float, float], ...]
    folds: tuple[FoldResult, ...]
    rule: Score
    top_1: Score
    difference: float
    difference_interval: tuple[float, float]
    n_readings_differ: int
    answers: tuple[str | None, ...]
    top_1_answers: tuple[str | None, ...]

    @property
    def fold_mean(self) -> float:
        """Mean of the folds' accuracies, as the paper reports it (section 2.5)."""
        return float(np.mean([fold.accuracy for fold in self.folds]))

    @property
    def top_1_fold_mean(self) -> float:
        """The same of Top-1."""
        return float(np.mean([fold.top_1_accuracy for fold in self.folds]))


def fit(
    videos: Sequence[LabelledVideo],
    *,
    under: Grouping = SPECIFIC,
    fallback: Fallback = Fallback.MOST_FREQUENT,
    n_folds: int = 5,
    seed: int = 0,
    chosen_on: ChosenOn = ChosenOn.TRAINING,
) -> Fit:
    """Choose a threshold, with cross-validation by subject.

    Args:
        videos: At least one for each fold.
        under: The label setting; frames and labels are put together by it before anything is counted.
        fallback: What is answered below the threshold.
        n_folds: At least 2.
        seed: Of the division into folds.
        chosen_on: Which videos choose the threshold that a fold is scored with.

    Raises:
        SettingsError: if there are fewer than two folds.
        DataError: if there is no video, a label is unknown, or the subjects do not divide into the folds.
    """
    if not videos:
        raise _nothing()
    labels = [under.label_of(video.expression) for video in videos]
    subjects = [video.subject for video in videos]
    folds = k_fold(subjects, labels, n_folds=n_folds, seed=seed, rules=RULES)
    true = np.array([under.labels.index(label) for label in labels])
    answers = sweep(videos, under, fallback)
    baseline = _numbers([top_1(regrouped(video.n_frames_by_expression, under)) for video in videos], under)
    overall = best(answers, true, np.arange(len(videos)))
    chosen = [overall if chosen_on is ChosenOn.ALL else best(answers, true, fold.training) for fold in folds]
    pooled = np.empty(len(videos), dtype=np.int64)
    for fold, place in zip(folds, chosen, strict=True):
        pooled[fold.test] = answers[place, fold.test]
    other = Fallback.NEUTRAL if fallback is Fallback.MOST_FREQUENT else Fallback.MOST_FREQUENT
    return Fit(
        under=under,
        fallback=fallback,
        chosen_on=chosen_on,
        threshold=THRESHOLDS[overall],
        curve=tuple(zip(THRESHOLDS, (answers == true).mean(axis=1).tolist(), strict=True)),
        folds=tuple(
            _fold_result(fold, THRESHOLDS[place], true, pooled, baseline)
            for fold, place in zip(folds, chosen, strict=True)
        ),
        rule=score("the rule against the labels", under.labels, true, pooled, subjects),
        top_1=score("Top-1 against the labels", under.labels, true, baseline, subjects),
        difference=_difference(true, pooled, baseline),
        difference_interval=group_intervals(
            (true, pooled, baseline), subjects, (_difference,), np.random.default_rng(0)
        )[0],
        n_readings_differ=int(np.count_nonzero(answers[overall] != sweep(videos, under, other)[overall])),
        answers=_names(pooled, under),
        top_1_answers=_names(baseline, under),
    )


def check_division(people: Sequence[tuple[str, str]], *, n_folds: int = 5, seed: int = 0) -> None:
    """Refuse what `fit` would refuse, before hours are spent on reading the videos.

    Args:
        people: Subject and labelled expression of each video.
        n_folds: At least 2.
        seed: Of the division into folds.

    Raises:
        SettingsError: if there are fewer than two folds.
        DataError: if there is no video, a label is unknown, or the subjects do not divide into the folds.
    """
    if not people:
        raise _nothing()
    for under in GROUPINGS:
        labels = [under.label_of(expression) for _, expression in people]
        k_fold([subject for subject, _ in people], labels, n_folds=n_folds, seed=seed, rules=RULES)


def _nothing() -> DataError:
    return DataError("there are no videos to choose a threshold on", expected="labelled videos")


def sweep(videos: Sequence[LabelledVideo], under: Grouping, fallback: Fallback) -> NDArray[np.int64]:
    """The rule's answer for each video at each threshold.

    Args:
        videos: V of them.
        under: The label setting.
        fallback: What is answered below the threshold.

    Returns:
        (20, V) places in ``under.labels``, or `duchenne.evaluation.metrics.MISSED` where nothing was read; rows
        in the order of `THRESHOLDS`.

    Raises:
        DataError: if a frame was read as something that is no expression.
    """
    counts = [regrouped(video.n_frames_by_expression, under) for video in videos]
    rows = []
    for threshold in THRESHOLDS:
        options = RepresentativeOptions(threshold=threshold, fallback=fallback)
        rows.append(_numbers([represent(each, options).expression for each in counts], under))
    return np.stack(rows)


def best(answers: NDArray[np.int64], true: NDArray[np.int64], rows: NDArray[np.intp]) -> int:
    """The place in `THRESHOLDS` with the highest accuracy on some videos.

    Of several that are equally good the middle one, the lower of two: neighbours are then good too, and a threshold
    at the edge of what fits the training videos fits others worst.

    Args:
        answers: (20, V) as `sweep` gives them.
        true: (V,) places of the labels.
        rows: The videos that choose; at least one.
    """
    n_right = (answers[:, rows] == true[rows]).sum(axis=1)
    tied = np.flatnonzero(n_right == n_right.max())
    return int(tied[(len(tied) - 1) // 2])


def _numbers(answers: Sequence[str | None], under: Grouping) -> NDArray[np.int64]:
    return np.array([MISSED if answer is None else under.labels.index(answer) for answer in answers])


def _names(numbers: NDArray[np.int64], under: Grouping) -> tuple[str | None, ...]:
    return tuple(None if number == MISSED else under.labels[number] for number in numbers.tolist())


def _difference(true: NDArray[np.int64], rule: NDArray[np.int64], baseline: NDArray[np.int64]) -> float:
    return float(np.mean(rule == true) - np.mean(baseline == true))


def _fold_result(
    fold: Fold,
    threshold: float,
    true: NDArray[np.int64],
    rule: NDArray[np.int64],
    baseline: NDArray[np.int64],
) -> FoldResult:
    return FoldResult(
        name=fold.name,
        threshold=threshold,
        n_training=len(fold.training),
        n_test=len(fold.test),
        accuracy=float(np.mean(rule[fold.test] == true[fold.test])),
        top_1_accuracy=float(np.mean(baseline[fold.test] == true[fold.test])),
        absent_from_training=fold.absent_from_training,
        absent_from_test=fold.absent_from_test,
    )
