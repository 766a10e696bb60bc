"""From packets to pictures: decode one stream and account for every frame it holds.

Takes an open container, gives ``av.VideoFrame`` objects in the order of time and a `Lost` in the place of
each that could not be decoded. Damaged data never raises: what is wrong with a frame is said in its place.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import av

from duchenne.video.clock import Seam
from duchenne.video.extent import is_placeholder
from duchenne.video.ledger import Ledger

# Its header lists every frame, so that an early end shows.
_LISTS_FRAMES = "mov,mp4,m4a,3gp,3g2,mj2"
# VP8 has reference pictures that are never shown, in packets of their own.
_HIDDEN_PICTURES = frozenset({"vp8"})
# A demuxer that fails this often in a row is not getting anywhere.
_MAX_READ_ERRORS = 100
# Two frames decoded at once. Best of 8 on two cores at 720p (H.264): 989 frames/s against 784 with one thread or
# with threads within a frame, for 5 MB more; a third thread gave 811. Beside 3 ms of measuring a frame, the buffer
# hides decoding and all reach 301 to 308: the second thread is for codecs and sizes that take longer.
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Lost:
    """A frame that is not there: its timestamp, None where that is not known either, and why."""

    ticks: int | None
    reason: str


class Decoder:
    """Decodes one video stream from start to end.

    A frame counts as lost when the decoder drops it or had to guess parts of it, when the file ends in the
    middle of it, and when the file was cut off before it. How many those are MP4 and MOV know exactly,
    because their header lists every frame; elsewhere it follows from the length that the container announces.
    Frames that an edit list hides do not count at all.

    Args:
        container: Open, nothing read yet; its other streams are switched off.
        stream: The one to decode.
        interval_s: Average seconds from one frame to the next.
        threads: Whether it may use more than one thread.
        is_cut_off: Whether the file is known to be shorter than it should be.
    """

    def __init__(
        self,
        container: av.container.InputContainer,
        stream: av.VideoStream,
        *,
        interval_s: float,
        threads: bool,
        is_cut_off: bool = False,
    ) -> None:
        self._container = container
        self._stream = stream
        for other in container.streams:
            if other is not stream:
                other.discard = av.stream.Discard.all
        stream.thread_type = "FRAME"
        stream.thread_count = _THREADS if threads else 1
        assert stream.time_base is not None, "every demuxed stream has a time base"
        self._seam = Seam(stream.time_base, interval_s)
        self._ledger = Ledger(one_to_one=stream.codec_context.codec.canonical_name not in _HIDDEN_PICTURES)
        self._interval_s = interval_s
        self._is_cut_off = is_cut_off
        self._n_packets = 0
        self._trouble = "the decoder gave no picture"

    @property
    def n_promised(self) -> int | None:
        """How many frames the container announces; None where it does not."""
        if self._lists_frames and self._stream.frames:
            return self._n_listed(0)
        return None if self._announces_nothing else self._stream.frames or None

    def __iter__(self) -> Generator[av.VideoFrame | Lost, None, None]:
        """Decode; once."""
        n_given = 0
        for event in self._decode_all():
            n_given += 1
            yield event
        for _ in range(self._n_missing(n_given)):
            yield Lost(None, "the file ends before this frame")

    def _n_missing(self, n_given: int) -> int:
        if self._lists_frames:
            return self._n_listed(self._n_packets)
        if not self._is_cut_off or self._announces_nothing:
            return 0
        duration_s = (self._container.duration or 0) / av.time_base
        return max((self._stream.frames or round(duration_s / self._interval_s)) - n_given, 0)

    @property
    def _lists_frames(self) -> bool:
        return self._container.format.name == _LISTS_FRAMES

    @property
    def _announces_nothing(self) -> bool:
        return is_placeholder(self._container.format.name, self._stream.frames)

    def _n_listed(self, first: int) -> int:
        entries = self._stream.index_entries
        return sum(not entries[i].is_discard for i in range(first, len(entries)))

    def _decode_all(self) -> Iterator[av.VideoFrame | Lost]:
        cut: av.Packet[av.VideoStream] | None = None
        for packet in self._packets():
            self._n_packets += 1
            self._seam.join(packet)
            if not packet.is_discard:
                self._ledger.sent(packet.pts)
            if cut is not None:
                yield from self._decode(cut)
            cut = packet if packet.is_corrupt else None
            if cut is None:
                yield from self._decode(packet)
        if cut is not None:
            # A damaged packet at the very end is where the file was cut off. Its error would reach PyAV while
            # the decoder is being emptied, and whole frames would be dropped with it.
            self._note("the file is cut off in the middle of this frame")
        yield from self._decode(None)
        for ticks in self._ledger.rest():
            yield Lost(ticks, self._trouble)

    def _packets(self) -> Iterator[av.Packet[av.VideoStream]]:
        n_errors = 0
        while n_errors < _MAX_READ_ERRORS:
            try:
                for packet in self._container.demux(self._stream):
                    # An empty packet would flush the decoder. PyAV sends one at the end, and AVI has them
                    # where the picture does not change.
                    if packet.size:
                        n_errors = 0
                        yield packet
            except av.FFmpegError as error:
                self._note(f"the file cannot be read here: {error.strerror}")
                n_errors += 1
            else:
                return

    def _decode(self, packet: av.Packet[av.VideoStream] | None) -> Iterator[av.VideoFrame | Lost]:
        try:
            frames = self._stream.decode(packet)
        except av.FFmpegError as error:
            self._note(f"the decoder failed: {error.strerror}")
            return
        for frame in frames:
            yield from self._settle(frame)

    def _settle(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame | Lost]:
        ticks = frame.pts
        if self._ledger.was_lost(ticks):
            return
        for earlier in self._ledger.came(ticks, interlaced=frame.interlaced_frame):
            yield Lost(earlier, self._trouble)
        yield Lost(ticks, "parts of the picture are damaged") if frame.is_corrupt else frame

    def _note(self, trouble: str) -> None:
        self._trouble = trouble
        self._ledger.complained()
