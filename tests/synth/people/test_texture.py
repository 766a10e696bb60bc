"""The texture carries the look, and a change of one thing changes that thing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.people.brushes import TEXTURE_SIZE, landmark_pixels
from duchenne.synth.people.look import Beard, Look
from duchenne.synth.people.texture import BLOOD, MELANIN, blended_hair, over, paint, skin_colour
from procedural_head import procedural_head

LANDMARKS = landmark_pixels(procedural_head())
PLAIN = Look(seed=4, skin=0.3, moles=0, blush=0.0, eye_shade=0.0)


def at(texture: np.ndarray, landmark: int, right: int = 0, down: int = 0) -> np.ndarray:
    x, y = np.rint(LANDMARKS[landmark]).astype(int)
    return np.asarray(texture[y + down, x + right, :3], dtype=np.float64)


def test_the_texture_is_in_range_and_repeats_itself() -> None:
    texture = paint(PLAIN, LANDMARKS)
    assert texture.shape == (TEXTURE_SIZE, TEXTURE_SIZE, 4)
    assert texture.dtype == np.float32
    assert texture[..., :3].min() > 0.0
    assert texture[..., :3].max() <= 1.0
    assert texture[..., 3].min() >= 0.0
    assert np.array_equal(texture, paint(PLAIN, LANDMARKS))
    assert not np.array_equal(texture, paint(replace(PLAIN, seed=5), LANDMARKS))


def test_the_border_has_the_plain_colour_of_the_head() -> None:
    texture = paint(PLAIN, LANDMARKS)
    border = np.concatenate([texture[0], texture[-1], texture[:, 0], texture[:, -1]])[:, :3]
    assert np.allclose(border, skin_colour(PLAIN), atol=1e-6)


def test_skin_darkens_evenly_and_reddens_with_blood() -> None:
    brightness = [float(skin_colour(replace(PLAIN, skin=skin)).mean()) for skin in np.linspace(0, 1, 11)]
    assert np.all(np.diff(brightness) < 0)
    pale, flushed = (skin_colour(replace(PLAIN, redness=redness)) for redness in (-1.0, 1.0))
    assert np.allclose(flushed / pale, np.exp(-0.44 * BLOOD), rtol=1e-5)


def test_another_skin_is_another_base_colour_under_the_same_marks() -> None:
    freckled = replace(PLAIN, freckles=1.0, moles=5, blush=0.5)
    light, dark = (paint(replace(freckled, skin=skin), LANDMARKS) for skin in (0.2, 0.6))
    # Away from hair, which does not change with the skin, both textures have one ratio everywhere.
    rows = slice(int(LANDMARKS[30, 1]) - 20, int(LANDMARKS[33, 1]))
    ratio = (dark / light)[rows, 150:360, :3]
    expected = skin_colour(replace(PLAIN, skin=0.6)) / skin_colour(replace(PLAIN, skin=0.2))
    assert np.allclose(ratio, expected, rtol=1e-4)
    assert np.array_equal(light[..., 3], dark[..., 3])


def test_wrinkles_glasses_and_age_leave_the_texture_as_it_is() -> None:
    texture = paint(PLAIN, LANDMARKS)
    assert np.array_equal(texture, paint(replace(PLAIN, wrinkles=0.0, age=70.0), LANDMARKS))


def test_freckles_and_moles_only_darken_and_brown() -> None:
    bare = paint(PLAIN, LANDMARKS)
    marked = paint(replace(PLAIN, freckles=1.0, moles=6), LANDMARKS)
    density = -np.log(marked[..., :3] / bare[..., :3])
    assert density.min() > -1e-5
    worst = np.unravel_index(density[..., 2].argmax(), density.shape[:2])
    assert np.allclose(density[worst] / density[worst][0], MELANIN / MELANIN[0], rtol=1e-3)


def test_blush_reddens_the_cheeks_and_lips_are_redder_than_skin() -> None:
    bare, blushed = paint(PLAIN, LANDMARKS), paint(replace(PLAIN, blush=1.0), LANDMARKS)
    cheek = np.log(at(bare, 36, 30, 64) / at(blushed, 36, 30, 64))
    assert np.allclose(cheek / cheek[1], BLOOD / BLOOD[1], atol=1e-2)
    lip, skin = at(bare, 57, 0, -4), at(bare, 33, 0, -20)
    assert lip[0] / lip[1] > 1.2 * skin[0] / skin[1]


def test_lipstick_is_its_colour_on_the_lips_alone() -> None:
    colour = (0.1, 0.6, 0.1)
    worn = paint(replace(PLAIN, lipstick=1.0, lip_colour=colour), LANDMARKS)
    bare = paint(PLAIN, LANDMARKS)
    # Lipstick covers up to 60 %.
    assert np.allclose(at(worn, 57, 0, -8), 0.6 * np.array(colour) + 0.4 * at(bare, 57, 0, -8), atol=0.02)
    assert np.array_equal(at(worn, 30), at(bare, 30))


def test_brows_have_the_colour_of_hair_and_less_shine() -> None:
    texture = paint(replace(PLAIN, hair_colour=(0.01, 0.01, 0.01)), LANDMARKS)
    brow = texture[int(LANDMARKS[19, 1]) + 10 : int(LANDMARKS[19, 1]) + 20, int(LANDMARKS[19, 0])]
    skin = texture[int(LANDMARKS[30, 1]), int(LANDMARKS[30, 0])]
    assert brow[:, 0].min() < 0.4 * skin[0]
    assert brow[:, 3].min() < skin[3]


def test_a_shaved_beard_leaves_the_brows() -> None:
    shaved, bearded = (paint(replace(PLAIN, beard=beard), LANDMARKS) for beard in (Beard.NONE, Beard.FULL))
    above = slice(0, int(LANDMARKS[27, 1]))
    assert np.array_equal(shaved[above], bearded[above])
    assert at(bearded, 8, 0, -10).mean() < 0.7 * at(shaved, 8, 0, -10).mean()


def test_grey_is_mixed_into_the_hair() -> None:
    own, grey = Look(grey=0.0), Look(grey=1.0)
    assert np.allclose(blended_hair(own), own.hair_colour)
    assert np.allclose(blended_hair(Look(grey=0.5)), (blended_hair(own) + blended_hair(grey)) / 2)


def test_a_layer_covers_by_its_share() -> None:
    below = np.ones((TEXTURE_SIZE, TEXTURE_SIZE, 3), dtype=np.float32)
    cover = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), dtype=np.float32)
    cover[0, 0], cover[0, 1] = 0.25, 2.0
    laid = over(below, (0.0, 0.5, 1.0), cover)
    assert laid[0, 0].tolist() == pytest.approx([0.75, 0.875, 1.0])
    assert laid[0, 1].tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert laid[1, 1].tolist() == [1.0, 1.0, 1.0]
