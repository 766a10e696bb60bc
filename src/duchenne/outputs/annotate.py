"""The annotated copy of a source: every frame with its measurement drawn in.

Takes frames with their results, gives ``annotated.mp4`` for anything that moves and ``annotated.png`` for a still.
A frame that could not be decoded has no picture and is left out; the others keep their times.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2

from duchenne.outputs.overlay import Overlay
from duchenne.outputs.writing import writing
from duchenne.records import DecodeFailure, Frame, FrameResult
from duchenne.temporal.smoothing import UnitSmoother
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.writer import VideoWriter


class Annotator(Protocol):
    """Draws results and writes them."""

    def add(self, item: Frame | DecodeFailure, result: FrameResult) -> None:
        """Draw and write one frame."""
        ...

    def close(self, *, whole: bool = True) -> None:
        """Finish the file; a second call does nothing. ``whole``: whether the source was read to its end."""
        ...


class VideoAnnotator:
    """Writes a video with the source's own times and sound.

    Args:
        path: File to write.
        info: Of the source.
        smooth: Whether to smooth the action units that are drawn: bars that tremble cannot be read.
    """

    def __init__(self, path: Path, info: SourceInfo, *, smooth: bool = True) -> None:
        self._overlay = Overlay()
        self._smoother = UnitSmoother() if smooth else None
        self._writer = VideoWriter(path, info)

    def add(self, item: Frame | DecodeFailure, result: FrameResult) -> None:
        """Draw and write one frame."""
        if self._smoother is not None:
            result = self._smoother.step(result)
        if isinstance(item, Frame):
            self._writer.write(self._overlay.draw(item.picture, result), item.time_s)

    def close(self, *, whole: bool = True) -> None:
        """Finish the file; a second call does nothing.

        Args:
            whole: Whether the source was read to its end; if not, the sound ends with the picture.
        """
        self._writer.close(whole=whole)


class StillAnnotator:
    """Writes one PNG."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, item: Frame | DecodeFailure, result: FrameResult) -> None:
        """Draw and write the still.

        Raises:
            OutputError: if the file cannot be written.
        """
        if isinstance(item, Frame):
            rgb = Overlay().draw(item.picture, result)
            encoded, png = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
            assert encoded, "PNG holds any 8-bit picture"
            with writing(self._path, "the picture"):
                self._path.write_bytes(png.tobytes())

    def close(self, *, whole: bool = True) -> None:
        """Nothing is held open."""


def annotator_for(folder: Path, info: SourceInfo, *, smooth: bool = True) -> Annotator:
    """The annotator that suits a source, writing into ``folder``; ``smooth`` as for `VideoAnnotator`."""
    if info.kind is SourceKind.IMAGE:
        return StillAnnotator(folder / "annotated.png")
    return VideoAnnotator(folder / "annotated.mp4", info, smooth=smooth)
