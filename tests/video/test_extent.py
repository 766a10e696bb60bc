"""Files that are shorter than they say."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from duchenne.video.extent import N_HEAD_BYTES, is_cut_off, is_placeholder
from media import greys, write_image, write_streamed_avi, write_video

EBML = bytes.fromhex("1a45dfa3 84 00000000")
SEGMENT = bytes.fromhex("18538067")


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "libx264"), ("webm", "libvpx"), ("avi", "mpeg4")])
def test_a_whole_file_is_not_cut_off_and_one_byte_less_is(suffix: str, codec: str, tmp_path: Path) -> None:
    data = write_video(tmp_path / f"a.{suffix}", greys(5), codec=codec).read_bytes()
    head = data[:N_HEAD_BYTES]
    assert not is_cut_off(head, len(data))
    assert not is_cut_off(head, len(data) + 100)
    assert is_cut_off(head, len(data) - 1)


def test_a_live_recording_declares_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", greys(5), container={"live": "1"})
    assert not is_cut_off(path.read_bytes()[:N_HEAD_BYTES], 100)


def test_an_avi_from_a_pipe_declares_nothing(tmp_path: Path) -> None:
    data = write_streamed_avi(tmp_path / "a.avi", greys(5)).read_bytes()
    assert data[4:8] == b"\xff" * 4
    assert not is_cut_off(data[:N_HEAD_BYTES], len(data))
    # One less is a number again, of a file that is not there.
    assert is_cut_off(b"RIFF\xfe\xff\xff\xff", len(data))


@pytest.mark.parametrize(
    ("format_name", "n_frames", "expected"),
    [
        ("avi", 1 << 30, True),
        ("avi", (1 << 30) - 1, False),
        ("avi", 0, False),
        ("matroska,webm", 1 << 30, False),
    ],
)
def test_only_an_avi_has_a_placeholder_for_its_count(format_name: str, n_frames: int, expected: bool) -> None:
    assert is_placeholder(format_name, n_frames) is expected


@pytest.mark.parametrize("suffix", ["mp4", "ts", "png"])
def test_other_formats_declare_nothing(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path = write_image(path, greys(1)[0]) if suffix == "png" else write_video(path, greys(20))
    assert not is_cut_off(path.read_bytes()[:N_HEAD_BYTES], 10)


@pytest.mark.parametrize(
    ("size_field", "content"),
    [
        (b"\x84", 4),
        (b"\x40\x04", 4),
        (b"\x10\x00\x00\x04", 4),
        (b"\x01" + struct.pack(">Q", 2**40)[1:], 2**40),
    ],
)
def test_sizes_of_every_width_are_read(size_field: bytes, content: int) -> None:
    whole = len(EBML) + len(SEGMENT) + len(size_field) + content
    assert not is_cut_off(EBML + SEGMENT + size_field, whole)
    assert is_cut_off(EBML + SEGMENT + size_field, whole - 1)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"RIFF",
        b"RIFF\x10",
        EBML[:4],
        EBML[:4] + b"\x00",
        EBML[:4] + b"\x01\x00",
        EBML,
        EBML + SEGMENT,
        EBML + SEGMENT + b"\xff",
        EBML + SEGMENT + b"\x01" + b"\xff" * 7,
        EBML + b"\x00" * 20,
    ],
)
def test_headers_that_break_off_or_say_unknown_declare_nothing(head: bytes) -> None:
    assert not is_cut_off(head, 0)
