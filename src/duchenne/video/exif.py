"""How a still was held: the EXIF orientation of a JPEG, PNG or WebP file.

Takes the file's bytes, gives a number from 1 to 8 (EXIF 2.32, tag 274), 1 where the file says nothing or says
it in a way that cannot be followed. OpenCV turns a picture only if it also drops its transparency and depth,
so it decodes the stored picture, and this tells how that is brought upright. TIFF is not looked at: OpenCV
turns it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_ORIENTATION = 0x0112
_UPRIGHT = 1


def orientation_of(data: bytes) -> int:
    """The EXIF orientation of an encoded still, 1 to 8."""
    try:
        for block in _blocks(data):
            return _orientation_in(block.removeprefix(b"Exif\x00\x00"))
    except struct.error:
        # Cut off in the middle of the header.
        return _UPRIGHT
    return _UPRIGHT


def _blocks(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\xff\xd8"):
        yield from _jpeg_blocks(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _chunks(data, start=8, layout=">I4s", name=b"eXIf", trailer=4)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        yield from _chunks(data, start=12, layout="<4sI", name=b"EXIF", trailer=0)


def _jpeg_blocks(data: bytes) -> Iterator[bytes]:
    position = 2
    # Segments until the picture itself begins (0xDA).
    while True:
        mark, kind, size = struct.unpack_from(">BBH", data, position)
        if mark != 0xFF or kind == 0xDA:
            return
        segment = data[position + 4 : position + 2 + size]
        if kind == 0xE1 and segment.startswith(b"Exif\x00\x00"):
            yield segment
        position += 2 + size


def _chunks(data: bytes, *, start: int, layout: str, name: bytes, trailer: int) -> Iterator[bytes]:
    position = start
    while position < len(data):
        head = struct.unpack_from(layout, data, position)
        kind, size = (head[1], head[0]) if layout.startswith(">") else head
        if kind == name:
            yield data[position + 8 : position + 8 + size]
        # RIFF pads a chunk to an even length; PNG has a checksum instead.
        position += 8 + size + trailer + (size % 2 if trailer == 0 else 0)


def _orientation_in(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return _UPRIGHT
    (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
    (n_tags,) = struct.unpack_from(f"{order}H", tiff, directory)
    for i in range(n_tags):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, directory + 2 + 12 * i)
        if tag == _ORIENTATION:
            return int(value) if 1 <= value <= 8 else _UPRIGHT
    return _UPRIGHT
