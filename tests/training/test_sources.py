from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from duchenne.datasets.blendshapes import SHAPES
from duchenne.datasets.faces import HELD_OUT, SUBJECT_RULE, TRAIN, split_of
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.register import CHOSEN, TRAINED
from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FOUR_EXPRESSIONS
from duchenne.models.card import TrainingSource
from duchenne.training.networks import Head, Kind, quadrant, rec
from duchenne.training.networks.expression import HEADS, INPUT
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Source
from duchenne.training.sources import load_sources
from labelled_faces import ballot, fer2013_row, image, write_table

PORTRAIT = Path(__file__).parents[2] / "demo" / "eileen_collins.jpg"
FER2013 = Source("fer2013", "Training", {"expression": 1.0, "fer2013": 0.5}, smoothing={"fer2013": 0.7})
FACES = Source("faces", TRAIN, {"expression": 0.25}, smoothing={"expression": 0.2}, share=0.5)
NAMES = [f"person {n}" for n in range(50)]
TRAINED_ON = next(name for name in NAMES if split_of(name) == TRAIN)
KEPT_BACK = next(name for name in NAMES if split_of(name) == HELD_OUT)


def load(
    folder: Path, *sources: Source, learn: bool = True
) -> tuple[TrainingSet, tuple[TrainingSource, ...]]:
    return load_sources(sources, folder, INPUT, HEADS, learn=learn)


def write_fer2013(folder: Path) -> None:
    rows = [
        fer2013_row(1, "anger", ballot(anger=6, neutral=3, fear=1), usage="Training"),
        fer2013_row(2, "fear", ballot(unknown=9), usage="Training"),
        fer2013_row(3, "fear", ballot(fear=9), usage="PublicTest"),
    ]
    write_table(folder / "fer2013.parquet", rows)


def photo(name: str, subject: str, encoded: bytes) -> dict[str, object]:
    return {"image_id": name, "subject": subject, "emotion": "happiness", "jpeg": encoded}


def test_votes_teach_one_head_and_the_original_label_the_other(tmp_path: Path) -> None:
    write_fer2013(tmp_path)
    data, (entry,) = load(tmp_path, FER2013)
    np.testing.assert_array_equal(data.patches[:, 0, 0], [1, 2])
    votes = np.zeros(8)
    votes[EXPRESSIONS.index("anger")], votes[EXPRESSIONS.index("neutral")] = 6 / 9, 3 / 9
    np.testing.assert_allclose(data.targets["expression"], [votes, np.zeros(8)], atol=1e-7)
    np.testing.assert_array_equal(data.weights["expression"], [1, 0])
    smoothed = np.full(7, 0.1)
    smoothed[FER2013_LABELS.index("anger")] = 0.4
    np.testing.assert_allclose(data.targets["fer2013"][0], smoothed, atol=1e-7)
    np.testing.assert_array_equal(data.weights["fer2013"], [0.5, 0.5])
    assert (entry.dataset, entry.split, entry.use, entry.samples) == ("fer2013", "Training", TRAINED, 2)
    assert entry.licence
    assert entry.subject_rule == ""


def test_photographs_are_aligned_and_those_without_a_face_left_out(tmp_path: Path) -> None:
    rows = [
        photo("her", TRAINED_ON, PORTRAIT.read_bytes()),
        photo("wall", TRAINED_ON, image(90, 200, ".jpg")),
        photo("other", KEPT_BACK, PORTRAIT.read_bytes()),
    ]
    write_table(tmp_path / "faces.parquet", rows)
    data, (entry,) = load(tmp_path, FACES)
    assert (len(data), entry.samples, entry.subject_rule) == (1, 1, SUBJECT_RULE)
    assert data.shares.tolist() == [0.5]
    assert data.weights["expression"].tolist() == [0.25]
    assert data.weights["fer2013"].tolist() == [0]
    assert data.targets["expression"][0, EXPRESSIONS.index("happiness")] == pytest.approx(0.8 + 0.2 / 8)
    # Aligned: her eyes lie where the template has them, as dark spots under bright lids and brows.
    face = cv2.GaussianBlur(data.patches[0], (0, 0), 1.5).astype(int)
    for x in (15, 33):
        assert face[15:23, x - 3 : x + 4].min() < face[26:31, x - 3 : x + 4].min() - 20


def test_sources_are_put_end_to_end_and_registered_for_what_they_did(tmp_path: Path) -> None:
    write_fer2013(tmp_path)
    test = Source("fer2013", "PublicTest", {"expression": 1.0})
    data, register = load(tmp_path, FER2013, test, learn=False)
    assert len(data) == 3
    assert data.weights["fer2013"].tolist() == [0.5, 0.5, 0]
    assert [(entry.split, entry.use) for entry in register] == [("Training", CHOSEN), ("PublicTest", CHOSEN)]


def test_faces_of_another_size_are_resized(tmp_path: Path) -> None:
    row = {**fer2013_row(1, "fear", ballot(fear=9), usage="Training"), "png": image(40, 96)}
    write_table(tmp_path / "fer2013.parquet", [row])
    data, _ = load(tmp_path, FER2013)
    np.testing.assert_array_equal(data.patches, np.full((1, 48, 48), 40))


def test_data_set_without_a_reader_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"no reader for the data set 'fer2014'\. Expected: fer2013, faces"
    ):
        load(tmp_path, Source("fer2014", "Training", {"expression": 1.0}))


def test_head_without_labels_is_named(tmp_path: Path) -> None:
    write_table(tmp_path / "faces.parquet", [photo("wall", TRAINED_ON, image(90, 64))])
    with pytest.raises(SettingsError, match=r"'faces' has no labels for fer2013\. Expected: expression"):
        load(tmp_path, Source("faces", TRAIN, {"fer2013": 1.0}))


def test_photographs_without_any_face_are_an_error(tmp_path: Path) -> None:
    write_table(tmp_path / "faces.parquet", [photo("wall", TRAINED_ON, image(90, 64))])
    with pytest.raises(DataError, match="'faces' gave no face to learn from"):
        load(tmp_path, FACES)


def test_face_with_another_label_is_left_out_of_the_four_and_of_the_register_s_count(tmp_path: Path) -> None:
    labels = ("fear", "anger", "neutral", "disgust", "surprise", "sadness")
    rows = [
        fer2013_row(n, label, ballot(neutral=9), usage="Training") for n, label in enumerate(labels, start=1)
    ]
    write_table(tmp_path / "fer2013.parquet", rows)
    source = Source("fer2013", "Training", {"four": 1.0})
    data, (entry,) = load_sources([source], tmp_path, INPUT, quadrant.HEADS, learn=True)
    np.testing.assert_array_equal(data.patches[:, 0, 0], [2, 3, 6])
    known = [FOUR_EXPRESSIONS.index(label) for label in ("anger", "neutral", "sadness")]
    np.testing.assert_array_equal(data.targets["four"], np.eye(4)[known])
    assert data.weights["four"].tolist() == [1, 1, 1]
    assert (len(data.shares), entry.samples) == (3, 3)


def test_faces_of_which_none_has_a_label_of_the_head_are_an_error(tmp_path: Path) -> None:
    write_table(tmp_path / "fer2013.parquet", [fer2013_row(1, "fear", ballot(fear=9), usage="Training")])
    source = Source("fer2013", "Training", {"four": 1.0})
    with pytest.raises(DataError, match="'fer2013' gave no face to learn from"):
        load_sources([source], tmp_path, INPUT, quadrant.HEADS, learn=True)


@pytest.mark.parametrize(("evenness", "ratio"), [(0.0, 1.0), (0.5, 3**0.5), (1.0, 3.0)])
def test_faces_of_rare_classes_count_more_by_the_evenness(
    tmp_path: Path, evenness: float, ratio: float
) -> None:
    rows = [fer2013_row(60, "happiness", ballot(happiness=10)) for _ in range(3)]
    write_table(tmp_path / "fer2013.parquet", [*rows, fer2013_row(60, "anger", ballot(anger=10))])
    source = Source("fer2013", "PublicTest", {"expression": 0.5, "fer2013": 1.0}, evenness=evenness)
    read, _ = load(tmp_path, source)
    for name, mean in (("expression", 0.5), ("fer2013", 1.0)):
        weights = read.weights[name]
        # Three of one class, one of the other: shares 3/4 and 1/4.
        np.testing.assert_allclose(weights[3] / weights[:3], ratio, rtol=1e-6)
        assert weights.mean() == pytest.approx(mean)


def test_values_are_not_smoothed_over_other_labels(tmp_path: Path) -> None:
    heads = (Head("mean", ("valence",), "", kind=Kind.VALUES),)
    source = Source("recola", "train", {"mean": 1.0}, smoothing={"mean": 0.1})
    with pytest.raises(
        SettingsError, match=r"labels of mean cannot be smoothed.*smoothing of 'recola'.*in time"
    ):
        load_sources([source], tmp_path, INPUT, heads, learn=True)


def test_labels_of_another_tool_are_in_the_register(tmp_path: Path) -> None:
    write_fer2013(tmp_path)
    shapes = {name: [0.25] for several in SHAPES.values() for name in several}
    pd.DataFrame({"image_id": ["fer1"], **shapes}).to_parquet(tmp_path / "fer2013_blendshapes.parquet")
    source = Source("fer2013", "Training", {"expression": 1.0, "units": 0.5}, units=("AU45",))
    data, register = load_sources([source], tmp_path, rec.INPUT, rec.HEADS, learn=True)
    assert [(entry.dataset, entry.split, entry.use, entry.samples) for entry in register] == [
        ("fer2013", "Training", TRAINED, 1),
        ("mediapipe_blendshapes", "fer2013 Training", TRAINED, 1),
    ]
    known = np.isfinite(data.targets["units"])
    assert data.targets["units"][known].tolist() == [0.25]
