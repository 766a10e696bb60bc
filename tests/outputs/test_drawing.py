from __future__ import annotations

import numpy as np
import pytest

from duchenne.geometry import Box
from duchenne.outputs import drawing
from duchenne.outputs.drawing import Bar, Sizes


def canvas(level: int = 120) -> np.ndarray:
    return np.full((200, 300, 3), level, dtype=np.uint8)


@pytest.mark.parametrize("size", [(320, 180), (1280, 720), (3840, 2160)])
def test_sizes_follow_the_picture_and_stay_legible(size: tuple[int, int]) -> None:
    sizes, base = Sizes.of(*size), Sizes.of(1280, 720)
    factor = max(min(size) / 720, 0.6)
    assert sizes.row == pytest.approx(base.row * factor, abs=1)
    assert sizes.expressions.bar == pytest.approx(base.expressions.bar * factor, abs=1)
    assert sizes.text_height >= 7


def test_fill_is_cut_at_the_edges_and_nothing_is_drawn_outside() -> None:
    image = canvas()
    drawing.fill(image, Box(290, 190, 50, 50), (1, 2, 3))
    assert (np.all(image == (1, 2, 3), axis=2)).sum() == 100
    before = image.copy()
    drawing.fill(image, Box(400, 10, 50, 50), (9, 9, 9))
    np.testing.assert_array_equal(image, before)


def test_plate_gives_text_contrast_over_white() -> None:
    image = canvas(255)
    drawing.plate(image, Box(0, 0, 50, 50))
    assert image[10, 10].max() < 80
    assert (image[60:] == 255).all()


def test_no_bars_draw_nothing_and_lengths_are_shares() -> None:
    sizes = Sizes.of(300, 200)
    image = canvas()
    drawing.draw_bars(image, [], 0, 0, sizes.units, sizes)
    assert (image == 120).all()
    bars = [Bar("AU12", 0.0, (255, 0, 0), False), Bar("AU15", 1.0, (0, 255, 0), True)]
    drawing.draw_bars(image, bars, 0, 0, sizes.units, sizes)
    assert not np.all(image == (255, 0, 0), axis=2).any()
    assert np.all(image == (0, 255, 0), axis=2).any(axis=0).sum() == sizes.units.bar
