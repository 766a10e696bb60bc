from __future__ import annotations

import dataclasses

import pytest

from duchenne.datasets.faces import SUBJECT_RULE, TRAIN, split_of
from duchenne.errors import DataError, ModelError
from duchenne.evaluation.register import CHOSEN, TRAINED, check_split, check_subjects, is_trained
from duchenne.models.card import Card, TrainingSource
from tiny_networks import Output, build


def card(*sources: TrainingSource) -> Card:
    return dataclasses.replace(build([Output("expression", bias=[0.0])])[0], training=sources)


def source(split: str, use: str = TRAINED, subjects: tuple[str, ...] = (), rule: str = "") -> TrainingSource:
    return TrainingSource("fer2013", split, use, "any", 10, subjects, rule)


def test_trained_split_is_refused() -> None:
    with pytest.raises(
        DataError, match="split 'Training' of 'fer2013' cannot be scored: 'tiny' was trained on it"
    ):
        check_split(card(source("Training")), "fer2013", "Training")


def test_split_of_another_data_set_is_free() -> None:
    assert check_split(card(source("Training")), "mine", "Training") == ()
    assert check_split(card(source("Training")), "fer2013", "PublicTest") == ()


def test_split_the_weights_were_chosen_on_is_scored_with_a_note() -> None:
    (note,) = check_split(card(source("PublicTest", CHOSEN)), "fer2013", "PublicTest")
    assert "chosen by their score on PublicTest" in note


def test_split_with_some_trained_subjects_is_judged_by_subject() -> None:
    assert check_split(card(source("train", subjects=("ann",))), "fer2013", "train") == ()


def test_listed_subjects_are_refused_and_others_free() -> None:
    listed = card(source("train", subjects=("ann", "bob")))
    assert is_trained(listed, "fer2013", "ann")
    check_subjects(listed, "fer2013", ["cid"])
    check_subjects(listed, "mine", ["ann"])
    with pytest.raises(DataError, match=r"trained on subjects.*Got: ann\. Expected: subjects outside"):
        check_subjects(listed, "fer2013", ["cid", "ann"])
    with pytest.raises(DataError, match="ann and 1 more"):
        check_subjects(listed, "fer2013", ["bob", "ann", "ann"])


def test_source_without_subjects_means_every_subject() -> None:
    assert is_trained(card(source("train")), "fer2013", "anybody")


def test_source_that_taught_nothing_blocks_nobody() -> None:
    assert not is_trained(card(source("train", CHOSEN)), "fer2013", "anybody")


def test_rule_decides_by_name() -> None:
    ruled = card(source("train", rule=SUBJECT_RULE))
    for subject in map(str, range(50)):
        assert is_trained(ruled, "fer2013", subject) == (split_of(subject) == TRAIN)


def test_unknown_rule_is_an_error_not_a_pass() -> None:
    with pytest.raises(ModelError, match=r"unknown rule.*Got: by moonlight"):
        check_subjects(card(source("train", rule="by moonlight")), "fer2013", ["ann"])
