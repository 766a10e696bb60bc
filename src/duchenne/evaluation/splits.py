"""Divide samples into training and test parts that share no person.

Takes the subject of each sample and, where there are classes, its label; gives row numbers. The same names,
labels and seed give the same parts on every machine and in any order of the rows: the order in which subjects
are placed comes from a hash of their names, not from a generator. Labels are spread as evenly as whole
subjects allow. Refuses samples without a subject, fewer subjects than parts, a class that a part lacks and
badly unbalanced parts; `SplitRules` says which of these may be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.balancing import spread


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRules:
    """What is tolerated where whole subjects do not divide well.

    Attributes:
        allow_absent_from_training: Whether a part may be tested on a class that it was not trained on.
        allow_absent_from_test: Whether a part may lack a class in its test samples. Its recall is then not
            known there, and a mean over parts is a mean over different classes: pool the predictions of all
            parts instead.
        max_imbalance: How many times larger or smaller than its even share a test part may be, in samples.
            Beyond 2 one or two people decide the score of a part. Infinity allows all.
    """

    allow_absent_from_training: bool = False
    allow_absent_from_test: bool = False
    max_imbalance: float = 2.0


STRICT: Final = SplitRules()
"""Nothing is tolerated."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One way to divide the samples.

    Attributes:
        name: "fold 1" and so on, "hold-out", or the subject that is left out.
        training: Rows to learn from, rising.
        test: Rows to score, rising. Every row is in one of the two.
        absent_from_training: Labels that no training row has, sorted.
        absent_from_test: Labels that no test row has, sorted.
    """

    name: str
    training: NDArray[np.intp]
    test: NDArray[np.intp]
    absent_from_training: tuple[str, ...]
    absent_from_test: tuple[str, ...]


def k_fold(
    subjects: Sequence[str],
    labels: Sequence[str] | None,
    *,
    n_folds: int = 5,
    seed: int = 0,
    rules: SplitRules = STRICT,
) -> tuple[Fold, ...]:
    """Divide the subjects into folds, each of which is the test part once.

    Args:
        subjects: N names. Samples that nobody shares a person with each need a name of their own.
        labels: N class names; None where values are continuous: then only the numbers of samples are evened
            out.
        n_folds: At least 2; as many as there are subjects is `leave_one_subject_out`.
        seed: Another seed, another division.
        rules: What is tolerated.

    Raises:
        SettingsError: if there are fewer than two folds.
        DataError: if a sample names no subject, there are fewer subjects than folds, or a fold breaks a rule.
        ValueError: if the lengths differ.
    """
    if n_folds < 2:
        raise SettingsError(f"{n_folds} folds cannot be tested on each other", expected="2 folds or more")
    names, who = _subjects(subjects, n_parts=n_folds)
    place = spread(_counts(who, labels), np.full(n_folds, 1 / n_folds), _order(names, seed))[who]
    folds = tuple(_fold(f"fold {number + 1}", place == number, labels) for number in range(n_folds))
    for fold in folds:
        _check(fold, 1 / n_folds, rules)
    return folds


def hold_out(
    subjects: Sequence[str],
    labels: Sequence[str] | None,
    *,
    share: float = 0.2,
    seed: int = 0,
    rules: SplitRules = STRICT,
) -> Fold:
    """Set some subjects aside for the test.

    Args:
        subjects: As for `k_fold`.
        labels: As for `k_fold`.
        share: Of the samples, about how many the test part is to hold; between 0 and 1.
        seed: Another seed, another division.
        rules: What is tolerated.

    Raises:
        SettingsError: if the share is not between 0 and 1.
        DataError: if a sample names no subject, there are fewer than two, or the division breaks a rule.
        ValueError: if the lengths differ.
    """
    if not 0 < share < 1:
        raise SettingsError(f"a share of {share} cannot be held out", expected="a number between 0 and 1")
    names, who = _subjects(subjects, n_parts=2)
    place = spread(_counts(who, labels), np.array([1 - share, share]), _order(names, seed))[who]
    fold = _fold("hold-out", place == 1, labels)
    _check(fold, share, rules)
    return fold


def leave_one_subject_out(
    subjects: Sequence[str], labels: Sequence[str] | None, *, allow_absent_from_training: bool = False
) -> tuple[Fold, ...]:
    """One fold for each subject, in the order of their names.

    A subject rarely shows every class and subjects differ in size, so neither is refused.

    Args:
        subjects: As for `k_fold`.
        labels: As for `k_fold`.
        allow_absent_from_training: Whether a subject may be the only one with a class.

    Raises:
        DataError: if a sample names no subject, there are fewer than two, or only one has a class.
        ValueError: if the lengths differ.
    """
    names, who = _subjects(subjects, n_parts=2)
    _check_length(labels, len(who))
    rules = SplitRules(
        allow_absent_from_training=allow_absent_from_training,
        allow_absent_from_test=True,
        max_imbalance=float("inf"),
    )
    folds = tuple(_fold(name, who == number, labels) for number, name in enumerate(names))
    for fold in folds:
        _check(fold, len(fold.test) / len(who), rules)
    return folds


def check_disjoint(parts: Mapping[str, Iterable[str]]) -> None:
    """Refuse parts that share a subject.

    For divisions made elsewhere: a data set's published folds, or lists that somebody wrote.

    Args:
        parts: The subjects of each part, by the part's name.

    Raises:
        DataError: naming two parts, the first of the subjects they share and their number.
    """
    for (one, mine), (other, theirs) in combinations(
        [(part, set(subjects)) for part, subjects in parts.items()], 2
    ):
        shared = sorted(mine & theirs)
        if shared:
            raise DataError(
                f"'{one}' and '{other}' share subjects",
                got=f"{shared[0]} and {len(shared) - 1} more" if len(shared) > 1 else shared[0],
                expected="every subject in one part only",
                remedy="Move each person to one part: a score on people that were trained on is too good",
            )


def _subjects(subjects: Sequence[str], *, n_parts: int) -> tuple[list[str], NDArray[np.intp]]:
    """The distinct names, sorted, and each row's place among them."""
    nameless = sum(not subject for subject in subjects)
    if nameless:
        raise DataError(
            f"{nameless} of {len(subjects)} samples do not say who is shown, so people cannot be kept apart",
            remedy="Name the subjects; if no person is shown twice, give each sample its own name",
        )
    names, who = np.unique(np.asarray(subjects, dtype=str), return_inverse=True)
    if len(names) < n_parts:
        raise DataError(
            f"{n_parts} parts need at least {n_parts} subjects",
            got=f"{len(names)}",
            remedy="Ask for fewer parts, or add people",
        )
    return names.tolist(), who


def _counts(who: NDArray[np.intp], labels: Sequence[str] | None) -> NDArray[np.int64]:
    """(S, 1 + K) samples of each subject: all, then of each class."""
    counts = [np.bincount(who)]
    _check_length(labels, len(who))
    if labels is not None:
        classes = np.asarray(labels, dtype=str)
        counts += [
            np.bincount(who[classes == label], minlength=len(counts[0])) for label in np.unique(classes)
        ]
    return np.stack(counts, axis=1).astype(np.int64)


def _check_length(labels: Sequence[str] | None, n_samples: int) -> None:
    if labels is not None and len(labels) != n_samples:
        raise ValueError(f"expected a label for each of {n_samples} samples, got {len(labels)}")


def _order(names: Sequence[str], seed: int) -> NDArray[np.intp]:
    """Subjects in an order that depends on seed and names alone."""
    digests = [hashlib.sha256(f"{seed} {name}".encode()).hexdigest() for name in names]
    return np.argsort(digests, kind="stable")


def _fold(name: str, is_test: NDArray[np.bool_], labels: Sequence[str] | None) -> Fold:
    classes = np.asarray([] if labels is None else labels, dtype=str)
    absent = [
        () if labels is None else tuple(sorted(set(classes.tolist()) - set(classes[part].tolist())))
        for part in (~is_test, is_test)
    ]
    return Fold(name, np.flatnonzero(~is_test), np.flatnonzero(is_test), *absent)


def _check(fold: Fold, share: float, rules: SplitRules) -> None:
    for part, absent, allowed, option in (
        ("training", fold.absent_from_training, rules.allow_absent_from_training, "absent_from_training"),
        ("test", fold.absent_from_test, rules.allow_absent_from_test, "absent_from_test"),
    ):
        if absent and not allowed:
            raise DataError(
                f"the {part} part of {fold.name} has no sample of: {', '.join(absent)}",
                expected="every class in every part",
                remedy=f"Ask for fewer folds, leave the class out, or set allow_{option}",
            )
    even = share * (len(fold.training) + len(fold.test))
    imbalance = max(len(fold.test) / even, even / len(fold.test))
    if imbalance > rules.max_imbalance:
        raise DataError(
            f"the test part of {fold.name} is badly unbalanced",
            got=f"{len(fold.test)} samples",
            expected=f"about {even:.0f}, at most {rules.max_imbalance:g} times more or fewer",
            remedy="Ask for fewer folds, leave one subject out at a time, or raise max_imbalance",
        )
