"""What is taken from the thesis: 27 units, nine tasks, and percentages of its figure 7.3."""

from __future__ import annotations

import pytest

from duchenne.facs import ACTION_UNITS
from duchenne.synth.head.action_units import RENDERABLE
from duchenne.synth.layouts.eb_plus import CODED_UNITS, INTENSITY_UNITS, OCCURRENCE, TASKS


def test_there_are_27_units_that_this_package_knows() -> None:
    assert len(set(CODED_UNITS)) == 27
    assert set(CODED_UNITS) <= set(ACTION_UNITS)
    assert set(INTENSITY_UNITS) <= set(CODED_UNITS)


def test_there_are_the_nine_emotions_of_chapter_five() -> None:
    assert [task.emotion for task in TASKS] == [
        *(
            "happiness",
            "sadness",
            "surprise",
            "skepticism",
            "embarrassment",
            "fear",
            "pain",
            "anger",
            "disgust",
        ),
    ]
    assert [task.name for task in TASKS] == [f"T{number}" for number in range(1, 10)]


def test_every_criterion_can_be_rendered_and_is_coded() -> None:
    for task in TASKS:
        for units in task.criteria:
            assert set(units) <= set(RENDERABLE) & set(CODED_UNITS), task.emotion


@pytest.mark.parametrize(
    ("emotion", "unit", "percent"),
    [
        ("happiness", 12, 73.68),
        ("sadness", 14, 52.17),
        ("pain", 32, 16.31),
        ("disgust", 39, 0.99),
        ("fear", 1, 34.85),
    ],
)
def test_percentages_are_those_of_the_figure(emotion: str, unit: int, percent: float) -> None:
    assert OCCURRENCE[emotion][unit] == pytest.approx(percent / 100)


def test_every_emotion_has_a_share_for_every_coded_unit() -> None:
    for task in TASKS:
        assert set(OCCURRENCE[task.emotion]) == set(CODED_UNITS)
        assert all(0.0 <= share <= 1.0 for share in OCCURRENCE[task.emotion].values())


def test_skepticism_which_has_no_column_gets_the_mean_of_the_others() -> None:
    others = [shares[12] for emotion, shares in OCCURRENCE.items() if emotion != "skepticism"]
    assert OCCURRENCE["skepticism"][12] == pytest.approx(sum(others) / 8)
