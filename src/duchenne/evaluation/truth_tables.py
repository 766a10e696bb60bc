"""The known side of an audit: what a rendered set says about each of its frames.

Takes the folder of an audit set (``frames.parquet`` and ``clips.parquet``), gives one row a frame with a strength
for each action unit. A tool reports one value a unit, the set knows two sides: the larger of the two is compared
(`duchenne.datasets.made_clips.strengths`). Units that the face model cannot show stay missing. Labels are shares
of displacement of a parametric face, not coder scores. Refuses tables without the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from duchenne.datasets.made_clips import CLIPS, FRAMES, strengths
from duchenne.errors import DataError
from duchenne.evaluation.conditions import BASELINE, FACTORS
from duchenne.facs import ACTION_UNITS, column
from duchenne.outputs.provenance import hash_file

POSE: Final = ("yaw_deg", "pitch_deg", "roll_deg")
"""Signs as in `duchenne.faces.pose`."""

_CLIP_COLUMNS = ("clip", "subject", "factor", "level", "frames")
_REMEDY = "Make a set with: duchenne audit -o OUT (it writes OUT/set), and name that folder with --set"


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """An audit set without its pictures.

    Attributes:
        folder: Where it lies.
        frames: One row a frame, sorted by clip and frame: ``clip``, ``frame`` (0-based), ``subject``, ``factor``,
            ``level``, the angles of `POSE`, and the strength in [0, 1] of every unit as ``AU01``...; NaN
            throughout for units that the model cannot show.
        clips: One row a clip: ``clip``, ``subject``, ``factor``, ``level``, ``frames``, and what else the
            generator wrote.
        sha256: Of the two tables, by file name.
    """

    folder: Path
    frames: pd.DataFrame
    clips: pd.DataFrame
    sha256: dict[str, str]

    @property
    def renderable(self) -> tuple[int, ...]:
        """Units that the set knows a strength of."""
        return tuple(unit for unit in ACTION_UNITS if self.frames[column(unit)].notna().any())

    @property
    def not_renderable(self) -> tuple[int, ...]:
        """Units of FACS that the face model cannot show apart from a neighbour: never scored."""
        return tuple(unit for unit in ACTION_UNITS if unit not in self.renderable)

    def video(self, clip: str) -> Path:
        """The file of a clip."""
        return self.folder / f"{clip}.mp4"


def read_set(folder: Path) -> Truth:
    """Read an audit set.

    Raises:
        DataError: if a table is missing, is no table, lacks columns, holds an unknown condition, has no baseline,
            or the two tables disagree.
    """
    clips = _read(folder / CLIPS)
    _require(clips, _CLIP_COLUMNS, folder / CLIPS)
    _check_conditions(clips, folder / CLIPS)
    raw = _read(folder / FRAMES)
    _require(raw, ("clip", "frame", *POSE), folder / FRAMES)
    kept = pd.DataFrame({"clip": raw["clip"].astype(str), "frame": raw["frame"].astype(np.int64)})
    kept = kept.join(raw[list(POSE)].astype(np.float64)).join(strengths(raw))
    frames = clips[["clip", "subject", "factor", "level"]].astype(str).merge(kept, on="clip", how="inner")
    _check_sizes(clips, kept, folder)
    frames = frames.sort_values(["clip", "frame"], ignore_index=True)
    hashes = {name: hash_file(folder / name) for name in (FRAMES, CLIPS)}
    return Truth(folder, frames, clips, hashes)


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except FileNotFoundError as error:
        got = "no such file" if path.parent.is_dir() else f"no folder {path.parent}"
        raise DataError(f"{path} is no table of an audit set", got=got, remedy=_REMEDY) from error
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise DataError(
            f"{path} is no table of an audit set", got=str(error).partition("\n")[0], remedy=_REMEDY
        ) from error


def _require(table: pd.DataFrame, columns: tuple[str, ...], path: Path) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(
            f"{path} is no table of an audit set",
            got=f"no column {', '.join(missing)}",
            expected=", ".join(columns),
            remedy=_REMEDY,
        )


def _check_conditions(clips: pd.DataFrame, path: Path) -> None:
    known = {BASELINE: {""}, **{factor.name: set(factor.levels) for factor in FACTORS}}
    for name, level in clips[["factor", "level"]].astype(str).itertuples(index=False):
        if level not in known.get(name, set()):
            raise DataError(
                f"{path} holds a condition that the audit does not know",
                got=f"factor {name!r}, level {level!r}",
                expected="; ".join(f"{factor.name}: {', '.join(factor.levels)}" for factor in FACTORS),
            )
    twice = clips[clips.duplicated(["subject", "factor", "level"])]
    if len(twice):
        raise DataError(
            f"{path} holds a subject twice under one condition",
            got=", ".join(twice["clip"].astype(str)[:4]),
            expected="one clip a subject and condition, so that conditions can be compared frame by frame",
        )
    if not (clips["factor"] == BASELINE).any():
        raise DataError(
            f"{path} has no baseline",
            got="only changed conditions",
            expected=f"at least one clip whose factor is {BASELINE!r}",
            remedy=_REMEDY,
        )


def _check_sizes(clips: pd.DataFrame, frames: pd.DataFrame, folder: Path) -> None:
    counted = frames.groupby("clip")["frame"].agg(["size", "min", "max", "nunique"])
    for clip, expected in clips[["clip", "frames"]].itertuples(index=False):
        if clip not in counted.index:
            raise DataError(f"{folder / FRAMES} has no frames of {clip}", remedy=_REMEDY)
        size, first, last, distinct = (int(value) for value in counted.loc[clip])
        if not (size == distinct == expected and first == 0 and last == expected - 1):
            raise DataError(
                f"the tables in {folder} disagree about {clip}",
                got=f"{size} frames numbered {first} to {last}",
                expected=f"{expected} frames numbered 0 to {expected - 1}",
                remedy=_REMEDY,
            )
