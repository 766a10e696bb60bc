from __future__ import annotations

import pytest

from duchenne.evaluation.audit_charts import HEIGHT, WIDTH, Scale, chart, number, said, x_of
from duchenne.evaluation.audit_record import Estimate
from duchenne.evaluation.conditions import Factor

NAN = float("nan")
FACTOR = Factor("light", "Light", ("a", "b", "c", "d"), "b", "")
SURE = Estimate(0.5, 0.25, 0.75)


def test_levels_stand_evenly_from_side_to_side() -> None:
    places = [x_of(FACTOR, i) for i in range(4)]
    assert places[0] == WIDTH - places[3] > 0
    assert places[2] - places[1] == pytest.approx(places[1] - places[0], abs=0.11)  # rounded to a tenth


def test_values_stand_on_their_scale_and_do_not_leave_the_box() -> None:
    scale = Scale(0.0, 1.0)
    assert scale.y(0.5) == HEIGHT / 2
    assert scale.y(0.0) > scale.y(1.0)
    assert scale.y(2.0) == scale.y(1.0)
    assert scale.y(-2.0) == scale.y(0.0)


def test_a_level_without_a_value_leaves_a_gap() -> None:
    drawn = chart(FACTOR, [(SURE, 1.0), (SURE, 1.0), None, (SURE, 1.0)], Scale(0, 1))
    assert len(drawn.points) == 3
    assert len(drawn.lines) == 1
    assert "c: –" in drawn.words
    nothing = chart(FACTOR, [None, (Estimate(NAN, NAN, NAN), 0.0), None, None], Scale(0, 1))
    assert (nothing.points, nothing.lines) == ((), ())


def test_points_say_whether_they_are_the_baseline_and_how_much_they_rest_on() -> None:
    drawn = chart(FACTOR, [(SURE, 0.3), (SURE, 1.0), (SURE, 0.5), (SURE, 0.6)], Scale(0, 1))
    assert [point.is_baseline for point in drawn.points] == [False, True, False, False]
    assert [point.is_faint for point in drawn.points] == [True, False, False, False]
    assert "a: 0.50 (0.25 to 0.75), 30% of frames" in drawn.words
    assert drawn.words.startswith("Light. ")


def test_a_value_without_an_interval_has_no_whisker() -> None:
    point = chart(FACTOR, [(Estimate(0.5, NAN, NAN), 1.0), None, None, None], Scale(0, 1)).points[0]
    assert point.low_y == point.high_y == point.y


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [
        (0.816, False, "0.82"),
        (-0.5, False, "−0.50"),
        (0.1, True, "+0.10"),
        (-0.001, True, "0.00"),
        (NAN, True, "–"),
    ],
)
def test_numbers_in_words(value: float, signed: bool, text: str) -> None:
    assert number(value, signed=signed) == text


def test_estimates_in_words() -> None:
    assert said(SURE) == "0.50 (0.25 to 0.75)"
    assert said(Estimate(0.5, NAN, NAN)) == "0.50"
    assert said(Estimate(NAN, NAN, NAN)) == "–"
