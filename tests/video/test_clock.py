"""Timestamps to seconds: exact where there are any, spaced where there are none, never backwards."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import pytest

from duchenne.video.clock import Clock, Seam, rate_of, start_of
from duchenne.video.container import choose_video, open_container
from media import greys, write_video

TICK = Fraction(1, 90_000)


def packet(dts: int | None, pts: int | None = None) -> av.Packet[av.VideoStream]:
    made: av.Packet[av.VideoStream] = av.Packet(1)
    made.dts, made.pts = dts, pts
    return made


def joined(stamps: list[int], time_base: Fraction = TICK, interval_s: float = 0.04) -> list[int | None]:
    seam = Seam(time_base, interval_s)
    packets = [packet(stamp, stamp) for stamp in stamps]
    for each in packets:
        seam.join(each)
    return [each.pts for each in packets]


def test_seconds_are_ticks_less_the_start() -> None:
    clock = Clock(TICK, Fraction(7, 5), 0.04)
    assert [clock.read(ticks) for ticks in (126_000, 126_001, 216_000)] == [0.0, 1 / 90_000, 1.0]


def test_seconds_are_exact_hours_into_a_recording() -> None:
    ntsc = Clock(Fraction(1001, 30_000), Fraction(0), 0.04)
    assert ntsc.read(10_000_000) == 10_000_000 * 1001 / 30_000


def test_frames_without_any_timestamp_are_spaced_by_the_average_interval() -> None:
    clock = Clock(TICK, Fraction(0), 0.5)
    assert [clock.read(None) for _ in range(3)] == [0.0, 0.5, 1.0]


def test_a_frame_without_a_timestamp_follows_the_one_before() -> None:
    clock = Clock(TICK, Fraction(0), 0.5)
    assert [clock.read(90_000), clock.read(None), clock.read(180_000)] == [1.0, 1.5, 2.0]


def test_a_timestamp_before_the_last_is_refused_and_changes_nothing() -> None:
    clock = Clock(TICK, Fraction(0), 0.5)
    assert [clock.read(90_000), clock.read(89_999), clock.read(90_000)] == [1.0, None, 1.0]


def test_a_clock_that_starts_anew_goes_on_one_interval_later() -> None:
    assert joined([0, 90_000, 180_000, 0, 90_000]) == [0, 90_000, 180_000, 183_600, 273_600]


def test_a_second_restart_is_joined_too() -> None:
    assert joined([0, 180_000, 0, 180_000, 0]) == [0, 180_000, 183_600, 363_600, 367_200]


def test_a_step_back_of_a_second_is_no_restart() -> None:
    assert joined([0, 180_000, 90_000]) == [0, 180_000, 90_000]


def test_a_gap_stays_a_gap() -> None:
    assert joined([0, 9_000_000]) == [0, 9_000_000]


def test_packets_without_decoding_time_are_joined_by_their_own() -> None:
    seam = Seam(TICK, 0.04)
    late, early, none = packet(None, 900_000), packet(None, 0), packet(None, None)
    for each in (late, early, none):
        seam.join(each)
    assert (late.pts, early.pts, none.pts) == (900_000, 903_600, None)
    assert early.dts is None


def test_moving_packets_keeps_the_distance_of_decoding_and_showing() -> None:
    seam = Seam(TICK, 0.04)
    first, second = packet(900_000, 907_200), packet(0, 7_200)
    seam.join(first)
    seam.join(second)
    assert (second.dts, second.pts) == (903_600, 910_800)


def test_mp4_keeps_the_time_at_which_its_picture_begins(tmp_path: Path) -> None:
    path = write_video(tmp_path / "late.mp4", greys(2), times_s=[0.5, 0.6])
    with open_container(path) as container:
        assert start_of(container, choose_video(container, path)) == 0


@pytest.mark.parametrize(
    ("sound_span_s", "picture_start_s"), [(None, 0.0), ((0.0, 1.0), 0.5)], ids=["alone", "with earlier sound"]
)
def test_a_transport_stream_starts_where_picture_or_sound_does(
    sound_span_s: tuple[float, float] | None, picture_start_s: float, tmp_path: Path
) -> None:
    path = write_video(
        tmp_path / "a.ts",
        greys(3),
        times_s=[0.5, 0.6, 0.7],
        sound=None if sound_span_s is None else "mp2",
        sound_span_s=sound_span_s,
    )
    with open_container(path) as container:
        video = choose_video(container, path)
        assert video.start_time is not None
        assert video.time_base is not None
        start = start_of(container, video)
        # MP2's run-in of 481 samples at 48 kHz comes before its first full frame.
        assert float(video.start_time * video.time_base - start) == pytest.approx(picture_start_s, abs=0.0101)


def test_the_rate_is_the_containers_average(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(4), fps=Fraction(24_000, 1001))
    with open_container(path) as container:
        assert rate_of(choose_video(container, path)) == Fraction(24_000, 1001)


def test_variable_times_reach_the_reader_exactly(tmp_path: Path) -> None:
    times = [Fraction(n, 1000) for n in (0, 40, 41, 500, 501, 2000)]
    path = write_video(tmp_path / "vfr.mp4", greys(6), times_s=times)
    with open_container(path) as container:
        video = choose_video(container, path)
        assert video.time_base is not None
        clock = Clock(video.time_base, start_of(container, video), 0.04)
        read = [clock.read(frame.pts) for frame in container.decode(video)]
    assert read == [float(time) for time in times]
    assert all(b > a for a, b in itertools.pairwise(times))
