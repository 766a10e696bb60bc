"""Hair grows on the face where its kind grows, and never on the lips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.people.brushes import area, landmark_pixels
from duchenne.synth.people.facial_hair import BROW_DROP_PX, draw
from duchenne.synth.people.look import Beard, Look
from procedural_head import procedural_head

LANDMARKS = landmark_pixels(procedural_head())
HAIR = np.array([0.04, 0.02, 0.01], dtype=np.float32)


def cover(look: Look) -> list[np.ndarray]:
    return [layer.cover for layer in draw(look, LANDMARKS, HAIR, np.random.default_rng(2))]


def at(drawn: np.ndarray, place: np.ndarray) -> float:
    x, y = np.rint(place).astype(int)
    return float(drawn[y - 3 : y + 4, x - 3 : x + 4].mean())


def test_without_a_beard_there_are_only_brows() -> None:
    (brows,) = cover(Look(beard=Beard.NONE))
    rows, columns = np.nonzero(brows > 0.3)
    low, high = LANDMARKS[[17, 26]][:, 0]
    assert low - 12 < columns.min()
    assert columns.max() < high + 12
    # The middle of the brow lies below the landmarks by the stated drop, give or take the person's own 3 pixels
    # and the hairs' lean.
    middle = np.abs(columns - LANDMARKS[24, 0]) < 5
    assert rows[middle].mean() - LANDMARKS[24, 1] == pytest.approx(BROW_DROP_PX, abs=6)


def test_brows_cover_more_when_wide_and_dense() -> None:
    thin, wide = (float(cover(Look(brow_width=width))[-1].sum()) for width in (0.6, 1.5))
    sparse, dense = (float(cover(Look(brow_density=density))[-1].sum()) for density in (0.2, 1.0))
    assert wide > 1.2 * thin
    assert dense > 1.5 * sparse


def test_brows_of_the_grey_keep_their_colour_longer() -> None:
    look = Look(hair_colour=(0.04, 0.02, 0.01))
    grey = np.full(3, 0.25, dtype=np.float32)
    colour = draw(look, LANDMARKS, grey, np.random.default_rng(2))[-1].colour
    assert np.all(colour < 0.5 * grey)
    assert np.all(colour > np.array(look.hair_colour))


@pytest.mark.parametrize(
    ("beard", "grows", "bare"),
    [
        (Beard.STUBBLE, "chin cheek", ""),
        (Beard.MOUSTACHE, "lip", "chin cheek"),
        (Beard.GOATEE, "chin", "cheek"),
        (Beard.FULL, "chin cheek", ""),
    ],
)
def test_each_beard_grows_in_its_places(beard: Beard, grows: str, bare: str) -> None:
    places = {
        "lip": (LANDMARKS[33] + LANDMARKS[51]) / 2,
        "chin": LANDMARKS[8] - [0, 10],
        "cheek": LANDMARKS[11] + [-10, -10],
    }
    grown = cover(replace(Look(), beard=beard, beard_density=1.0))[0]
    for place in grows.split():
        assert at(grown, places[place]) > 0.2, place
    for place in bare.split():
        assert at(grown, places[place]) < 0.02, place


@pytest.mark.parametrize("beard", [beard for beard in Beard if beard is not Beard.NONE])
def test_no_hair_grows_on_the_lips(beard: Beard) -> None:
    lips = area(LANDMARKS[48:60], 0.0) > 0
    inside = lips & (area(LANDMARKS[48:60], 6.0) > 0.9)
    assert cover(replace(Look(), beard=beard))[0][inside].mean() < 0.02


def test_a_denser_beard_covers_more() -> None:
    for beard in (Beard.STUBBLE, Beard.FULL):
        thin, thick = (
            float(cover(replace(Look(), beard=beard, beard_density=density))[0].sum())
            for density in (0.1, 1.0)
        )
        assert thick > 1.5 * thin
