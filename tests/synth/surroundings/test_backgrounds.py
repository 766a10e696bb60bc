"""Backgrounds are pure functions of their record, in linear light."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from duchenne.synth.surroundings.backgrounds import paint
from duchenne.synth.surroundings.scene import Background, Wall

FIRST, SECOND = (0.1, 0.2, 0.3), (0.6, 0.5, 0.4)


def record(wall: Wall, seed: int = 4) -> Background:
    return Background(wall, (FIRST, SECOND), seed)


@pytest.mark.parametrize("wall", Wall)
def test_every_wall_is_a_linear_picture_of_its_size(wall: Wall) -> None:
    picture = paint(record(wall), 60)
    assert picture.shape == (60, 60, 3)
    assert picture.dtype == np.float32
    assert picture.min() >= 0.0
    assert picture.max() <= 1.0


@pytest.mark.parametrize("wall", Wall)
def test_the_same_record_paints_the_same_picture(wall: Wall) -> None:
    np.testing.assert_array_equal(paint(record(wall), 64), paint(record(wall), 64))


@pytest.mark.parametrize("wall", [wall for wall in Wall if wall is not Wall.PLAIN])
def test_another_seed_paints_another_picture(wall: Wall) -> None:
    assert not np.array_equal(paint(record(wall, 1), 64), paint(record(wall, 2), 64))


@pytest.mark.parametrize("wall", Wall)
def test_another_size_is_the_same_picture_larger(wall: Wall) -> None:
    small, large = paint(record(wall), 64), paint(record(wall), 256)
    shrunk = cv2.resize(large, (64, 64), interpolation=cv2.INTER_AREA)
    # Both are area means of one canvas, one taken at once and one in two steps.
    np.testing.assert_allclose(small, shrunk, atol=1e-5)


@pytest.mark.parametrize("seed", range(12))
def test_rooms_of_either_side_with_or_without_furniture_are_within_range(seed: int) -> None:
    assert np.isfinite(paint(record(Wall.ROOM, seed), 300)).all()


def test_a_plain_wall_has_the_first_colour_everywhere() -> None:
    # Brought to another size: means of equal numbers, rounded to float32.
    np.testing.assert_allclose(paint(record(Wall.PLAIN), 5), np.broadcast_to(FIRST, (5, 5, 3)), rtol=1e-6)


def test_a_gradient_runs_between_its_colours_and_is_their_mean_in_the_middle() -> None:
    picture = paint(record(Wall.GRADIENT), 256)
    low, high = np.minimum(FIRST, SECOND), np.maximum(FIRST, SECOND)
    assert (picture >= low - 1e-6).all()
    assert (picture <= high + 1e-6).all()
    mean = (np.array(FIRST) + np.array(SECOND)) / 2
    # The middle lies half a pixel beside the four middle pixels, a 512th of the way.
    np.testing.assert_allclose(picture[127:129, 127:129].mean(axis=(0, 1)), mean, atol=2e-3)


def test_a_picture_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one pixel, got a size of 0"):
        paint(record(Wall.PLAIN), 0)
