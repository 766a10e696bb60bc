"""Sound for a written video: the source's own, in step with the picture.

Takes the source file and the output container, moves the sound across as the picture advances. Packets are
copied as they are where players expect them in an MP4, and re-encoded to AAC where they do not. Holds one
packet at a time, so memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av

from duchenne.video.clock import Seam, start_of
from duchenne.video.container import choose_sound, choose_video, open_container

# What players expect in an MP4; others (PCM, Vorbis, WMA) many would not play, even where they can be stored.
_COPIED = frozenset({"aac", "ac3", "alac", "eac3", "mp3", "opus"})
# Below this rate MP3 is MPEG-2.5, a make of its own, which FFmpeg's MP4 muxer refuses.
_MIN_MP3_RATE_HZ = 16_000
# The rates AAC has (ISO/IEC 14496-3, table 1.18, above telephone quality); others become 48 kHz.
_AAC_RATES_HZ = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000})
# A frame of AAC at 48 kHz; where a second recording is joined to a first, sound goes on after that much.
_PACKET_S = 1024 / 48_000
# What a muxer says of a packet that it cannot make sense of; a full disk is another kind of error.
_DAMAGED = (av.error.InvalidDataError, av.error.ArgumentError, av.error.PatchWelcomeError)


class Soundtrack:
    """The first sound stream of a file, on its way into another.

    Damaged sound is left out, and sound that cannot be read any more ends; the picture goes on without it.

    Args:
        source: A video file with sound.
        output: Where it goes; nothing must have been written to it yet, and the picture's stream is there.

    Raises:
        InputError: if the source cannot be opened any more.
    """

    def __init__(self, source: Path, output: av.container.OutputContainer) -> None:
        self._output = output
        self._input = open_container(source)
        try:
            stream = choose_sound(self._input)
            assert stream is not None, "asked for only where there is sound"
            assert stream.time_base is not None, "every demuxed stream has a time base"
            self._from = stream
            self._is_copied = _can_copy(stream)
            if self._is_copied:
                self._to = output.add_stream_from_template(self._from)
            else:
                self._to = _add_aac(output, self._from)
            start = start_of(self._input, choose_video(self._input, source))
            self._shift = round(start / stream.time_base)
            self._seam = Seam(stream.time_base, _PACKET_S)
            self._last_dts: int | None = None
            self._kind: tuple[str, str, int] | None = None
            self._resampler = av.AudioResampler()
            self._packets = self._read()
            self._next = next(self._packets, None)
        except BaseException:
            self._input.close()
            raise

    def advance(self, until_s: float) -> None:
        """Move the sound across that begins before ``until_s``, on the same clock as ``Frame.time_s``."""
        while self._next is not None and self._time_s(self._next) < until_s:
            self._pass_on(self._copy(self._next) if self._is_copied else self._encode(self._next))
            self._next = next(self._packets, None)

    def finish(self, until_s: float) -> None:
        """Move the last of the sound across, up to ``until_s``."""
        self.advance(until_s)
        if not self._is_copied:
            self._pass_on(self._to.encode(None))

    def close(self) -> None:
        """Close the source."""
        self._input.close()

    def _read(self) -> Iterator[av.Packet[Any]]:
        for stream in self._input.streams:
            if stream is not self._from:
                stream.discard = av.stream.Discard.all
        try:
            for packet in self._input.demux(self._from):
                self._seam.join(packet)
                if packet.size and self._is_later(packet):
                    yield packet
        except av.FFmpegError:
            return

    def _is_later(self, packet: av.Packet[Any]) -> bool:
        """Whether a packet comes after the one before; a container takes no others."""
        if packet.dts is None or (self._last_dts is not None and packet.dts <= self._last_dts):
            return False
        self._last_dts = packet.dts
        return True

    def _pass_on(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            with suppress(*_DAMAGED):
                self._output.mux(packet)

    def _time_s(self, packet: av.Packet[Any]) -> float:
        assert packet.dts is not None, "packets without a time are left out"
        return float((packet.dts - self._shift) * packet.time_base)

    def _copy(self, packet: av.Packet[Any]) -> list[av.Packet[Any]]:
        assert packet.dts is not None, "packets without a time are left out"
        packet.dts -= self._shift
        # Sound is heard in the order in which it is decoded; where the two differ, the file is damaged.
        packet.pts = packet.dts
        packet.stream = self._to
        return [packet]

    def _encode(self, packet: av.Packet[Any]) -> list[av.Packet[Any]]:
        try:
            frames = self._from.decode(packet)
        except av.FFmpegError:
            return []
        encoded = []
        for frame in frames:
            frame.pts = None if frame.pts is None else frame.pts - self._shift
            for chunk in self._conformed(frame):
                encoded += self._to.encode(chunk)
        return encoded

    def _conformed(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        """A frame in the encoder's format; broadcasts change between mono and stereo as they go."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self._kind = kind
            self._resampler = av.AudioResampler(self._to.format, self._to.layout, self._to.rate)
        return self._resampler.resample(frame)


def _can_copy(stream: av.AudioStream) -> bool:
    codec = stream.codec_context.codec.canonical_name
    if codec == "mp3":
        return stream.rate >= _MIN_MP3_RATE_HZ
    # MP4 needs Opus's header (RFC 7845, section 5.1), which transport streams do not have.
    has_header = (stream.codec_context.extradata or b"").startswith(b"OpusHead")
    return codec in _COPIED and (codec != "opus" or has_header)


def _add_aac(output: av.container.OutputContainer, source: av.AudioStream) -> av.AudioStream:
    rate = source.rate if source.rate in _AAC_RATES_HZ else 48_000
    stream = output.add_stream("aac", rate=rate)
    stream.layout = "mono" if source.channels == 1 else "stereo"
    return stream
