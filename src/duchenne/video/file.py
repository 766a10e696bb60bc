"""Video files: from a path to upright frames with the container's own times.

Takes a path, gives a `Source`. Refuses at opening what holds no picture: missing, empty, unreadable, not a
video, sound only, no frames. A frame that cannot be decoded becomes a `DecodeFailure` in its place.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av

from duchenne.errors import InputError
from duchenne.records import DecodeFailure, Frame
from duchenne.video.clock import Clock, rate_of, start_of
from duchenne.video.container import choose_sound, choose_video, open_container, read_bytes
from duchenne.video.decoder import Decoder, Lost
from duchenne.video.extent import N_HEAD_BYTES, is_cut_off, is_placeholder
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.naming import printable
from duchenne.video.once import ReadOnce
from duchenne.video.orientation import Orientation, from_display
from duchenne.video.picture import to_picture


class VideoFile(ReadOnce):
    """One video file, read once from its first frame to its last.

    ``Frame.time_s`` is the frame's timestamp less the container's start, as players count it (see
    `duchenne.video.clock`). Pictures are upright by their ``to_stored``; their planes are read-only, and
    those of 8-bit 4:2:0 are views on the decoder's buffers, which live as long as they are held.

    What becomes a `DecodeFailure` is said in `duchenne.video.decoder.Decoder`; a timestamp that steps back is
    one too. A picture that is predicted from a damaged one decodes without an error and is given as it is, so
    the frames up to the next key frame may show smears.

    Args:
        path: The file.
        threads: Whether the decoder may use more than one thread.

    Raises:
        InputError: if the file is missing, unreadable, or holds no picture.
    """

    def __init__(self, path: Path, *, threads: bool = True) -> None:
        self._container = open_container(path)
        try:
            stream = choose_video(self._container, path)
            assert stream.time_base is not None, "every demuxed stream has a time base"
            interval_s = 1 / float(rate_of(stream))
            self._clock = Clock(stream.time_base, start_of(self._container, stream), interval_s)
            cut_off = is_cut_off(read_bytes(path, N_HEAD_BYTES), path.stat().st_size)
            decoder = Decoder(
                self._container, stream, interval_s=interval_s, threads=threads, is_cut_off=cut_off
            )
            n_promised = decoder.n_promised
            self._decoded = iter(decoder)
            # The rotation comes with the first picture, and so does the proof that there is one.
            lost, first = _until_first(self._decoded, path)
            self._beginning: list[av.VideoFrame | Lost] = [*lost, first]
            self._orientation = from_display(_display_matrix(first), stream.sample_aspect_ratio)
            self._upright = self._orientation.upright_size(first.width, first.height)
            self.info = _describe(path, self._container, stream, first, self._orientation, n_promised)
        except BaseException:
            self._container.close()
            raise

    def close(self) -> None:
        """Close the file; frames that were given stay valid, and no more come."""
        # Before the container: a generator that goes on with a closed one would crash FFmpeg.
        self._decoded.close()
        self._container.close()

    def _read(self) -> Iterator[Frame | DecodeFailure]:
        for index, event in enumerate(self._events()):
            if isinstance(event, Lost):
                time_s = self._clock.read(event.ticks)
                yield DecodeFailure(index, math.nan if time_s is None else time_s, event.reason)
                continue
            # AVI has only decoding times; without reordering they are the same.
            ticks = event.pts if event.pts is not None else event.dts
            time_s = self._clock.read(ticks)
            if time_s is None:
                yield DecodeFailure(index, math.nan, "its timestamp lies before the previous frame's")
            else:
                yield Frame(index, time_s, to_picture(event, self._orientation, self._upright))

    def _events(self) -> Iterator[av.VideoFrame | Lost]:
        # Popped, so that the first picture is not held until the last.
        while self._beginning:
            yield self._beginning.pop(0)
        yield from self._decoded


def _until_first(events: Iterator[av.VideoFrame | Lost], path: Path) -> tuple[list[Lost], av.VideoFrame]:
    lost: list[Lost] = []
    for event in events:
        if isinstance(event, Lost):
            lost.append(event)
        else:
            return lost, event
    if lost:
        raise InputError(
            f"not one frame of {path} can be decoded",
            got=f"{len(lost)} frames, the first lost because {lost[0].reason}",
            remedy="Check that it plays, and export it again if it was cut off or damaged",
        )
    raise InputError(
        f"{path} holds no frames", got="a video stream without a picture", remedy="Export or record it again"
    )


def _display_matrix(frame: av.VideoFrame) -> bytes | None:
    try:
        side_data: Mapping[Any, Any] = frame.side_data
    except ValueError:
        # PyAV lists nothing where FFmpeg attached something that it has no name for; the angle it still tells.
        turn = math.radians(-frame.rotation)
        cos, sin = round(0x10000 * math.cos(turn)), round(0x10000 * math.sin(turn))
        return struct.pack("=5i", cos, sin, 0, -sin, cos)
    matrix = side_data.get("DISPLAYMATRIX")
    return None if matrix is None else bytes(matrix)


def _describe(
    path: Path,
    container: av.container.InputContainer,
    stream: av.VideoStream,
    first: av.VideoFrame,
    orientation: Orientation,
    n_promised: int | None,
) -> SourceInfo:
    width, height = orientation.upright_size(first.width, first.height)
    rate = stream.average_rate
    return SourceInfo(
        name=printable(path.name),
        kind=SourceKind.VIDEO,
        path=path,
        width=width,
        height=height,
        fps=float(rate) if rate else None,
        n_frames=n_promised,
        duration_s=_duration_s(container, stream),
        has_audio=choose_sound(container) is not None,
        codec=stream.codec_context.codec.canonical_name,
        rotation_deg=orientation.rotation_deg,
        pixel_format=first.format.name,
    )


def _duration_s(container: av.container.InputContainer, stream: av.VideoStream) -> float | None:
    if is_placeholder(container.format.name, stream.frames):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base
