"""Where the time of a frame goes: decoding, each network, cutting crops, and the rest.

Takes a clip, prints milliseconds a frame and part. Everything runs in one thread, so that the parts add up: in the
product, decoding is hidden behind the others. Of several passes over the first frames the fastest counts.

Run: ``python benchmarks/parts.py CLIP``
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.pipeline import Networks, Pipeline
from duchenne.records import Frame
from duchenne.video.source import open_source

N_PASSES = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--frames", type=int, default=200, help="how many to read, all held in memory")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    decoding_s = min(_decode(options.clip, options.frames)[1] for _ in range(N_PASSES))
    frames, _ = _decode(options.clip, options.frames)
    clock = Clock()
    clock.watch(Session, "run", lambda session: f"network {session.card.name}")
    clock.watch(preprocess, "patch", lambda picture: "crops")
    pipeline = Pipeline(Networks.load("cpu"))
    fastest: dict[str, float] = {}
    for _ in range(N_PASSES):
        pipeline.reset()
        clock.seconds.clear()
        started_s = time.perf_counter()
        for frame in frames:
            pipeline.step(frame)
        whole_s = time.perf_counter() - started_s
        if not fastest or whole_s < sum(fastest.values()):
            rest_s = whole_s - sum(clock.seconds.values())
            fastest = {**clock.seconds, "pose, tracking and the rest": rest_s}
    parts = {"decoding": decoding_s, **fastest}
    print(
        f"{options.clip.name}: {len(frames)} frames of {frames[0].picture.width}x{frames[0].picture.height}\n"
    )
    print("| part | ms a frame |\n|---|---|")
    for part, seconds in parts.items():
        print(f"| {part} | {seconds / len(frames) * 1000:.2f} |")


class Clock:
    """Adds up the seconds that functions take, by part."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def watch(self, owner: Any, name: str, part_of: Callable[[Any], str]) -> None:
        """Time every call of ``owner.name``; its first argument says which part it belongs to."""
        inner = getattr(owner, name)

        def timed(first: Any, *args: Any) -> Any:
            started_s = time.perf_counter()
            try:
                return inner(first, *args)
            finally:
                self.seconds[part_of(first)] += time.perf_counter() - started_s

        setattr(owner, name, timed)


def _decode(clip: Path, n_frames: int) -> tuple[list[Frame], float]:
    frames: list[Frame] = []
    with open_source(clip, threads=False) as source:
        started_s = time.perf_counter()
        for item in source:
            if isinstance(item, Frame):
                frames.append(item)
            if len(frames) == n_frames:
                break
    return frames, time.perf_counter() - started_s


if __name__ == "__main__":
    main()
