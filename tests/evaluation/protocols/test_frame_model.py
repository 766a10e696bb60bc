from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from duchenne.datasets import blendshapes
from duchenne.datasets.faces import HELD_OUT, split_of
from duchenne.datasets.made_clips import MADE
from duchenne.errors import DataError, ModelError
from duchenne.evaluation import bootstrap
from duchenne.evaluation.protocols import frame_model
from duchenne.evaluation.protocols.frame_model import (
    DRILL,
    FACES,
    PHOTOGRAPHS,
    SYNTHETIC,
    evaluate_frame_model,
)
from duchenne.evaluation.protocols.outcome import write_outcome
from duchenne.evaluation.register import CHOSEN, TRAINED
from duchenne.labels import EXPRESSIONS
from duchenne.measure import FaceReader
from duchenne.models.card import TrainingSource
from duchenne.models.session import Device, Session
from duchenne.pipeline import Networks
from grey_reader import offer
from labelled_faces import ballot, fer2013_row, write_table
from media import write_video
from rated_folders import FPS, frames
from tiny_networks import GREY_INPUT, Output, build
from worlds import portrait, real_finder


def session(*, units: tuple[str, ...] = ("AU12", "AU04")) -> Session:
    """Bright faces are happy and have AU12, dark ones neutral and AU04."""
    outputs = [
        Output("expression", [0.5, 0.5, *[0.0] * 6], [-0.5, 0.5, *[0.0] * 6], EXPRESSIONS),
        Output("units", [0.0] * len(units), [1.0, -1.0][: len(units)], units),
    ]
    return Session(*build(outputs, name="frame", spec=GREY_INPUT))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "N_RESAMPLES", 50)
    offer(monkeypatch, session())


def networks() -> Networks:
    made = session()
    return Networks(real_finder(), FaceReader(made), (made.card,), Device.CPU)


def write_faces(folder: Path) -> None:
    rows = [fer2013_row(n, "happiness", ballot(happiness=9)) for n in (190, 200)]
    rows += [fer2013_row(n, "neutral", ballot(neutral=9)) for n in (40, 50)]
    write_table(folder / FACES, rows)


def write_photographs(folder: Path) -> None:
    names = [name for name in (f"person {k}" for k in range(100)) if split_of(name) == HELD_OUT]
    jpeg = cv2.imencode(".jpg", portrait()[..., ::-1])[1].tobytes()
    rows = [
        {"image_id": label, "subject": name, "emotion": label, "jpeg": jpeg}
        for name, label in zip(names, ("happiness", "neutral"), strict=False)
    ]
    write_table(folder / PHOTOGRAPHS, rows)


def write_clips(folder: Path, part: str = SYNTHETIC) -> None:
    place = folder / part
    place.mkdir(parents=True)
    clips = ("plain", "lined")
    for clip in clips:
        write_video(place / f"{clip}.mp4", frames(4), fps=FPS)
    table = [pd.DataFrame({"clip": c, "frame": range(4), "AU12_L": [0.0, 0.1, 0.5, 0.9]}) for c in clips]
    pd.concat(table).to_parquet(place / "frames.parquet")
    pd.DataFrame({"clip": clips, "subject": clips, "wrinkles": [0.0, 0.8]}).to_parquet(
        place / "clips.parquet"
    )


def test_everything_that_is_there_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_model, "_STEP_S", 1 / FPS)
    for write in (write_faces, write_photographs, write_clips):
        write(tmp_path)
    write_clips(tmp_path, DRILL)
    outcome = evaluate_frame_model(tmp_path, "frame", networks=networks())
    titles = [table.title for table in outcome.tables]
    assert titles == [
        "Expressions, FER2013 PublicTest",
        "Units by expression, FER2013 PublicTest",
        "Units within one expression, FER2013 PublicTest",
        "Expressions, photographs of held-out subjects",
        "Units by expression, photographs of held-out subjects",
        "Units within one expression, photographs of held-out subjects",
        "Units of synthetic people, without drawn lines",
        "Units of synthetic people, all faces",
        "Units of synthetic people in a drill, without drawn lines",
        "Units of synthetic people in a drill, all faces",
    ]
    assert outcome.record["not_measured"] == []
    assert outcome.record["expressions"][0]["accuracy"] == 1.0
    (smile,) = (row for row in outcome.record["fer2013_separations"] if row["unit"] == "AU12")
    assert smile["auc"]["value"] == 1.0
    # The portrait gets brighter from frame to frame, and so does AU12.
    (plain,) = (row for row in outcome.record[f"{SYNTHETIC}, without drawn lines"] if row["unit"] == "AU12")
    assert plain["pcc"] > 0.8
    assert outcome.tables[6].note == "4 frames of 1 people."  # whose frames were not read is not known
    assert outcome.tables[7].note == "8 frames of 2 people; 0 without a face that could be read."
    assert outcome.record[f"{DRILL}, all faces"] == outcome.record[f"{SYNTHETIC}, all faces"]
    written = write_outcome(outcome, tmp_path / "out")
    assert {path.name for path in written} == {"results.json", "results.md"}


def test_what_is_not_there_is_named_and_not_scored(tmp_path: Path) -> None:
    write_faces(tmp_path)
    outcome = evaluate_frame_model(tmp_path, "frame", networks=networks())
    assert outcome.record["not_measured"] == [PHOTOGRAPHS, SYNTHETIC, DRILL]
    assert f"not measured: {SYNTHETIC} is not there" in outcome.notes
    assert not any("ynthetic" in table.title or "photographs" in table.title for table in outcome.tables)


def test_mean_recall_needs_all_six_expressions(tmp_path: Path) -> None:
    write_photographs(tmp_path)
    outcome = evaluate_frame_model(tmp_path, "frame", networks=networks())
    (row,) = outcome.tables[0].rows
    # Two of the six are there: their mean would be another number than the one that was asked for.
    assert row[3] == "-"
    assert row[4] == "-"
    assert np.isfinite(float(row[6]))


def test_faces_that_a_network_learned_from_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = session()
    learned = TrainingSource("fer2013", "PublicTest", TRAINED, "none", 9)
    object.__setattr__(made.card, "training", (learned,))
    offer(monkeypatch, made)
    write_faces(tmp_path)
    with pytest.raises(DataError, match="trained on"):
        evaluate_frame_model(tmp_path, "frame", networks=networks())


def test_folder_with_nothing_to_score_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds nothing to score.*fer2013\.parquet, faces\.parquet"):
        evaluate_frame_model(tmp_path, "frame", networks=networks())


def test_network_without_units_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, weights = build([Output("expression", [0.5] * 8, 0.0, EXPRESSIONS)], name="plain", spec=GREY_INPUT)
    offer(monkeypatch, Session(card, weights))
    write_faces(tmp_path)
    with pytest.raises(ModelError, match="'plain' gives no action units"):
        evaluate_frame_model(tmp_path, "plain")


@pytest.mark.parametrize("use", [TRAINED, CHOSEN])
def test_synthetic_people_that_were_learned_from_are_refused_and_those_chosen_on_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    monkeypatch.setattr(frame_model, "_STEP_S", 1 / FPS)
    write_clips(tmp_path)
    learned = session()
    object.__setattr__(learned.card, "training", (TrainingSource(MADE, "dev", use, "", 8),))
    offer(monkeypatch, learned)
    if use == TRAINED:
        with pytest.raises(DataError, match="'frame' was trained on it"):
            evaluate_frame_model(tmp_path, "frame", networks=networks())
    else:
        outcome = evaluate_frame_model(tmp_path, "frame", networks=networks())
        assert any("chosen by their score on dev" in note for note in outcome.notes)


def test_agreement_with_a_peer_that_was_learned_from_is_called_a_circle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_faces(tmp_path)
    assert not any("circle" in note for note in evaluate_frame_model(tmp_path, "frame").notes)
    learned = session()
    source = TrainingSource(blendshapes.MADE, "fer2013 Training", TRAINED, "", 8)
    object.__setattr__(learned.card, "training", (source, source))
    offer(monkeypatch, learned)
    (note,) = [n for n in evaluate_frame_model(tmp_path, "frame").notes if "circle" in n]
    assert "(fer2013 Training; which" in note
