from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.fer2013 import read_fer2013
from duchenne.errors import DataError, ModelError
from duchenne.evaluation.expressions import evaluate_expressions, predict, score_outputs
from duchenne.evaluation.register import TRAINED
from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FOUR_EXPRESSIONS
from duchenne.models.card import TrainingSource
from duchenne.models.session import Session
from labelled_faces import ballot, fer2013_row, image, write_table
from tiny_networks import GREY_INPUT, Output, build

ROWS = [
    fer2013_row(1, "anger", ballot(anger=8, neutral=2)),
    fer2013_row(2, "anger", ballot(contempt=6, anger=4)),
    fer2013_row(3, "neutral", ballot(neutral=9)),
    fer2013_row(4, "fear", ballot(unknown=8)),
]


def one_hot(labels: tuple[str, ...], *rows: str) -> np.ndarray:
    return np.eye(len(labels), dtype=np.float32)[[labels.index(row) for row in rows]]


def constant_session(*, trained_on: str = "") -> Session:
    """A network that always answers neutral in both heads."""
    card, weights = build(
        [
            Output("expression", bias=one_hot(EXPRESSIONS, "neutral")[0], labels=EXPRESSIONS),
            Output("fer2013", bias=one_hot(FER2013_LABELS, "neutral")[0], labels=FER2013_LABELS),
        ],
        name="expression",
        spec=GREY_INPUT,
    )
    training = (TrainingSource("fer2013", trained_on, TRAINED, "any", 1),) if trained_on else ()
    return Session(dataclasses.replace(card, training=training), weights)


def test_published_faces_without_votes_are_scored_against_their_own_labels_alone(tmp_path: Path) -> None:
    pixels = " ".join(["9"] * (48 * 48))
    rows = f"emotion,pixels,Usage\n6,{pixels},PublicTest\n0,{pixels},PublicTest\n"
    (tmp_path / "fer2013.csv").write_text(rows)
    for data in (tmp_path / "fer2013.csv", tmp_path):
        report = evaluate_expressions(data, session=constant_session())
        assert [(one.n_samples, one.accuracy) for one in report.scores] == [(2, 0.5)] * 3
        assert report.data == data.name


def test_scores_differ_as_their_labels_do(tmp_path: Path) -> None:
    samples = read_fer2013(write_table(tmp_path / "f.parquet", ROWS), "PublicTest")
    outputs = {
        "expression": one_hot(EXPRESSIONS, "anger", "contempt", "sadness", "fear")
        # Contempt is no label of FER2013: where it wins, the runner-up answers.
        + 0.5 * one_hot(EXPRESSIONS, "anger", "anger", "sadness", "fear"),
        "fer2013": one_hot(FER2013_LABELS, "anger", "fear", "neutral", "fear"),
    }
    votes, original, product, four = score_outputs(samples, outputs)
    assert (votes.n_samples, votes.accuracy) == (3, pytest.approx(2 / 3))
    assert (original.n_samples, original.accuracy) == (4, pytest.approx(3 / 4))
    assert (product.n_samples, product.accuracy) == (4, pytest.approx(3 / 4))
    # Fear is none of the four, neither as a label nor as an answer: its face is left out, and where it wins, the
    # first of equals answers.
    assert (four.n_samples, four.labels, four.accuracy) == (3, FOUR_EXPRESSIONS, 1)
    assert votes.recall[EXPRESSIONS.index("contempt")] == 1
    assert original.recall[FER2013_LABELS.index("anger")] == 0.5


def test_head_of_four_labels_is_scored_on_the_faces_that_carry_one(tmp_path: Path) -> None:
    samples = read_fer2013(write_table(tmp_path / "f.parquet", ROWS), "PublicTest")
    outputs = {"four": one_hot(FOUR_EXPRESSIONS, "anger", "happiness", "neutral", "sadness")}
    (four,) = score_outputs(samples, outputs)
    assert four.title == "four-class head against FER2013's own label"
    assert (four.n_samples, four.accuracy) == (3, pytest.approx(2 / 3))
    assert four.confusion[FOUR_EXPRESSIONS.index("anger")] == (1, 1, 0, 0, 0)  # the last: missed


def test_faces_without_any_of_the_four_labels_have_no_such_score(tmp_path: Path) -> None:
    samples = read_fer2013(write_table(tmp_path / "f.parquet", ROWS[3:]), "PublicTest")
    assert score_outputs(samples, {"four": one_hot(FOUR_EXPRESSIONS, "anger")}) == ()
    (original,) = score_outputs(samples, {"fer2013": one_hot(FER2013_LABELS, "fear")})
    assert original.accuracy == 1


def test_outputs_that_nothing_is_compared_with_are_left_alone(tmp_path: Path) -> None:
    samples = read_fer2013(write_table(tmp_path / "f.parquet", ROWS), "PublicTest")
    assert score_outputs(samples, {"mean": np.zeros((4, 1), np.float32)}) == ()


def test_network_without_an_output_to_compare_is_refused(tmp_path: Path) -> None:
    session = Session(
        *build([Output("mood", bias=[0.0], labels=("valence",))], name="moods", spec=GREY_INPUT)
    )
    with pytest.raises(
        ModelError, match=r"'moods' has no output that.*Got: mood\. Expected: .*fer2013, expression, four"
    ):
        evaluate_expressions(write_table(tmp_path / "f.parquet", ROWS), session=session)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_report_says_what_was_scored(tmp_path: Path, name: str) -> None:
    path = write_table(tmp_path / name, ROWS)
    session = constant_session()
    report = evaluate_expressions(path, session=session)
    assert report.data_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.weights_sha256 == session.card.sha256
    assert (report.model, report.split, report.dataset, report.data) == (
        "expression 1",
        "PublicTest",
        "fer2013",
        name,
    )
    assert report.scores[0].confusion[EXPRESSIONS.index("anger")][EXPRESSIONS.index("neutral")] == 1
    assert [round(score.accuracy, 6) for score in report.scores] == [0.333333, 0.25, 0.25, 0.333333]


def test_trained_split_is_refused_unless_the_file_is_another_data_set(tmp_path: Path) -> None:
    path = write_table(tmp_path / "f.parquet", ROWS)
    session = constant_session(trained_on="PublicTest")
    with pytest.raises(DataError, match="was trained on it"):
        evaluate_expressions(path, session=session)
    assert evaluate_expressions(path, session=session, dataset="mine").dataset == "mine"


@pytest.mark.parametrize(("size", "level"), [(8, 51), (16, 51), (5, 51)])
def test_faces_of_any_size_reach_the_network(tmp_path: Path, size: int, level: int) -> None:
    card, weights = build([Output("light", bias=[0.0], gain=1.0)], spec=GREY_INPUT)
    row = {**ROWS[0], "png": image(level, size)}
    samples = read_fer2013(write_table(tmp_path / "f.parquet", [row]), "PublicTest")
    # 51 of 255 is 0.2 of the range from -1 to 1.
    np.testing.assert_allclose(predict(Session(card, weights), samples)["light"], [[-0.6]], atol=1e-6)


def test_many_faces_come_back_in_order(tmp_path: Path) -> None:
    card, weights = build([Output("light", bias=[0.0], gain=1.0)], spec=GREY_INPUT)
    rows = [fer2013_row(n, "fear", ballot(fear=10)) for n in range(150)]
    samples = read_fer2013(write_table(tmp_path / "f.parquet", rows), "PublicTest")
    got = predict(Session(card, weights), samples)["light"][:, 0]
    np.testing.assert_allclose(got, np.arange(150) * 2 / 255 - 1, atol=1e-5)


@pytest.mark.shared
def test_installed_network_reaches_its_targets(shared: Path) -> None:
    table = shared / "data" / "fer2013.parquet"
    votes, original, *_ = evaluate_expressions(table, session=Session.open("expression")).scores
    assert votes.accuracy >= 0.80
    assert original.accuracy >= 0.67
