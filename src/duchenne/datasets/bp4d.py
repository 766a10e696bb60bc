"""BP4D and what is laid out like it: people doing tasks, action units coded frame by frame.

Takes the unpacked folder, gives `CodedRecording`s of occurrence, or of intensity where it was coded. Refuses codes
that mean nothing, tables without a frame column, and videos that are missing. 9 means that nobody coded: NaN here.

Source: Zhang et al. 2014, "BP4D-Spontaneous: a high-resolution spontaneous 3D dynamic facial expression database",
Image and Vision Computing; the layout as public programs read it, and as ``duchenne synth layout bp4d`` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from duchenne.datasets.coded import SCALE, CodedRecording, joined
from duchenne.datasets.listing import Column, header_of, read_rows
from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS, column

OCCURRENCE: Final = "AUCoding/AU_OCC"
INTENSITY: Final = "AUCoding/AU_INT"
FOLDS: Final = (
    (
        *("F001", "M007", "F018", "F008", "F002", "M004", "F010"),
        *("F009", "M012", "M001", "F016", "M014", "F023", "M008"),
    ),
    (
        *("M011", "F003", "M010", "M002", "F005", "F022", "M018"),
        *("M017", "F013", "M016", "F020", "F011", "M013", "M005"),
    ),
    (
        *("F007", "F015", "F006", "F019", "M006", "M009", "F012"),
        *("M003", "F004", "F021", "F017", "M015", "F014"),
    ),
)
"""Three parts without a common subject, as much published work divides the set."""

_NOT_CODED = 9
_NAME = re.compile(r"^([FM]\d{3})_(T\d+)$")
_VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv")


def read_bp4d(root: Path, *, intensity: bool = False) -> tuple[CodedRecording, ...]:
    """Read every task of every subject.

    Args:
        root: The unpacked folder: ``AUCoding/AU_OCC/F001_T1.csv`` (frame number, in a video from 1, then a
            column for each unit; 1, 0, or 9 for not coded), ``AUCoding/AU_INT/AU06/F001_T1_AU06.csv`` (frame, 0 to
            5 or 9), and ``F001/T1.mp4``, or ``F001/T1/`` with a picture a frame.
        intensity: Read the units whose intensity was coded, instead of the occurrence of all.

    Returns:
        In the order of subjects and tasks; a task without such codes is not there.

    Raises:
        DataError: if the folder does not fit.
    """
    recordings = tuple(_intensities(root) if intensity else _occurrences(root))
    if not recordings:
        wanted = f"{INTENSITY}/AU06/F001_T1_AU06.csv" if intensity else f"{OCCURRENCE}/F001_T1.csv"
        raise DataError(f"{root} is not laid out like BP4D", expected=wanted)
    return recordings


def _occurrences(root: Path) -> Iterator[CodedRecording]:
    for path in sorted((root / OCCURRENCE).glob("*.csv")):
        if _NAME.match(path.stem) is None:
            continue
        # The first column's name differs between releases; the others are numbers of units.
        names = header_of(path)
        units = [int(name) for name in names[1:] if name.isdecimal() and int(name) in ACTION_UNITS]
        if not units:
            raise DataError(
                f"{path.name} has no columns of action units",
                got=", ".join(names[:6]),
                expected="a frame number, then 1, 2, 4, ...",
            )
        wanted = (Column(names[0]), *(Column(str(unit)) for unit in units))
        columns: dict[int, dict[int, float]] = {unit: {} for unit in units}
        for row in read_rows(path, wanted):
            frame = row.whole(names[0])
            for unit in units:
                code = row.whole(str(unit))
                if code not in (0, 1, _NOT_CODED):
                    raise DataError(f"{row.place} does not fit", got=f"AU{unit} {code}", expected="0, 1 or 9")
                columns[unit][frame] = float("nan") if code == _NOT_CODED else float(code)
        yield _recording(root, path.stem, columns, is_presence=True)


def _intensities(root: Path) -> Iterator[CodedRecording]:
    found: dict[str, dict[int, dict[int, float]]] = {}
    for unit in ACTION_UNITS:
        ending = f"_{column(unit)}"
        for path in sorted((root / INTENSITY / column(unit)).glob(f"*{ending}.csv")):
            name = path.stem.removesuffix(ending)
            if _NAME.match(name) is not None:
                found.setdefault(name, {})[unit] = _intensity(path)
    for name in sorted(found):
        yield _recording(root, name, found[name], is_presence=False)


def _intensity(path: Path) -> dict[int, float]:
    codes: dict[int, float] = {}
    for row in read_rows(path, (Column("frame"), Column("code")), published=("frame", "code")):
        code = row.whole("code")
        if not (0 <= code <= SCALE or code == _NOT_CODED):
            raise DataError(f"{row.place} does not fit", got=str(code), expected="0 to 5, or 9")
        codes[row.whole("frame")] = float("nan") if code == _NOT_CODED else code / SCALE
    return codes


def _recording(
    root: Path, name: str, columns: dict[int, dict[int, float]], *, is_presence: bool
) -> CodedRecording:
    match = _NAME.match(name)
    assert match is not None
    subject, task = match.groups()
    frames, units, codes = joined(columns)
    media = _media(root, subject, task)
    # Pictures bear their numbers; a video begins with frame 1.
    first = _first_picture(media) if media.is_dir() else 1
    return CodedRecording(name, "bp4d", "", subject, media, frames, first, units, codes, is_presence)


def _media(root: Path, subject: str, task: str) -> Path:
    places = [root / subject / f"{task}{suffix}" for suffix in _VIDEO_SUFFIXES]
    for path in (root / subject / task, *places):
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            return path
    raise DataError(
        f"there are no pictures of {subject}, {task} in {root}",
        expected=f"{subject}/{task}/ with pictures, or {subject}/{task}.mp4",
        remedy="Check that the data set is unpacked whole",
    )


def _first_picture(folder: Path) -> int:
    numbers = [int(path.stem) for path in folder.iterdir() if path.stem.isdecimal()]
    if not numbers:
        raise DataError(f"no picture in {folder} is named by its number", expected="2440.jpg")
    return min(numbers)
