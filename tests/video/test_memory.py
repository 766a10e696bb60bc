"""Frames in memory as a source."""

from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.records import Frame, Picture
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.memory import MemorySource
from media import corners, greys


def test_frames_come_evenly_spaced_and_uncopied() -> None:
    pictures = greys(3)
    items = list(MemorySource(pictures, fps=4))
    assert [(item.index, item.time_s) for item in items] == [(0, 0.0), (1, 0.25), (2, 0.5)]
    for item, picture in zip(items, pictures, strict=True):
        assert isinstance(item, Frame)
        assert item.picture.planes[0] is picture


def test_frames_come_at_their_own_times() -> None:
    items = list(MemorySource(greys(3), times_s=[1.0, 1.0, 7.5]))
    assert [item.time_s for item in items] == [1.0, 1.0, 7.5]


def test_a_name_that_is_not_utf8_is_written_out() -> None:
    assert MemorySource(greys(1), fps=1, name="caf\udce9").info.name == "caf\\xe9"


def test_pictures_are_taken_as_they_are() -> None:
    picture = Picture.from_rgb(corners())
    (frame,) = MemorySource([picture], fps=1)
    assert isinstance(frame, Frame)
    assert frame.picture is picture


def test_planes_are_described_as_such() -> None:
    planes = (np.zeros((4, 6), np.uint8), np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.uint8))
    assert MemorySource([Picture(planes, 6, 4)], fps=1).info.pixel_format == "yuv420p"


def test_frames_in_memory_describe_themselves() -> None:
    assert MemorySource(greys(5), fps=10, name="notebook").info == SourceInfo(
        name="notebook",
        kind=SourceKind.MEMORY,
        path=None,
        width=64,
        height=48,
        fps=10,
        n_frames=5,
        duration_s=0.5,
        has_audio=False,
        codec="",
        rotation_deg=0,
        pixel_format="rgb24",
    )


def test_the_rate_of_frames_with_times_is_their_average() -> None:
    info = MemorySource(greys(3), times_s=[0.0, 0.1, 1.0]).info
    assert (info.fps, info.duration_s) == (2.0, 1.0)


def test_one_frame_with_a_time_has_no_rate() -> None:
    assert MemorySource(greys(1), times_s=[3.0]).info.fps is None


def test_no_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="need one or more frames of one size, got 0"):
        MemorySource([], fps=25)


def test_frames_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"of one size, got 2 of sizes \[\(8, 8\), \(64, 48\)\]"):
        MemorySource([*greys(1), *greys(1, 8, 8)], fps=25)


@pytest.mark.parametrize(
    ("times_s", "fps", "words"),
    [
        (None, None, "give either times_s or fps"),
        ([0.0, 1.0], 25, "give either times_s or fps"),
        (None, 0, "fps must be above 0, got 0"),
        (None, math.nan, "fps must be above 0, got nan"),
        ([0.0], None, "got 1 times for 2 frames"),
        ([1.0, 0.0], None, "must be finite and must not decrease"),
        ([0.0, math.nan], None, "must be finite and must not decrease"),
    ],
)
def test_times_that_do_not_fit_are_refused(
    times_s: list[float] | None, fps: float | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        MemorySource(greys(2), times_s=times_s, fps=fps)
