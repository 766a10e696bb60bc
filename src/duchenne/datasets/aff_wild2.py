"""Aff-Wild2: videos from the web, action units coded present or absent in every frame, faces cut out already.

Takes the unpacked folder of the challenges and a split, gives `CodedRecording`s whose media are folders of cut
faces. Refuses codes that mean nothing, headers without units and videos without faces. -1 means that nobody coded:
NaN.

Source: Kollias & Zafeiriou 2019, "Expression, affect, action unit recognition: Aff-Wild2, multi-task learning and
ArcFace", arXiv:1910.04855; the layout as public programs read it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.datasets.coded import CodedRecording
from duchenne.datasets.listing import Column, header_of, read_rows
from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS

SPLITS: Final = {"train": "Train_Set", "validation": "Validation_Set"}
CHALLENGE: Final = "AU_Detection_Challenge"
FACES: Final = "cropped_aligned"

_UNKNOWN = -1
_FIRST_FRAME = 1
_UNIT = re.compile(r"^AU(\d{1,2})$")


def read_aff_wild2(root: Path, split: str) -> tuple[CodedRecording, ...]:
    """Read the action units of one split.

    Args:
        root: The unpacked folder: ``AU_Detection_Challenge/Train_Set/VIDEO.txt`` (a header ``AU1,AU2,...``, then a
            line for each frame: 1, 0, or -1 for not coded) and ``cropped_aligned/VIDEO/00001.jpg``.
        split: One of `SPLITS`.

    Returns:
        In the order of names. Who is shown is not published: each video counts as a person of its own, and the two
        faces of one video (``_left``, ``_right``) as one.

    Raises:
        DataError: if the split is unknown or not there, or something in it does not fit.
    """
    if split not in SPLITS:
        raise DataError(f"Aff-Wild2 has no split '{split}'", expected=" or ".join(SPLITS))
    folder = root / CHALLENGE / SPLITS[split]
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise DataError(
            f"{root} is not laid out like Aff-Wild2", expected=f"{CHALLENGE}/{SPLITS[split]}/VIDEO.txt"
        )
    return tuple(_read(path, root, split) for path in paths)


def faces_of_video(root: Path, name: str) -> Path:
    """The folder of a video's cut faces.

    Raises:
        DataError: if it is not there.
    """
    media = root / FACES / name
    if not media.is_dir():
        raise DataError(
            f"there are no faces of {name} in {root}",
            expected=f"{FACES}/{name}/00001.jpg",
            remedy="Check that the cut faces are unpacked too",
        )
    return media


def subject_of(name: str) -> str:
    """Who a list is about, as far as is known: both faces of a video, ``_left`` and ``_right``, count as one."""
    return name.removesuffix("_left").removesuffix("_right")


def _read(path: Path, root: Path, split: str) -> CodedRecording:
    names = header_of(path)
    units = {int(match.group(1)): name for name in names if (match := _UNIT.match(name)) is not None}
    order = tuple(sorted(unit for unit in units if unit in ACTION_UNITS))
    if not order:
        raise DataError(
            f"{path.name} has no columns of action units", got=", ".join(names[:6]), expected="AU1, AU2, ..."
        )
    media = faces_of_video(root, path.stem)
    rows = []
    for row in read_rows(path, tuple(Column(units[unit]) for unit in order)):
        codes = [row.whole(units[unit]) for unit in order]
        wrong = [code for code in codes if code not in (0, 1, _UNKNOWN)]
        if wrong:
            raise DataError(f"{row.place} does not fit", got=str(wrong[0]), expected="0, 1 or -1")
        rows.append([float("nan") if code == _UNKNOWN else float(code) for code in codes])
    frames = np.arange(_FIRST_FRAME, _FIRST_FRAME + len(rows), dtype=np.int64)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(order))
    return CodedRecording(
        path.stem, "aff_wild2", split, subject_of(path.stem), media, frames, _FIRST_FRAME, order, table, True
    )
