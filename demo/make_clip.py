"""Make a short clip from a photograph, with a known gap in which no face is in view.

Takes a photograph and a file name, writes 6.4 seconds of 640x360 video at 25 frames/s: the camera rests, comes
closer, wanders off to an empty corner and comes back. Run by ``make demo``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.writer import VideoWriter

WIDTH, HEIGHT, FPS = 640, 360, 25
# Second, centre of view as a share of the photograph, and height of the view as a share of its height.
PATH = np.array(
    [
        [0.0, 0.44, 0.27, 0.56],
        [1.5, 0.44, 0.27, 0.56],
        [3.0, 0.44, 0.22, 0.40],
        [4.0, 0.44, 0.22, 0.40],
        [4.5, 0.40, 0.80, 0.40],
        [4.7, 0.40, 0.80, 0.40],
        [5.2, 0.44, 0.22, 0.40],
        [6.4, 0.44, 0.27, 0.56],
    ]
)


def main(photograph: Path, clip: Path) -> None:
    """Write the clip."""
    bgr = cv2.imread(str(photograph), cv2.IMREAD_COLOR)
    if bgr is None:
        sys.exit(f"{photograph} is not a photograph that can be read")
    rgb = np.ascontiguousarray(bgr[..., ::-1])
    clip.parent.mkdir(parents=True, exist_ok=True)
    info = SourceInfo(
        name=clip.name,
        kind=SourceKind.MEMORY,
        path=None,
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        n_frames=None,
        duration_s=None,
        has_audio=False,
        codec="",
        rotation_deg=0,
        pixel_format="rgb24",
    )
    with VideoWriter(clip, info) as writer:
        for time_s in np.arange(0.0, PATH[-1, 0], 1 / FPS):
            writer.write(view(rgb, float(time_s)), float(time_s))


def view(rgb: np.ndarray, time_s: float) -> np.ndarray:
    """What the camera sees at a time: (HEIGHT, WIDTH, 3) uint8."""
    x, y, share = (float(np.interp(time_s, PATH[:, 0], PATH[:, k])) for k in (1, 2, 3))
    scale = share * rgb.shape[0] / HEIGHT
    matrix = np.array(
        [
            [scale, 0, x * rgb.shape[1] - scale * WIDTH / 2],
            [0, scale, y * rgb.shape[0] - scale * HEIGHT / 2],
        ]
    )
    return cv2.warpAffine(
        rgb,
        matrix,
        (WIDTH, HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python demo/make_clip.py PHOTOGRAPH CLIP.mp4")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
