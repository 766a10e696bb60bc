"""Names as text that can be printed and written."""

from __future__ import annotations

import os

import pytest

from duchenne.video.naming import printable


@pytest.mark.parametrize("text", ["", "clip.mp4", "名前 ünï 🙂.mp4", "a\\xe9.mp4", "two\nlines\t[red]"])
def test_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"caf\xe9.png", "caf\\xe9.png"), (b"\xff\x80", "\\xff\\x80"), ("é".encode() + b"\xe9", "é\\xe9")],
)
def test_bytes_that_are_not_utf8_are_written_out(name: bytes, shown: str) -> None:
    # What Python makes of a file's name, whatever the locale of the machine that runs this.
    text = name.decode("utf-8", "surrogateescape")
    assert printable(text) == shown
    printable(text).encode("utf-8")


def test_it_agrees_with_the_systems_own_conversion() -> None:
    text = os.fsdecode(b"caf\xe9 \xf0\x9f")
    assert printable(text) == os.fsencode(text).decode("utf-8", "backslashreplace")


def test_half_a_character_that_no_byte_stands_behind_is_written_out_too() -> None:
    assert printable("\ud800a") == "\\ud800a"
