"""What a source of frames is: its kind, its description and the one way to read it.

Gives the records `SourceKind` and `SourceInfo` and the protocol `Source`, which files, stills, cameras and
in-memory frames fulfil. Defines only; nothing is opened here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from duchenne.records import DecodeFailure, Frame


class SourceKind(StrEnum):
    """Where frames come from."""

    VIDEO = "video"
    IMAGE = "image"
    CAMERA = "camera"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known about a source before its first frame is read.

    Attributes:
        name: File name without its folder, ``camera 0``, or the name given to in-memory frames; always text that
            can be written as UTF-8 (see `duchenne.video.naming`).
        kind: Where the frames come from.
        path: The file; None for cameras and memory.
        width: Upright width in pixels, after rotation and pixel aspect.
        height: Upright height in pixels.
        fps: Average frames per second as the container says; None where it says nothing.
        n_frames: How many frames the container promises; None where it does not.
        duration_s: Seconds the container promises; None where it does not.
        has_audio: Whether there is sound that can be decoded.
        codec: How the frames are compressed, such as ``h264`` or ``png``; empty where they are not.
        rotation_deg: Clockwise turn, 0, 90, 180 or 270, that brings the stored picture upright.
        pixel_format: The stored pixels in FFmpeg's names, such as ``yuv420p``.
    """

    name: str
    kind: SourceKind
    path: Path | None
    width: int
    height: int
    fps: float | None
    n_frames: int | None
    duration_s: float | None
    has_audio: bool
    codec: str
    rotation_deg: int
    pixel_format: str


class Source(Protocol):
    """Frames in the order of time, read once.

    Iterating gives a `Frame` for each decoded frame and a `DecodeFailure` for each one that the source
    promised and could not give. ``index`` counts both, from 0 without gaps. ``time_s`` never decreases from
    one `Frame` to the next. A second iteration raises ``RuntimeError``.
    """

    @property
    def info(self) -> SourceInfo:
        """What is known before the first frame is read."""
        ...

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        """Read to the end; once."""
        ...

    def close(self) -> None:
        """Let go of the file or device; harmless when repeated."""
        ...

    def __enter__(self) -> Self:
        """The source itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the source."""
        ...
