"""Clips of synthetic people, and how strong each action unit is in each of their frames.

Takes the folder of ``duchenne synth make`` (videos, ``frames.parquet``, ``clips.parquet``), gives one `MadeClip` a
video. The set knows two sides of a unit: the **larger** counts, because a unit that shows on one side is shown.
AU43 (eyes closed) and AU45 (blink) are one movement to a picture, so both hold the closure of the lids. Units that
the face model cannot show stay missing. Strengths are shares of displacement, not coder scores. Refuses tables
without the columns, and clips without their video.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS, LEFT, RIGHT, column

FRAMES: Final = "frames.parquet"
CLIPS: Final = "clips.parquet"
MADE: Final = "synthetic_faces"
"""What a training register calls these clips."""
LICENCE: Final = "Made by duchenne synth make; the face model is ICT-FaceKit's, MIT"

_LID_CLOSURE = (43, 45)
_REMEDY = "Make a set with: duchenne synth make -o FOLDER"


@dataclass(frozen=True, slots=True, eq=False)
class MadeClip:
    """One video and what is true of it.

    Attributes:
        clip: Its name in the tables.
        subject: Who is shown.
        media: The video.
        strengths: (frames, units) in [0, 1] in the order of `duchenne.facs.ACTION_UNITS`; NaN for what the face
            model cannot show.
        wrinkles: How strong the drawn lines of the face are, 0 for none; NaN where the table does not say.
    """

    clip: str
    subject: str
    media: Path
    strengths: NDArray[np.float32]
    wrinkles: float = float("nan")


def read_made_clips(folder: Path) -> list[MadeClip]:
    """Read a set, its clips in the order of their names.

    Raises:
        DataError: if a table is missing, is none, lacks a column or is empty, a video is missing, or a clip's
            frames are not numbered from 0 without a gap.
    """
    clips = _read(folder / CLIPS, ("clip", "subject"))
    frames = _read(folder / FRAMES, ("clip", "frame"))
    known = strengths(frames).to_numpy(dtype=np.float32)
    rows = {str(clip): group.index.to_numpy() for clip, group in frames.groupby("clip", sort=False)}
    wrinkles = clips["wrinkles"] if "wrinkles" in clips.columns else np.full(len(clips), np.nan)
    made = []
    for clip, subject, lines in sorted(zip(clips["clip"], clips["subject"], wrinkles, strict=True)):
        media = folder / f"{clip}.mp4"
        if not media.is_file():
            raise DataError(f"the clip '{clip}' of {folder} has no video", got=media.name, remedy=_REMEDY)
        own = rows.get(str(clip), np.empty(0, dtype=np.int64))
        numbers = frames["frame"].to_numpy()[own]
        order = np.argsort(numbers, kind="stable")
        if not len(own) or not np.array_equal(numbers[order], np.arange(len(own))):
            raise DataError(
                f"the frames of the clip '{clip}' of {folder} are not numbered from 0 without a gap",
                got=f"{len(own)} frames",
                remedy=_REMEDY,
            )
        made.append(MadeClip(str(clip), str(subject), media, known[own[order]], float(lines)))
    if not made:
        raise DataError(f"{folder / CLIPS} lists no clip", remedy=_REMEDY)
    return made


def strengths(frames: pd.DataFrame) -> pd.DataFrame:
    """The strength of every unit in every row of a table with the columns of both sides.

    Args:
        frames: With ``AU01_L``, ``AU01_R`` and so on; a unit without columns is missing throughout.

    Returns:
        Columns ``AU01`` and so on, in the order of `duchenne.facs.ACTION_UNITS`, on the same index.
    """
    larger = {}
    for unit in ACTION_UNITS:
        names = [name for name in (column(unit, LEFT), column(unit, RIGHT)) if name in frames.columns]
        sides = frames[names].astype(np.float64)
        larger[column(unit)] = sides.max(axis=1) if names else pd.Series(np.nan, index=frames.index)
    table = pd.DataFrame(larger)
    closing = [column(unit) for unit in _LID_CLOSURE]
    closure = table[closing].max(axis=1)
    return table.assign(**dict.fromkeys(closing, closure))


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except FileNotFoundError as error:
        raise DataError(
            f"{path} is no table of synthetic clips", got="no such file", remedy=_REMEDY
        ) from error
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise DataError(
            f"{path} is no table of synthetic clips", got=str(error).partition("\n")[0], remedy=_REMEDY
        ) from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(
            f"{path} is no table of synthetic clips",
            got=f"no column {', '.join(missing)}",
            expected=", ".join(columns),
            remedy=_REMEDY,
        )
    return table.reset_index(drop=True)
