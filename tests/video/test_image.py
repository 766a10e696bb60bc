"""Stills of every kind, upright and in 8-bit RGB."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.models.preprocess import to_rgb
from duchenne.records import Frame
from duchenne.video.image import IMAGE_SUFFIXES, ImageFile
from duchenne.video.info import SourceInfo, SourceKind
from media import Rgb, corner_names, corners, grey, write_image, write_jpeg


def read(path: Path) -> Rgb:
    with ImageFile(path) as source:
        (frame,) = source
    assert isinstance(frame, Frame)
    assert (frame.index, frame.time_s) == (0, 0.0)
    assert (frame.picture.width, frame.picture.height) == (source.info.width, source.info.height)
    return to_rgb(frame.picture)


def tiff(rgb: NDArray[Any], orientation: int) -> bytes:
    """An uncompressed RGB TIFF, 8 or 16 bits, with an orientation."""
    height, width, _ = rgb.shape
    data, bits = rgb.tobytes(), 8 * rgb.itemsize
    depths = 8 + len(data)
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, depths),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8),
        (274, 3, 1, orientation),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(data)),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return (
        struct.pack("<2sHI", b"II", 42, depths + 6) + data + struct.pack("<3H", bits, bits, bits) + directory
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf8_is_written_out(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.png", corners()).rename(tmp_path / os.fsdecode(b"caf\xe9.png"))
    with ImageFile(path) as source:
        assert (source.info.name, source.info.path) == ("caf\\xe9.png", path)


@pytest.mark.parametrize("suffix", sorted(IMAGE_SUFFIXES))
def test_every_format_shows_its_colours(suffix: str, tmp_path: Path) -> None:
    assert corner_names(read(write_image(tmp_path / f"a{suffix}", corners()))) == (
        "red",
        "green",
        "blue",
        "white",
    )


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_scaled_and_not_clipped(suffix: str, tmp_path: Path) -> None:
    levels = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    path = write_image(tmp_path / f"a{suffix}", np.repeat(levels[..., None], 3, axis=2))
    np.testing.assert_array_equal(read(path)[..., 0], np.arange(256).reshape(16, 16))


def test_sixteen_bits_are_rounded_to_the_nearest_level(tmp_path: Path) -> None:
    levels = np.array([[0, 128, 129, 65_406, 65_407, 65_535]], np.uint16)
    np.testing.assert_array_equal(
        read(write_image(tmp_path / "a.png", levels))[..., 1], [[0, 0, 1, 254, 255, 255]]
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_stills_have_three_equal_channels(dtype: type[np.unsignedinteger[Any]], tmp_path: Path) -> None:
    top = np.iinfo(dtype).max
    pixels = np.array([[0, top // 3, top]], dtype)
    np.testing.assert_array_equal(
        read(write_image(tmp_path / "a.png", pixels)), [[[0] * 3, [85] * 3, [255] * 3]]
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_transparency_is_laid_over_mid_grey(dtype: type[np.unsignedinteger[Any]], tmp_path: Path) -> None:
    top = np.iinfo(dtype).max
    pixels = np.array([[[top, 0, 0, top], [top, 0, 0, 0]]], dtype)
    np.testing.assert_array_equal(
        read(write_image(tmp_path / "a.png", pixels)), [[[255, 0, 0], [128, 128, 128]]]
    )


@pytest.mark.parametrize(
    ("orientation", "expected", "rotation_deg"),
    [
        (1, ("red", "green", "blue", "white"), 0),
        (2, ("green", "red", "white", "blue"), 0),
        (3, ("white", "blue", "green", "red"), 180),
        (4, ("blue", "white", "red", "green"), 180),
        (5, ("red", "blue", "green", "white"), 270),
        (6, ("blue", "red", "white", "green"), 90),
        (7, ("white", "green", "blue", "red"), 90),
        (8, ("green", "white", "red", "blue"), 270),
    ],
)
def test_a_jpeg_is_brought_upright_as_opencv_does_it(
    orientation: int, expected: tuple[str, ...], rotation_deg: int, tmp_path: Path
) -> None:
    path = write_jpeg(tmp_path / "a.jpg", corners(), orientation)
    found = read(path)
    assert corner_names(found) == expected
    independent = cv2.cvtColor(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(found, independent)
    with ImageFile(path) as source:
        assert source.info.rotation_deg == rotation_deg
        assert (source.info.width, source.info.height) == (found.shape[1], found.shape[0])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_turned_tiff_is_turned_once(dtype: type[np.unsignedinteger[Any]], tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    scale = dtype(np.iinfo(dtype).max // 255)
    path.write_bytes(tiff(corners(16, 12).astype(dtype) * scale, 6))
    assert corner_names(read(path)) == ("blue", "red", "white", "green")


def test_the_name_need_not_tell_the_format(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.png", grey(3)).rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read(path), grey(3))


def test_one_pixel_is_a_still(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(write_image(tmp_path / "a.png", grey(0, 1, 1))), grey(0, 1, 1))


def test_a_still_describes_itself(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.JPEG", corners())
    with ImageFile(path) as source:
        assert source.info == SourceInfo(
            name="a.JPEG",
            kind=SourceKind.IMAGE,
            path=path,
            width=64,
            height=48,
            fps=None,
            n_frames=1,
            duration_s=None,
            has_audio=False,
            codec="jpeg",
            rotation_deg=0,
            pixel_format="rgb24",
        )


@pytest.mark.parametrize("data", [b"hello", b"\xff\xd8\xff\xe0 not really"])
def test_what_is_no_still_is_refused(data: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(InputError, match="is not a still that can be read") as caught:
        ImageFile(path)
    assert str(caught.value).startswith(str(path))
    assert "export it again as PNG or JPEG" in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_header_that_claims_billions_of_pixels_is_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.bmp", corners())
    data = bytearray(path.read_bytes())
    # Width and height of the bitmap header.
    data[18:26] = struct.pack("<ii", 2_000_000, 2_000_000)
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="is not a still that can be read"):
        ImageFile(path)


def test_floating_point_pixels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    encoded, data = cv2.imencode(".tif", np.zeros((4, 4, 3), np.float32))
    assert encoded
    path.write_bytes(data.tobytes())
    with pytest.raises(InputError, match=r"of a kind that is not supported. Got: 3 channels of float32"):
        ImageFile(path)


def test_missing_empty_and_unreadable_stills_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"a.png does not exist"):
        ImageFile(tmp_path / "a.png")
    (tmp_path / "a.png").touch()
    with pytest.raises(InputError, match=r"a.png is empty"):
        ImageFile(tmp_path / "a.png")

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(InputError, match=r"cannot be read. Got: Permission denied"):
        ImageFile(tmp_path / "a.png")


@pytest.mark.shared
@pytest.mark.parametrize(("name", "size"), [("multi_face.jpg", (1000, 667)), ("single_face.jpg", (572, 562))])
def test_real_photographs_are_read(name: str, size: tuple[int, int], shared: Path) -> None:
    assert read(shared / "data" / "clips" / name).shape == (size[1], size[0], 3)
