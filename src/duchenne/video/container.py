"""Opening a container: from a path to FFmpeg's demuxer and the stream with the picture.

Takes a path, gives an open container, or says why there is none: missing, a folder, unreadable, empty, not
media. Only files are opened, never the network, whatever a playlist inside says.
"""

from __future__ import annotations

from pathlib import Path

import av

from duchenne.errors import InputError


def open_container(path: Path) -> av.container.InputContainer:
    """Open a file for demuxing; the caller closes it.

    FFmpeg's own messages stay off the terminal: PyAV holds them back unless a program asks for them.

    Raises:
        InputError: if it cannot be opened.
    """
    read_bytes(path, 1)
    try:
        # The prefix keeps a colon in a name from being read as a protocol, and the list keeps a playlist
        # renamed to .mp4 from reaching out to the network. Titles need not be UTF-8; nobody reads them.
        return av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except av.FFmpegError as error:
        raise InputError(
            f"{path} is not a video that can be read",
            got=str(error.strerror),
            remedy="Check that it plays, and export it again as MP4 (H.264) if it was cut off or damaged",
        ) from error


def read_bytes(path: Path, size: int = -1) -> bytes:
    """The first ``size`` bytes of a file, or all of them; at least one.

    Raises:
        InputError: if the file is missing, a folder, unreadable or empty.
    """
    try:
        with path.open("rb") as file:
            data = file.read(size)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist", remedy="Check the name and the folder") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", expected="a file") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read", got=str(error.strerror), remedy="Check the file's permissions"
        ) from error
    if not data:
        raise InputError(f"{path} is empty", got="0 bytes", remedy="Copy or export it again")
    return data


def choose_video(container: av.container.InputContainer, path: Path) -> av.VideoStream:
    """The stream to read: the first with moving pictures that can be decoded.

    Raises:
        InputError: if there is none.
    """
    # Cover art of a song is a video stream too.
    cover = av.stream.Disposition.attached_pic
    videos = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not container.streams:
        # What is left of a recording that was stopped before its first frame.
        raise InputError(
            f"{path} holds no frames", got="a container without streams", remedy="Record it again"
        )
    if not videos:
        held = " and ".join(sorted({stream.type for stream in container.streams} - {"video"}))
        raise InputError(
            f"{path} holds no video",
            got=f"{container.format.long_name} with {held or 'cover art'}",
            remedy="Give a file with a picture",
        )
    for stream in videos:
        if stream.codec_context is not None:
            return stream
    raise InputError(
        f"the video in {path} has a codec that is not supported",
        remedy="Export it again as MP4 (H.264)",
    )


def choose_sound(container: av.container.InputContainer) -> av.AudioStream | None:
    """The first sound stream that can be decoded; None where there is none."""
    for stream in container.streams.audio:
        # A damaged file may announce sound and not say of what kind.
        if stream.codec_context is not None and stream.rate and stream.channels:
            return stream
    return None
