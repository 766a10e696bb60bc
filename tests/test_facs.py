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


# Typed a second time from another copy of the table: a slip of the hand in one of them shows.
_ROWS = """
12 25 | 6:51
4 15 | 1:60 6:50 11:26 17:67
1 4 20 25 | 2:57 5:63 26:33
4 7 24 | 10:26 17:52 23:29
1 2 25 26 | 5:66
9 10 17 | 4:31 24:26
1 2 12 25 | 5:64 26:67
10 12 25 | 4:32 6:61 9:59
1 4 20 25 | 2:46 5:24 6:34 15:30
4 15 | 6:26 7:48 11:20 17:50
1 4 25 26 | 2:27 6:31
4 10 | 1:49 6:61 9:20 11:35 15:54 17:47 25:43
4 20 25 | 5:40 7:39 10:30 11:33
1 2 5 20 25 | 4:47 10:35 11:22 26:51
1 4 10 20 25 | 2:64 5:50 6:26 9:28 15:33
4 25 26 | 5:35 7:50 10:34
4 10 17 | 7:60 9:57 24:36
1 2 5 10 | 4:45 9:37 17:66 24:33
4 10 | 6:25 9:56 17:67 24:36
4 10 | 7:57 9:27 17:63 24:37
1 2 5 25 | 4:21 20:62 26:56
"""


def test_the_table_of_the_study_was_typed_without_slips() -> None:
    for emotion, row in zip(DU_2014, _ROWS.strip().splitlines(), strict=True):
        prototypical, variants = row.split(" | ")
        assert emotion.prototypical == tuple(map(int, prototypical.split())), emotion.name
        pairs = (pair.split(":") for pair in variants.split())
        assert emotion.variants == {int(unit): int(percent) / 100 for unit, percent in pairs}, emotion.name
