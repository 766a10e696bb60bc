"""Hume-Reaction: videos of people who watch something, with one vector of seven intensities each.

Takes the unpacked folder, gives `ReactionClip`s. Refuses intensities outside [0, 1], missing videos and videos that
are listed twice. The intensities are what people said they felt, not what anybody saw in their faces.

Source: Christ et al. 2022, "The MuSe 2022 multimodal sentiment analysis challenge", arXiv:2207.05691; the list as
public programs read it. File names of the videos are not published: those of ``duchenne synth layout reactions``
are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.listing import Column, Row, check_files, read_rows
from duchenne.errors import DataError

REACTIONS: Final = ("Adoration", "Amusement", "Anxiety", "Disgust", "Empathic-Pain", "Fear", "Surprise")
"""In the order of the list's columns."""
SPLITS: Final = ("Train", "Val", "Test")
LIST: Final = "data_info.csv"
SUBJECTS: Final = "videos.csv"
VIDEOS: Final = "videos"


@dataclass(frozen=True, slots=True, eq=False)
class ReactionClip:
    """One video.

    Attributes:
        clip: ``File_ID``.
        split: One of `SPLITS`.
        subject: Who is shown; the clip itself where no list says who.
        media: The video.
        intensities: (7,) in [0, 1], in the order of `REACTIONS`.
    """

    clip: str
    split: str
    subject: str
    media: Path
    intensities: NDArray[np.float64]


def read_hume_reaction(root: Path) -> tuple[ReactionClip, ...]:
    """Read all splits.

    Args:
        root: The unpacked folder: ``data_info.csv`` (``File_ID,Split`` and the seven reactions), ``videos/ID.mp4``
            and, if somebody made one, ``videos.csv`` with ``File_ID,subject``. Clips without intensities, as those
            of the test part may be, are left out.

    Raises:
        DataError: if a list or a video is missing, or something in them does not fit.
    """
    columns = [Column("File_ID"), Column("Split"), *(Column(name) for name in REACTIONS)]
    subjects = _subjects(root / SUBJECTS)
    clips, listed = [], []
    for row in read_rows(root / LIST, columns):
        name, split = row.cells["File_ID"].strip("[]"), row.cells["Split"]
        if split not in SPLITS:
            raise DataError(f"{row.place} has an unknown split", got=split, expected=", ".join(SPLITS))
        if all(row.cells[reaction] == "" for reaction in REACTIONS):
            continue
        media = root / VIDEOS / f"{name}.mp4"
        listed.append((row.place, media))
        clips.append(ReactionClip(name, split, subjects.get(name, name), media, _intensities(row)))
    unnamed = [clip.clip for clip in clips if clip.clip not in subjects]
    if subjects and unnamed:
        raise DataError(
            f"{SUBJECTS} does not say who is shown in every video of {LIST}",
            got=f"nobody for {len(unnamed)} of {len(clips)}, such as {unnamed[0]}",
            remedy=f"Complete {SUBJECTS}, or remove it: then each video counts as a person of its own",
        )
    check_files(listed, LIST)
    return tuple(clips)


def _subjects(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    rows = read_rows(path, [Column("File_ID"), Column("subject")])
    return {row.cells["File_ID"].strip("[]"): row.cells["subject"] for row in rows}


def _intensities(row: Row) -> NDArray[np.float64]:
    values = np.array([row.number(reaction) for reaction in REACTIONS], dtype=np.float64)
    if ((values < 0) | (values > 1)).any():
        raise DataError(
            f"{row.place} has an intensity outside its range",
            got=f"{values.min():g} to {values.max():g}",
            expected="0 to 1",
        )
    return values
