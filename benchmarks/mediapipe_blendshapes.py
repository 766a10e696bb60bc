"""Read every video of a folder with MediaPipe's FaceLandmarker, each frame by itself, and print what it saw.

Run by synth_mediapipe.py with the interpreter that has MediaPipe (see README.md); imports nothing of this project.
Prints one line of JSON a video: its name, its blendshapes' names, and for each frame null or the scores.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode


def main() -> None:
    """Print one line a video."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="face_landmarker.task")
    parser.add_argument(
        "--every", type=int, default=1, help="look at every Nth frame; the others are left out"
    )
    args = parser.parse_args()
    # Pictures, not video: no frame profits from the one before it.
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(args.model)),
        running_mode=RunningMode.IMAGE,
        num_faces=1,
        output_face_blendshapes=True,
    )
    with FaceLandmarker.create_from_options(options) as landmarker:
        for path in sorted(args.folder.rglob("*.mp4")):
            names: list[str] = []
            frames: dict[int, list[float] | None] = {}
            with av.open(str(path)) as container:
                for index, frame in enumerate(container.decode(video=0)):
                    if index % args.every:
                        continue
                    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
                    result = landmarker.detect(image)
                    frames[index] = None
                    if result.face_blendshapes:
                        names = [shape.category_name for shape in result.face_blendshapes[0]]
                        frames[index] = [round(shape.score, 4) for shape in result.face_blendshapes[0]]
            print(json.dumps({"clip": path.stem, "names": names, "frames": frames}), flush=True)


if __name__ == "__main__":
    main()
