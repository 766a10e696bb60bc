from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols.unit_contrasts import CONTRASTS, FOLLOWINGS
from duchenne.evaluation.protocols.unit_faces import (
    FaceUnits,
    followings,
    separations,
    units_of_cut_faces,
    units_of_photographs,
)
from labelled_faces import ballot, fer2013_row, write_table
from made_results import acting, poor, seen, shown

PEERS = sorted({name for one in (*CONTRASTS, *FOLLOWINGS) for name in one.peer})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)


def fer2013(folder: Path, *, peers: bool = True) -> Path:
    """Happy faces are brighter than neutral ones, angry ones darker; the peer did not find the first."""
    levels = {"happiness": (150, 190, 170), "neutral": (100, 120, 140), "anger": (20, 60, 40)}
    rows = [fer2013_row(n, label, ballot(neutral=9)) for label, several in levels.items() for n in several]
    if peers:
        table = pd.DataFrame({"image_id": [row["image_id"] for row in rows], **dict.fromkeys(PEERS, 0.0)})
        table["mouthSmileLeft"] = table["mouthSmileRight"] = np.arange(len(rows)) / 10
        table.iloc[1:].to_parquet(folder / "fer2013_blendshapes.parquet")
    return write_table(folder / "fer2013.parquet", rows)


def cut_faces(data: Path) -> FaceUnits:
    """AU12 is the brightness of a face in [0, 1], AU04 its darkness."""
    samples = read_fer2013(data, "PublicTest")
    bright = np.array([sample.grey().mean() / 255 for sample in samples], dtype=np.float32)
    outputs = {"units": np.column_stack([bright, 1 - bright])}
    return units_of_cut_faces(samples, outputs, ("AU12", "AU04"), data)


def test_cut_faces_are_read_as_they_are_and_the_peer_s_lie_beside(tmp_path: Path) -> None:
    faces = cut_faces(fer2013(tmp_path))
    levels = np.array([150, 190, 170, 100, 120, 140, 20, 60, 40])
    np.testing.assert_allclose(faces.values["AU12"], levels / 255, atol=1e-5)  # float32
    np.testing.assert_allclose(faces.values["AU04"], 1 - levels / 255, atol=1e-5)
    assert faces.title == "FER2013 PublicTest"
    assert np.isnan(faces.peers["mouthSmileLeft"][0])
    assert faces.peers["mouthSmileLeft"][1:].tolist() == [n / 10 for n in range(1, 9)]


def test_units_are_told_by_expression_beside_the_peer(tmp_path: Path) -> None:
    table, record = separations(cut_faces(fer2013(tmp_path)))
    found = {(row["expression"], row["unit"]): row for row in record}
    assert set(found) == {("happiness", "AU12"), ("anger", "AU04")}  # of the units that this network has
    assert found["happiness", "AU12"]["auc"]["value"] == 1.0
    assert found["anger", "AU04"]["auc"]["value"] == 1.0
    # The peer's smile rises with the row: neutral faces come after happy ones, of which it missed one.
    assert found["happiness", "AU12"]["mediapipe"]["value"] == 0.0
    assert found["happiness", "AU12"]["mediapipe"]["n_faces"] == 5
    assert [row[1] for row in table.rows] == ["AU12", "AU04"]


def test_units_are_followed_within_an_expression(tmp_path: Path) -> None:
    _, record = followings(cut_faces(fer2013(tmp_path)))
    (row,) = record
    assert (row["expression"], row["unit"], row["r"]["n_faces"]) == ("happiness", "AU12", 2)
    assert row["r"]["value"] == pytest.approx(-1.0, abs=1e-6)  # 190 and 170 against 0.1 and 0.2


def test_without_a_table_of_the_peer_its_cells_are_missing(tmp_path: Path) -> None:
    faces = cut_faces(fer2013(tmp_path, peers=False))
    table, record = separations(faces)
    assert {row["mediapipe"] for row in record} == {None}
    assert {row[4] for row in table.rows} == {"-"}
    assert followings(faces)[1] == []


def test_table_of_the_peer_without_its_columns_is_refused(tmp_path: Path) -> None:
    data = fer2013(tmp_path)
    pd.DataFrame({"image_id": ["fer1"]}).to_parquet(tmp_path / "fer2013_blendshapes.parquet")
    with pytest.raises(
        DataError, match=r"fer2013_blendshapes\.parquet is no table of blendshapes.*browDownLeft"
    ):
        cut_faces(data)


def test_photographs_have_the_units_of_the_first_face_that_was_read() -> None:
    samples = [Sample(name, "faces", "", name, "happiness", None, b"") for name in ("a", "b", "c", "d")]
    results = [
        shown(0, poor(0), acting(1, AU12=0.4), acting(2, AU12=0.9)),
        shown(1),
        shown(2, poor(0)),
        shown(3, seen(0, "fear", 0.9)),
    ]
    faces = units_of_photographs(samples, results, ("AU12", "AU38"), Path("faces.parquet"))
    assert faces.groups == ("a", "b", "c", "d")
    # AU38 has no column in the frame table. Not found, too poor and not measured are missing, not 0.
    assert list(faces.values) == ["AU12"]
    np.testing.assert_allclose(faces.values["AU12"], [0.4, np.nan, np.nan, np.nan])
    assert faces.peers == {}


def test_nobody_of_an_expression_leaves_its_cells_empty() -> None:
    faces = FaceUnits("none", np.array([], dtype=str), (), {"AU12": np.empty(0)})
    table, record = separations(faces)
    assert [row[2] for row in table.rows] == ["-"]
    assert np.isnan(record[0]["auc"]["value"])
