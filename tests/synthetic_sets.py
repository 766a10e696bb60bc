"""A tiny set laid out as ``duchenne synth make`` does, without rendering: clips of the portrait, made-up truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from duchenne.training.synthetic_source import FOLDER
from media import write_video
from rated_folders import FPS, N_FRAMES, frames

STRENGTHS = np.linspace(0, 0.7, N_FRAMES)


def write_set(
    root: Path, split: str = "train", blank: tuple[int, ...] = (), wrinkles: tuple[float, float] | None = None
) -> None:
    """Two clips of the portrait; AU12 grows from frame to frame, AU43 closes the eyes half, AU11 has no columns."""
    folder = root / FOLDER / split
    folder.mkdir(parents=True)
    rows = []
    for clip in ("clip_0", "clip_1"):
        write_video(folder / f"{clip}.mp4", frames(blank=blank), fps=FPS)
        rows.append(
            pd.DataFrame(
                {
                    "clip": clip,
                    "frame": range(N_FRAMES),
                    "AU12_L": STRENGTHS,
                    "AU12_R": STRENGTHS / 2,
                    "AU43_L": 0.5,
                    "AU43_R": 0.5,
                }
            )
        )
    pd.concat(rows).to_parquet(folder / "frames.parquet")
    clips = pd.DataFrame({"clip": ["clip_0", "clip_1"], "subject": ["a", "b"]})
    if wrinkles is not None:
        clips["wrinkles"] = wrinkles
    clips.to_parquet(folder / "clips.parquet")
