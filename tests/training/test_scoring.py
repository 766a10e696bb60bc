from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.faces import HELD_OUT, split_of
from duchenne.evaluation.score import Report, score
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.session import Session
from duchenne.training.networks import Head, Kind
from duchenne.training.patches import TrainingSet
from duchenne.training.scoring import EVALUATIONS, results_of, score_heads
from labelled_faces import ballot, fer2013_row, photo_row, write_table
from tiny_networks import GREY_INPUT, Output, build

KEPT_BACK = next(name for name in map(str, range(50)) if split_of(name) == HELD_OUT)


def session() -> Session:
    """A network that answers neutral to everything."""
    return Session(
        *build(
            [
                Output("expression", bias=[1.0, *[0.0] * 7], labels=EXPRESSIONS),
                Output("fer2013", bias=[*[0.0] * 6, 1.0], labels=FER2013_LABELS),
            ],
            spec=GREY_INPUT,
        )
    )


def test_evaluations_find_their_files_and_score_the_network_given(tmp_path: Path) -> None:
    write_table(tmp_path / "fer2013.parquet", [fer2013_row(1, "neutral", ballot(neutral=9))])
    write_table(tmp_path / "faces.parquet", [photo_row(KEPT_BACK, "neutral", 90)])
    reports = {name: evaluate(session(), tmp_path) for name, evaluate in EVALUATIONS.items()}
    assert [s.accuracy for s in reports["expressions"].scores] == [1, 1, 1, 1]
    # A flat picture holds no face, and a missed face is a wrong one.
    assert reports["photos"].scores[0].n_missed == 1
    assert {report.model for report in reports.values()} == {"tiny 1"}


def test_card_lines_carry_measure_data_and_command() -> None:
    one = score("a against b", ("x", "y", "z"), np.array([0, 0, 1]), np.array([0, 1, -1]), ["p", "p", "q"])
    report = Report(
        "photos", "tiny 1", "ab", "d.csv", "cd", "faces", "held_out", "duchenne again", (), (one,)
    )
    results = list(results_of(report))
    assert {result.measure: result.value for result in results} == {
        "accuracy, a against b (N = 3)": 0.3333,
        "macro recall, a against b (N = 3)": 0.25,
        "recall of x, a against b (N = 2)": 0.5,
        "recall of y, a against b (N = 1)": 0.0,
    }
    assert {(result.data, result.command) for result in results} == {("faces held_out", "duchenne again")}


def test_heads_are_scored_where_they_have_labels() -> None:
    data = TrainingSet(
        patches=np.zeros((4, 8, 8), np.uint8),
        targets={"expression": np.eye(8, dtype=np.float32)[[0, 0, 1, 2]]},
        weights={"expression": np.array([1, 1, 1, 0], np.float32)},
        shares=np.ones(4, np.float32),
    )
    (result,) = score_heads(session(), data, [Head("expression", EXPRESSIONS, "")], "duchenne again")
    assert result.value == pytest.approx(2 / 3, abs=1e-4)
    assert result.measure == "accuracy of expression (N = 3)"


def test_heads_of_values_are_scored_by_their_error_where_they_have_ratings() -> None:
    card_and_weights = build([Output("rater_1", bias=[0.25], labels=("valence",))], spec=GREY_INPUT)
    data = TrainingSet(
        patches=np.zeros((3, 8, 8), np.uint8),
        targets={"rater_1": np.array([[0.25], [-0.75], [9.0]], np.float32)},
        weights={"rater_1": np.array([1, 0.5, 0], np.float32)},
        shares=np.ones(3, np.float32),
    )
    heads = [Head("rater_1", ("valence",), "", kind=Kind.VALUES)]
    (result,) = score_heads(Session(*card_and_weights), data, heads, "duchenne again")
    assert result.measure == "RMSE of rater_1 (N = 2)"
    assert result.value == pytest.approx(np.sqrt((0 + 1) / 2), abs=1e-4)  # written with four digits


def test_units_that_the_file_withholds_are_not_scored() -> None:
    card_and_weights = build([Output("units", bias=[0.5, 0.25], labels=("AU01", "AU04"))], spec=GREY_INPUT)
    data = TrainingSet(
        patches=np.zeros((2, 8, 8), np.uint8),
        targets={"units": np.array([[0.5, 9.0, 0.25], [0.5, 9.0, 0.75]], np.float32)},
        weights={"units": np.ones(2, np.float32)},
        shares=np.ones(2, np.float32),
    )
    heads = [Head("units", ("AU01", "AU02", "AU04"), "", kind=Kind.UNITS)]
    (result,) = score_heads(Session(*card_and_weights), data, heads, "duchenne again")
    assert result.value == pytest.approx(np.sqrt(0.5**2 / 4), abs=1e-4)
