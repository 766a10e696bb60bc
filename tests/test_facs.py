from __future__ import annotations

import pytest

from duchenne.facs import ACTION_UNITS, BASIC_EMOTIONS, DU_2014, EmotionUnits, column


def test_units_are_in_ascending_order_and_named_once() -> None:
    assert list(ACTION_UNITS) == sorted(ACTION_UNITS)
    assert len(set(ACTION_UNITS.values())) == len(ACTION_UNITS)


@pytest.mark.parametrize(
    ("unit", "name"),
    # Ekman, Friesen & Hager 2002; spot checks from each part of the face.
    [
        (1, "inner brow raiser"),
        (6, "cheek raiser"),
        (12, "lip corner puller"),
        (26, "jaw drop"),
        (45, "blink"),
    ],
)
def test_units_have_the_names_of_the_manual(unit: int, name: str) -> None:
    assert ACTION_UNITS[unit] == name


@pytest.mark.parametrize(
    ("unit", "side", "expected"), [(1, "", "AU01"), (1, "L", "AU01_L"), (12, "R", "AU12_R"), (45, "", "AU45")]
)
def test_columns_have_two_digits_and_the_side(unit: int, side: str, expected: str) -> None:
    assert column(unit, side) == expected


def test_columns_sort_like_units() -> None:
    columns = [column(unit) for unit in ACTION_UNITS]
    assert columns == sorted(columns)


@pytest.mark.parametrize(("unit", "side"), [(3, ""), (0, ""), (1, "l"), (1, "left")])
def test_there_is_no_column_for_another_unit_or_side(unit: int, side: str) -> None:
    with pytest.raises(ValueError, match=f"no column for unit {unit} and side '{side}'"):
        column(unit, side)


def test_six_basic_and_fifteen_compound_emotions() -> None:
    names = [emotion.name for emotion in DU_2014]
    assert len(names) == len(set(names)) == 21
    assert tuple(names[:6]) == BASIC_EMOTIONS


@pytest.mark.parametrize("emotion", DU_2014, ids=lambda emotion: emotion.name)
def test_every_unit_of_an_emotion_is_known_once_with_the_share_of_its_class(emotion: EmotionUnits) -> None:
    assert not set(emotion.prototypical) & set(emotion.variants)
    assert set(emotion.shares) <= set(ACTION_UNITS)
    # The paper lists a unit as variant above 20 % and as prototypical from 70 %.
    assert all(0.2 <= share < 0.7 for share in emotion.variants.values())


def test_shares_say_at_least_seventy_percent_as_one() -> None:
    happiness = next(emotion for emotion in DU_2014 if emotion.name == "happiness")
    assert happiness.shares == {12: 1.0, 25: 1.0, 6: 0.51}


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ACTION_UNITS[3] = "none"  # type: ignore[index]
    with pytest.raises(TypeError):
        DU_2014[0].variants[1] = 0.5  # type: ignore[index]
