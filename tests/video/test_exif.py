"""EXIF orientations out of JPEG, PNG and WebP."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from duchenne.video.exif import orientation_of
from media import corners, exif, write_image, write_jpeg


def png_with(tmp_path: Path, block: bytes) -> bytes:
    data = write_image(tmp_path / "a.png", corners()).read_bytes()
    check = struct.pack(">I", zlib.crc32(b"eXIf" + block))
    # After the signature (8 bytes) and the header chunk (25).
    return data[:33] + struct.pack(">I", len(block)) + b"eXIf" + block + check + data[33:]


def webp_with(tmp_path: Path, block: bytes) -> bytes:
    data = write_image(tmp_path / "a.webp", corners()).read_bytes()
    padding = b"\x00" * (len(block) % 2)
    body = data[8:] + b"EXIF" + struct.pack("<I", len(block)) + block + padding
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_jpeg_png_and_webp_tell_their_orientation(value: int, order: str, tmp_path: Path) -> None:
    assert orientation_of(write_jpeg(tmp_path / "a.jpg", corners(), value, order).read_bytes()) == value
    assert orientation_of(png_with(tmp_path, exif(value, order))) == value
    assert orientation_of(webp_with(tmp_path, exif(value, order))) == value
    assert orientation_of(webp_with(tmp_path, b"Exif\x00\x00" + exif(value, order) + b"\x00")) == value


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tif"])
def test_a_still_that_says_nothing_is_upright(suffix: str, tmp_path: Path) -> None:
    assert orientation_of(write_image(tmp_path / f"a.{suffix}", corners()).read_bytes()) == 1


def test_other_tags_before_it_are_passed_over(tmp_path: Path) -> None:
    tag = exif(6)[10:22]
    other = struct.pack("<HHII", 0x010F, 2, 4, 0)
    block = exif(6)[:8] + struct.pack("<H", 2) + other + tag
    assert orientation_of(png_with(tmp_path, block)) == 6
    assert orientation_of(png_with(tmp_path, exif(6)[:8] + struct.pack("<H", 1) + other)) == 1


def test_other_segments_of_a_jpeg_are_passed_over(tmp_path: Path) -> None:
    data = write_jpeg(tmp_path / "a.jpg", corners(), 8).read_bytes()
    xmp = b"\xff\xe1" + struct.pack(">H", 6) + b"http"
    assert orientation_of(data[:2] + xmp + data[2:]) == 8


@pytest.mark.parametrize("value", [0, 9, 255])
def test_a_value_that_is_none_counts_as_upright(value: int, tmp_path: Path) -> None:
    assert orientation_of(png_with(tmp_path, exif(value))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00",
        b"\x89PNG\r\n\x1a\n\x00",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"\xff\xd8\x00\x00\x00\x00",
    ],
)
def test_what_breaks_off_counts_as_upright(data: bytes) -> None:
    assert orientation_of(data) == 1


@pytest.mark.parametrize("block", [b"", b"XX*\x00", exif(6)[:9], exif(6)[:15], b"II*\x00\xff\xff\xff\xff"])
def test_a_block_that_cannot_be_followed_counts_as_upright(block: bytes, tmp_path: Path) -> None:
    assert orientation_of(png_with(tmp_path, block)) == 1
