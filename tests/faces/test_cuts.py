from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.faces.cuts import CutDetector
from duchenne.records import Picture
from worlds import blank, portrait


def shots(*pictures: NDArray[np.uint8]) -> list[bool]:
    detector = CutDetector()
    return [detector.step(Picture.from_rgb(np.ascontiguousarray(rgb))) for rgb in pictures]


def scene(seed: int) -> NDArray[np.uint8]:
    """A picture of large patches, unrelated to that of any other seed."""
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def test_first_frame_is_no_cut() -> None:
    assert shots(scene(0)) == [False]


def test_a_change_of_scene_is_a_cut_and_only_there() -> None:
    assert shots(scene(0), scene(0), scene(1), scene(1)) == [False, False, True, False]


@pytest.mark.parametrize("seeds", [(a, a + 1) for a in range(10)])
def test_unrelated_scenes_are_told_apart(seeds: tuple[int, int]) -> None:
    assert shots(scene(seeds[0]), scene(seeds[1]))[1]


def test_a_pan_is_no_cut() -> None:
    rgb = portrait()
    # Ten pixels of 360 a frame: across the picture in 1.4 s at 25 frames a second.
    assert not any(shots(*(rgb[:, k : k + 360] for k in range(0, 150, 10))))


def test_a_zoom_is_no_cut() -> None:
    rgb = portrait()
    assert not any(shots(*(rgb[k:-k, k:-k] for k in range(1, 150, 8))))


def test_light_switched_off_is_no_cut() -> None:
    rgb = portrait()
    assert shots(rgb, rgb // 4)[1] is False


def test_a_covered_lens_is_no_cut_and_neither_is_what_follows() -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    assert not any(shots(scene(0), black, black, scene(0)))


def test_a_new_scene_after_black_is_a_cut() -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    assert shots(scene(0), black, scene(1)) == [False, False, True]


def test_black_at_the_beginning_is_no_shot() -> None:
    assert not any(shots(np.zeros((240, 320, 3), np.uint8), scene(0)))


def test_yuv_and_tiny_pictures_work() -> None:
    detector = CutDetector()
    planes = tuple(np.full(shape, 50, np.uint8) for shape in ((8, 8), (4, 4), (4, 4)))
    assert detector.step(Picture(planes, width=8, height=8)) is False
    assert detector.step(blank(8, 8, level=60)) is False


def test_reset_forgets_the_shot() -> None:
    detector = CutDetector()
    detector.step(Picture.from_rgb(scene(0)))
    detector.reset()
    assert detector.step(Picture.from_rgb(scene(1))) is False
