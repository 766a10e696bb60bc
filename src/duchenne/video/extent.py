"""Whether a file is shorter than it says: half a download, or a copy that ran out of space.

Takes the first bytes of a file and its length. Matroska, WebM and AVI write their own length near their
start, so that an early end shows, as it does in MP4, whose header lists every frame. Other formats do not.
What was written into a pipe says nothing: its writer could not come back to fill the numbers in.
"""

from __future__ import annotations

import struct

_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
# What these headers need: an EBML header is at most a few dozen bytes, and the Segment begins after it.
N_HEAD_BYTES = 4096
# What FFmpeg writes in the place of a RIFF's length before it knows it.
_UNKNOWN_RIFF_SIZE = 0xFFFFFFFF
# What it writes in the place of an AVI's frame count when it cannot come back (AVI_MAX_RIFF_SIZE in avienc.c).
_UNKNOWN_AVI_FRAMES = 1 << 30


def is_cut_off(head: bytes, n_bytes: int) -> bool:
    """Whether a file ends before the length that it declares.

    Args:
        head: Its first `N_HEAD_BYTES` bytes, or all of them.
        n_bytes: Its length.

    Returns:
        False too where it declares none, as live recordings do.
    """
    declared = _declared_size(head)
    return declared is not None and n_bytes < declared


def is_placeholder(format_name: str, n_frames: int) -> bool:
    """Whether a frame count only holds the place of one; the duration that follows from it is then wrong too.

    Args:
        format_name: FFmpeg's name of the container.
        n_frames: How many frames its header announces.
    """
    return format_name == "avi" and n_frames == _UNKNOWN_AVI_FRAMES


def _declared_size(head: bytes) -> int | None:
    if head[:4] == b"RIFF" and len(head) >= 8:
        # The first RIFF chunk; the further ones of files above 1 GB come after it.
        declared = int(struct.unpack_from("<I", head, 4)[0])
        return None if declared == _UNKNOWN_RIFF_SIZE else 8 + declared
    position = 0
    for expected in (_EBML, _SEGMENT):
        if head[position : position + 4] != expected.to_bytes(4, "big"):
            return None
        size, n_size_bytes = _variable_integer(head[position + 4 : position + 12])
        position += 4 + n_size_bytes
        if size is None:
            return None
        position += size
    return position


def _variable_integer(data: bytes) -> tuple[int | None, int]:
    """An EBML size (RFC 8794, section 4): its value, None for "unknown", and how many bytes it took."""
    n_bytes = 9 - data[0].bit_length() if data and data[0] else 9
    if n_bytes > len(data):
        return None, 0
    bits = 7 * n_bytes
    value = int.from_bytes(data[:n_bytes], "big") & ((1 << bits) - 1)
    return (None if value == (1 << bits) - 1 else value), n_bytes
