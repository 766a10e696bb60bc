from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from duchenne.datasets.faces import HELD_OUT, split_of
from duchenne.errors import DataError, ModelError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols.unit_contrasts import CONTRASTS, FOLLOWINGS
from duchenne.evaluation.protocols.unit_faces import (
    FaceUnits,
    followings,
    read_cut_faces,
    read_photographs,
    separations,
)
from duchenne.evaluation.register import TRAINED
from duchenne.models.card import TrainingSource
from duchenne.models.session import Session
from labelled_faces import ballot, fer2013_row, image, write_table
from tiny_networks import GREY_INPUT, Output, build
from worlds import portrait, real_finder

PEERS = sorted({name for one in (*CONTRASTS, *FOLLOWINGS) for name in one.peer})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)


def session(learned: tuple[TrainingSource, ...] = ()) -> Session:
    """AU12 is the brightness of a face in [-1, 1], AU04 its darkness."""
    card, weights = build(
        [Output("units", bias=[0.0, 0.0], gain=[1.0, -1.0], labels=("AU12", "AU04"))], spec=GREY_INPUT
    )
    object.__setattr__(card, "training", learned)
    return Session(card, weights)


def fer2013(folder: Path, *, peers: bool = True) -> Path:
    """Happy faces are brighter than neutral ones, angry ones darker; the peer did not find the first."""
    levels = {"happiness": (150, 190, 170), "neutral": (100, 120, 140), "anger": (20, 60, 40)}
    rows = [fer2013_row(n, label, ballot(neutral=9)) for label, several in levels.items() for n in several]
    if peers:
        table = pd.DataFrame({"image_id": [row["image_id"] for row in rows], **dict.fromkeys(PEERS, 0.0)})
        table["mouthSmileLeft"] = table["mouthSmileRight"] = np.arange(len(rows)) / 10
        table.iloc[1:].to_parquet(folder / "fer2013_blendshapes.parquet")
    return write_table(folder / "fer2013.parquet", rows)


def test_cut_faces_are_read_as_they_are_and_the_peer_s_lie_beside(tmp_path: Path) -> None:
    faces = read_cut_faces(session(), fer2013(tmp_path))
    levels = np.array([150, 190, 170, 100, 120, 140, 20, 60, 40])
    np.testing.assert_allclose(faces.values["AU12"], 2 * levels / 255 - 1, atol=1e-5)  # float32
    np.testing.assert_allclose(faces.values["AU04"], -faces.values["AU12"], atol=1e-5)
    assert np.isnan(faces.peers["mouthSmileLeft"][0])
    assert faces.peers["mouthSmileLeft"][1:].tolist() == [n / 10 for n in range(1, 9)]


def test_units_are_told_by_expression_beside_the_peer(tmp_path: Path) -> None:
    table, record = separations(read_cut_faces(session(), fer2013(tmp_path)))
    found = {(row["expression"], row["unit"]): row for row in record}
    assert set(found) == {("happiness", "AU12"), ("anger", "AU04")}  # of the units that this network has
    assert found["happiness", "AU12"]["auc"]["value"] == 1.0
    assert found["anger", "AU04"]["auc"]["value"] == 1.0
    # The peer's smile rises with the row: neutral faces come after happy ones, of which it missed one.
    assert found["happiness", "AU12"]["mediapipe"]["value"] == 0.0
    assert found["happiness", "AU12"]["mediapipe"]["n_faces"] == 5
    assert [row[1] for row in table.rows] == ["AU12", "AU04"]


def test_units_are_followed_within_an_expression(tmp_path: Path) -> None:
    _, record = followings(read_cut_faces(session(), fer2013(tmp_path)))
    (row,) = record
    assert (row["expression"], row["unit"], row["r"]["n_faces"]) == ("happiness", "AU12", 2)
    assert row["r"]["value"] == pytest.approx(-1.0, abs=1e-6)  # 190 and 170 against 0.1 and 0.2


def test_without_a_table_of_the_peer_its_cells_are_missing(tmp_path: Path) -> None:
    faces = read_cut_faces(session(), fer2013(tmp_path, peers=False))
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
        read_cut_faces(session(), data)


def held_out(n: int) -> list[str]:
    """Names of subjects that training leaves out."""
    return [name for name in (f"person {k}" for k in range(100)) if split_of(name) == HELD_OUT][:n]


def test_photographs_are_aligned_first_and_one_without_a_face_is_missing(tmp_path: Path) -> None:
    first, second = held_out(2)
    jpeg = cv2.imencode(".jpg", portrait()[..., ::-1])[1].tobytes()
    rows = [
        {"image_id": "a", "subject": first, "emotion": "happiness", "jpeg": jpeg},
        {"image_id": "b", "subject": second, "emotion": "neutral", "jpeg": image(128, 64)},
    ]
    faces = read_photographs(session(), write_table(tmp_path / "faces.parquet", rows), real_finder())
    assert faces.groups == (first, second)
    assert np.isfinite(faces.values["AU12"][0])
    assert np.isnan(faces.values["AU12"][1])
    assert faces.peers == {}


def test_faces_that_a_network_learned_from_are_refused(tmp_path: Path) -> None:
    learned = TrainingSource("fer2013", "PublicTest", TRAINED, "none", 9)
    with pytest.raises(DataError, match="trained on"):
        read_cut_faces(session((learned,)), fer2013(tmp_path))


def test_networks_without_units_are_refused(tmp_path: Path) -> None:
    other = Session(*build([Output("other", bias=[0.0], labels=("AU12",))], spec=GREY_INPUT))
    with pytest.raises(ModelError, match="gives no action units"):
        read_cut_faces(other, fer2013(tmp_path))


def test_nobody_of_an_expression_leaves_its_cells_empty() -> None:
    faces = FaceUnits("none", np.array([], dtype=str), (), {"AU12": np.empty(0)})
    table, record = separations(faces)
    assert [row[2] for row in table.rows] == ["-"]
    assert np.isnan(record[0]["auc"]["value"])
