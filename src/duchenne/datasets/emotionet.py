"""EmotioNet: photographs from the web with action units present or absent; only addresses are handed out.

Takes the folder of lists and of the pictures that somebody downloaded, gives `Sample`s with `Sample.units`. Most
addresses have died: pictures that are not there are left out, and a folder without any is refused. Refuses codes
that mean nothing. 999 means that nobody coded: the unit is absent from `Sample.units`, which is not 0.

Source: Benitez-Quiroz, Srinivasan & Martinez 2016, CVPR; the layout of the challenge files as public programs read
them, not checked against the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from duchenne.datasets.listing import Column, Row, read_rows
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS

LISTS: Final = ("*.txt", "*.tsv")
IMAGES: Final = "images"
UNITS: Final = tuple(range(1, 61))
"""The columns behind the two addresses; those of units that FACS does not have hold nothing."""
UNKNOWN: Final = 999

_ADDRESS, _ORIGINAL = "URL", "Orig. url"
PUBLISHED: Final = (_ADDRESS, _ORIGINAL, *(f"AU {unit}" for unit in UNITS))
"""The columns of the lists; some come without this header."""
_KNOWN: Final = tuple(unit for unit in UNITS if unit in ACTION_UNITS)
_COLUMNS: Final = (
    Column(_ADDRESS, ("url",)),
    *(Column(f"AU {unit}", (f"AU{unit}", f"AU{unit:02d}"), is_required=False) for unit in _KNOWN),
)
_UNSAFE: Final = re.compile(r"[^\w.\-]")


def read_emotionet(root: Path) -> tuple[Sample, ...]:
    """Read the pictures that are there.

    Args:
        root: The folder: one or more lists, tab-separated (address, original address, a code a unit: 1, 0, or 999
            for not coded), and ``images/NAME``, NAME being the last part of the address, or that with everything
            but letters, digits, points, hyphens and underscores replaced by underscores.

    Returns:
        Pictures with at least one coded unit, in the order of the lists; a picture listed twice counts once. There
        are no splits, and who is shown is not published.

    Raises:
        DataError: if there is no list or no listed picture, or a code means nothing.
    """
    paths = sorted(path for pattern in LISTS for path in root.glob(pattern))
    if not paths:
        raise DataError(f"{root} is not laid out like EmotioNet", expected="lists *.txt or *.tsv, and images")
    n_listed, samples = 0, {}
    for path in paths:
        for row in read_rows(path, _COLUMNS, separator="\t", published=PUBLISHED):
            n_listed += 1
            picture = _picture(root / IMAGES, row.cells[_ADDRESS])
            units = dict(_units(row))
            if picture is not None and units and picture not in samples:
                samples[picture] = Sample(picture.name, "emotionet", "", "", "", None, picture, units=units)
    if not samples:
        raise DataError(
            f"none of the {n_listed} listed pictures lies in {root / IMAGES}",
            remedy="Download them, each under the last part of its address",
        )
    return tuple(samples.values())


def _picture(folder: Path, address: str) -> Path | None:
    name = _name_in(address)
    candidates = [folder / name, folder / _UNSAFE.sub("_", name)]
    # An address without a name would stand for the folder itself.
    return next((path for path in candidates if name and path.is_file()), None)


def _name_in(address: str) -> str:
    """The last part of an address, as a file would be called: without its query, %41 as A."""
    last = PurePosixPath(re.split(r"[?#]", address)[0]).name if not address.endswith("/") else ""
    escaped = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), last.encode())
    return PurePosixPath(escaped.decode(errors="replace")).name


def _units(row: Row) -> Iterator[tuple[int, float]]:
    for unit in _KNOWN:
        if row.cells[f"AU {unit}"] == "":
            continue
        code = row.whole(f"AU {unit}")
        if code not in (0, 1, UNKNOWN):
            raise DataError(
                f"{row.place} does not fit", got=f"{code} for AU {unit}", expected=f"0, 1 or {UNKNOWN}"
            )
        if code != UNKNOWN:
            yield unit, float(code)
