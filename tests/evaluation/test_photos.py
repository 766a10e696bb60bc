from __future__ import annotations

import dataclasses
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from duchenne.datasets.faces import HELD_OUT, SUBJECT_RULE, TRAIN, split_of
from duchenne.errors import DataError
from duchenne.evaluation.photos import evaluate_photos
from duchenne.evaluation.register import TRAINED
from duchenne.faces.finder import FoundFace
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.measure import FaceReader
from duchenne.models.card import TrainingSource
from duchenne.models.session import Device, Session
from duchenne.pipeline import Networks
from duchenne.records import Picture
from labelled_faces import photo_row, write_table
from tiny_networks import GREY_INPUT, Output, build

NAMES = [f"person {n}" for n in range(100)]
ANN, BEN = [name for name in NAMES if split_of(name) == HELD_OUT][:2]
ZOE = next(name for name in NAMES if split_of(name) == TRAIN)


class LightFinder:
    """Finds a frontal face where it is light, a tiny one where it is grey and none where it is dark."""

    def find(self, picture: Picture, tiles_per_side: int = 2) -> list[FoundFace]:
        level = int(picture.planes[0][0, 0, 0])
        if level < 50:
            return []
        with (files("duchenne.faces") / "pose_reference.npy").open("rb") as file:
            head = np.load(file)[:, :3]
        width = 60 if level > 150 else 10
        mesh = (head - head.min(axis=0)) * (width / np.ptp(head[:, 0]))
        return [FoundFace(mesh.astype(np.float32), 1.0, 0.9)]


def networks(*sources: TrainingSource) -> Networks:
    """A network that sees happiness in everything."""
    bias = [float(label == "happiness") for label in EXPRESSIONS]
    card, weights = build([Output("expression", bias=bias, labels=EXPRESSIONS)], spec=GREY_INPUT)
    session = Session(dataclasses.replace(card, training=sources), weights)
    return Networks(cast(Any, LightFinder()), FaceReader(session), (session.card,), Device.CPU)


def test_missed_and_unreadable_faces_count_as_wrong(tmp_path: Path) -> None:
    rows = [
        photo_row(ANN, "happiness", 200),
        photo_row(ANN, "happiness", 10),  # no face
        photo_row(ANN, "happiness", 100),  # a face too small to be read
        photo_row(BEN, "sadness", 201),
        photo_row(ZOE, "happiness", 202),  # not held out, so not scored
    ]
    seen: list[tuple[int, int]] = []
    path = write_table(tmp_path / "p.parquet", rows)
    report = evaluate_photos(path, networks=networks(), progress=lambda done, of: seen.append((done, of)))
    (score,) = report.scores
    assert (score.n_samples, score.n_missed, score.n_groups) == (4, 2, 2)
    assert score.accuracy == 0.25
    assert score.macro_recall == pytest.approx((1 / 3 + 0) / 2)
    assert score.confusion[EXPRESSIONS.index("happiness")][-1] == 2
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert report.notes == (
        f"training used the subjects whose {SUBJECT_RULE}; these are the others",
        "photographs without a face found: 1; faces too poor to be read: 1; all of them count as wrong",
        "of 2 subjects the largest has 3 photographs; with each subject counting once, accuracy is 0.1667",
    )


def test_trained_subjects_are_refused_unless_the_file_is_another_data_set(tmp_path: Path) -> None:
    path = write_table(
        tmp_path / "p.parquet", [photo_row(ANN, "fear", 200), photo_row(ZOE, "happiness", 200)]
    )
    trained = networks(TrainingSource("faces", "train", TRAINED, "any", 1, (), SUBJECT_RULE))
    assert evaluate_photos(path, networks=trained).scores[0].n_samples == 1
    with pytest.raises(DataError, match=rf"trained on subjects that were to be scored\. Got: {ZOE}"):
        evaluate_photos(path, networks=trained, split="all")
    report = evaluate_photos(path, networks=trained, split="all", dataset="mine")
    assert report.scores[0].n_samples == 2
    words = "duchenne evaluate photos --data p.parquet --split all --dataset mine --model"
    assert report.command == f"{words} {trained.reader_card.name}"
    assert not any("training used" in note for note in report.notes)


def test_a_network_that_gives_fer2013_s_own_labels_is_scored_too(tmp_path: Path) -> None:
    bias = [float(label == "happiness") for label in FER2013_LABELS]
    session = Session(*build([Output("fer2013", bias=bias, labels=FER2013_LABELS)], spec=GREY_INPUT))
    seven = Networks(cast(Any, LightFinder()), FaceReader(session, "fer2013"), (session.card,), Device.CPU)
    report = evaluate_photos(
        write_table(tmp_path / "p.parquet", [photo_row(ANN, "happiness", 200)]), networks=seven
    )
    assert report.scores[0].accuracy == 1.0


def test_unknown_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no split 'test'\. Expected: held_out, train or all"):
        evaluate_photos(tmp_path / "p.parquet", split="test", networks=networks())
