"""AffectNet: photographs from the web with an expression, valence and arousal, in the two editions there are.

Takes the unpacked folder, gives `Sample`s with `Sample.affect` and, where it is published, `Sample.box`.
Refuses unknown codes, values outside [-1, 1], missing pictures and missing annotations. Pictures without an
expression ("none", "uncertain", "no face") are left out. Only the manually annotated part is read: the other
was labelled by a network.

Source: Mollahosseini, Hasani & Mahoor 2017, IEEE Trans. Affective Computing; layouts as public programs read
them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.datasets.listing import Column, Row, check_files, read_rows
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.geometry import Box
from duchenne.video.image import IMAGE_SUFFIXES

SPLITS: Final = ("training", "validation")
LABELS: Final = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")
"""The labels of codes 0 to 7."""
WITHOUT: Final = {8: "none", 9: "uncertain", 10: "no face"}
"""Codes of pictures that have no expression."""
UNRATED: Final = -2.0
"""Stands for valence and arousal of a picture in which nobody could rate them."""

IMAGES: Final = "Manually_Annotated_Images"
LISTS: Final = "Manually_Annotated_file_lists"
PUBLISHED: Final = (
    *("subDirectory_filePath", "face_x", "face_y", "face_width", "face_height"),
    *("facial_landmarks", "expression", "valence", "arousal"),
)
"""The columns of the lists; some copies come without this header."""
_BOX: Final = PUBLISHED[1:5]
_COLUMNS: Final = (
    Column("subDirectory_filePath"),
    Column("expression"),
    Column("valence"),
    Column("arousal"),
    *(Column(name, is_required=False) for name in _BOX),
)
# Folders of the second edition.
_PARTS: Final = {"training": "train_set", "validation": "val_set"}


def read_affectnet(root: Path, split: str) -> tuple[Sample, ...]:
    """Read one split of either edition.

    Args:
        root: The unpacked folder. First edition: ``training.csv`` and ``validation.csv`` in it or in `LISTS`,
            pictures in `IMAGES`. Second edition: ``train_set`` and ``val_set``, each with ``images/7.jpg``
            and ``annotations/7_exp.npy``, ``7_val.npy``, ``7_aro.npy``.
        split: One of `SPLITS`. The labels of the test part are not handed out.

    Returns:
        The samples that have an expression, in the order of the list or of the pictures' numbers.

    Raises:
        DataError: if the split is not there or empty, or something in it does not fit.
    """
    if split not in SPLITS:
        raise DataError(f"AffectNet has no split '{split}'", expected=" or ".join(SPLITS))
    part = root / _PARTS[split]
    if part.is_dir():
        samples = tuple(_read_arrays(part, split))
    else:
        samples = tuple(_read_list(_list_of(root, split), root / IMAGES, split))
    if not samples:
        raise DataError(f"the split '{split}' of {root} holds no picture with an expression")
    return samples


def _list_of(root: Path, split: str) -> Path:
    for folder in (root, root / LISTS):
        path = folder / f"{split}.csv"
        if path.is_file():
            return path
    raise DataError(
        f"{root} is not laid out like AffectNet",
        expected=f"{split}.csv with {IMAGES}, or {_PARTS[split]} with images and annotations",
    )


def _read_list(path: Path, images: Path, split: str) -> list[Sample]:
    """First edition: a list beside a tree of pictures."""
    samples = []
    listed = []
    for row in read_rows(path, _COLUMNS, published=PUBLISHED):
        name = row.cells["subDirectory_filePath"]
        label = _label(row.whole("expression"), row.place)
        affect = _affect(row.number("valence"), row.number("arousal"), row.place)
        if label is not None:
            listed.append((row.place, images / name))
            samples.append(
                Sample(name, "affectnet", split, "", label, None, images / name, affect, _box(row))
            )
    check_files(listed, path.name)
    return samples


def _read_arrays(part: Path, split: str) -> Iterator[Sample]:
    """Second edition: one small array for each value of each picture."""
    pictures = _numbered(part / "images")
    annotations = part / "annotations"
    values = ("exp", "val", "aro")
    check_files(
        ((path.name, annotations / f"{path.stem}_{value}.npy") for path in pictures for value in values),
        f"{part.name}/images",
    )
    for path in pictures:
        code, valence, arousal = (_value(annotations / f"{path.stem}_{value}.npy") for value in values)
        place = f"{part.name}/annotations/{path.stem}_*.npy"
        if code != int(code):
            raise DataError(f"{place} has an unknown label", got=str(code), expected=_codes())
        label = _label(int(code), place)
        affect = _affect(valence, arousal, place)
        if label is not None:
            yield Sample(path.stem, "affectnet", split, "", label, None, path, affect)


def _numbered(folder: Path) -> list[Path]:
    """The pictures of a folder in the order of their numbers, names that are no numbers last."""
    if not folder.is_dir():
        raise DataError(
            f"the folder {folder} does not exist", remedy="Check that the data set is unpacked whole"
        )
    pictures = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES]
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for path in pictures:
        by_name[path.stem].append(path.name)
    twice = sorted(sorted(names) for names in by_name.values() if len(names) > 1)
    if twice:
        raise DataError(
            f"{len(twice)} pictures of {folder} are there twice",
            got=" and ".join(twice[0]),
            expected="one file for each annotation",
        )
    return sorted(pictures, key=lambda path: (not path.stem.isdecimal(), len(path.stem), path.stem))


def _value(path: Path) -> float:
    """The one number of an array; it is stored as text in some copies."""
    expected = "an array of one number"
    try:
        value = float(str(np.load(path, allow_pickle=False).item()))
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"{path.name} holds no number", got=str(error), expected=expected) from error
    if not math.isfinite(value):
        raise DataError(f"{path.name} holds no number", got=str(value), expected=expected)
    return value


def _label(code: int, place: str) -> str | None:
    """The label of a code; None for those that say that there is none."""
    if code in WITHOUT:
        return None
    if not 0 <= code < len(LABELS):
        raise DataError(f"{place} has an unknown label", got=str(code), expected=_codes())
    return LABELS[code]


def _codes() -> str:
    return ", ".join(f"{code} {label}" for code, label in (*enumerate(LABELS), *WITHOUT.items()))


def _affect(valence: float, arousal: float, place: str) -> tuple[float, float] | None:
    if UNRATED in (valence, arousal):
        return None
    if not (-1.0 <= valence <= 1.0 and -1.0 <= arousal <= 1.0):
        raise DataError(
            f"{place} has a valence or arousal outside its range",
            got=f"{valence:g}, {arousal:g}",
            expected=f"-1 to 1, or {UNRATED:g} where nobody could rate it",
        )
    return valence, arousal


def _box(row: Row) -> Box | None:
    if any(row.cells[name] in ("", "NULL") for name in _BOX):
        return None
    return Box(*(row.number(name) for name in _BOX))
