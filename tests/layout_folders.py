"""Helpers for tests of layouts: tiny renderings, and what lies in their folders."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow.parquet
from numpy.typing import NDArray

from duchenne.facs import column
from duchenne.synth.layouts.study import Rendering
from procedural_head import write_head

SIZE = 48
"""Pixels: enough for a head of formulas, small enough for a test."""


def tiny(folder: Path) -> Rendering:
    """A rendering of the procedural head."""
    folder.mkdir(parents=True, exist_ok=True)
    return Rendering(face_model=write_head(folder), size=SIZE)


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table with a header."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def truth_of(folder: Path, clip: str) -> Any:
    """The exact frames of a clip, as a data frame."""
    return pyarrow.parquet.read_table(folder / "truth" / "frames" / f"{clip}.parquet").to_pandas()


def true_strengths(folder: Path, clip: str, unit: int) -> NDArray[np.float64]:
    """(T, 2) left and right strength of a unit."""
    frames = truth_of(folder, clip)
    return np.stack([frames[column(unit, side)].to_numpy(dtype=float) for side in "LR"], axis=1)


def n_frames_of(video: Path) -> int:
    """How many frames a video has, by decoding it."""
    with av.open(str(video)) as container:
        return sum(1 for _ in container.decode(video=0))


def all_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
