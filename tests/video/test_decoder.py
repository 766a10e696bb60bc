"""Every frame of a stream is decoded or accounted for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from duchenne.video.container import choose_video, open_container
from duchenne.video.decoder import Decoder, Lost
from media import cut, damage, greys, write_streamed_avi, write_video

FASTSTART = {"movflags": "faststart"}


def events(path: Path, *, threads: bool = True, is_cut_off: bool = False) -> list[int | str]:
    """What a decoder gives: the milliseconds of each picture, the reason for each that is lost."""
    with open_container(path) as container:
        stream = choose_video(container, path)
        decoder = Decoder(container, stream, interval_s=0.1, threads=threads, is_cut_off=is_cut_off)
        return [
            event.reason if isinstance(event, Lost) else round(1000 * event.pts * stream.time_base)
            for event in decoder
        ]


def lost(path: Path) -> list[int]:
    return [index for index, event in enumerate(events(path)) if isinstance(event, str)]


def tens(n_frames: int) -> list[int]:
    return [100 * index for index in range(n_frames)]


@pytest.mark.parametrize("threads", [True, False])
@pytest.mark.parametrize(
    ("suffix", "codec"),
    [("mp4", "libx264"), ("mkv", "libx264"), ("mov", "mpeg4"), ("webm", "libvpx"), ("mkv", "ffv1")],
)
def test_an_intact_file_loses_nothing(suffix: str, codec: str, threads: bool, tmp_path: Path) -> None:
    path = write_video(tmp_path / f"a.{suffix}", greys(25), fps=10, codec=codec)
    assert events(path, threads=threads) == tens(25)


def test_one_frame_is_enough(tmp_path: Path) -> None:
    assert events(write_video(tmp_path / "a.mp4", greys(1), fps=10)) == [0]


def test_hidden_reference_pictures_are_no_losses(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.webm", greys(20), fps=10, codec="libvpx")
    path = tmp_path / "hidden.webm"
    with av.open(str(whole)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
        for packet in source.demux(video=0):
            if packet.size and not packet.is_keyframe:
                # Bit 4 of a VP8 frame says whether it is shown (RFC 6386, section 9.1).
                data = bytes(packet)
                hidden = av.Packet(bytes([data[0] & ~0x10]) + data[1:])
                hidden.pts = hidden.dts = packet.pts - 20
                hidden.time_base, hidden.stream = packet.time_base, stream
                output.mux(hidden)
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    with open_container(path) as container:
        assert sum(packet.size > 0 for packet in container.demux(video=0)) > 30
    assert events(path) == tens(20)


def test_an_interlaced_file_loses_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", greys(20), fps=10, options={"x264-params": "interlaced=1"})
    assert len(events(path)) == 20
    assert lost(path) == []


def test_leading_pictures_of_an_open_group_are_no_losses(tmp_path: Path) -> None:
    options = {"x264-params": "open-gop=1:keyint=10:min-keyint=10:bframes=3:b-adapt=0:scenecut=0"}
    whole = write_video(tmp_path / "whole.mp4", greys(40), fps=10, options=options)
    part = tmp_path / "part.mkv"
    # From the second key frame on, as a cut without re-encoding makes it.
    with av.open(str(whole)) as source, av.open(str(part), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0], opaque=True)
        packets = [packet for packet in source.demux(video=0) if packet.size]
        second = [index for index, packet in enumerate(packets) if packet.is_keyframe][1]
        leading = [p for p in packets[second:] if p.pts < packets[second].pts]
        for packet in packets[second:]:
            packet.stream = stream
            output.mux(packet)
    assert leading
    assert lost(part) == []


def test_frames_that_an_edit_list_hides_do_not_count(tmp_path: Path) -> None:
    # The muxer hides what lies before time zero with an edit list.
    path = write_video(tmp_path / "a.mp4", greys(20), times_s=[(index - 5) / 10 for index in range(20)])
    with open_container(path) as container:
        assert container.streams.video[0].frames == 20
        n_hidden = sum(entry.is_discard for entry in container.streams.video[0].index_entries)
        decoder = Decoder(container, container.streams.video[0], interval_s=0.1, threads=True)
        assert n_hidden > 0
        assert decoder.n_promised == 20 - n_hidden
        assert len(list(decoder)) == 20 - n_hidden
    assert lost(path) == []


def test_hidden_frames_do_not_count_in_a_damaged_file_either(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mp4",
        greys(20),
        times_s=[(index - 5) / 10 for index in range(20)],
        options={"preset": "ultrafast", "g": "10", "bf": "0"},
    )
    with open_container(path) as container:
        n_shown = sum(not entry.is_discard for entry in container.streams.video[0].index_entries)
    assert n_shown < 20
    assert len(events(damage(path, 0))) == n_shown


def test_a_damaged_frame_that_no_other_needs_is_lost_alone(tmp_path: Path) -> None:
    options = {
        "preset": "ultrafast",
        "crf": "4",
        "g": "10",
        "x264-params": "bframes=2:b-adapt=0:b-pyramid=none",
    }
    path = write_video(tmp_path / "a.mp4", greys(25), fps=10, options=options)
    with av.open(str(path)) as container:
        times = [packet.pts for packet in container.demux(video=0) if packet.size]
    # Without a pyramid, what is shown before something decoded earlier is needed by no other.
    alone = next(i for i, time in enumerate(times) if time < max(times[: i + 1]))
    index = sorted(times).index(times[alone])
    found = events(damage(path, alone))
    assert found.pop(index) == "the decoder failed: Invalid data found when processing input"
    assert found == [time for time in tens(25) if time != 100 * index]


@pytest.mark.parametrize("filler", [b"\x00", b"\xff"])
@pytest.mark.parametrize("index", [0, 1, 9, 10, 11, 23, 24])
def test_no_frame_vanishes_and_none_comes_twice_whichever_packet_is_damaged(
    index: int, filler: bytes, tmp_path: Path
) -> None:
    path = damage(write_video(tmp_path / "a.mp4", greys(25), fps=10), index, filler)
    found = events(path)
    assert len(found) == 25
    shown = [event for event in found if isinstance(event, int)]
    assert len(shown) < 25
    assert shown == sorted(set(shown))
    # Each picture stands at its own index: those that are lost stand between.
    assert all(found.index(time) == time // 100 for time in shown)


def test_a_damaged_first_key_frame_takes_its_group_with_it(tmp_path: Path) -> None:
    path = damage(write_video(tmp_path / "a.mp4", greys(25), fps=10), 0)
    assert lost(path) == list(range(10))


@pytest.mark.parametrize("share", [0.9, 0.7, 0.5])
@pytest.mark.parametrize("bframes", ["0", "2"])
def test_a_truncated_mp4_accounts_for_every_frame_its_header_lists(
    share: float, bframes: str, tmp_path: Path
) -> None:
    options = {"preset": "ultrafast", "crf": "4", "g": "10", "bf": bframes}
    path = write_video(tmp_path / "a.mp4", greys(60), fps=10, options=options, container=FASTSTART)
    found = events(cut(path, share))
    shown = [event for event in found if isinstance(event, int)]
    assert len(found) == 60
    assert 0 < len(shown) < 60
    assert shown == found[: len(shown)] or bframes == "2"
    assert found[-1] == "the file ends before this frame"
    if bframes == "0":
        assert shown == tens(len(shown))
        assert found[len(shown)] == "the file is cut off in the middle of this frame"


def test_a_truncated_mp4_whose_sound_is_gone_keeps_its_picture(tmp_path: Path) -> None:
    # One fragment: all of the picture, then all of the sound. A demuxer that is asked for both stops at the first
    # sound that is missing.
    path = write_video(
        tmp_path / "a.mp4",
        greys(20),
        fps=10,
        options={"preset": "ultrafast", "bf": "0"},
        container={"movflags": "empty_moov+default_base_moof+frag_custom"},
        sound="aac",
    )
    whole = events(path)
    with av.open(str(path)) as container:
        positions = {p.stream.type: p.pos for p in container.demux() if p.pts is not None and p.size}
    assert positions["video"] < positions["audio"]
    cut(path, (positions["video"] + 4000) / path.stat().st_size)
    assert events(path) == whole
    assert len(whole) == 20


# AVI has large headers.
@pytest.mark.parametrize(("suffix", "codec", "share"), [("mkv", "libx264", 0.6), ("avi", "mpeg4", 0.75)])
def test_a_file_known_to_be_cut_off_accounts_for_the_length_it_announces(
    suffix: str, codec: str, share: float, tmp_path: Path
) -> None:
    whole = write_video(tmp_path / f"a.{suffix}", greys(60), fps=10, codec=codec, time_base=Fraction(1, 10))
    found = events(cut(whole, share), is_cut_off=True)
    shown = [event for event in found if isinstance(event, int)]
    assert 10 < len(shown) < 60
    assert shown == tens(len(shown))
    assert len(found) == 60
    assert found[-1] == "the file ends before this frame"


def test_a_cut_off_stream_that_announces_nothing_ends_where_it_ends(tmp_path: Path) -> None:
    path = cut(write_video(tmp_path / "a.h264", greys(60), container_format="h264"), 0.5)
    with open_container(path) as container:
        decoder = Decoder(
            container, container.streams.video[0], interval_s=0.1, threads=True, is_cut_off=True
        )
        found = list(decoder)
    assert 10 < len(found) < 60
    assert all(isinstance(event, av.VideoFrame) or "ends before" not in event.reason for event in found)


@pytest.mark.parametrize("is_cut_off", [True, False])
def test_an_avi_from_a_pipe_promises_nothing_and_ends_where_it_ends(is_cut_off: bool, tmp_path: Path) -> None:
    path = write_streamed_avi(tmp_path / "a.avi", greys(5))
    with open_container(path) as container:
        stream = choose_video(container, path)
        assert stream.frames == 1 << 30
        decoder = Decoder(container, stream, interval_s=0.04, threads=False, is_cut_off=is_cut_off)
        assert decoder.n_promised is None
        # Believing the header would take a billion.
        found = list(itertools.islice(decoder, 10))
    assert len(found) == 5
    assert all(isinstance(event, av.VideoFrame) for event in found)


def test_a_truncated_file_that_nobody_knows_to_be_cut_off_ends_where_it_ends(tmp_path: Path) -> None:
    path = cut(write_video(tmp_path / "a.mkv", greys(60), fps=10), 0.5)
    found = events(path)
    assert 10 < len(found) < 60
    assert found == tens(len(found))


def test_joined_recordings_lose_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", greys(20), fps=10)
    path.write_bytes(path.read_bytes() * 2)
    found = events(path)
    assert len(found) == 40
    assert all(isinstance(event, int) for event in found)
    assert found == sorted(found)


def test_a_container_without_a_count_promises_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", greys(20))
    with open_container(path) as container:
        assert Decoder(container, container.streams.video[0], interval_s=1, threads=False).n_promised is None


def test_a_demuxer_that_only_fails_is_given_up(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(3))

    class Failing:
        """A container whose every read fails, after one packet of real data."""

        def __init__(self, container: av.container.InputContainer) -> None:
            self.container, self.n_reads = container, 0
            self.streams, self.format = container.streams, container.format

        def demux(self, stream: av.VideoStream) -> Iterator[av.Packet[av.VideoStream]]:
            self.n_reads += 1
            if self.n_reads == 1:
                yield next(self.container.demux(stream))
            raise av.error.OSError(5, "Input/output error")

    with open_container(path) as container:
        failing = Failing(container)
        decoder = Decoder(failing, container.streams.video[0], interval_s=0.1, threads=False)  # type: ignore[arg-type]  # a fake of the two attributes used
        found = list(decoder)
    assert isinstance(found[0], av.VideoFrame)
    assert [event.reason for event in found[1:] if isinstance(event, Lost)] == [
        "the file ends before this frame"
    ] * 2
