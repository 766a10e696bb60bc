"""A video file from its first frame to its last: content, times, orientation, descriptions, refusals."""

from __future__ import annotations

import itertools
import math
import os
import sys
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.models.preprocess import to_rgb
from duchenne.records import ColourMatrix, DecodeFailure, Frame
from duchenne.video.file import VideoFile
from duchenne.video.info import SourceInfo, SourceKind
from media import (
    corner_names,
    corners,
    cut,
    damage,
    greys,
    index_of,
    write_jpeg,
    write_sound,
    write_streamed_avi,
    write_video,
)

CLIPS = {
    "WolfgangLanger_Pexels.mp4": 472,
    "d10.mp4": 448,
    "d12.mp4": 183,
    "d18.mp4": 216,
    "d20.mp4": 175,
    "face_noface.mov": 169,
    "no_face.mp4": 95,
    "noface_face.mov": 169,
    "single_face.mp4": 72,
}


def read(path: Path, *, threads: bool = True) -> list[Frame | DecodeFailure]:
    with VideoFile(path, threads=threads) as source:
        return list(source)


def shown(items: list[Frame | DecodeFailure]) -> list[tuple[int, float, int]]:
    """Index, time and content of each frame that was decoded."""
    return [
        (item.index, item.time_s, index_of(to_rgb(item.picture))) for item in items if isinstance(item, Frame)
    ]


@pytest.mark.parametrize("threads", [True, False])
def test_every_frame_has_its_index_its_time_and_its_own_content(threads: bool, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(50), fps=25)
    assert shown(read(path, threads=threads)) == [(i, i / 25, i) for i in range(50)]


def test_variable_times_and_gaps_are_kept_exactly(tmp_path: Path) -> None:
    times = [Fraction(n, 1000) for n in (0, 40, 41, 500, 501, 2000)]
    path = write_video(tmp_path / "vfr.mp4", greys(6), times_s=times)
    assert shown(read(path)) == [(i, float(time), i) for i, time in enumerate(times)]


def test_a_picture_that_begins_late_keeps_its_lateness(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "late.mp4", greys(3), times_s=[0.5, 0.6, 0.7], sound="aac", sound_span_s=(0.0, 1.0)
    )
    assert shown(read(path)) == [(0, 0.5, 0), (1, 0.6, 1), (2, 0.7, 2)]


def test_a_transport_stream_starts_at_zero_wherever_its_clock_stands(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", greys(20), fps=25, times_s=[10 + i / 25 for i in range(20)])
    # Ticks of 1/90000 s: rounded once.
    assert shown(read(path)) == [(i, pytest.approx(i / 25, abs=1e-5), i) for i in range(20)]


def test_a_stream_without_timestamps_is_spaced_evenly(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.h264", greys(10), container_format="h264")
    assert shown(read(path)) == [(i, pytest.approx(i / 25), i) for i in range(10)]


def test_avi_has_only_decoding_times_and_they_are_used(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", greys(10), fps=25, codec="mjpeg", pixel_format="yuvj420p")
    assert [(i, pytest.approx(t, abs=1e-3), c) for i, t, c in shown(read(path))] == [
        (i, i / 25, i) for i in range(10)
    ]


@pytest.mark.parametrize(
    ("rotation_deg", "size", "expected"),
    [
        (0, (64, 48), ("red", "green", "blue", "white")),
        (90, (48, 64), ("blue", "red", "white", "green")),
        (180, (64, 48), ("white", "blue", "green", "red")),
        (270, (48, 64), ("green", "white", "red", "blue")),
    ],
)
def test_a_rotated_video_is_read_upright(
    rotation_deg: int, size: tuple[int, int], expected: tuple[str, ...], tmp_path: Path
) -> None:
    path = write_video(tmp_path / "a.mp4", [corners()] * 2, rotation_deg=rotation_deg)
    with VideoFile(path) as source:
        assert (source.info.width, source.info.height, source.info.rotation_deg) == (*size, rotation_deg)
        first = next(iter(source))
    assert isinstance(first, Frame)
    assert corner_names(to_rgb(first.picture)) == expected


@pytest.mark.parametrize(
    ("rotation_deg", "expected"),
    [
        (0, ("green", "red", "white", "blue")),
        (90, ("red", "blue", "green", "white")),
        (270, ("white", "green", "blue", "red")),
    ],
)
def test_a_mirrored_video_is_read_as_players_show_it(
    rotation_deg: int, expected: tuple[str, ...], tmp_path: Path
) -> None:
    path = write_video(tmp_path / "a.mp4", [corners()] * 2, rotation_deg=rotation_deg, mirrored=True)
    first = read(path)[0]
    assert isinstance(first, Frame)
    assert corner_names(to_rgb(first.picture)) == expected


def test_a_turn_is_found_beside_side_data_that_pyav_cannot_name(tmp_path: Path) -> None:
    # FFmpeg attaches the EXIF block of a JPEG and what it says about the orientation.
    path = write_jpeg(tmp_path / "a.jpg", corners(), 6).rename(tmp_path / "a.mp4")
    (frame,) = read(path)
    assert isinstance(frame, Frame)
    assert corner_names(to_rgb(frame.picture)) == ("blue", "red", "white", "green")


def test_nothing_more_comes_from_a_closed_file(tmp_path: Path) -> None:
    source = VideoFile(write_video(tmp_path / "a.mp4", greys(30)))
    items = iter(source)
    next(items)
    source.close()
    assert list(items) == []


def test_wide_pixels_are_squared(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [corners(48, 48)] * 2, aspect=Fraction(4, 3))
    with VideoFile(path) as source:
        assert (source.info.width, source.info.height) == (64, 48)
        first = next(iter(source))
    assert isinstance(first, Frame)
    assert first.picture.planes[0].shape == (48, 48)
    assert corner_names(to_rgb(first.picture)) == ("red", "green", "blue", "white")


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("ten.mp4", "libx264", "yuv420p10le"),
        ("grey.mkv", "ffv1", "gray"),
        ("grey16.mkv", "ffv1", "gray16le"),
        ("wide.mp4", "libx264", "yuv422p"),
        ("full.mp4", "libx264", "yuvj420p"),
        ("rgb.mov", "rawvideo", "rgb24"),
        ("alpha.mkv", "ffv1", "yuva420p"),
        ("moving.gif", "gif", "gray"),
    ],
)
def test_every_pixel_format_shows_the_same_levels(
    name: str, codec: str, pixel_format: str, tmp_path: Path
) -> None:
    path = write_video(tmp_path / name, greys(5), fps=25, codec=codec, pixel_format=pixel_format)
    assert [content for _, _, content in shown(read(path))] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("width", "height"), [(8, 8), (66, 50)])
def test_small_and_uneven_frames_are_read(width: int, height: int, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(3, width, height))
    assert [content for _, _, content in shown(read(path))] == [0, 1, 2]


def test_odd_sides_are_read(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [corners(63, 47)], codec="ffv1")
    (frame,) = read(path)
    assert isinstance(frame, Frame)
    assert to_rgb(frame.picture).shape == (47, 63, 3)
    assert corner_names(to_rgb(frame.picture)) == ("red", "green", "blue", "white")


def test_an_8k_frame_is_read(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [corners(7680, 4320)], codec="mjpeg", pixel_format="yuvj420p")
    (frame,) = read(path)
    assert isinstance(frame, Frame)
    assert (frame.picture.width, frame.picture.height) == (7680, 4320)
    luma = frame.picture.planes[0]
    assert luma[4000, 7000] > luma[0, 0] > luma[4000, 0]


def test_a_video_describes_itself(tmp_path: Path) -> None:
    rate = Fraction(24_000, 1001)
    path = write_video(tmp_path / "a.mp4", greys(24), fps=rate, sound="aac")
    with VideoFile(path) as source:
        assert source.info == SourceInfo(
            name="a.mp4",
            kind=SourceKind.VIDEO,
            path=path,
            width=64,
            height=48,
            fps=float(rate),
            n_frames=24,
            duration_s=pytest.approx(1.001, abs=1e-3),
            has_audio=True,
            codec="h264",
            rotation_deg=0,
            pixel_format="yuv420p",
        )


def test_what_a_container_does_not_say_is_none(tmp_path: Path) -> None:
    with VideoFile(write_video(tmp_path / "a.h264", greys(3), container_format="h264")) as source:
        assert (source.info.n_frames, source.info.duration_s, source.info.has_audio) == (None, None, False)
    with VideoFile(write_video(tmp_path / "a.mkv", greys(25), fps=25)) as source:
        assert (source.info.n_frames, source.info.duration_s) == (None, 1.0)


def test_a_colour_tag_reaches_the_picture(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(1), options={"colorspace": "bt709", "color_range": "tv"})
    (frame,) = read(path)
    assert isinstance(frame, Frame)
    assert (frame.picture.matrix, frame.picture.full_range) == (ColourMatrix.BT709, False)


def test_a_damaged_frame_is_a_row_of_its_own_and_reading_goes_on(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mp4", greys(30), fps=25, options={"preset": "ultrafast", "crf": "4", "g": "1"}
    )
    items = read(damage(path, 7))
    assert [item.index for item in items] == list(range(30))
    assert shown(items) == [(i, i / 25, i) for i in range(30) if i != 7]
    failure = items[7]
    assert isinstance(failure, DecodeFailure)
    assert failure == DecodeFailure(7, 7 / 25, failure.reason)
    assert failure.reason == "the decoder failed: Invalid data found when processing input"


def test_a_truncated_mp4_keeps_what_decoded_and_marks_the_rest(tmp_path: Path) -> None:
    options = {"preset": "ultrafast", "crf": "4", "g": "10", "bf": "0"}
    path = write_video(
        tmp_path / "a.mp4", greys(60), fps=25, options=options, container={"movflags": "faststart"}
    )
    items = read(cut(path, 0.6))
    n_shown = len(shown(items))
    assert 10 < n_shown < 60
    assert shown(items) == [(i, i / 25, i) for i in range(n_shown)]
    assert [(item.index, item.time_s) for item in items[n_shown:]] == [
        (i, pytest.approx(i / 25)) for i in range(n_shown, 60)
    ]
    assert all(isinstance(item, DecodeFailure) for item in items[n_shown:])


def test_half_a_download_marks_the_rest_of_the_length_it_announces(tmp_path: Path) -> None:
    path = cut(write_video(tmp_path / "a.mkv", greys(60), fps=25), 0.5)
    items = read(path)
    n_shown = len(shown(items))
    assert 10 < n_shown < 60
    assert [(item.index, item.time_s) for item in items] == [(i, pytest.approx(i / 25)) for i in range(60)]
    assert all(isinstance(item, DecodeFailure) for item in items[n_shown:])


@pytest.mark.parametrize("threads", [True, False])
def test_a_timestamp_that_steps_back_costs_one_frame(threads: bool, tmp_path: Path) -> None:
    straight = write_video(tmp_path / "a.mkv", greys(6), fps=10, codec="mjpeg", pixel_format="yuvj420p")
    path = tmp_path / "b.mkv"
    with av.open(str(straight)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
        packets = [packet for packet in source.demux(video=0) if packet.size]
        packets[2].pts, packets[3].pts = packets[3].pts, packets[2].pts
        for packet in packets:
            # A muxer takes no frame that is shown before it is decoded.
            packet.dts -= 1000
            packet.stream = stream
            output.mux(packet)
    items = read(path, threads=threads)
    assert [item.index for item in items] == list(range(6))
    assert [content for _, _, content in shown(items)] == [0, 1, 2, 4, 5]
    assert [item.time_s for item in items if isinstance(item, Frame)] == [0.0, 0.1, 0.3, 0.4, 0.5]
    (failure,) = [item for item in items if isinstance(item, DecodeFailure)]
    if not threads:
        assert math.isnan(failure.time_s)
        assert failure.reason == "its timestamp lies before the previous frame's"


def test_frames_outlive_the_file_they_came_from(tmp_path: Path) -> None:
    source = VideoFile(write_video(tmp_path / "a.mp4", greys(10)))
    items = list(source)
    source.close()
    del source
    assert [content for _, _, content in shown(items)] == list(range(10))


def test_an_avi_from_a_pipe_is_read_to_its_end_and_promises_nothing(tmp_path: Path) -> None:
    with VideoFile(write_streamed_avi(tmp_path / "a.avi", greys(5))) as source:
        # Believing the header would take a billion.
        items = list(itertools.islice(source, 10))
    assert shown(items) == [(i, i / 25, i) for i in range(5)]
    assert len(items) == 5
    assert (source.info.n_frames, source.info.duration_s) == (None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf8_is_written_out(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(2)).rename(tmp_path / os.fsdecode(b"caf\xe9.mp4"))
    with VideoFile(path) as source:
        assert (source.info.name, source.info.path) == ("caf\\xe9.mp4", path)
        assert len(list(source)) == 2


def test_a_recording_stopped_before_its_first_frame_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [], codec="mjpeg", pixel_format="yuvj420p")
    with pytest.raises(InputError, match="holds no frames"):
        VideoFile(path)


def test_a_video_of_which_nothing_decodes_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(2), codec="mjpeg", pixel_format="yuvj420p")
    damage(damage(path, 0), 1)
    with pytest.raises(InputError) as caught:
        VideoFile(path)
    assert str(caught.value) == (
        f"not one frame of {path} can be decoded. "
        "Got: 2 frames, the first lost because the decoder failed: Invalid data found when processing input. "
        "Check that it plays, and export it again if it was cut off or damaged."
    )


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no video"):
        VideoFile(write_sound(tmp_path / "a.m4a"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of open files")
def test_a_refused_file_is_not_left_open(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a")
    n_before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(InputError):
        VideoFile(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == n_before


def test_damaged_files_leave_the_terminal_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write_video(tmp_path / "a.mp4", greys(30), container={"movflags": "faststart"})
    capfd.readouterr()
    read(cut(damage(path, 3), 0.7))
    assert capfd.readouterr() == ("", "")


def test_leaving_early_ends_the_decoders_threads(tmp_path: Path) -> None:
    before = threading.active_count()
    with VideoFile(write_video(tmp_path / "a.mp4", greys(30))) as source:
        next(iter(source))
    assert threading.active_count() == before


def test_two_readings_are_the_same(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [corners()] * 5)
    for one, other in zip(read(path), read(path, threads=False), strict=True):
        assert isinstance(one, Frame)
        assert isinstance(other, Frame)
        for a, b in zip(one.picture.planes, other.picture.planes, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.shared
@pytest.mark.parametrize("name", CLIPS)
def test_real_clips_are_read_whole(name: str, shared: Path) -> None:
    with VideoFile(shared / "data" / "clips" / name) as source:
        assert source.info.n_frames == CLIPS[name]
        times = [item.time_s for item in source if isinstance(item, Frame)]
    assert len(times) == CLIPS[name]
    assert times[0] == 0.0
    assert times == sorted(times)
