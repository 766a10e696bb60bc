"""Every kind of source describes itself and reads once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from duchenne.records import Frame
from duchenne.video.camera import CameraSource
from duchenne.video.file import VideoFile
from duchenne.video.image import ImageFile
from duchenne.video.info import Source, SourceKind
from duchenne.video.memory import MemorySource
from media import greys, write_image, write_video


class OnePicture:
    """A camera that gives one picture and is then gone."""

    def __init__(self) -> None:
        self.pictures = greys(1)

    def read(self) -> tuple[bool, object]:
        return (True, self.pictures.pop()) if self.pictures else (False, None)

    def release(self) -> None:
        pass


SOURCES: dict[SourceKind, Callable[[Path], Source]] = {
    SourceKind.VIDEO: lambda folder: VideoFile(write_video(folder / "a.mp4", greys(1))),
    SourceKind.IMAGE: lambda folder: ImageFile(write_image(folder / "a.png", greys(1)[0])),
    SourceKind.MEMORY: lambda _: MemorySource(greys(1), fps=25),
    SourceKind.CAMERA: lambda _: CameraSource(0, device=lambda _: OnePicture(), clock=lambda: 5.0),
}


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_gives_its_size_and_its_first_frame_at_time_zero(kind: SourceKind, tmp_path: Path) -> None:
    with SOURCES[kind](tmp_path) as source:
        first = next(iter(source))
    assert isinstance(first, Frame)
    assert (first.index, first.time_s) == (0, 0.0)
    assert source.info.kind is kind
    assert (source.info.width, source.info.height) == (first.picture.width, first.picture.height) == (64, 48)


@pytest.mark.parametrize("kind", SourceKind)
def test_a_source_is_read_once(kind: SourceKind, tmp_path: Path) -> None:
    with SOURCES[kind](tmp_path) as source:
        list(source)
        with pytest.raises(RuntimeError, match="has been read already"):
            list(source)


@pytest.mark.parametrize("kind", SourceKind)
def test_closing_twice_is_harmless(kind: SourceKind, tmp_path: Path) -> None:
    source = SOURCES[kind](tmp_path)
    source.close()
    source.close()
