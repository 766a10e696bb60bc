from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import DataError, ModelError, SettingsError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols.outcome import write_outcome
from duchenne.evaluation.protocols.valence_faces import (
    COMPARISONS,
    Comparison,
    Separation,
    beats,
    evaluate_valence_faces,
    separation,
)
from duchenne.evaluation.protocols.valence_reading import LEXICAL
from duchenne.evaluation.register import TRAINED
from duchenne.labels import EXPRESSIONS
from duchenne.models.card import TrainingSource
from duchenne.pipeline import FRAME_MODEL
from grey_reader import offer, reader, still_row
from labelled_faces import write_table
from rated_folders import valence_network

WORDS = Comparison("a above b and c", ("a",), ("b", "c"))
FACES = ("anger", "anger", "sadness", "neutral", "neutral", "happiness", "happiness", "fear")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few resamples, an expression network that is known, and a network whose valence is brightness."""
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)
    offer(monkeypatch, reader(FRAME_MODEL, output="expression", labels=EXPRESSIONS))
    offer(monkeypatch, valence_network())


@pytest.fixture(autouse=True)
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny expression network gives scores, not probabilities: let it be as sure as one can be."""
    import duchenne.evaluation.protocols.valence_faces as module

    known = module.predict

    def predict(session, samples):  # type: ignore[no-untyped-def]  # a stand-in
        found = known(session, samples)
        if "expression" in found:
            found["expression"] = np.eye(8, dtype=np.float32)[found["expression"].argmax(axis=1)]
        return found

    monkeypatch.setattr(module, "predict", predict)


def table(path: Path, shown: tuple[str, ...] = FACES, labels: tuple[str, ...] = FACES) -> Path:
    return write_table(
        path / "fer2013.parquet",
        [still_row(n, a, b) for n, (a, b) in enumerate(zip(labels, shown, strict=True))],
    )


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    # Six times the same faces: fewer than that leave resamples without one of the groups.
    labels = np.tile(["a", "a", "b", "c", "d"], 6)
    values = np.tile([3.0, 1.0, 2.0, 1.0, 99.0], 6)
    lexical = np.tile([1.0, 1.0, 0.0, 0.0, 0.0], 6)
    found = separation(labels, values, lexical, WORDS)
    pairs = [(x > y) + 0.5 * (x == y) for x in values[:2] for y in values[2:4]]
    assert found.auc == np.mean(pairs)
    assert found.gain == np.mean(pairs) - 1.0
    assert found.interval[0] <= found.auc <= found.interval[1]
    itself = separation(labels, lexical, lexical, WORDS, is_other=False)
    assert itself.auc == 1.0
    assert np.isnan([itself.gain, *itself.gain_interval]).all()


def test_groups_without_faces_have_no_auc() -> None:
    for labels in (np.array(["a", "a"]), np.array(["d", "d"]), np.array([], dtype=str)):
        found = separation(labels, np.zeros(len(labels)), np.zeros(len(labels)), WORDS)
        assert np.isnan([found.auc, *found.interval, found.gain]).all()


def test_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        separation(np.array(["a", "b"]), np.array([np.nan, 1.0]), np.zeros(2), WORDS)


def test_a_network_beats_words_only_where_every_interval_lies_above_zero() -> None:
    better = Separation(0.9, (0.8, 1.0), 0.1, (0.05, 0.2))
    unsure = Separation(0.9, (0.8, 1.0), 0.1, (-0.01, 0.2))
    unknown = Separation(0.9, (0.8, 1.0), 0.1, (float("nan"), float("nan")))
    assert beats([better, better])
    assert not beats([better, unsure])
    assert not beats([unknown, better])


def test_words_that_read_every_face_right_keep_every_order(tmp_path: Path) -> None:
    outcome = evaluate_valence_faces(table(tmp_path), ["tiny_valence"])
    found = outcome.record["separations"]
    assert list(found) == ["tiny_valence", LEXICAL]
    assert [found[LEXICAL][c.title]["auc"] for c in COMPARISONS] == [1.0, 1.0, 1.0]
    # Levels: anger 20, happiness 110, sadness 140, neutral 200; brightness is the network's valence.
    aucs = [found["tiny_valence"][c.title]["auc"] for c in COMPARISONS]
    assert aucs == [pytest.approx(2 / 3), 0.0, 1.0]
    assert found["tiny_valence"][COMPARISONS[1].title]["gain"] == -1.0
    assert outcome.record["beats_lexical"] == {"tiny_valence": False}
    assert outcome.record["n_faces"]["anger"] == 2
    assert "fear" in outcome.record["n_faces"]


def test_a_network_that_keeps_the_order_where_words_do_not_beats_them(tmp_path: Path) -> None:
    labels = ("anger", "sadness", "neutral", "happiness") * 4
    # Painted so that brightness follows the labels, while the words are read wrong.
    shown = ("anger", "disgust", "disgust", "surprise") * 4
    outcome = evaluate_valence_faces(table(tmp_path, shown, labels), ["tiny_valence"])
    row = dict(zip(outcome.tables[0].columns, outcome.tables[0].rows[0], strict=True))
    found = outcome.record["separations"]
    assert [found["tiny_valence"][c.title]["auc"] for c in COMPARISONS[:2]] == [1.0, 1.0]
    assert row["beats it"] == ("yes" if outcome.record["beats_lexical"]["tiny_valence"] else "no")


def test_everything_is_written(tmp_path: Path) -> None:
    outcome = evaluate_valence_faces(table(tmp_path), ["tiny_valence"])
    written = {path.name for path in write_outcome(outcome, tmp_path / "out")}
    assert written == {"results.json", "results.md", "auc.png"}
    assert outcome.command == (
        "duchenne evaluate valence-faces --data fer2013.parquet --split PublicTest --model tiny_valence "
        "--network rec_joint"
    )
    assert outcome.tables[0].rows[1][-1] == "-", "the mapping does not beat itself"


def test_what_cannot_be_scored_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = table(tmp_path)
    with pytest.raises(SettingsError, match=r"one network or more, each once\. Got: none"):
        evaluate_valence_faces(data, [])
    with pytest.raises(ModelError, match="'face_mesh' gives no valence"):
        evaluate_valence_faces(data, ["face_mesh"])
    with pytest.raises(ModelError, match="'tiny_valence' does not give the eight expressions"):
        evaluate_valence_faces(data, ["tiny_valence"], network="tiny_valence")
    with pytest.raises(DataError, match="no rows of the split 'Training'"):
        evaluate_valence_faces(data, ["tiny_valence"], split="Training")
    (tmp_path / "fewer").mkdir()
    fewer = table(tmp_path / "fewer", FACES[:3], FACES[:3])
    with pytest.raises(DataError, match=r"'PublicTest' of .* has no face labelled happiness, neutral"):
        evaluate_valence_faces(fewer, ["tiny_valence"])
    learned = TrainingSource("fer2013", "PublicTest", TRAINED, "", 9)
    offer(monkeypatch, valence_network("knows", training=[learned]))
    with pytest.raises(DataError, match="'knows' was trained on it"):
        evaluate_valence_faces(data, ["knows"])
