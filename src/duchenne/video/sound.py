"""Sound for a written video: the source's own, in step with the picture.

Takes the source file and the output container, moves the sound across as the picture advances. Packets are
copied as they are where players expect them in an MP4, and re-encoded to AAC where they do not. Holds one
packet at a time, so memory does not grow with length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from duchenne.video.clock import Seam, start_of
from duchenne.video.container import choose_video, open_container

# What players expect in an MP4; others (PCM, Vorbis, WMA) many would not play, even where they can be stored.
_COPIED = frozenset({"aac", "ac3", "alac", "eac3", "mp3", "opus"})
# The rates AAC has (ISO/IEC 14496-3, table 1.18, above telephone quality); others become 48 kHz.
_AAC_RATES_HZ = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000})
# A frame of AAC at 48 kHz; where a second recording is joined to a first, sound goes on after that much.
_PACKET_S = 1024 / 48_000


class Soundtrack:
    """The first sound stream of a file, on its way into another.

    Sound that cannot be read any more ends there; the picture goes on without it.

    Args:
        source: A video file with sound.
        output: Where it goes; nothing must have been written to it yet.

    Raises:
        InputError: if the source cannot be opened any more.
    """

    def __init__(self, source: Path, output: av.container.OutputContainer) -> None:
        self._output = output
        self._input = open_container(source)
        try:
            self._from = self._input.streams.audio[0]
            assert self._from.time_base is not None, "every demuxed stream has a time base"
            self._is_copied = self._from.codec_context.codec.canonical_name in _COPIED
            if self._is_copied:
                self._to = output.add_stream_from_template(self._from)
            else:
                self._to = _add_aac(output, self._from)
            start = start_of(self._input, choose_video(self._input, source))
            self._shift = round(start / self._from.time_base)
            self._seam = Seam(self._from.time_base, _PACKET_S)
            self._last_dts: int | None = None
            self._packets = self._read()
            self._next = next(self._packets, None)
        except BaseException:
            self._input.close()
            raise

    def advance(self, until_s: float) -> None:
        """Move the sound across that begins before ``until_s``, on the same clock as ``Frame.time_s``."""
        while self._next is not None and self._time_s(self._next) < until_s:
            self._output.mux(self._copy(self._next) if self._is_copied else self._encode(self._next))
            self._next = next(self._packets, None)

    def finish(self, until_s: float) -> None:
        """Move the last of the sound across, up to ``until_s``."""
        self.advance(until_s)
        if not self._is_copied:
            self._output.mux(self._to.encode(None))

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

    def _time_s(self, packet: av.Packet[Any]) -> float:
        assert packet.dts is not None, "packets without a time are left out"
        return float((packet.dts - self._shift) * packet.time_base)

    def _copy(self, packet: av.Packet[Any]) -> av.Packet[Any]:
        assert packet.dts is not None, "packets without a time are left out"
        packet.pts = (packet.dts if packet.pts is None else packet.pts) - self._shift
        packet.dts -= self._shift
        packet.stream = self._to
        return packet

    def _encode(self, packet: av.Packet[Any]) -> list[av.Packet[Any]]:
        try:
            frames = self._from.decode(packet)
        except av.FFmpegError:
            return []
        encoded = []
        for frame in frames:
            frame.pts = None if frame.pts is None else frame.pts - self._shift
            encoded += self._to.encode(frame)
        return encoded


def _add_aac(output: av.container.OutputContainer, source: av.AudioStream) -> av.AudioStream:
    rate = source.rate if source.rate in _AAC_RATES_HZ else 48_000
    stream = output.add_stream("aac", rate=rate)
    stream.layout = "mono" if source.channels == 1 else "stereo"
    return stream
