"""Tiny videos and stills with known content, made on the spot.

A frame's grey level tells its index (`grey`, `index_of`), coloured corners tell which way is up (`corners`,
`corner_names`), and every builder takes a path and gives it back. PyAV, OpenCV and NumPy only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]

# Fine enough for any rate a test asks for; 24000/1001 falls on whole ticks.
TIME_BASE = Fraction(1, 24_000)
SOUND_RATE_HZ = 48_000
# Levels lie inside the limited range and three steps apart, so that lossy coding cannot mix them up.
_DARKEST, _STEP, N_LEVELS = 30, 3, 64
_CORNERS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def grey(index: int, width: int = 64, height: int = 48) -> Rgb:
    """A flat picture whose level tells ``index``, modulo `N_LEVELS`."""
    return np.full((height, width, 3), _DARKEST + _STEP * (index % N_LEVELS), np.uint8)


def greys(n_frames: int, width: int = 64, height: int = 48) -> list[Rgb]:
    """Frames 0 to ``n_frames`` - 1."""
    return [grey(index, width, height) for index in range(n_frames)]


def index_of(rgb: Rgb) -> int:
    """Which index, modulo `N_LEVELS`, a picture made by `grey` shows."""
    return round((float(np.median(rgb)) - _DARKEST) / _STEP)


def corners(width: int = 64, height: int = 48) -> Rgb:
    """Red at the top left, green at the top right, blue at the bottom left, white at the bottom right."""
    picture = np.zeros((height, width, 3), np.uint8)
    h, w = height // 2, width // 2
    for colour, (rows, columns) in zip(
        _CORNERS.values(),
        [
            (slice(h), slice(w)),
            (slice(h), slice(w, None)),
            (slice(h, None), slice(w)),
            (slice(h, None), slice(w, None)),
        ],
        strict=True,
    ):
        picture[rows, columns] = colour
    return picture


def corner_names(rgb: Rgb) -> tuple[str, str, str, str]:
    """The colours at the top left, top right, bottom left and bottom right."""
    h, w = rgb.shape[0], rgb.shape[1]
    top, bottom, left, right = h // 4, h - 1 - h // 4, w // 4, w - 1 - w // 4
    spots = [rgb[top, left], rgb[top, right], rgb[bottom, left], rgb[bottom, right]]
    palette = np.array(list(_CORNERS.values()), float)
    nearest = [int(np.abs(palette - spot).sum(axis=1).argmin()) for spot in spots]
    names = list(_CORNERS)
    return names[nearest[0]], names[nearest[1]], names[nearest[2]], names[nearest[3]]


def write_video(
    path: Path,
    pictures: Iterable[Rgb],
    *,
    fps: Fraction | int = 30,
    times_s: Sequence[float | Fraction] | None = None,
    time_base: Fraction = TIME_BASE,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rotation_deg: int = 0,
    mirrored: bool = False,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    container_format: str | None = None,
    sound: str | None = None,
    sound_span_s: tuple[float, float] | None = None,
) -> Path:
    """Write a video.

    Args:
        path: Where; its suffix chooses the container unless ``container_format`` does.
        pictures: (H, W, 3) uint8 RGB frames.
        fps: Frames per second, where ``times_s`` does not give every frame its own time.
        times_s: Seconds of each frame.
        time_base: The encoder's tick; AVI needs the interval of its frames.
        codec: FFmpeg's encoder.
        pixel_format: What is stored.
        rotation_deg: Clockwise turn by which players bring the stored picture upright.
        mirrored: Whether they swap its left and right after that.
        aspect: Sample aspect ratio.
        options: Encoder options; by default close to lossless, with a key frame every ten and B-frames.
        container: Muxer options, such as ``{"movflags": "faststart"}``.
        container_format: FFmpeg's name of the container.
        sound: Encoder of a 440 Hz tone beside the picture; None for silence without a stream.
        sound_span_s: From when to when the tone lasts; as long as the picture if None.
    """
    pictures = list(pictures)
    times = [Fraction(i) / fps for i in range(len(pictures))] if times_s is None else list(times_s)
    with av.open(str(path), "w", format=container_format, container_options=container or {}) as output:
        stream = _add_video(output, pictures, fps, codec, pixel_format, options, time_base)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation_deg or mirrored:
            stream.set_display_rotation(-rotation_deg, hflip=mirrored)
        packets: list[av.Packet] = []
        if sound is not None:
            last_s = float(times[-1] + 1 / Fraction(fps)) if times else 1.0
            packets += _tone(output, sound, *(sound_span_s or (0.0, last_s)))
        for picture, time_s in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time_s / time_base), time_base
            packets += stream.encode(frame)
        packets += stream.encode(None)
        output.start_encoding()
        packets.sort(key=lambda packet: packet.dts * packet.time_base)
        output.mux(packets)
    return path


class _Pipe:
    """A file that only goes forward, like a pipe: what was written stays as it is."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def write_streamed_avi(path: Path, pictures: Iterable[Rgb]) -> Path:
    """An AVI of 25 frames/s as ``ffmpeg ... -f avi -`` makes it: its header holds places for numbers."""
    pictures = list(pictures)
    with path.open("wb") as file, av.open(_Pipe(file), "w", format="avi") as output:
        stream = _add_video(output, pictures, 25, "mjpeg", "yuvj420p", None, Fraction(1, 25))
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def write_sound(path: Path, codec: str = "aac", seconds: float = 1.0) -> Path:
    """A file with sound and no picture."""
    with av.open(str(path), "w") as output:
        output.mux(_tone(output, codec, 0.0, seconds))
    return path


def write_without_frames(path: Path) -> Path:
    """A container that announces a video and holds no frame of it."""
    with av.open(str(path), "w") as output:
        _add_video(output, [grey(0)], 30, "libx264", "yuv420p", None, TIME_BASE)
        output.start_encoding()
    return path


def cut(path: Path, share: float) -> Path:
    """Keep the first share of a file's bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def damage(path: Path, packet_index: int, filler: bytes = b"\xff") -> Path:
    """Overwrite one packet of a video, counted in the order of decoding; its length field is kept."""
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        position, size = packets[packet_index].pos, packets[packet_index].size
    data = bytearray(path.read_bytes())
    assert position is not None
    data[position + 4 : position + size] = (filler * size)[: size - 4]
    path.write_bytes(bytes(data))
    return path


def write_image(path: Path, pixels: NDArray[Any], *options: int) -> Path:
    """A still in the format of the suffix: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA of 8 or 16 bits."""
    stored = pixels if pixels.ndim == 2 else pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
    encoded, data = cv2.imencode(path.suffix, stored, list(options))
    assert encoded
    path.write_bytes(data.tobytes())
    return path


def exif(orientation: int, order: str = "<") -> bytes:
    """An EXIF block, a TIFF header with one tag, that says how the picture is turned."""
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def write_jpeg(path: Path, rgb: Rgb, orientation: int, order: str = "<") -> Path:
    """A JPEG with an EXIF orientation of 1 to 8."""
    data = write_image(path, rgb, cv2.IMWRITE_JPEG_QUALITY, 95).read_bytes()
    block = b"Exif\x00\x00" + exif(orientation, order)
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    path.write_bytes(data[:2] + segment + data[2:])
    return path


def _add_video(
    output: av.container.OutputContainer,
    pictures: Sequence[Rgb],
    fps: Fraction | int,
    codec: str,
    pixel_format: str,
    options: dict[str, str] | None,
    time_base: Fraction,
) -> av.VideoStream:
    if options is None:
        options = {"preset": "ultrafast", "crf": "4", "g": "10", "bf": "2"} if codec == "libx264" else {}
    stream = output.add_stream(codec, rate=Fraction(fps), options=options)
    stream.height, stream.width = pictures[0].shape[:2] if pictures else (48, 64)
    stream.pix_fmt = pixel_format
    stream.codec_context.time_base = time_base
    stream.codec_context.thread_count = 1
    return stream


def _tone(output: av.container.OutputContainer, codec: str, start_s: float, end_s: float) -> list[av.Packet]:
    stream = output.add_stream(codec, rate=SOUND_RATE_HZ)
    stream.layout = "mono"
    seconds = np.arange(round((end_s - start_s) * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    wave = (8000 * np.sin(2 * np.pi * 440 * seconds)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
    frame.sample_rate = SOUND_RATE_HZ
    frame.time_base = Fraction(1, SOUND_RATE_HZ)
    frame.pts = round(start_s * SOUND_RATE_HZ)
    return [*stream.encode(frame), *stream.encode(None)]
