"""Sound on its way from one file into another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.video.sound import Soundtrack
from media import greys, write_video


@contextmanager
def output_at(path: Path) -> Iterator[av.container.OutputContainer]:
    with av.open(str(path), "w", format="mp4") as output:
        yield output


def carry(source: Path, path: Path, *until_s: float) -> Path:
    """Move a file's sound into a new file, step by step."""
    with output_at(path) as output:
        track = Soundtrack(source, output)
        for each in until_s:
            track.advance(each)
        track.finish(math.inf)
        track.close()
    return path


def packets_of(path: Path) -> list[av.Packet[av.AudioStream]]:
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(audio=0) if packet.size]


def loudness(path: Path) -> list[float]:
    """Root mean square of each tenth of a second that is heard, full scale being 1."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        chunks = [
            chunk.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for chunk in resampler.resample(frame)
        ]
    wave = np.concatenate(chunks)
    tenths = wave[: len(wave) // 4800 * 4800].reshape(-1, 4800)
    return list(np.sqrt((tenths**2).mean(axis=1)))


def video_with_wave(
    path: Path,
    *,
    rate_hz: int = 48_000,
    layout: str = "mono",
    codec: str = "pcm_s16le",
    n_samples: int = 48_000,
) -> Path:
    """A short video with noise of any rate and layout."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=10, width=16, height=16, pix_fmt="yuv420p")
        audio = output.add_stream(codec, rate=rate_hz)
        audio.layout = layout
        n_channels = audio.layout.nb_channels
        wave = np.random.default_rng(0).integers(-8000, 8000, (1, n_samples * n_channels)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
        for index in range(10):
            picture = av.VideoFrame(16, 16, "yuv420p")
            picture.pts = index
            output.mux(video.encode(picture))
        output.mux(video.encode(None))
        output.mux(audio.encode(frame))
        output.mux(audio.encode(None))
    return path


def test_copied_sound_is_the_same_bytes(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", greys(10), fps=10, sound="aac")
    copied = packets_of(carry(source, tmp_path / "b.mp4"))
    original = packets_of(source)
    assert [bytes(packet) for packet in copied] == [bytes(packet) for packet in original]
    assert [packet.pts for packet in copied] == [packet.pts for packet in original]


def test_sound_goes_as_far_as_it_is_asked_to(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", greys(20), fps=10, sound="aac")
    with output_at(tmp_path / "b.mp4") as output:
        track = Soundtrack(source, output)
        track.advance(0.5)
        track.finish(1.0)
        track.close()
    last = packets_of(tmp_path / "b.mp4")[-1]
    assert 0.95 < float((last.pts + last.duration) * last.time_base) < 1.05


def test_small_steps_and_one_leap_give_the_same_sound(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", greys(10), fps=10, sound="aac")
    steps = carry(source, tmp_path / "steps.mp4", *np.arange(0, 1, 0.01))
    leap = carry(source, tmp_path / "leap.mp4", 1.0)
    assert [bytes(packet) for packet in packets_of(steps)] == [bytes(packet) for packet in packets_of(leap)]


def test_encoded_sound_is_as_loud_as_it_was(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mov", greys(10), fps=10, sound="pcm_s16le")
    heard = loudness(carry(source, tmp_path / "b.mp4"))
    assert len(heard) in (10, 11)
    # A sine of amplitude 8000 out of 32768.
    assert heard[1:9] == pytest.approx([8000 / 32768 / math.sqrt(2)] * 8, rel=0.02)


@pytest.mark.parametrize(
    ("rate_hz", "layout", "expected"),
    [
        (44_100, "stereo", (44_100, 2)),
        (37_800, "mono", (48_000, 1)),
        (192_000, "mono", (48_000, 1)),
        (48_000, "5.1", (48_000, 2)),
    ],
)
def test_rates_and_layouts_that_aac_lacks_are_converted(
    rate_hz: int, layout: str, expected: tuple[int, int], tmp_path: Path
) -> None:
    source = video_with_wave(tmp_path / "a.mov", rate_hz=rate_hz, layout=layout, n_samples=rate_hz)
    path = carry(source, tmp_path / "b.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.codec.canonical_name, stream.rate, stream.channels) == ("aac", *expected)
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(("rate_hz", "codec"), [(11_025, "aac"), (12_000, "aac"), (16_000, "mp3float")])
def test_mp3_is_copied_only_at_rates_that_an_mp4_takes(rate_hz: int, codec: str, tmp_path: Path) -> None:
    source = video_with_wave(tmp_path / "a.mkv", rate_hz=rate_hz, codec="libmp3lame", n_samples=rate_hz)
    path = carry(source, tmp_path / "b.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate) == (codec, rate_hz)
    # A second, and the padding of two encoders.
    assert len(loudness(path)) == pytest.approx(11, abs=1)


def test_joined_recordings_keep_their_sound_in_one_line(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.ts", greys(30), fps=10, sound="aac")
    source.write_bytes(source.read_bytes() * 2)
    times = [packet.dts for packet in packets_of(carry(source, tmp_path / "b.mp4"))]
    assert times == sorted(set(times))
    last = packets_of(tmp_path / "b.mp4")[-1]
    assert float(last.pts * last.time_base) == pytest.approx(6.0, abs=0.2)


def test_sound_that_steps_back_a_little_is_left_out_until_it_has_caught_up(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.ts", greys(8), fps=10, sound="aac")
    source.write_bytes(source.read_bytes() * 2)
    times = [packet.dts for packet in packets_of(carry(source, tmp_path / "b.mp4"))]
    assert times == sorted(set(times))
    assert times[-1] < 48_000


def test_sound_that_changes_between_mono_and_stereo_goes_on(tmp_path: Path) -> None:
    mono = video_with_wave(tmp_path / "mono.ts", layout="mono", codec="mp2", n_samples=144_000)
    stereo = video_with_wave(tmp_path / "stereo.ts", layout="stereo", codec="mp2", n_samples=144_000)
    source = tmp_path / "a.ts"
    source.write_bytes(mono.read_bytes() + stereo.read_bytes())
    heard = loudness(carry(source, tmp_path / "b.mp4"))
    assert len(heard) == pytest.approx(60, abs=2)
    # Uniform noise of amplitude 8000 out of 32768 in both; two independent channels halve in power when mixed.
    expected = 8000 / 32768 / math.sqrt(3)
    assert heard[5:25] == pytest.approx([expected] * 20, rel=0.25)
    assert heard[35:55] == pytest.approx([expected / math.sqrt(2)] * 20, rel=0.35)


def test_opus_whose_header_is_damaged_does_not_spoil_the_copy(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mkv", greys(20), fps=10, sound="libopus")
    source.write_bytes(source.read_bytes().replace(b"OpusHead", b"OpusDead"))
    with av.open(str(carry(source, tmp_path / "b.mp4"))) as container:
        assert all(stream.codec_context.name == "aac" for stream in container.streams.audio)


def test_copied_sound_that_the_muxer_cannot_take_is_left_out(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.ts", greys(30), fps=10, sound="aac")
    whole = packets_of(source)
    data = bytearray(source.read_bytes())
    # ADTS frames begin with twelve set bits (ISO/IEC 13818-7, section 6.2); one that says it is empty.
    header = bytes(whole[20])[:7]
    found = data.find(header)
    data[found + 3 : found + 7] = b"\x40\x00\x00\xfc"
    source.write_bytes(bytes(data))
    copied = packets_of(carry(source, tmp_path / "b.mp4"))
    assert len(whole) - 5 <= len(copied) < len(whole)


def test_damaged_sound_is_passed_over(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mkv", greys(30), fps=10, sound="flac")
    victim = packets_of(source)[10]
    data = bytearray(source.read_bytes())
    found = data.find(bytes(victim))
    data[found : found + victim.size] = b"\xff" * victim.size
    source.write_bytes(bytes(data))
    heard = loudness(carry(source, tmp_path / "b.mp4"))
    assert len(heard) >= 28


def test_sound_without_decoding_times_is_copied(tmp_path: Path) -> None:
    source = write_video(
        tmp_path / "a.avi", greys(20), fps=10, codec="mjpeg", pixel_format="yuvj420p", sound="libmp3lame"
    )
    path = carry(source, tmp_path / "b.mp4")
    last = packets_of(path)[-1]
    assert float((last.pts + last.duration) * last.time_base) == pytest.approx(2.0, abs=0.1)


def test_sound_ends_where_the_file_was_cut_off(tmp_path: Path) -> None:
    source = write_video(
        tmp_path / "a.mp4", greys(60), fps=10, sound="aac", container={"movflags": "faststart"}
    )
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    path = carry(source, tmp_path / "b.mp4")
    last = packets_of(path)[-1]
    assert 1.0 < float(last.pts * last.time_base) < 5.0


def test_sound_that_cannot_be_read_any_more_ends_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_video(tmp_path / "a.mp4", greys(30), fps=10, sound="aac")

    class Failing:
        """A container whose disk goes away after ten packets."""

        def __init__(self, path: Path) -> None:
            self.container = av.open(str(path))
            self.streams, self.format, self.close = (
                self.container.streams,
                self.container.format,
                self.container.close,
            )

        def demux(self, stream: av.AudioStream) -> Iterator[av.Packet[av.AudioStream]]:
            yield from itertools.islice(self.container.demux(stream), 10)
            raise av.error.OSError(5, "Input/output error")

    monkeypatch.setattr("duchenne.video.sound.open_container", Failing)
    assert len(packets_of(carry(source, tmp_path / "b.mp4"))) == 10


def test_a_source_that_is_gone_is_refused(tmp_path: Path) -> None:
    with output_at(tmp_path / "b.mp4") as output, pytest.raises(InputError, match=r"a\.mp4 does not exist"):
        Soundtrack(tmp_path / "a.mp4", output)


def test_a_source_that_lost_its_picture_is_refused_and_closed(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    write_video(tmp_path / "c.mp4", greys(1), sound="aac")
    with av.open(str(tmp_path / "c.mp4")) as whole, av.open(str(source), "w") as part:
        stream = part.add_stream_from_template(whole.streams.audio[0])
        for packet in whole.demux(audio=0):
            if packet.size:
                packet.stream = stream
                part.mux(packet)
    with output_at(tmp_path / "b.mp4") as output, pytest.raises(InputError, match="holds no video"):
        Soundtrack(source, output)
