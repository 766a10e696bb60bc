from __future__ import annotations

from collections import Counter

import pytest

from duchenne.emotion.grouping import (
    BROAD,
    BROAD_SURPRISE_POSITIVE,
    GROUPINGS,
    SPECIFIC,
    Grouping,
    counted,
    grouping,
    regrouped,
)
from duchenne.errors import DataError, SettingsError
from duchenne.labels import EXPRESSIONS

FRAMES = ["happiness", None, "neutral", "surprise", "neutral", None, "fear", "contempt"]


def test_frames_that_were_not_read_count_nowhere() -> None:
    counts = counted(FRAMES)
    assert sum(counts.values()) == 6
    assert {name: n for name, n in counts.items() if n} == {
        "happiness": 1,
        "surprise": 1,
        "fear": 1,
        "contempt": 1,
        "neutral": 2,
    }


@pytest.mark.parametrize("frames", [[], [None], [None] * 5], ids=["empty", "single", "all missing"])
def test_nothing_read_is_nothing_counted(frames: list[None]) -> None:
    assert counted(frames, BROAD) == {"negative": 0, "positive": 0, "neutral": 0}


def test_surprise_belongs_where_the_grouping_says() -> None:
    assert counted(FRAMES, BROAD) == {"negative": 3, "positive": 1, "neutral": 2}
    assert counted(FRAMES, BROAD_SURPRISE_POSITIVE) == {"negative": 2, "positive": 2, "neutral": 2}


@pytest.mark.parametrize("under", GROUPINGS, ids=lambda found: found.name)
def test_sums_of_frames_and_sums_of_counts_agree(under: Grouping) -> None:
    by_expression = Counter(frame for frame in FRAMES if frame is not None)
    assert regrouped(by_expression, under) == counted(FRAMES, under)
    assert tuple(regrouped(by_expression, under)) == under.labels


def test_the_specific_labels_are_the_expressions_with_neutral_last() -> None:
    assert set(SPECIFIC.labels) == set(EXPRESSIONS)
    assert SPECIFIC.labels[-1] == "neutral"
    assert all(SPECIFIC.label_of(name) == name for name in EXPRESSIONS)


@pytest.mark.parametrize("count", [lambda: counted(["joy"]), lambda: regrouped({"joy": 3}, BROAD)])
def test_an_unknown_expression_is_refused(count) -> None:  # type: ignore[no-untyped-def]  # one of two calls
    with pytest.raises(
        DataError, match=r"there is no expression 'joy'\. Expected: neutral, happiness, .*contempt"
    ):
        count()


def test_groupings_are_found_by_name() -> None:
    assert [grouping(found.name) for found in GROUPINGS] == list(GROUPINGS)
    with pytest.raises(
        SettingsError,
        match=r"there is no label setting 'wide'\. Expected: specific, broad, broad_surprise_positive",
    ):
        grouping("wide")


def test_a_grouping_must_place_every_expression() -> None:
    with pytest.raises(ValueError, match="'half' must give each expression a label"):
        Grouping("half", ("neutral",), {"neutral": "neutral"})
    with pytest.raises(ValueError, match="'flat' must give each expression a label, and neutral its own"):
        Grouping("flat", ("any",), dict.fromkeys(EXPRESSIONS, "any"))


@pytest.mark.parametrize("labels", [("neutral",), ("negative", "positive", "neutral", "neutral")])
def test_a_grouping_must_list_its_labels_once(labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="'odd' must list each label that an expression has, once"):
        Grouping("odd", labels, BROAD.member_of)


# Table 2 of the paper: accuracy and F1 of each label, one against the rest, over 301 videos.
N_VIDEOS = 301
TABLE_2 = {
    "rule": {"negative": (0.7879, 0.8000), "positive": (0.9226, 0.8878), "neutral": (0.8519, 0.4054)},
    "top 1": {"negative": (0.6844, 0.6442), "positive": (0.8970, 0.8324), "neutral": (0.6611, 0.3200)},
}
TABLE_1 = {"rule": 0.7813, "top 1": 0.6211}
# Section 2.1: happy, sad, angry, fear, surprise, disgust and neutral of both data sets.
VIDEOS = {
    "happiness": 36 + 61,
    "sadness": 17 + 26,
    "anger": 1,
    "fear": 18 + 32,
    "surprise": 51,
    "disgust": 20 + 9,
    "neutral": 30,
}


def right_answers(accuracy: float, f1: float) -> float:
    """From F1 = 2 R / (2 R + E) and accuracy = 1 - E / N: R right answers of the label, E errors about it."""
    errors = (1 - accuracy) * N_VIDEOS
    return f1 * errors / (2 * (1 - f1))


def fits(under: Grouping, place: str) -> bool:
    """Whether a table's numbers can be true if the videos are labelled so: right answers and misses must fit."""
    videos = regrouped(VIDEOS, under)
    for label, (accuracy, f1) in TABLE_2[place].items():
        right = right_answers(accuracy, f1)
        missed = videos[label] - right
        # Averages over folds are not pooled counts: allow two videos.
        if missed < -2 or missed > (1 - accuracy) * N_VIDEOS + 2:
            return False
    return True


def test_the_papers_table_2_leaves_surprise_only_among_the_negative() -> None:
    assert sum(VIDEOS.values()) == N_VIDEOS
    neutral = Grouping("n", ("negative", "positive", "neutral"), {**BROAD.member_of, "surprise": "neutral"})
    assert fits(BROAD, "rule")
    assert fits(BROAD, "top 1")
    assert not fits(BROAD_SURPRISE_POSITIVE, "rule")
    assert not fits(neutral, "rule")


@pytest.mark.parametrize("place", ["rule", "top 1"])
def test_the_right_answers_that_table_2_implies_give_table_1(place: str) -> None:
    # The check on the derivation: three counts from one table add up to the accuracy of another.
    right = sum(right_answers(*numbers) for numbers in TABLE_2[place].values())
    assert right / N_VIDEOS == pytest.approx(TABLE_1[place], abs=0.002)
