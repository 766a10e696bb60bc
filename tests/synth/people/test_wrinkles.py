"""Relief: lines come with the shapes that fold the skin, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.people.brushes import TEXTURE_SIZE, landmark_pixels
from duchenne.synth.people.fold_lines import fold_lines
from duchenne.synth.people.look import Look
from duchenne.synth.people.wrinkles import DRIVERS, Relief, make_relief
from procedural_head import procedural_head

MODEL = procedural_head()
LANDMARKS = landmark_pixels(MODEL)
# At 25 years no line lasts: what is seen is the expression's.
YOUNG = Look(seed=6, age=25.0, wrinkles=1.0)


def relief(look: Look) -> Relief:
    return make_relief(look, LANDMARKS, MODEL.shape_number)


def weights(**shapes: float) -> np.ndarray:
    values = np.zeros(len(MODEL.shapes.names), dtype=np.float32)
    for name, value in shapes.items():
        values[MODEL.shape_number[name]] = value
    return values


def added(look: Look, **shapes: float) -> np.ndarray:
    made = relief(look)
    return np.asarray(made.at(weights(**shapes)) - made.rest)


def test_at_rest_the_young_have_pores_alone() -> None:
    made = relief(YOUNG)
    assert made.at(weights()) is made.rest
    assert made.rest.shape == (TEXTURE_SIZE, TEXTURE_SIZE, 3)
    assert made.rest.dtype == np.float32
    assert made.rest[..., 2].max() == 0.0
    assert made.rest[..., 0].std() > 0.01
    assert np.array_equal(made.rest, relief(replace(YOUNG, wrinkles=0.0)).rest)


def test_the_relief_at_rest_cannot_be_written_to() -> None:
    for strength in (0.0, 1.0):
        with pytest.raises(ValueError, match="read-only"):
            relief(replace(YOUNG, wrinkles=strength)).at(weights())[0, 0, 0] = 1.0


def test_without_wrinkles_no_expression_and_no_age_draws_a_line() -> None:
    lineless = relief(replace(YOUNG, wrinkles=0.0, age=70.0))
    everything = np.ones(len(MODEL.shapes.names), dtype=np.float32)
    assert np.array_equal(lineless.at(everything), relief(YOUNG).rest)


@pytest.mark.parametrize("name", list(DRIVERS))
def test_each_kind_of_line_appears_where_it_is_placed(name: str) -> None:
    shape = max(DRIVERS[name], key=DRIVERS[name].__getitem__)
    drawn = added(YOUNG, **{shape: 1.0})
    places = np.concatenate(fold_lines(LANDMARKS, np.random.default_rng([6, 11]))[name].curves)
    x, y = np.clip(np.rint(places.mean(axis=0)).astype(int), 0, TEXTURE_SIZE - 1)
    half = np.ceil(np.ptp(places, axis=0) / 2).astype(int) + 3
    around = np.abs(drawn)[max(y - half[1], 0) : y + half[1], max(x - half[0], 0) : x + half[0]]
    assert around[..., :2].max() > 0.02
    assert around[..., 2].max() > 0.01


def test_shapes_that_fold_nothing_draw_nothing() -> None:
    assert not added(YOUNG, jawOpen=1.0, mouthPucker=1.0, eyeBlink_L=1.0).any()


def test_a_side_folds_alone() -> None:
    drawn = np.abs(added(YOUNG, mouthFrown_L=1.0))[..., 2]
    # The subject's left is at larger u.
    assert drawn[:, TEXTURE_SIZE // 2 :].max() > 0.01
    assert drawn[:, : TEXTURE_SIZE // 2].max() == 0.0


def test_lines_grow_with_the_shape_and_with_strength() -> None:
    full = added(YOUNG, mouthFrown_L=1.0)
    # Sums of float32 of the order of 1.
    assert np.allclose(added(YOUNG, mouthFrown_L=0.5), 0.5 * full, atol=1e-6)
    assert np.allclose(added(replace(YOUNG, wrinkles=0.5), mouthFrown_L=1.0), 0.5 * full, atol=1e-6)


def test_a_line_is_as_deep_as_its_strongest_shapes_at_most() -> None:
    one = added(YOUNG, mouthSmile_L=1.0, noseSneer_L=1.0)
    all_three = added(YOUNG, mouthSmile_L=1.0, noseSneer_L=1.0, mouthUpperUp_L=1.0)
    assert np.allclose(one, all_three, atol=1e-6)


def test_lines_last_with_age() -> None:
    darkening = [
        float(relief(replace(YOUNG, age=age)).rest[..., 2].sum()) for age in (20.0, 25.0, 45.0, 70.0)
    ]
    assert darkening[0] == darkening[1] == 0.0
    assert 0.0 < darkening[2] < darkening[3]


def test_a_valley_slopes_down_on_one_side_and_up_on_the_other() -> None:
    drawn = added(YOUNG, browInnerUp_L=1.0, browInnerUp_R=1.0)
    row, column = np.unravel_index(drawn[..., 2].argmax(), drawn.shape[:2])
    # Rows go down and v goes up: above the fold's middle the surface climbs with v, below it falls.
    assert drawn[row - 2, column, 1] > 0.02
    assert drawn[row + 2, column, 1] < -0.02


def test_the_same_look_folds_the_same_way() -> None:
    everything = np.ones(len(MODEL.shapes.names), dtype=np.float32)
    assert np.array_equal(relief(YOUNG).at(everything), relief(YOUNG).at(everything))
    assert not np.array_equal(relief(YOUNG).at(everything), relief(replace(YOUNG, seed=7)).at(everything))


def test_a_model_without_a_shape_draws_with_the_others() -> None:
    known = {name: number for name, number in MODEL.shape_number.items() if not name.startswith("nose")}
    made = make_relief(YOUNG, LANDMARKS, known)
    assert len(made.wrinkles) == len(DRIVERS)
    assert np.array_equal(made.at(weights(mouthFrown_L=1.0)), relief(YOUNG).at(weights(mouthFrown_L=1.0)))
    assert not np.abs(made.at(weights(noseSneer_L=1.0)) - made.rest).any()


def test_lines_of_a_side_are_drawn_by_the_shapes_of_that_side() -> None:
    for name, shapes in DRIVERS.items():
        for word, side in (("_left", "_L"), ("_right", "_R")):
            if name.endswith(word):
                assert all(shape.endswith(side) for shape in shapes), name
        if not name.endswith(("_left", "_right")):
            # A line in the middle is carved by both sides alike.
            sides = {
                side: {s[:-2]: w for s, w in shapes.items() if s.endswith(side)} for side in ("_L", "_R")
            }
            assert sides["_L"] == sides["_R"], name
