"""Read one clip with MediaPipe's own FaceLandmarker and print how long it took, as one line of JSON.

Run by speed.py with the interpreter that has MediaPipe (see README.md); imports nothing of this project. The loop
is the one that MediaPipe's guide shows for videos. Nothing is written, which is in MediaPipe's favour.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from queue import Queue
from typing import Any

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode

# As many frames as the product lets wait.
_AHEAD = 4


def main() -> None:
    """Measure one clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="face_landmarker.task")
    parser.add_argument("--blendshapes", action="store_true", help="compute the 52 blendshapes too")
    parser.add_argument("--read-ahead", action="store_true", help="decode in a thread of its own")
    args = parser.parse_args()
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(args.model)),
        running_mode=RunningMode.VIDEO,
        num_faces=1,
        output_face_blendshapes=args.blendshapes,
    )
    n_frames = n_faces = 0
    with FaceLandmarker.create_from_options(options) as landmarker:
        started_s = time.perf_counter()
        pictures = read(args.clip)
        for time_ms, rgb in ahead(pictures) if args.read_ahead else pictures:
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            result = landmarker.detect_for_video(image, time_ms)
            if n_frames == 0:
                print("first row", file=sys.stderr, flush=True)
            n_frames += 1
            n_faces += bool(result.face_landmarks)
        seconds = time.perf_counter() - started_s
    versions = {name: version(name) for name in ("mediapipe", "av", "numpy")}
    print(json.dumps({"n_frames": n_frames, "n_faces": n_faces, "seconds": seconds, "versions": versions}))


def read(clip: Path) -> Iterator[tuple[int, Any]]:
    """Decode a clip with as many threads as FFmpeg likes, to milliseconds that never repeat and RGB."""
    last_ms = -1
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            last_ms = max(round(frame.time * 1000), last_ms + 1)
            yield last_ms, frame.to_ndarray(format="rgb24")


def ahead(pictures: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """The same pictures, decoded in a thread while the last ones are being looked at."""
    queue: Queue[tuple[int, Any] | None] = Queue(_AHEAD)

    def fill() -> None:
        for picture in pictures:
            queue.put(picture)
        queue.put(None)

    threading.Thread(target=fill, daemon=True).start()
    while (picture := queue.get()) is not None:
        yield picture


if __name__ == "__main__":
    main()
