from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.geometry import IDENTITY, Matrix, Region
from duchenne.models.card import Border, Colour, InputSpec, Layout
from duchenne.models.preprocess import patch, tensor, to_rgb, to_tensor
from duchenne.records import ColourMatrix, Picture

RGB = InputSpec("image", 8, Colour.RGB, Layout.NHWC, 0.0, 1.0, Border.REPLICATE, antialias=False)
GREY = dataclasses.replace(RGB, colour=Colour.GREY, layout=Layout.NCHW)
Pixels = NDArray[np.uint8]


def noise(*shape: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def shrink(factor: float, size_px: float = 0.0) -> Matrix:
    """Patch pixel p covers ``factor`` picture pixels: its centre is theirs."""
    middle = (factor - 1) / 2 + size_px
    return np.array([[factor, 0.0, middle], [0.0, factor, middle]])


def bilinear(image: NDArray[Any], matrix: Matrix, size: int) -> NDArray[np.float64]:
    """An independent bilinear sampler: four neighbours, edges held."""
    rows, columns = np.mgrid[0:size, 0:size]
    x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2]
    y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2]
    x, y = np.clip(x, 0, image.shape[1] - 1), np.clip(y, 0, image.shape[0] - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, image.shape[1] - 1), np.minimum(top + 1, image.shape[0] - 1)
    fx, fy = (x - left)[..., None], (y - top)[..., None]
    upper = image[top, left] * (1 - fx) + image[top, right] * fx
    lower = image[bottom, left] * (1 - fx) + image[bottom, right] * fx
    return upper * (1 - fy) + lower * fy


def flat_yuv(y: int, u: int, v: int, **kind: Any) -> Picture:
    planes = np.full((8, 8), y, np.uint8), np.full((4, 4), u, np.uint8), np.full((4, 4), v, np.uint8)
    return Picture(planes, width=8, height=8, **kind)


def test_identity_patch_is_the_picture_itself() -> None:
    rgb = noise(8, 8, 3)

    np.testing.assert_array_equal(patch(Picture.from_rgb(rgb), IDENTITY, RGB), rgb)


def test_patch_pixels_are_bilinear_samples() -> None:
    # Waves of at most 8 levels a pixel: the sampler may place points to 1/32 pixel, so by 0.25 levels.
    y, x = np.mgrid[0:40, 0:50]
    rgb = np.stack([128 + 80 * np.sin(x / 11), 128 + 80 * np.cos(y / 13), 2.0 * x + 2.0 * y], axis=2)
    rgb = rgb.astype(np.uint8)
    spec = dataclasses.replace(RGB, size=16)
    matrix = Region(24.3, 20.1, 19.0, angle_deg=27).to_picture(16)

    got = patch(Picture.from_rgb(rgb), matrix, spec).astype(float)

    np.testing.assert_allclose(got, bilinear(rgb, matrix, 16), atol=1.0)


def test_patch_half_way_between_four_pixels_is_their_mean() -> None:
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[0, 0], rgb[0, 1], rgb[1, 0], rgb[1, 1] = 40, 80, 120, 160
    matrix = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]])

    assert patch(Picture.from_rgb(rgb), matrix, RGB)[0, 0].tolist() == [100, 100, 100]


def test_patch_of_a_single_pixel_repeats_it() -> None:
    rgb = np.array([[[10, 20, 30]]], np.uint8)

    np.testing.assert_array_equal(
        patch(Picture.from_rgb(rgb), IDENTITY, RGB), np.broadcast_to(rgb, (8, 8, 3))
    )


@pytest.mark.parametrize("view", [np.s_[:, ::-1], np.s_[::2, ::2], np.s_[3:11, 5:13]])
def test_patch_of_a_view_is_the_patch_of_its_copy(view: tuple[slice, ...]) -> None:
    rgb = noise(16, 16, 3)[view]

    got = patch(Picture.from_rgb(rgb), IDENTITY, RGB)

    np.testing.assert_array_equal(got, patch(Picture.from_rgb(np.ascontiguousarray(rgb)), IDENTITY, RGB))


def test_patch_leaves_its_arguments_alone() -> None:
    rgb, matrix = noise(8, 8, 3), np.array([[1.5, 0.0, 0.0], [0.0, 1.5, 0.0]])
    before, matrix_before = rgb.copy(), matrix.copy()
    rgb.setflags(write=False)
    matrix.setflags(write=False)

    tensor(Picture.from_rgb(rgb), matrix, dataclasses.replace(RGB, antialias=True))

    np.testing.assert_array_equal(rgb, before)
    np.testing.assert_array_equal(matrix, matrix_before)


# Published coefficients of (Y - 16, U - 128, V - 128), or of (Y, ...) for full range, to three decimals:
# BT.601 and BT.709 limited range, JPEG (JFIF 1.02) full range, BT.2020 limited range.
PUBLISHED = {
    (ColourMatrix.BT601, False): [[1.164, 0.0, 1.596], [1.164, -0.392, -0.813], [1.164, 2.017, 0.0]],
    (ColourMatrix.BT709, False): [[1.164, 0.0, 1.793], [1.164, -0.213, -0.533], [1.164, 2.112, 0.0]],
    (ColourMatrix.BT2020, False): [[1.164, 0.0, 1.679], [1.164, -0.187, -0.650], [1.164, 2.142, 0.0]],
    (ColourMatrix.BT601, True): [[1.0, 0.0, 1.402], [1.0, -0.344, -0.714], [1.0, 1.772, 0.0]],
    (ColourMatrix.BT709, True): [[1.0, 0.0, 1.575], [1.0, -0.187, -0.468], [1.0, 1.856, 0.0]],
}


@pytest.mark.parametrize(("matrix", "full_range"), PUBLISHED)
@pytest.mark.parametrize(
    "yuv", [(16, 128, 128), (235, 128, 128), (120, 100, 150), (90, 160, 90), (200, 20, 240)]
)
def test_yuv_becomes_rgb_by_the_published_formula(
    matrix: ColourMatrix, full_range: bool, yuv: tuple[int, int, int]
) -> None:
    zero = np.array([0 if full_range else 16, 128, 128])
    expected = np.clip(np.array(PUBLISHED[matrix, full_range]) @ (np.array(yuv) - zero), 0, 255)

    got = patch(flat_yuv(*yuv, matrix=matrix, full_range=full_range), IDENTITY, RGB)

    # Coefficients of three decimals times up to 128 are good to 0.1 level, and rounding adds half a level.
    np.testing.assert_allclose(got[3, 3].astype(float), expected, atol=0.7)


# 8-bit limited-range codes of the saturated primaries, as found in tables of colour bars.
@pytest.mark.parametrize(
    ("matrix", "yuv", "rgb"),
    [
        (ColourMatrix.BT601, (81, 90, 240), (255, 0, 0)),
        (ColourMatrix.BT601, (145, 54, 34), (0, 255, 0)),
        (ColourMatrix.BT601, (41, 240, 110), (0, 0, 255)),
        (ColourMatrix.BT709, (63, 102, 240), (255, 0, 0)),
        (ColourMatrix.BT709, (173, 42, 26), (0, 255, 0)),
        (ColourMatrix.BT709, (32, 240, 118), (0, 0, 255)),
    ],
)
def test_colour_bars_come_out_saturated(
    matrix: ColourMatrix, yuv: tuple[int, ...], rgb: tuple[int, ...]
) -> None:
    got = patch(flat_yuv(*yuv, matrix=matrix), IDENTITY, RGB)[3, 3]

    # The codes are rounded to whole numbers, worth up to two levels of RGB each.
    np.testing.assert_allclose(got.astype(float), rgb, atol=2.0)


def test_yuv_ramp_is_sampled_where_its_chroma_was_sited() -> None:
    # Linear ramps survive bilinear sampling unchanged, so only rounding and a wrong place can show.
    def ramps(x: NDArray[Any], y: NDArray[Any]) -> list[NDArray[np.float64]]:
        return [60 + 2.0 * x + 1.0 * y, 90 + 2.0 * x + 4.0 * y, 150 - 4.0 * x + 4.0 * y]

    y, x = np.mgrid[0:16, 0:16].astype(float)
    luma, _, _ = ramps(x, y)
    # H.264 and HEVC put a chroma sample on every second column and half-way between two rows.
    _, u, v = ramps(x[::2, ::2], y[::2, ::2] + 0.5)
    planes = tuple(plane.astype(np.uint8) for plane in (luma, u, v))
    picture = Picture(planes, width=16, height=16, full_range=True)
    expected = np.stack(ramps(x, y), axis=2) - [0, 128, 128]
    expected = np.clip(expected @ np.array(PUBLISHED[ColourMatrix.BT601, True]).T, 0, 255)

    got = patch(picture, IDENTITY, dataclasses.replace(RGB, size=16)).astype(float)

    # Rounding is worth 0.5 x 1.772 in chroma and 0.5 at the end; half a pixel of wrong siting 2 x 1.402.
    inside = np.s_[2:-2, 2:-2]
    np.testing.assert_allclose(got[inside], expected[inside], atol=1.5)


@pytest.mark.parametrize("angle_deg", [0.0, 30.0])
@pytest.mark.parametrize("antialias", [False, True])
def test_smooth_picture_looks_the_same_as_yuv_and_as_rgb(angle_deg: float, antialias: bool) -> None:
    y, x = np.mgrid[0:61, 0:81].astype(float)
    luma = 128 + 60 * np.sin(x / 17) * np.cos(y / 19)
    u, v = 128 + 30 * np.cos(x / 23), 128 - 30 * np.sin(y / 21)
    stored = Picture(
        (
            np.rint(luma).astype(np.uint8),
            np.rint(128 + 30 * np.cos(x[::2, ::2] / 23)).astype(np.uint8),
            np.rint(128 - 30 * np.sin((y[::2, ::2] + 0.5) / 21)).astype(np.uint8),
        ),
        width=81,
        height=61,
        full_range=True,
    )
    yuv = np.stack([luma, u - 128, v - 128], axis=2)
    rgb = np.clip(np.rint(yuv @ np.array(PUBLISHED[ColourMatrix.BT601, True]).T), 0, 255).astype(np.uint8)
    spec = dataclasses.replace(RGB, size=24, antialias=antialias)
    matrix = Region(40, 30, 48, angle_deg=angle_deg).to_picture(24)

    got, expected = (
        patch(picture, matrix, spec).astype(float) for picture in (stored, Picture.from_rgb(rgb))
    )

    # Luma and chroma are each rounded once more on the way, worth 0.5 and 0.5 x 1.772 levels.
    np.testing.assert_allclose(got, expected, atol=2.0)


def test_grey_patch_of_full_range_yuv_is_the_luma_plane() -> None:
    luma = noise(8, 8)
    planes = luma, noise(4, 4), noise(4, 4)

    got = patch(Picture(planes, width=8, height=8, full_range=True), IDENTITY, GREY)

    np.testing.assert_array_equal(got, luma)


@pytest.mark.parametrize(("y", "expected"), [(0, 0), (16, 0), (126, 128), (235, 255), (255, 255)])
def test_grey_patch_of_limited_range_yuv_is_stretched(y: int, expected: int) -> None:
    # (126 - 16) x 255 / 219 = 128.08
    assert patch(flat_yuv(y, 30, 200), IDENTITY, GREY)[3, 3] == expected


def test_grey_patch_of_rgb_is_bt601_luma() -> None:
    rgb = noise(8, 8, 3)

    got = patch(Picture.from_rgb(rgb), IDENTITY, GREY).astype(float)

    # One rounding to whole levels, plus the few thousandths of fixed-point weights.
    np.testing.assert_allclose(got, rgb @ np.array([0.299, 0.587, 0.114]), atol=0.6)


@pytest.mark.parametrize("factor", [2, 3, 8])
@pytest.mark.parametrize("spec", [RGB, GREY])
def test_antialiased_patch_is_the_mean_of_the_pixels_it_covers(factor: int, spec: InputSpec) -> None:
    grey = noise(8 * factor, 8 * factor)
    picture = Picture.from_rgb(np.repeat(grey[..., None], 3, axis=2))
    means = grey.reshape(8, factor, 8, factor).mean(axis=(1, 3))

    got = patch(picture, shrink(factor), dataclasses.replace(spec, antialias=True)).astype(float)

    # One rounding; grey is rounded again when colour is dropped.
    np.testing.assert_allclose(got, means if spec is GREY else np.stack([means] * 3, axis=2), atol=1.0)


@pytest.mark.parametrize(("antialias", "levels"), [(True, {127, 128}), (False, {0})])
def test_checkerboard_averages_to_grey_only_when_antialiased(antialias: bool, levels: set[int]) -> None:
    board = (255 * (np.indices((64, 64)).sum(axis=0) % 2)).astype(np.uint8)
    picture = Picture.from_rgb(np.repeat(board[..., None], 3, axis=2))

    got = patch(picture, np.array([[8.0, 0, 0], [0, 8.0, 0]]), dataclasses.replace(GREY, antialias=antialias))

    # The outermost patch pixels reach beyond the board.
    assert set(np.unique(got[1:-1, 1:-1]).tolist()) <= levels


def test_antialiased_patch_does_not_shift() -> None:
    # 20 picture pixels per patch pixel: more than are averaged, and a ramp would show a shift of one of them.
    ramp = np.broadcast_to(np.arange(160), (160, 160)).astype(np.uint8)
    picture = Picture.from_rgb(np.repeat(ramp[..., None], 3, axis=2))

    got = patch(picture, shrink(20), dataclasses.replace(GREY, antialias=True)).astype(float)

    np.testing.assert_allclose(got, np.broadcast_to(np.arange(8) * 20 + 9.5, (8, 8)), atol=0.75)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(
    ("border", "outside"), [(Border.BLACK, 0), (Border.REPLICATE, 200)], ids=["black", "replicate"]
)
@pytest.mark.parametrize("stored", ["rgb", "limited", "full"])
@pytest.mark.parametrize("spec", [RGB, GREY])
def test_border_shows_what_the_card_says(
    spec: InputSpec, stored: str, border: Border, outside: int, antialias: bool
) -> None:
    if stored == "rgb":
        picture = Picture.from_rgb(np.full((8, 8, 3), 200, np.uint8))
    else:
        # Luma 188 of limited range is 200.3 of full range.
        picture = flat_yuv(200 if stored == "full" else 188, 128, 128, full_range=stored == "full")
    # The left half of the patch lies outside, the picture begins at its middle.
    matrix = np.array([[2.0, 0.0, -8.0], [0.0, 1.0, 0.0]])

    got = patch(picture, matrix, dataclasses.replace(spec, border=border, antialias=antialias)).astype(float)

    np.testing.assert_allclose(got[4, 1], outside, atol=1.0)
    np.testing.assert_allclose(got[4, 6], 200, atol=1.0)


@pytest.mark.parametrize("stored", ["rgb", "limited", "full"])
@pytest.mark.parametrize("spec", [RGB, GREY])
def test_black_border_fades_in_at_half_a_pixel(spec: InputSpec, stored: str) -> None:
    picture = Picture.from_rgb(np.full((8, 8, 3), 200, np.uint8))
    if stored != "rgb":
        picture = flat_yuv(200 if stored == "full" else 188, 128, 128, full_range=stored == "full")
    matrix = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, 0.0]])

    got = patch(picture, matrix, dataclasses.replace(spec, border=Border.BLACK)).astype(float)

    # Half black, half 200; limited-range luma has steps of 1.16 levels.
    np.testing.assert_allclose(got[4, 0], 100, atol=1.2)


def turned(quarters: int, width: int, height: int) -> Matrix:
    """Pixels of ``np.rot90(stored, quarters)`` to pixels of the stored picture, worked out by index."""
    return [
        IDENTITY,
        np.array([[0.0, -1.0, width - 1], [1.0, 0.0, 0.0]]),
        np.array([[-1.0, 0.0, width - 1], [0.0, -1.0, height - 1]]),
        np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, height - 1]]),
    ][quarters]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("stored", ["rgb", "yuv"])
def test_turned_picture_is_read_upright(stored: str, quarters: int) -> None:
    planes = (noise(5, 7, 3),) if stored == "rgb" else (noise(5, 7), noise(3, 4), noise(3, 4))
    lying = Picture(planes, width=7, height=5)
    width, height = (7, 5) if quarters % 2 == 0 else (5, 7)
    upright = Picture(planes, width=width, height=height, to_stored=turned(quarters, 7, 5))

    np.testing.assert_array_equal(to_rgb(upright), np.rot90(to_rgb(lying), quarters))


def test_wide_pixels_are_read_square() -> None:
    columns = np.broadcast_to(np.array([0, 100, 200], np.uint8)[None, :, None], (2, 3, 3))
    picture = Picture((columns,), width=6, height=2, to_stored=np.array([[0.5, 0.0, 0.0], [0.0, 1.0, 0.0]]))

    assert to_rgb(picture)[0, :, 0].tolist() == [0, 50, 100, 150, 200, 200]


def test_to_rgb_of_rgb_is_the_same_pixels() -> None:
    rgb = noise(5, 7, 3)

    np.testing.assert_array_equal(to_rgb(Picture.from_rgb(rgb)), rgb)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)])
def test_tensor_runs_from_low_to_high(low: float, high: float) -> None:
    spec = dataclasses.replace(RGB, low=low, high=high)
    patches = np.arange(256, dtype=np.uint8).repeat(3)[: 4 * 192].reshape(4, 8, 8, 3)

    got = to_tensor(patches, spec)

    assert got.dtype == np.float32
    # float32 keeps seven digits.
    np.testing.assert_allclose(got, low + patches / 255 * (high - low), atol=2e-7 * max(abs(low), high))


@pytest.mark.parametrize(
    ("colour", "layout", "axes"),
    [
        (Colour.RGB, Layout.NHWC, (0, 1, 2, 3)),
        (Colour.RGB, Layout.NCHW, (0, 3, 1, 2)),
        (Colour.GREY, Layout.NHWC, (0, 1, 2, 3)),
        (Colour.GREY, Layout.NCHW, (0, 3, 1, 2)),
    ],
)
def test_tensor_has_the_axes_of_the_card(colour: Colour, layout: Layout, axes: tuple[int, ...]) -> None:
    spec = dataclasses.replace(RGB, colour=colour, layout=layout, high=255.0)
    patches = noise(2, 8, 8, spec.channels)

    got = to_tensor(patches if colour is Colour.RGB else patches[..., 0], spec)

    np.testing.assert_array_equal(got, patches.transpose(axes))
    assert got.flags.c_contiguous


def test_no_patches_give_an_empty_tensor() -> None:
    assert to_tensor(np.zeros((0, 8, 8, 3), np.uint8), RGB).shape == (0, 8, 8, 3)


def test_tensor_of_a_picture_is_its_patch_scaled() -> None:
    rgb = noise(8, 8, 3)

    got = tensor(Picture.from_rgb(rgb), IDENTITY, RGB)

    np.testing.assert_allclose(got, rgb[None] / 255, atol=1e-7)


@pytest.mark.parametrize(
    ("patches", "spec"),
    [
        (np.zeros((1, 9, 8, 3), np.uint8), RGB),
        (np.zeros((1, 8, 8), np.uint8), RGB),
        (np.zeros((8, 8, 3), np.uint8), RGB),
        (np.zeros((1, 8, 8, 3), np.float32), RGB),
        (np.zeros((1, 8, 8, 3), np.uint8), GREY),
        (np.zeros((1, 8, 8, 1), np.uint8), GREY),
    ],
    ids=["size", "flat", "no batch axis", "float", "colour for grey", "grey with channel"],
)
def test_wrong_patches_are_refused(patches: NDArray[Any], spec: InputSpec) -> None:
    with pytest.raises(ValueError, match=r"expected \(N, \(8, 8.*\)\) uint8, got"):
        to_tensor(patches, spec)
