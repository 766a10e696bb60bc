from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.datasets.rating_truth import MADE
from duchenne.errors import DataError, ModelError, SettingsError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.continuous_metrics import ccc
from duchenne.evaluation.protocols.outcome import Outcome, write_outcome
from duchenne.evaluation.protocols.valence import ALWAYS_MEAN, CHANCE, ValenceOptions, evaluate_valence
from duchenne.evaluation.protocols.valence_ceiling import AS_IT_IS, SCALED_LATE
from duchenne.evaluation.protocols.valence_reading import LEXICAL
from duchenne.evaluation.register import CHOSEN, TRAINED
from duchenne.models.card import TrainingSource
from duchenne.pipeline import Networks
from grey_reader import offer
from rated_folders import FPS, N_FRAMES, rating, valence_network, write_rated
from worlds import tiny_networks

NAMES = ("train_1", "dev_1", "dev_2")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few resamples, and faces whose expression is known."""
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 20)
    monkeypatch.setattr(Networks, "load", lambda model: tiny_networks())
    offer(monkeypatch, valence_network())


def evaluate(folder: Path, models: Sequence[str] = ("tiny_valence",), **options: object) -> Outcome:
    sampling = RatingSampling(step_s=1 / FPS, delay_s=float(str(options.pop("delay_s", 0.0))))
    return evaluate_valence(folder, models, ValenceOptions(sampling=sampling, **options))  # type: ignore[arg-type]


def test_every_method_has_its_row_and_the_truth_is_a_ceiling(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = write_rated(tmp_path / "made", NAMES, made=True)
    options = ValenceOptions(sampling=RatingSampling(step_s=1 / FPS))
    outcome = evaluate_valence(
        folder, ["tiny_valence"], options, on_progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2), (1, 2), (2, 2)]
    methods = list(outcome.record["methods"])
    assert methods[:4] == ["tiny_valence", LEXICAL, ALWAYS_MEAN, CHANCE]
    assert methods[4:][0] == AS_IT_IS
    assert methods[4:][-1] == SCALED_LATE
    measured = outcome.record["methods"]
    # Raters and faces both rise, so correlation is near 1; the level of the words never moves.
    assert min(measured["tiny_valence"]["pcc"]) > 0.95
    assert np.isnan(measured[LEXICAL]["pcc"]).all()
    assert measured[ALWAYS_MEAN]["ccc"] == (0.0,) * 7
    assert measured[AS_IT_IS]["pcc"][6] > 0.99
    means = [np.mean([rating(rater, n * 0.1) for n in range(17)]) for rater in range(6)]
    errors = [rating(rater, n / FPS) - means[rater] for rater in range(6) for n in range(N_FRAMES)]
    # Frame times are whole ticks of the container.
    assert measured[ALWAYS_MEAN]["rmse"] == pytest.approx(np.sqrt(np.mean(np.square(errors))), abs=1e-3)
    (row,) = (row for row in outcome.tables[0].rows if row[0] == ALWAYS_MEAN)
    assert row[1] == "synthetic"


def test_recordings_are_put_end_to_end_and_told_one_by_one(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", NAMES))
    measured = outcome.record["methods"]["tiny_valence"]
    one = measured["by_recording"]["dev_1"]
    # Both recordings are alike, so each by itself is what both are together.
    assert set(measured["by_recording"]) == {"dev_1", "dev_2"}
    np.testing.assert_allclose(one["ccc"], measured["ccc"], atol=1e-9)
    assert outcome.record["recordings"]["dev_2"] == {
        "subject": "dev_2",
        "n_frames": N_FRAMES,
        "n_without_face": 0,
        "n_without_rating": 0,
        "n_scored": N_FRAMES,
    }
    low, high = measured["ccc_intervals"][6]
    assert low <= measured["ccc"][6] + 1e-9
    assert high >= measured["ccc"][6] - 1e-9


def test_real_recordings_have_no_ceiling_and_one_subject_no_interval(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", ("dev_1",)))
    assert list(outcome.record["methods"]) == ["tiny_valence", LEXICAL]
    assert not outcome.record["is_synthetic"]
    assert np.isnan(outcome.record["methods"]["tiny_valence"]["ccc_intervals"]).all()
    assert any("nobody to guess" in note for note in outcome.notes)
    assert not any("synthetic" in note for note in outcome.notes)
    assert outcome.tables[0].rows[-1][1] == "measured here"


def test_the_training_part_itself_has_no_training_part(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", NAMES), split="train")
    assert ALWAYS_MEAN not in outcome.record["methods"]


def test_a_delay_moves_the_ratings_and_leaves_the_last_frames_out(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", NAMES), delay_s=0.7)
    assert outcome.record["recordings"]["dev_1"]["n_without_rating"] == 3
    assert "--delay-s 0.7" in outcome.command
    assert any("6 whose rating would lie beyond the end" in note for note in outcome.notes)


def test_raters_agreement_and_the_gain_over_words_stand_beside(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", NAMES))
    times = np.array([n / FPS for n in range(N_FRAMES)])
    one, other = (np.array([rating(r, float(t)) for t in times]) for r in (0, 5))
    found = outcome.record["agreement"]["pair_ccc"][0][5]
    # Frame times are whole ticks of the container.
    assert found == pytest.approx(ccc(np.tile(one, 2), np.tile(other, 2)), abs=1e-3)
    gain = outcome.record["ccc_less_lexical"]["tiny_valence"]["value"]
    assert gain == pytest.approx(outcome.record["methods"]["tiny_valence"]["ccc"][6], abs=1e-9)


def test_everything_is_written(tmp_path: Path) -> None:
    outcome = evaluate(write_rated(tmp_path / "recola", NAMES, made=True))
    written = {path.name for path in write_outcome(outcome, tmp_path / "out")}
    assert written == {"results.json", "results.md", "curves.png", "ccc_tiny_valence.png"}
    assert str(tmp_path) not in (tmp_path / "out" / "results.json").read_text(encoding="utf-8")
    assert outcome.command.startswith("duchenne evaluate valence --data recola --model tiny_valence")
    assert outcome.command.endswith("--network rec_joint")


def test_two_networks_stand_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, valence_network("other", gain=-1.0))
    outcome = evaluate(write_rated(tmp_path / "recola", ("dev_1",)), ("tiny_valence", "other"))
    assert list(outcome.record["methods"])[:3] == ["tiny_valence", "other", LEXICAL]
    assert outcome.record["methods"]["other"]["pcc"][6] < 0


@pytest.mark.parametrize("made", [False, True])
def test_subjects_and_splits_that_were_learned_from_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    folder = write_rated(tmp_path / "recola", ("train_1", "dev_1"), made=made)
    dataset = MADE if made else "recola"
    learned = TrainingSource(dataset, "train", TRAINED, "", 9, subjects=("dev_1",))
    offer(monkeypatch, valence_network("knows", training=[learned]))
    with pytest.raises(
        DataError, match=r"'knows' was trained on subjects that were to be scored\. Got: dev_1"
    ):
        evaluate(folder, ["knows"])
    offer(monkeypatch, valence_network("all", training=[TrainingSource(dataset, "dev", TRAINED, "", 9)]))
    with pytest.raises(DataError, match=r"split 'dev' of .* cannot be scored: 'all' was trained on it"):
        evaluate(folder, ["all"])
    watched = TrainingSource(dataset, "dev", CHOSEN, "", 9, subjects=("dev_1",))
    offer(monkeypatch, valence_network("watched", training=[watched]))
    assert any(
        note.startswith("watched: the weights were chosen") for note in evaluate(folder, ["watched"]).notes
    )


def test_what_cannot_be_scored_is_refused(tmp_path: Path) -> None:
    folder = write_rated(tmp_path / "recola", ("dev_1",))
    with pytest.raises(SettingsError, match=r"one network or more, each once\. Got: none"):
        evaluate(folder, [])
    with pytest.raises(SettingsError, match=r"each once\. Got: tiny_valence, tiny_valence"):
        evaluate(folder, ["tiny_valence", "tiny_valence"])
    with pytest.raises(ModelError, match="'face_mesh' gives no valence of rater_1"):
        evaluate(folder, ["face_mesh"])
    with pytest.raises(DataError, match="no recordings of the split 'test'"):
        evaluate(folder, split="test")
    with pytest.raises(
        DataError, match=r"no frame of 1 recordings has both a face and ratings\. Got: 8 frames, 0"
    ):
        evaluate(folder, delay_s=9.0)
    blank = write_rated(tmp_path / "blank", ("dev_1",), blank=range(N_FRAMES))
    with pytest.raises(DataError, match="8 frames, 8 of them without a readable face"):
        evaluate(blank)
    (folder / "recordings_video" / "dev_1.mp4").unlink()
    with pytest.raises(DataError, match="have no video"):
        evaluate(folder)


def test_a_folder_of_ratings_alone_is_refused(tmp_path: Path) -> None:
    folder = write_rated(tmp_path / "recola", ("dev_1",))
    for path in (folder / "recordings_video").iterdir():
        path.unlink()
    (folder / "recordings_video").rmdir()
    with pytest.raises(DataError, match="the recording dev_1 has no video"):
        evaluate(folder)
