"""DISFA: 27 adults who watch a film, twelve action units coded from 0 to 5 in every frame.

Takes the unpacked folder, gives `CodedRecording`s with intensities as shares of E. Refuses codes beyond 5, units
without a file in some subjects, lines that are no two numbers, and subjects without their video.

Source: Mavadati, Mahoor, Bartlett, Trinh & Cohn 2013, "DISFA: a spontaneous facial action intensity database", IEEE
Trans. Affective Computing; the layout as public programs read it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from duchenne.datasets.coded import SCALE, CodedRecording, joined
from duchenne.datasets.listing import Column, read_rows
from duchenne.errors import DataError

LABELS: Final = "ActionUnit_Labels"
VIDEOS: Final = ("Videos_LeftCamera", "Video_LeftCamera", "")
"""Folders that releases keep the videos in; the last is the root itself."""
FOLDS: Final = (
    ("SN002", "SN010", "SN001", "SN026", "SN027", "SN032", "SN030", "SN009", "SN016"),
    ("SN013", "SN018", "SN011", "SN028", "SN012", "SN006", "SN031", "SN021", "SN024"),
    ("SN003", "SN029", "SN023", "SN025", "SN008", "SN005", "SN007", "SN017", "SN004"),
)
"""Three parts without a common subject, as much published work divides the set."""

_FIRST_FRAME = 1
_FILE = re.compile(r"^(SN\d{3})_au(\d{1,2})$", re.IGNORECASE)
_COLUMNS = (Column("frame"), Column("intensity"))


def read_disfa(root: Path) -> tuple[CodedRecording, ...]:
    """Read every subject.

    Args:
        root: The unpacked folder: ``ActionUnit_Labels/SN001/SN001_au1.txt`` with lines of frame (from 1) and
            intensity (0 to 5), and ``LeftVideoSN001_comp.avi`` in one of `VIDEOS`.

    Raises:
        DataError: if the folder does not fit.
    """
    folder = root / LABELS
    subjects = sorted(path for path in folder.glob("SN*") if path.is_dir()) if folder.is_dir() else []
    if not subjects:
        raise DataError(f"{root} is not laid out like DISFA", expected=f"{LABELS}/SN001/SN001_au1.txt")
    recordings = tuple(_read(path, root) for path in subjects)
    units = {recording.units for recording in recordings}
    if len(units) > 1:
        odd = min(recordings, key=lambda one: len(one.units))
        raise DataError(
            f"the subjects of {root} are coded for different units",
            got=f"{odd.subject}: {', '.join(map(str, odd.units))}",
            expected=", ".join(map(str, max(recordings, key=lambda one: len(one.units)).units)),
            remedy="Check that the data set is unpacked whole",
        )
    return recordings


def _read(folder: Path, root: Path) -> CodedRecording:
    subject = folder.name
    columns: dict[int, dict[int, float]] = {}
    for path in sorted(folder.glob("*.txt")):
        match = _FILE.match(path.stem)
        if match is not None:
            columns[int(match.group(2))] = _codes(path)
    if not columns:
        raise DataError(f"{folder} holds no codes", expected=f"{subject}_au1.txt")
    frames, units, codes = joined(columns)
    return CodedRecording(
        subject, "disfa", "", subject, _video(root, subject), frames, _FIRST_FRAME, units, codes, False
    )


def _codes(path: Path) -> dict[int, float]:
    codes: dict[int, float] = {}
    for row in read_rows(path, _COLUMNS, published=("frame", "intensity")):
        frame, code = row.whole("frame"), row.whole("intensity")
        if not 0 <= code <= SCALE or frame in codes:
            raise DataError(
                f"{row.place} does not fit",
                got=f"intensity {code} in frame {frame}"
                + (", which stands there twice" if frame in codes else ""),
                expected="0 to 5, once for each frame",
            )
        codes[frame] = code / SCALE
    return codes


def _video(root: Path, subject: str) -> Path:
    name = f"LeftVideo{subject}_comp.avi"
    for folder in VIDEOS:
        path = root / folder / name
        if path.is_file():
            return path
    raise DataError(
        f"there is no video of {subject} in {root}",
        expected=f"{name} in the folder itself or in {' or '.join(VIDEOS[:-1])}",
        remedy="Check that the data set is unpacked whole",
    )
