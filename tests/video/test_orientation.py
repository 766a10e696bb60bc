"""Upright to stored: every turn, mirroring and pixel shape against NumPy's own."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.geometry import IDENTITY, apply
from duchenne.models.preprocess import to_rgb
from duchenne.records import Picture
from duchenne.video.orientation import Orientation, from_display, from_exif
from media import corners

# What EXIF 2.32 means by each orientation, as NumPy would undo it.
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[:, ::-1].swapaxes(0, 1),
}


def bring_upright(stored: NDArray[np.uint8], orientation: Orientation) -> NDArray[np.uint8]:
    size = (stored.shape[1], stored.shape[0])
    upright = orientation.upright_size(*size)
    return to_rgb(Picture((stored,), *upright, orientation.to_stored(upright, size)))


@pytest.mark.parametrize("value", UPRIGHT)
def test_exif_orientations_move_every_pixel_where_numpy_does(value: int) -> None:
    stored = np.random.default_rng(0).integers(0, 256, (6, 9, 3), np.uint8)
    np.testing.assert_array_equal(bring_upright(stored, from_exif(value)), UPRIGHT[value](stored))


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_exif_value_that_is_none_counts_as_upright(value: int) -> None:
    assert from_exif(value) == Orientation()


def display_matrix(clockwise_deg: float, *, mirrored: bool = False) -> bytes:
    """As FFmpeg keeps it: 16.16 fixed point, the third column of its rows (0, 0, 2.30 one)."""
    turn = math.radians(clockwise_deg)
    cos, sin = (round(0x10000 * value) for value in (math.cos(turn), math.sin(turn)))
    a, b = (-cos, -sin) if mirrored else (cos, sin)
    return struct.pack("=9i", a, b, 0, -sin, cos, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("clockwise_deg", "expected"), [(0, 0), (90, 90), (180, 180), (270, 270), (-90, 270), (89, 90), (44, 0)]
)
def test_a_display_matrix_is_a_turn_rounded_to_quarters_and_a_mirroring(
    clockwise_deg: float, expected: int, mirrored: bool
) -> None:
    found = from_display(display_matrix(clockwise_deg, mirrored=mirrored), None)
    assert found == Orientation(expected, mirrored)


def test_without_a_display_matrix_the_stored_picture_is_upright() -> None:
    assert from_display(None, None) == Orientation()


def test_a_quarter_turn_swaps_the_sides_of_the_upright_picture() -> None:
    assert Orientation(90).upright_size(64, 48) == (48, 64)
    assert Orientation(180).upright_size(64, 48) == (64, 48)


def test_wide_pixels_widen_the_upright_picture_and_map_back_to_the_stored_one() -> None:
    orientation = from_display(None, Fraction(2))
    upright = orientation.upright_size(10, 8)
    assert upright == (20, 8)
    # The edges of the picture stay its edges: pixel centres reach half a pixel less far.
    ends = np.array([[-0.5, -0.5], [19.5, 7.5]])
    np.testing.assert_allclose(
        apply(orientation.to_stored(upright, (10, 8)), ends), [[-0.5, -0.5], [9.5, 7.5]], atol=1e-12
    )


def test_wide_pixels_of_a_turned_picture_lengthen_its_height() -> None:
    assert Orientation(90, aspect=Fraction(4, 3)).upright_size(720, 576) == (576, 960)


@pytest.mark.parametrize("aspect", [None, Fraction(0), Fraction(1, 1000), Fraction(1000)])
def test_an_absurd_pixel_shape_counts_as_square(aspect: Fraction | None) -> None:
    assert from_display(None, aspect) == Orientation()


def test_the_upright_picture_has_at_least_one_pixel() -> None:
    assert Orientation(aspect=Fraction(1, 10)).upright_size(1, 1) == (1, 1)


def test_a_plain_picture_maps_to_itself_without_arithmetic() -> None:
    assert Orientation().to_stored((64, 48), (64, 48)) is IDENTITY


def test_a_stored_picture_of_another_size_is_stretched_to_the_upright_one() -> None:
    matrix = Orientation().to_stored((64, 48), (32, 24))
    np.testing.assert_allclose(apply(matrix, np.array([[31.5, 23.5]])), [[15.5, 11.5]], atol=1e-12)


def test_mirroring_comes_before_the_turn() -> None:
    turned = bring_upright(corners(), Orientation(90, mirrored=True))
    np.testing.assert_array_equal(turned, np.rot90(corners()[:, ::-1], -1))
