from __future__ import annotations

import numpy as np
import pytest

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.outputs import reading_plates
from duchenne.outputs.drawing import Sizes
from duchenne.outputs.palette import DARK, rgb
from duchenne.records import Reading
from made_results import face, reading, units_of

SIZES = Sizes.of(1280, 720)
GREY = 120


def canvas() -> np.ndarray:
    return np.full((720, 1280, 3), GREY, dtype=np.uint8)


def lengths(image: np.ndarray) -> list[int]:
    """Of all unit bars, from the first row of the first column to the last of the second, in pixels."""
    _, height = reading_plates.unit_panel(SIZES)
    is_bar = np.all(image == rgb(DARK.units), axis=2)
    found = []
    width = (reading_plates.unit_panel(SIZES)[0] - SIZES.pad) // 2
    for column in range(2):
        for row in range((height - 2 * SIZES.pad) // SIZES.row):
            top = SIZES.pad + row * SIZES.row
            found.append(
                int(is_bar[top : top + SIZES.row, column * width : (column + 1) * width].any(axis=0).sum())
            )
    return found


def draw(**intensities: float) -> np.ndarray:
    image = canvas()
    made = Reading(reading("neutral", 0.9).expressions, units_of(**intensities))
    reading_plates.draw_units(image, made, Box(0, 0, *reading_plates.unit_panel(SIZES)), SIZES)
    return image


def test_unit_bars_are_as_long_as_their_intensities() -> None:
    values = np.linspace(0, 1, len(UNIT_COLUMNS))
    found = lengths(draw(**dict(zip(UNIT_COLUMNS, values, strict=True))))
    np.testing.assert_allclose(np.array(found) / SIZES.units.bar, values, atol=1 / SIZES.units.bar)


def test_unit_that_was_not_measured_has_no_row() -> None:
    assert [n for n in lengths(draw(AU12=0.5, AU25=1.0)) if n] == [SIZES.units.bar // 2, SIZES.units.bar]
    # 0 was measured: its name and its groove are there, which nothing has where a unit was not measured.
    assert (draw(AU12=0.0) != draw()).any()


def test_reading_without_units_draws_nothing() -> None:
    image = canvas()
    reading_plates.draw_units(image, reading("fear", 0.9), Box(0, 0, 100, 100), SIZES)
    assert (image == GREY).all()


def test_tint_is_stronger_where_a_unit_is_and_absent_below_a_tenth() -> None:
    shown = face(0, box=Box(400, 200, 200, 240))

    def change(**intensities: float) -> float:
        image = canvas()
        reading_plates.tint(image, shown, units_of(**intensities))
        return float(np.abs(image.astype(float) - GREY).sum())

    assert change(AU12=0.05) == change() == 0
    assert 0 < change(AU12=0.4) < change(AU12=0.9)
    # The strongest unit of a region counts, not their sum.
    assert change(AU12=0.9, AU15=0.4) == pytest.approx(change(AU12=0.9))


def test_tint_stays_within_the_picture() -> None:
    image = canvas()
    reading_plates.tint(image, face(0, box=Box(-150, -100, 200, 240)), units_of(AU17=1.0, AU45=1.0))
    assert (image[300:] == GREY).all()
    away = canvas()
    reading_plates.tint(away, face(0, box=Box(-900, -900, 200, 240)), units_of(AU17=1.0))
    assert (away == GREY).all()


def test_expression_bars_are_as_long_as_their_probabilities() -> None:
    image = canvas()
    place = Box(0, 0, *reading_plates.expression_panel(SIZES))
    reading_plates.draw_expressions(image, reading("happiness", 0.65), place, SIZES)
    is_bar = np.all(image == rgb(DARK.expressions["happiness"]), axis=2)
    assert is_bar.any(axis=0).sum() / SIZES.expressions.bar == pytest.approx(0.65, abs=0.02)
