from __future__ import annotations

import pytest

from duchenne.datasets.words import OTHER, SPELLINGS, label_of, labels_in, translate
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS


def test_every_label_has_spellings_and_no_spelling_two_labels() -> None:
    assert set(SPELLINGS) == {*EXPRESSIONS, *OTHER}
    spellings = [spelling for of_label in SPELLINGS.values() for spelling in of_label]
    assert len(spellings) == len(set(spellings))
    assert all(spelling == spelling.lower() for spelling in spellings)


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("Angry", "anger"),
        (" happy ", "happiness"),
        ("SAD", "sadness"),
        ("Suprise", "surprise"),
        ("fear", "fear"),
    ],
)
def test_words_are_translated_whatever_their_case(word: str, label: str) -> None:
    assert translate(word, "line 2 of labels.csv") == label


@pytest.mark.parametrize("word", ["joyful", "", "unhappy", "pride"])
def test_another_word_is_refused_with_its_place(word: str) -> None:
    with pytest.raises(
        DataError, match=rf"line 2 of a\.csv has an unknown label\. Got: '{word}'\. Expected: neu"
    ):
        translate(word, "line 2 of a.csv")


def test_what_may_stand_somewhere_can_be_narrowed_and_widened() -> None:
    assert translate("proud", "x", (*EXPRESSIONS, *OTHER)) == "pride"
    with pytest.raises(DataError, match="Expected: fear, anger"):
        translate("happy", "x", ("fear", "anger"))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("S01_happy_2", ("happiness",)),
        ("S01Happy", ("happiness",)),
        ("s12-SAD-take3", ("sadness",)),
        ("unhappy", ()),
        ("clip 7", ()),
        ("", ()),
        ("happy_to_sad", ("happiness", "sadness")),
        ("happy_happiness", ("happiness",)),
    ],
)
def test_labels_are_found_in_names_as_whole_words(name: str, labels: tuple[str, ...]) -> None:
    assert labels_in(name) == labels


def test_no_word_is_no_label() -> None:
    assert label_of("7") is None
