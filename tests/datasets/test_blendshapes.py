from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.datasets.blendshapes import SHAPES, read_weak_units
from duchenne.errors import DataError

UNITS = ("AU12", "AU04", "AU26")
NAMES = sorted({shape for several in SHAPES.values() for shape in several})


def table(folder: Path, **columns: list[float]) -> Path:
    """Two pictures; the tool found a face in the first only."""
    rows = {"image_id": ["a", "b"], **{name: [0.0, np.nan] for name in NAMES}}
    pd.DataFrame(rows | columns).to_parquet(folder / "faces_blendshapes.parquet")
    return folder / "faces.parquet"


def test_both_sides_are_averaged_and_units_without_a_shape_are_unknown(tmp_path: Path) -> None:
    data = table(tmp_path, mouthSmileLeft=[0.2, np.nan], mouthSmileRight=[0.6, np.nan], jawOpen=[0.9, np.nan])
    (label,) = read_weak_units(data, ["a"], UNITS)
    np.testing.assert_allclose(label, [0.4, np.nan, 0.9], atol=1e-6)  # type: ignore[arg-type]  # not None


def test_picture_without_a_face_or_not_in_the_table_has_no_label(tmp_path: Path) -> None:
    labels = read_weak_units(table(tmp_path), ["c", "b", "a"], UNITS)
    assert labels[:2] == [None, None]
    assert labels[2] is not None
    assert read_weak_units(table(tmp_path), [], UNITS) == []


def test_tables_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"no blendshapes beside faces\.parquet\. Expected: faces_blendshapes"
    ):
        read_weak_units(tmp_path / "faces.parquet", ["a"], UNITS)
    with pytest.raises(DataError, match=r"holds a score outside its range\. Got: 0 to 1\.5"):
        read_weak_units(table(tmp_path, jawOpen=[1.5, np.nan]), ["a"], UNITS)
    pd.DataFrame({"image_id": ["a"]}).to_parquet(tmp_path / "faces_blendshapes.parquet")
    with pytest.raises(DataError, match=r"is no table of blendshapes.*browInnerUp"):
        read_weak_units(tmp_path / "faces.parquet", ["a"], UNITS)
