"""Written video read back: times, content, colours, sound, and places that cannot be written."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from duchenne.errors import OutputError
from duchenne.models.preprocess import to_rgb
from duchenne.records import ColourMatrix, Frame
from duchenne.video.file import VideoFile
from duchenne.video.info import SourceInfo
from duchenne.video.memory import MemorySource
from duchenne.video.writer import VideoWriter
from media import Rgb, corner_names, corners, grey, greys, index_of, write_video

# Times are kept in ticks of 1/360000 s; what is asked for is a millisecond.
TIME_TOLERANCE_S = 1 / 360_000


def info_of(width: int = 64, height: int = 48, fps: float = 25.0) -> SourceInfo:
    return MemorySource(greys(1, width, height), fps=fps).info


def write(path: Path, info: SourceInfo, pictures: list[Rgb], times_s: list[float]) -> Path:
    with VideoWriter(path, info) as writer:
        for picture, time_s in zip(pictures, times_s, strict=True):
            writer.write(picture, time_s)
    return path


def frames(path: Path) -> list[Frame]:
    with VideoFile(path) as source:
        items = list(source)
    kept = [item for item in items if isinstance(item, Frame)]
    assert len(kept) == len(items)
    return kept


def levels(path: Path) -> list[int]:
    """What each frame shows; at CRF 20 a flat picture may be a level off."""
    return [index_of(to_rgb(frame.picture)) for frame in frames(path)]


def copy(source_path: Path, path: Path) -> Path:
    """What the annotated copy of a video does, without the drawing."""
    with VideoFile(source_path) as source, VideoWriter(path, source.info) as writer:
        for item in source:
            assert isinstance(item, Frame)
            writer.write(to_rgb(item.picture), item.time_s)
    return path


def sound_of(path: Path) -> tuple[str, float, float]:
    """Codec, start and end in seconds of the first sound stream."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        last = packets[-1]
        end = (last.pts + last.duration) * last.time_base
        return stream.codec_context.codec.canonical_name, float(packets[0].pts * last.time_base), float(end)


def test_frames_come_back_with_their_content_and_times(tmp_path: Path) -> None:
    times = [index / 25 for index in range(40)]
    path = write(tmp_path / "a.mp4", info_of(), greys(40), times)
    found = frames(path)
    assert levels(path) == pytest.approx(range(40), abs=1)
    np.testing.assert_allclose([frame.time_s for frame in found], times, atol=TIME_TOLERANCE_S)


def test_variable_times_and_gaps_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.041, 0.5, 0.51, 2.0, 61.5]
    found = frames(write(tmp_path / "a.mp4", info_of(), greys(7), times))
    np.testing.assert_allclose([frame.time_s for frame in found], times, atol=TIME_TOLERANCE_S)


def test_a_late_start_is_kept(tmp_path: Path) -> None:
    found = frames(write(tmp_path / "a.mp4", info_of(), greys(2), [1.5, 1.6]))
    np.testing.assert_allclose([frame.time_s for frame in found], [1.5, 1.6], atol=TIME_TOLERANCE_S)


@pytest.mark.parametrize("fps", [Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(25), Fraction(10)])
def test_the_average_rate_is_kept(fps: Fraction, tmp_path: Path) -> None:
    times = [float(index / fps) for index in range(12)]
    path = write(tmp_path / "a.mp4", info_of(fps=float(fps)), greys(12), times)
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == fps


def test_one_frame_of_a_source_without_a_rate_is_a_video(tmp_path: Path) -> None:
    info = MemorySource(greys(1), times_s=[0.0]).info
    assert info.fps is None
    (frame,) = frames(write(tmp_path / "a.mp4", info, greys(1), [0.0]))
    assert frame.time_s == 0.0


@pytest.mark.parametrize("fps", [1 / 5000, 1e-9, 1000.0])
def test_time_lapse_and_high_speed_are_written_with_their_times(fps: float, tmp_path: Path) -> None:
    times = [0.0, 0.001, 3.0]
    found = frames(write(tmp_path / "a.mp4", info_of(fps=fps), greys(3), times))
    np.testing.assert_allclose([frame.time_s for frame in found], times, atol=TIME_TOLERANCE_S)


def test_frames_of_one_time_are_put_one_tick_apart(tmp_path: Path) -> None:
    found = frames(write(tmp_path / "a.mp4", info_of(), greys(4), [0.0, 1.0, 1.0, 0.5]))
    assert len(found) == 4
    np.testing.assert_allclose([frame.time_s for frame in found], [0, 1, 1, 1], atol=3 * TIME_TOLERANCE_S)
    assert all(a.time_s < b.time_s for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(("width", "height"), [(63, 47), (64, 47), (8, 8), (1, 1)])
def test_odd_sides_gain_a_row_or_column_and_lose_nothing(width: int, height: int, tmp_path: Path) -> None:
    picture = np.full((height, width, 3), 200, np.uint8)
    (frame,) = frames(write(tmp_path / "a.mp4", info_of(width, height), [picture], [0.0]))
    found = to_rgb(frame.picture)
    assert found.shape == (height + height % 2, width + width % 2, 3)
    np.testing.assert_allclose(found.astype(int), 200, atol=2)


def test_colours_come_back_and_are_tagged(tmp_path: Path) -> None:
    (frame,) = frames(write(tmp_path / "a.mp4", info_of(128, 96), [corners(128, 96)], [0.0]))
    assert (frame.picture.matrix, frame.picture.full_range) == (ColourMatrix.BT709, False)
    found = to_rgb(frame.picture).astype(int)
    # Flat quarters: away from their borders, only rounding and quantisation at CRF 20 are left.
    for rows, columns in itertools.product((slice(8, 40), slice(56, 88)), (slice(8, 56), slice(72, 120))):
        np.testing.assert_allclose(found[rows, columns], corners(128, 96)[rows, columns], atol=8)


def test_a_rotated_source_is_written_upright(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", [corners()] * 3, rotation_deg=90)
    with VideoFile(copy(source, tmp_path / "b.mp4")) as written:
        assert (written.info.width, written.info.height, written.info.rotation_deg) == (48, 64, 0)
        first = next(iter(written))
    assert isinstance(first, Frame)
    assert corner_names(to_rgb(first.picture)) == ("blue", "red", "white", "green")


@pytest.mark.parametrize(
    ("suffix", "sound", "expected"),
    [
        ("mp4", "aac", "aac"),
        ("mkv", "libopus", "opus"),
        ("mp4", "libmp3lame", "mp3"),
        ("ts", "aac", "aac"),
        ("mov", "pcm_s16le", "aac"),
        ("mkv", "flac", "aac"),
    ],
)
def test_sound_is_kept_in_a_form_that_players_know(
    suffix: str, sound: str, expected: str, tmp_path: Path
) -> None:
    source = write_video(tmp_path / f"a.{suffix}", greys(50), fps=25, sound=sound)
    path = copy(source, tmp_path / "b.mp4")
    codec, start_s, end_s = sound_of(path)
    assert codec == expected
    # An encoder's run-in comes before zero and its last packet is filled up: two packets of 1152 samples at most.
    assert -0.05 < start_s <= 0.05
    assert end_s == pytest.approx(2.0, abs=0.06)
    assert len(frames(path)) == 50


@pytest.mark.parametrize("sound", ["aac", "pcm_s16le"])
@pytest.mark.parametrize("suffix", ["mov", "mkv"])
def test_sound_that_starts_late_stays_late(suffix: str, sound: str, tmp_path: Path) -> None:
    source = write_video(tmp_path / f"a.{suffix}", greys(50), fps=25, sound=sound, sound_span_s=(0.8, 1.6))
    _, start_s, end_s = sound_of(copy(source, tmp_path / "b.mp4"))
    assert start_s == pytest.approx(0.8, abs=0.05)
    assert end_s == pytest.approx(1.6, abs=0.05)


def test_a_transport_stream_keeps_picture_and_sound_in_step(tmp_path: Path) -> None:
    times = [10 + index / 25 for index in range(50)]
    source = write_video(tmp_path / "a.ts", greys(50), times_s=times, sound="aac", sound_span_s=(10.4, 11.6))
    path = copy(source, tmp_path / "b.mp4")
    _, start_s, end_s = sound_of(path)
    first = frames(path)[0]
    assert start_s - first.time_s == pytest.approx(0.4, abs=0.05)
    assert end_s - first.time_s == pytest.approx(1.6, abs=0.05)


def test_sound_that_outlasts_the_picture_is_kept_to_its_end(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", greys(25), fps=25, sound="aac", sound_span_s=(0.0, 3.0))
    assert sound_of(copy(source, tmp_path / "b.mp4"))[2] == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("sound", ["aac", "flac"])
def test_an_interrupted_copy_is_a_valid_video_whose_sound_ends_with_it(sound: str, tmp_path: Path) -> None:
    source_path = write_video(tmp_path / "a.mkv", greys(100), fps=25, sound=sound)
    path = tmp_path / "b.mp4"

    def interrupted() -> None:
        with VideoFile(source_path) as source, VideoWriter(path, source.info) as writer:
            for item in source:
                assert isinstance(item, Frame)
                if item.index == 25:
                    raise KeyboardInterrupt
                writer.write(to_rgb(item.picture), item.time_s)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert levels(path) == pytest.approx(range(25), abs=1)
    # A packet of FLAC lasts 96 ms, and the one in which the picture ends is kept whole.
    assert sound_of(path)[2] == pytest.approx(1.0, abs=0.1)


def test_a_source_without_sound_gives_none(tmp_path: Path) -> None:
    path = copy(write_video(tmp_path / "a.mp4", greys(3)), tmp_path / "b.mp4")
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_the_name_need_not_end_in_mp4(tmp_path: Path) -> None:
    assert len(frames(write(tmp_path / "a:b.part", info_of(), greys(2), [0.0, 0.1]))) == 2


def test_without_a_frame_no_file_is_left(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", greys(3), sound="aac")
    path = tmp_path / "b.mp4"
    with VideoFile(source) as opened, VideoWriter(path, opened.info):
        pass
    assert not path.exists()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", info_of())
    writer.write(grey(0), 0.0)
    writer.close()
    writer.close()
    assert len(frames(tmp_path / "a.mp4")) == 1


@pytest.mark.parametrize(
    "picture",
    [np.zeros((48, 63, 3), np.uint8), np.zeros((48, 64), np.uint8), np.zeros((48, 64, 3), np.float32)],
)
def test_a_picture_that_does_not_fit_is_refused(picture: Rgb, tmp_path: Path) -> None:
    with (
        VideoWriter(tmp_path / "a.mp4", info_of()) as writer,
        pytest.raises(ValueError, match=r"expected \(48, 64, 3\) uint8, got"),
    ):
        writer.write(picture, 0.0)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.mp4"
    with pytest.raises(OutputError) as caught:
        VideoWriter(path, info_of())
    assert str(caught.value).startswith(f"{path} cannot be written. Got: No such file or directory.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("n_frames", [1, 3000])
def test_a_full_disk_says_so(n_frames: int) -> None:
    writer = VideoWriter(Path("/dev/full"), info_of())

    def fill() -> None:
        try:
            for index in range(n_frames):
                writer.write(np.roll(corners(), index, axis=1), index / 25)
        finally:
            writer.close()

    with pytest.raises(OutputError, match=r"/dev/full cannot be written\. Got: No space left on device"):
        fill()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_after_a_failure_every_write_fails_the_same_way() -> None:
    writer = VideoWriter(Path("/dev/full"), info_of())

    def fill() -> None:
        for index in range(3000):
            writer.write(np.roll(corners(), index, axis=1), index / 25)

    with pytest.raises(OutputError) as first:
        fill()
    with pytest.raises(OutputError) as second:
        writer.write(corners(), 1000.0)
    assert second.value is first.value
    writer.close()


def test_encoders_leave_the_terminal_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.mp4", info_of(), greys(3), [0.0, 0.1, 0.2])
    assert capfd.readouterr() == ("", "")
