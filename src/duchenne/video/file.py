"""Video files: from a path to upright frames with the container's own times.

Takes a path, gives a `Source`. Refuses at opening what holds no picture: missing, empty, unreadable, not a video,
sound only, no frames. A frame that is in the file and cannot be decoded becomes a `DecodeFailure` in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.clock import Clock, rate_of, start_of
from duchenne.video.container import choose_video, open_container
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.ledger import Ledger
from duchenne.video.orientation import from_display
from duchenne.video.picture import to_picture

# Demuxers whose header lists every frame, so that an early end shows.
_LISTS_FRAMES = "mov,mp4,m4a,3gp,3g2,mj2"
# VP8 has reference pictures that are never shown, in packets of their own.
_HIDDEN_PICTURES = frozenset({"vp8"})
# A demuxer that fails this often in a row is not getting anywhere.
_MAX_READ_ERRORS = 100


class VideoFile:
    """One video file, read once from its first frame to its last.

    ``Frame.time_s`` is the frame's timestamp less the container's start (see `duchenne.video.clock`). Pictures are
    upright by their ``to_stored``; one of 8-bit 4:2:0 is a view on the decoder's buffer.

    What becomes a `DecodeFailure`: a picture that the decoder dropped or partly guessed, a packet that its
    container marks as damaged, a timestamp that steps back, and in MP4 and MOV, whose header lists every
    frame, each frame that a truncated file does not hold any more. Pictures after a damaged one that are
    predicted from it are decoded without an error and are given as they are.

    Args:
        path: The file.
        threads: Whether the decoder may use more than one thread.

    Raises:
        InputError: if the file is missing, unreadable, or holds no picture.
    """

    def __init__(self, path: Path, *, threads: bool = True) -> None:
        self._path = path
        self._container = open_container(path)
        try:
            self._stream = choose_video(self._container, path)
            self._stream.thread_type = "FRAME" if threads else "NONE"
            self._stream.thread_count = 2 if threads else 1
            self._ledger = Ledger(one_to_one=self._stream.codec_context.name not in _HIDDEN_PICTURES)
            self._n_packets = 0
            self._trouble = "the decoder gave no picture"
            self._decoded = self._decode()
            self._first = self._peek()
            self._orientation = from_display(self._first.rotation, self._stream.sample_aspect_ratio)
            self._upright = self._orientation.upright_size(self._first.width, self._first.height)
            self.info = self._describe()
        except BaseException:
            self._container.close()
            raise
        self._is_read = False

    def __iter__(self) -> Iterator[Frame | DecodeFailure]:
        """Decode the file; once.

        Raises:
            RuntimeError: at the second iteration.
        """
        if self._is_read:
            raise RuntimeError(f"{self.info.name} has been read already; a source is read once")
        self._is_read = True
        return self._read()

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _describe(self) -> SourceInfo:
        stream, container = self._stream, self._container
        duration_s = None
        if stream.duration is not None:
            duration_s = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            duration_s = container.duration / 1_000_000
        rate = stream.average_rate
        return SourceInfo(
            name=self._path.name,
            kind=SourceKind.VIDEO,
            path=self._path,
            width=self._upright[0],
            height=self._upright[1],
            fps=float(rate) if rate else None,
            n_frames=stream.frames or None,
            duration_s=duration_s,
            has_audio=bool(container.streams.audio),
            codec=stream.codec_context.codec.canonical_name,
            rotation_deg=self._orientation.rotation_deg,
            pixel_format=self._first.format.name,
        )

    def _peek(self) -> av.VideoFrame:
        first = next(self._decoded, None)
        if first is None:
            raise InputError(
                f"{self._path.name} holds no frames",
                got=f"a video stream ({self._stream.codec_context.name}) without a picture that can be decoded",
                remedy="Export or record the video again",
            )
        return first

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        clock = Clock(
            self._stream.time_base,
            start_of(self._container, self._stream),
            1 / float(rate_of(self._stream)),
        )
        index = 0
        for frame in self._frames():
            ticks = frame.pts if frame.pts is not None else frame.dts
            for lost in self._ledger.came(ticks, interlaced=frame.interlaced_frame):
                yield DecodeFailure(index, _or_nan(clock.read(lost)), self._trouble)
                index += 1
            time_s = clock.read(ticks)
            if time_s is None:
                yield DecodeFailure(index, float("nan"), "its timestamp lies before the previous frame's")
            elif frame.is_corrupt:
                yield DecodeFailure(index, time_s, "parts of the picture are damaged")
            else:
                yield Frame(index, time_s, to_picture(frame, self._orientation, self._upright))
            index += 1
        for lost in self._ledger.rest():
            yield DecodeFailure(index, _or_nan(clock.read(lost)), self._trouble)
            index += 1
        for _ in range(self._n_missing()):
            time_s = clock.read(None)
            yield DecodeFailure(index, _or_nan(time_s), "the file ends before this frame")
            index += 1

    def _frames(self) -> Iterator[av.VideoFrame]:
        yield self._first
        del self._first
        yield from self._decoded

    def _n_missing(self) -> int:
        if self._container.format.name != _LISTS_FRAMES:
            return 0
        entries = self._stream.index_entries
        return sum(not entries[i].is_discard for i in range(self._n_packets, len(entries)))

    def _decode(self) -> Iterator[av.VideoFrame]:
        for packet in self._packets():
            self._n_packets += 1
            if packet.is_corrupt:
                self._ledger.withheld(packet.pts)
                continue
            if not packet.is_discard:
                self._ledger.sent(packet.pts)
            yield from self._decode_one(packet)
        yield from self._decode_one(None)

    def _decode_one(self, packet: av.Packet | None) -> list[av.VideoFrame]:
        try:
            return list(self._stream.decode(packet))
        except av.FFmpegError as error:
            self._trouble = f"the decoder failed: {error.strerror}"
            self._ledger.complained()
            return []

    def _packets(self) -> Iterator[av.Packet]:
        n_errors = 0
        while n_errors < _MAX_READ_ERRORS:
            try:
                for packet in self._container.demux(self._stream):
                    # The empty packet at the end would flush the decoder; elsewhere it stands for "no change".
                    if packet.size:
                        n_errors = 0
                        yield packet
            except av.FFmpegError:
                n_errors += 1
            else:
                return


def _or_nan(time_s: float | None) -> float:
    return float("nan") if time_s is None else time_s
