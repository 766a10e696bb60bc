"""Clips to measure on, made from real ones: repeated without coding again, or enlarged.

Takes a video, gives a longer or a larger one. Run in a process of its own by `apart`, because an encoder's
memory would show in the figures of every program that is started afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import av
import numpy as np

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Enlarging leaves a picture smoother than any camera's, which decodes faster; this is about the noise of a webcam
# in a lit room (standard deviation, in 8-bit luma steps).
_NOISE = 2.0


def apart(make: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a function in a fresh process and give its result."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(make, *args, **kwargs).result()


def repeat(source: Path, path: Path, seconds: float) -> int:
    """Play a clip again and again until it is long enough; picture and sound are copied, not coded again.

    Args:
        source: The clip.
        path: Where the long one goes, an MP4.
        seconds: Its least length; it ends with the end of a repetition.

    Returns:
        How often the clip was repeated.

    Raises:
        ValueError: if the clip has no length.
    """
    n_times = 0
    end_s = Fraction(0)
    with av.open(str(path), "w", format="mp4") as output:
        added: dict[int, av.stream.Stream] = {}
        while end_s < seconds:
            offset_s = end_s
            with av.open(str(source)) as container:
                streams = [*container.streams.video[:1], *container.streams.audio[:1]]
                if not added:
                    added = {s.index: output.add_stream_from_template(s) for s in streams}
                for packet in container.demux(streams):
                    if packet.dts is None or packet.pts is None:  # the empty packet at the end
                        continue
                    base = packet.time_base
                    assert base is not None, "every demuxed packet has a time base"
                    end_s = max(end_s, offset_s + (packet.pts + (packet.duration or 0)) * base)
                    ticks = round(offset_s / base)
                    packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                    packet.stream = added[packet.stream.index]
                    output.mux(packet)
            if end_s == offset_s:
                raise ValueError(f"{source} has no length, so repeating it leads nowhere")
            n_times += 1
    return n_times


def enlarge(source: Path, path: Path, width: int, height: int) -> None:
    """Make a larger version of a clip's picture: bicubic, mild seeded noise, x264 at crf 21; no sound.

    Args:
        source: The clip.
        path: Where the larger one goes, an MP4.
        width: In pixels, even.
        height: In pixels, even.
    """
    noise = np.random.default_rng(0)
    with av.open(str(source)) as container, av.open(str(path), "w", format="mp4") as output:
        stream = container.streams.video[0]
        larger = output.add_stream("libx264", rate=stream.average_rate, options={"crf": "21"})
        larger.width, larger.height, larger.pix_fmt = width, height, "yuv420p"
        if stream.time_base is not None:
            larger.codec_context.time_base = stream.time_base
        for frame in container.decode(stream):
            scaled = frame.reformat(width, height, "yuv420p", interpolation="BICUBIC")
            planes = scaled.to_ndarray()  # (3 / 2 height, width): luma first
            luma = planes[:height] + _NOISE * noise.standard_normal((height, width), np.float32)
            planes[:height] = np.clip(np.rint(luma), 16, 235)
            noisy = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            noisy.pts, noisy.time_base = frame.pts, frame.time_base
            output.mux(larger.encode(noisy))
        output.mux(larger.encode(None))
