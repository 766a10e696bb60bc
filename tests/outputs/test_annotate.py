from __future__ import annotations

import math
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from duchenne.errors import OutputError
from duchenne.geometry import Box
from duchenne.labels import Status
from duchenne.outputs.annotate import StillAnnotator, VideoAnnotator, annotator_for
from duchenne.outputs.overlay import Overlay
from duchenne.records import DecodeFailure, Face, Frame, FrameResult, Observation, Picture, Pose
from duchenne.video.file import VideoFile
from duchenne.video.image import ImageFile
from duchenne.video.memory import MemorySource
from media import grey, greys, write_image, write_video
from worlds import mesh_of

FAILURE = DecodeFailure(1, math.nan, "damaged")


def frame(index: int = 0, time_s: float = 0.0, width: int = 128, height: int = 96) -> Frame:
    return Frame(index, time_s, Picture.from_rgb(grey(0, width, height)))


def nobody(item: Frame | DecodeFailure) -> FrameResult:
    status = Status.NO_FACE if isinstance(item, Frame) else Status.DECODE_ERROR
    return FrameResult(item.index, item.time_s, status)


def somebody(item: Frame) -> FrameResult:
    box = Box(50, 30, 30, 40)
    face = Face(0, box, 0.9, 1.0, mesh_of(box), Pose(0, 0, 0), Status.LOW_QUALITY)
    return FrameResult(item.index, item.time_s, Status.OK, (Observation(face, None),))


def test_an_annotated_video_has_every_frame_at_its_own_time(tmp_path: Path) -> None:
    times_s = [0.0, 0.1, 0.5, 0.6]
    with MemorySource(greys(4), times_s=times_s) as source:
        annotator = annotator_for(tmp_path, source.info)
        for item in source:
            annotator.add(item, nobody(item))
        annotator.close()
    with VideoFile(tmp_path / "annotated.mp4") as written:
        # The writer's tick is 1/360000 s.
        assert [item.time_s for item in written] == pytest.approx(times_s, abs=1e-5)
        assert (written.info.width, written.info.height) == (64, 48)


def test_what_was_found_is_drawn(tmp_path: Path) -> None:
    item = frame()
    annotator = VideoAnnotator(tmp_path / "a.mp4", MemorySource([item.picture], fps=25).info)
    annotator.add(item, somebody(item))
    annotator.close()
    with VideoFile(tmp_path / "a.mp4") as written:
        (read,) = written
    assert isinstance(read, Frame)
    drawn = Overlay().draw(item.picture, somebody(item))
    luma = cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY).astype(float) * 219 / 255 + 16
    # Lossy coding and BT.709's other luma weights blur thin lines: alike, and far from the empty picture.
    assert np.corrcoef(read.picture.planes[0].ravel(), luma.ravel())[0, 1] > 0.95


def test_a_frame_that_was_not_decoded_is_left_out(tmp_path: Path) -> None:
    items = [frame(0, 0.0), FAILURE, frame(2, 0.2)]
    annotator = VideoAnnotator(tmp_path / "a.mp4", MemorySource([frame().picture], fps=10).info)
    for item in items:
        annotator.add(item, nobody(item))
    annotator.close()
    annotator.close()
    with VideoFile(tmp_path / "a.mp4") as written:
        assert [item.time_s for item in written] == pytest.approx([0.0, 0.2], abs=1e-5)


@pytest.mark.parametrize(("whole", "least_s", "most_s"), [(True, 0.95, 1.1), (False, 0.0, 0.35)])
def test_sound_ends_with_the_picture_only_where_reading_was_stopped(
    whole: bool, least_s: float, most_s: float, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "clip.mp4", greys(10), fps=10, sound="aac")
    with VideoFile(path) as source:
        annotator = annotator_for(tmp_path, source.info)
        items = iter(source)
        for _ in range(2):
            item = next(items)
            annotator.add(item, nobody(item))
        annotator.close(whole=whole)
    with av.open(str(tmp_path / "annotated.mp4")) as written:
        sound = written.streams.audio[0]
        assert sound.duration is not None
        assert sound.time_base is not None
        # AAC comes in blocks of 21 ms; two pictures last 0.2 s.
        assert least_s <= float(sound.duration * sound.time_base) <= most_s


def test_a_still_becomes_a_png_of_the_same_size_with_the_result_drawn(tmp_path: Path) -> None:
    path = write_image(tmp_path / "photo.png", grey(0, 128, 96))
    with ImageFile(path) as source:
        annotator = annotator_for(tmp_path, source.info)
        (item,) = source
    assert isinstance(item, Frame)
    annotator.add(item, somebody(item))
    annotator.close()
    annotator.close()
    bgr = cv2.imread(str(tmp_path / "annotated.png"), cv2.IMREAD_COLOR)
    assert bgr is not None
    np.testing.assert_array_equal(bgr[..., ::-1], Overlay().draw(item.picture, somebody(item)))


def test_a_still_that_was_not_decoded_leaves_no_file(tmp_path: Path) -> None:
    annotator = StillAnnotator(tmp_path / "annotated.png")
    annotator.add(FAILURE, nobody(FAILURE))
    annotator.close()
    assert list(tmp_path.iterdir()) == []


def test_a_video_without_a_frame_leaves_no_file(tmp_path: Path) -> None:
    annotator = VideoAnnotator(tmp_path / "annotated.mp4", MemorySource(greys(1), fps=10).info)
    annotator.add(FAILURE, nobody(FAILURE))
    annotator.close()
    assert list(tmp_path.iterdir()) == []


def test_a_still_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    item = frame()
    annotator = StillAnnotator(tmp_path / "missing" / "annotated.png")
    with pytest.raises(
        OutputError, match=r"annotated\.png cannot be written\. Got: No such file or directory\."
    ):
        annotator.add(item, nobody(item))
