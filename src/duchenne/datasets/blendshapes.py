"""What another tool says of a few action units of real faces: weak labels, for want of a coder's.

Takes a table of MediaPipe's blendshapes and names of pictures, gives a label of units for each picture that the
tool found a face in. Only shapes that were found to mean something are taken (a smile, an open jaw, raised brows,
closed eyes); others, such as cheekSquint and noseSneer, are always 0. All other units are unknown. A score is no
share of a full contraction: a recipe gives these labels little weight, and a network that learned from them cannot
be held against the same tool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.errors import DataError

SHAPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AU01": ("browInnerUp",),
        "AU02": ("browOuterUpLeft", "browOuterUpRight"),
        "AU12": ("mouthSmileLeft", "mouthSmileRight"),
        "AU26": ("jawOpen",),
        "AU45": ("eyeBlinkLeft", "eyeBlinkRight"),
    }
)
"""The shapes whose mean stands for a unit."""

MADE: Final = "mediapipe_blendshapes"
"""What a training register calls these labels."""

LICENCE: Final = "the pictures' own; labels by MediaPipe's FaceLandmarker (Apache-2.0)"

SUFFIX: Final = "_blendshapes"
_NAME: Final = "image_id"


def read_weak_units(
    data: Path, names: Sequence[str], units: Sequence[str]
) -> list[NDArray[np.float32] | None]:
    """Weak labels of some pictures.

    Args:
        data: The table of the pictures; the blendshapes lie beside it, ``NAME_blendshapes.parquet``.
        names: N pictures, by ``image_id``.
        units: K columns of a label, ``AU01`` and so on.

    Returns:
        For each picture (K,) in [0, 1], NaN for units without a shape; None where the tool found no face.

    Raises:
        DataError: if the table is not there, lacks a column, or holds a score outside [0, 1].
    """
    path = data.with_name(f"{data.stem}{SUFFIX}.parquet")
    if not path.is_file():
        raise DataError(f"there are no blendshapes beside {data.name}", expected=path.name)
    shapes = sorted({shape for several in SHAPES.values() for shape in several})
    table = pd.read_parquet(path)
    missing = [name for name in (_NAME, *shapes) if name not in table.columns]
    if missing:
        raise DataError(f"{path.name} is no table of blendshapes", got=f"no column {', '.join(missing)}")
    scores = table.drop_duplicates(_NAME).set_index(_NAME)[shapes].astype(np.float64)
    if ((scores < 0) | (scores > 1)).to_numpy().any():
        raise DataError(
            f"{path.name} holds a score outside its range",
            got=f"{np.nanmin(scores.to_numpy()):g} to {np.nanmax(scores.to_numpy()):g}",
            expected="0 to 1",
        )
    own = scores.reindex(list(names))
    labels = np.full((len(names), len(units)), np.nan, dtype=np.float32)
    for place, unit in enumerate(units):
        if unit in SHAPES:
            labels[:, place] = own[list(SHAPES[unit])].mean(axis=1, skipna=False)
    found = own.notna().all(axis=1)
    return [label if is_found else None for label, is_found in zip(labels, found, strict=True)]
