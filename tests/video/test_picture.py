"""Decoder frames to pictures: views, ranges, matrices, padding and the formats that need converting."""

from __future__ import annotations

import gc
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.models.preprocess import to_rgb
from duchenne.records import ColourMatrix, Picture
from duchenne.video.orientation import Orientation
from duchenne.video.picture import over_grey, to_picture

LIMITED, FULL = 1, 2
BT709, UNSPECIFIED, BT601, BT2020 = 1, 2, 6, 9
# Rounding on the way there and back, and chroma of half the resolution; a wrong matrix or range is off by 15.
TOLERANCE = 6


def ramp(width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    """Smooth in every channel, so that halved chroma does not matter."""
    x = np.linspace(40, 200, width)
    y = np.linspace(200, 60, height)
    return np.stack(
        [np.tile(x, (height, 1)), np.tile(y[:, None], (1, width)), np.full((height, width), 90.0)], axis=2
    ).astype(np.uint8)


def frame_of(rgb: NDArray[np.uint8], pixel_format: str, **colour: Any) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=pixel_format, **colour)


def wrap(frame: av.VideoFrame) -> Picture:
    return to_picture(frame, Orientation(), (frame.width, frame.height))


def test_planes_of_420_are_views_that_outlive_frame_and_decoder() -> None:
    frame = frame_of(ramp(), "yuv420p")
    address = frame.planes[0].buffer_ptr
    picture = wrap(frame)
    assert picture.planes[0].ctypes.data == address
    before = picture.planes[0].copy()
    del frame
    gc.collect()
    # Whatever is freed now would be handed out again.
    _ = [av.VideoFrame(64, 48, "yuv420p") for _ in range(64)]
    np.testing.assert_array_equal(picture.planes[0], before)


def test_planes_must_not_be_written_to() -> None:
    picture = wrap(frame_of(ramp(), "yuv420p"))
    with pytest.raises(ValueError, match="read-only"):
        picture.planes[0][0, 0] = 1


@pytest.mark.parametrize(("width", "height"), [(65, 49), (1, 1), (8, 8), (33, 2)])
def test_odd_sizes_have_rounded_up_chroma_and_no_padding(width: int, height: int) -> None:
    picture = wrap(frame_of(ramp(width, height), "yuv420p"))
    assert picture.planes[0].shape == (height, width)
    assert picture.planes[1].shape == picture.planes[2].shape == ((height + 1) // 2, (width + 1) // 2)


@pytest.mark.parametrize(
    "pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p12le", "nv12"]
)
@pytest.mark.parametrize("color_range", [LIMITED, FULL])
@pytest.mark.parametrize(("tag", "name"), [(BT709, "ITU709"), (BT601, "ITU601")])
def test_yuv_of_any_depth_gives_back_the_colours_it_was_made_from(
    pixel_format: str, color_range: int, tag: int, name: str
) -> None:
    frame = frame_of(ramp(), pixel_format, dst_colorspace=name, dst_color_range=color_range)
    frame.colorspace, frame.color_range = tag, color_range
    picture = wrap(frame)
    assert picture.matrix is (ColourMatrix.BT709 if tag == BT709 else ColourMatrix.BT601)
    assert picture.full_range is (color_range == FULL)
    np.testing.assert_allclose(to_rgb(picture).astype(int), ramp(), atol=TOLERANCE)


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgr24", "gbrp", "rgb48le", "rgba", "bgra"])
def test_rgb_in_any_order_and_depth_stays_as_it_is(pixel_format: str) -> None:
    picture = wrap(frame_of(ramp(), pixel_format))
    assert picture.is_rgb
    np.testing.assert_allclose(picture.planes[0].astype(int), ramp(), atol=1)


@pytest.mark.parametrize("pixel_format", ["gray", "gray10le", "gray16le"])
@pytest.mark.parametrize("color_range", [0, FULL])
def test_grey_is_full_range_unless_it_says_otherwise(pixel_format: str, color_range: int) -> None:
    levels = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(8, axis=0)
    frame = frame_of(levels, pixel_format)
    frame.color_range = color_range
    np.testing.assert_allclose(to_rgb(wrap(frame)).astype(int), levels, atol=1)


def test_grey_of_limited_range_is_stretched() -> None:
    frame = frame_of(np.full((8, 8, 3), 16, np.uint8), "gray")
    frame.color_range = LIMITED
    assert to_rgb(wrap(frame)).max() == 0


def test_black_and_white_bitmaps_become_rgb() -> None:
    frame = frame_of(np.full((8, 8, 3), 255, np.uint8), "monob")
    assert wrap(frame).planes[0].min() == 255


@pytest.mark.parametrize(
    ("pixel_format", "size", "expected"),
    [
        ("yuv420p", (1280, 720), ColourMatrix.BT709),
        ("yuv420p", (1024, 718), ColourMatrix.BT601),
        ("yuvj420p", (1280, 720), ColourMatrix.BT601),
    ],
)
def test_an_unspecified_matrix_follows_the_height(
    pixel_format: str, size: tuple[int, int], expected: ColourMatrix
) -> None:
    frame = av.VideoFrame(*size, pixel_format)
    frame.colorspace = UNSPECIFIED
    assert wrap(frame).matrix is expected


def test_bt2020_and_unknown_matrices_are_told_apart() -> None:
    frame = av.VideoFrame(16, 16, "yuv420p")
    frame.colorspace = BT2020
    assert wrap(frame).matrix is ColourMatrix.BT2020
    frame.colorspace = 7
    assert wrap(frame).matrix is ColourMatrix.BT601


def test_jpeg_formats_are_full_range_without_saying_so() -> None:
    frame = av.VideoFrame(16, 16, "yuvj420p")
    frame.color_range = 0
    assert wrap(frame).full_range


def test_transparency_is_laid_over_mid_grey() -> None:
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0] = [(255, 0, 0, 255), (255, 0, 0, 0), (255, 0, 0, 128)]
    np.testing.assert_array_equal(over_grey(rgba), [[(255, 0, 0), (128, 128, 128), (192, 64, 64)]])


def test_a_transparent_frame_shows_grey_and_not_what_lies_beneath() -> None:
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[..., 0] = 255
    frame = av.VideoFrame.from_ndarray(rgba, format="rgba")
    np.testing.assert_array_equal(wrap(frame).planes[0], 128)


def test_rows_stored_from_the_bottom_up_are_read_from_the_top() -> None:
    source = frame_of(ramp(), "yuv420p")
    graph = av.filter.Graph()
    steps = [graph.add_buffer(width=64, height=48, format="yuv420p", time_base=1), graph.add("vflip")]
    steps.append(graph.add("buffersink"))
    graph.link_nodes(*steps).configure()
    source.pts = 0
    graph.push(source)
    flipped = graph.pull()
    assert isinstance(flipped, av.VideoFrame)
    assert flipped.planes[0].line_size < 0
    np.testing.assert_array_equal(wrap(flipped).planes[0], wrap(source).planes[0][::-1])
