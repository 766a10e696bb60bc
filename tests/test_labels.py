from __future__ import annotations

import pytest

from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FERPLUS_VOTES, FOUR_EXPRESSIONS, Status


def test_fer2013_codes_are_the_published_ones() -> None:
    # Goodfellow et al. 2013: 0 angry, 1 disgust, 2 fear, 3 happy, 4 sad, 5 surprise, 6 neutral.
    published = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]

    assert list(FER2013_LABELS) == published


def test_votes_are_the_columns_of_the_ferplus_file() -> None:
    # Header of fer2013new.csv after "Usage, Image name".
    published = [
        *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
        *("unknown", "NF"),
    ]

    assert list(FERPLUS_VOTES) == [name.lower() for name in published]


def test_fer2013_has_every_expression_but_contempt() -> None:
    assert set(EXPRESSIONS) - set(FER2013_LABELS) == {"contempt"}
    assert set(FER2013_LABELS) <= set(EXPRESSIONS)


def test_four_expressions_are_those_of_paper_003_among_fer2013_s() -> None:
    # Tran, Mayhew & Kaplan: "With four categories (angry, happy, sad, neutral)".
    assert FOUR_EXPRESSIONS == ("anger", "happiness", "sadness", "neutral")
    assert set(FOUR_EXPRESSIONS) <= set(FER2013_LABELS)


@pytest.mark.parametrize("labels", [EXPRESSIONS, FER2013_LABELS, FERPLUS_VOTES, FOUR_EXPRESSIONS])
def test_no_label_is_there_twice(labels: tuple[str, ...]) -> None:
    assert len(set(labels)) == len(labels)


def test_status_is_written_as_its_word() -> None:
    assert [str(status) for status in Status] == ["ok", "no_face", "low_quality", "decode_error"]
    assert Status("no_face") is Status.NO_FACE
