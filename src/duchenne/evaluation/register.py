"""The training register: what a network may not be tested on, because it learned from it.

Takes a card and what somebody wants to score; refuses a split or a subject that the card's register lists.
A source whose ``use`` is `CHOSEN` taught nothing, but the weights were picked by its score: that is allowed,
and said aloud.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from duchenne.datasets.faces import SUBJECT_RULE, TRAIN, split_of
from duchenne.errors import DataError, ModelError
from duchenne.models.card import Card, TrainingSource

TRAINED: Final = "trained"
CHOSEN: Final = "chosen"

_RULES = {SUBJECT_RULE: lambda subject: split_of(subject) == TRAIN}
"""Rules by which a register names its subjects: the card's text, and whether a subject was trained on."""


def check_split(card: Card, dataset: str, split: str) -> tuple[str, ...]:
    """Refuse a split that the network learned from.

    Returns:
        Notes for the report: one where the weights were chosen on this split.

    Raises:
        DataError: if the card's register lists the whole split as trained on.
    """
    for source in _sources(card, dataset, TRAINED):
        if source.split == split and not source.subject_rule and not source.subjects:
            raise DataError(
                f"the split '{split}' of '{dataset}' cannot be scored: '{card.name}' was trained on it",
                remedy="Choose another split; if the file is another data set, name it with --dataset",
            )
    if any(source.split == split for source in _sources(card, dataset, CHOSEN)):
        return (f"the weights were chosen by their score on {split}, so this number leans to the good side",)
    return ()


def is_trained(card: Card, dataset: str, subject: str) -> bool:
    """Whether the network learned from a subject of a data set.

    Raises:
        ModelError: if the card names its subjects by a rule that this version does not know.
    """
    return any(_holds(source, subject, card) for source in _sources(card, dataset, TRAINED))


def check_subjects(card: Card, dataset: str, subjects: Iterable[str]) -> None:
    """Refuse subjects that the network learned from.

    Raises:
        DataError: naming the first of them and their number.
        ModelError: if the card names its subjects by a rule that this version does not know.
    """
    trained = sorted({s for s in subjects if is_trained(card, dataset, s)})
    if trained:
        raise DataError(
            f"'{card.name}' was trained on subjects that were to be scored",
            got=f"{trained[0]} and {len(trained) - 1} more" if len(trained) > 1 else trained[0],
            expected="subjects outside the card's training register",
            remedy="Score the held-out subjects; if the file is another data set, name it with --dataset",
        )


def _sources(card: Card, dataset: str, use: str) -> list[TrainingSource]:
    return [s for s in card.training if s.dataset == dataset and s.use == use]


def _holds(source: TrainingSource, subject: str, card: Card) -> bool:
    if source.subjects:
        return subject in source.subjects
    if not source.subject_rule:
        return True
    if source.subject_rule not in _RULES:
        raise ModelError(
            f"the card of '{card.name}' names its subjects by an unknown rule",
            got=source.subject_rule,
            expected=", ".join(_RULES),
        )
    return _RULES[source.subject_rule](subject)
