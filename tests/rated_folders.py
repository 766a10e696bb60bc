"""Tiny recordings in RECOLA's layout: a real face that gets brighter and darker, and six raters who follow it.

`valence_network` reads the mean of a patch, so every number that a protocol gives can be worked out again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_trees import write_tree
from duchenne.evaluation.protocols.value_networks import OUTPUTS
from duchenne.models.card import TrainingSource
from duchenne.models.session import Session
from media import write_video
from tiny_networks import GREY_INPUT, Output, build
from worlds import portrait

RATERS = ("FM1", "FM2", "FM3", "FF1", "FF2", "FF3")
FPS = 5
N_FRAMES = 8


def frames(n_frames: int = N_FRAMES, blank: Sequence[int] = ()) -> list[NDArray[np.uint8]]:
    """The portrait at 192 pixels, a little brighter from frame to frame; ``blank`` ones show a grey wall."""
    face = cv2.resize(portrait(), (192, 192), interpolation=cv2.INTER_AREA).astype(np.float64)
    wall = np.full_like(face, 128)
    levels = np.linspace(0.6, 1.0, n_frames)
    return [((wall if n in blank else face) * level).astype(np.uint8) for n, level in enumerate(levels)]


def rating(rater: int, time_s: float) -> float:
    """What a rater says, on the two digits of the files: rising, on a scale of their own."""
    return round(0.1 * rater - 0.3 + (0.2 + 0.05 * rater) * time_s, 2)


def rating_file(seconds: float, raters: Sequence[str] = RATERS) -> str:
    times = np.arange(round(seconds / 0.1) + 1) * 0.1
    rows = [
        ";".join([f"{t:.2f}", *(f"{rating(n, float(t)):.2f}" for n in range(len(raters)))]) for t in times
    ]
    return "\n".join([";".join(("time", *raters)), *rows]) + "\n"


def write_rated(
    root: Path,
    names: Sequence[str] = ("train_1", "dev_1"),
    *,
    blank: Sequence[int] = (),
    made: bool = False,
    raters: Sequence[str] = RATERS,
) -> Path:
    """A folder of recordings of 1.6 s; one that was made has its truth beside.

    Args:
        root: Where.
        names: Of the recordings.
        blank: Frames without a face.
        made: Whether to write the truth: a latent curve that rises, raters 0.2 s late.
        raters: Their names.
    """
    seconds = N_FRAMES / FPS
    tree = {f"ratings_individual/valence/{name}.csv": rating_file(seconds, raters) for name in names}
    if made:
        rows = "".join(f"{n * 0.1:.2f},{0.1 * n - 0.5:.3f},0\n" for n in range(round(seconds / 0.1) + 1))
        tree |= {f"truth/latent/{name}.csv": "time_s,valence,arousal\n" + rows for name in names}
        lines = "".join(f"{name},0.2,{0.4 + n / 10},0.1,0.3,0.05\n" for n, name in enumerate(raters))
        tree["truth/raters.csv"] = "rater,delay_s,gain,offset,smoothing_s,noise\n" + lines
    write_tree(root, {**tree, "recordings_video/.keep": ""})
    pictures = frames(blank=blank)
    for name in names:
        write_video(root / f"recordings_video/{name}.mp4", pictures, fps=FPS)
    return root


def valence_network(
    name: str = "tiny_valence", *, gain: float = 1.0, training: Sequence[TrainingSource] = ()
) -> Session:
    """Rater n's output is n / 10 + gain * the mean of the patch, the mean's is gain * the mean."""
    outputs = [
        Output(output, bias=[0.0 if output == "mean" else number / 10], gain=gain, labels=("valence",))
        for number, output in enumerate(OUTPUTS)
    ]
    card, weights = build(outputs, name=name, spec=GREY_INPUT)
    return Session(dataclasses.replace(card, training=tuple(training)), weights)
