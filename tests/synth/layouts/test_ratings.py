"""Rated recordings: the files of RECOLA, and what the raters followed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.layouts import ratings
from duchenne.synth.layouts.affect import DIMENSIONS, latent_affect
from duchenne.synth.layouts.raters import NAMES, gold_standard
from duchenne.synth.layouts.ratings import RatingsOptions, files, plan, rating_times_s, ratings_of
from layout_folders import n_frames_of, rows_of, tiny

SHORT = RatingsOptions(subjects=4, seconds=60.0)


@pytest.fixture(scope="module")
def text() -> dict[str, str]:
    return dict(files(plan(SHORT, 0)))


def test_five_minutes_are_7500_frames_and_7501_ratings() -> None:
    study = plan(RatingsOptions(subjects=2), 0)
    for recording in study.recordings:
        times = rating_times_s(recording)
        assert recording.clip.n_frames == 7500
        assert len(times) == 7501
        assert (times[0], times[-1]) == (0.0, pytest.approx(300.0))


def test_recordings_are_numbered_in_two_partitions_of_different_people() -> None:
    recordings = plan(SHORT, 0).recordings
    assert [one.clip.name for one in recordings] == ["train_1", "dev_1", "train_2", "dev_2"]
    assert len({one.clip.person.name for one in recordings}) == 4
    assert recordings[0].clip.media == "recordings_video/train_1.mp4"


def test_emotions_come_one_after_the_other_with_pauses() -> None:
    for recording in plan(RatingsOptions(subjects=6), 0).recordings:
        acts = [one.act for one in recording.posed]
        assert len(acts) > 10
        assert all(a.end_s + 2.0 <= b.start_s for a, b in pairwise(acts))
        assert acts[-1].end_s <= 300.0


def test_six_raters_stand_in_a_table_separated_by_semicolons(text: dict[str, str]) -> None:
    lines = text["ratings_individual/valence/train_1.csv"].splitlines()
    assert lines[0] == "time;FM1;FM2;FM3;FF1;FF2;FF3"
    assert len(lines) == 1 + 1501
    assert [line.split(";")[0] for line in lines[1:4]] == ["0.00", "0.04", "0.08"]
    values = np.array([[float(cell) for cell in line.split(";")[1:]] for line in lines[1:]])
    assert np.abs(values).max() <= 1.0


def test_the_gold_standard_has_nine_lines_before_its_data(text: dict[str, str]) -> None:
    for dimension in DIMENSIONS:
        lines = text[f"ratings_gold_standard/{dimension}/dev_2.arff"].splitlines()
        assert lines[0] == f"@relation GOLDSTANDARD_{dimension}"
        assert [line.split()[1] for line in lines[:9] if line.startswith("@attribute")] == [
            *("Instance_name", "frameTime", "GoldStandard")
        ]
        assert lines[7:9] == ["@data", ""]
        assert any(line.startswith("% SYNTHETIC") for line in lines)
        assert [line.split(",")[:2] for line in lines[9:11]] == [["'dev_2'", "0.00"], ["'dev_2'", "0.04"]]
        assert len(lines) == 9 + 1501


def test_the_gold_standard_is_made_of_the_ratings_in_the_files(text: dict[str, str]) -> None:
    rows = rows_of(text["ratings_individual/arousal/train_2.csv"], ";")
    given = np.array([[float(row[name]) for name in NAMES] for row in rows])
    lines = text["ratings_gold_standard/arousal/train_2.arff"].splitlines()[9:]
    gold = [float(line.split(",")[2]) for line in lines]
    assert gold == pytest.approx(gold_standard(given).tolist(), abs=1e-6)


def test_the_latent_curve_stands_beside(text: dict[str, str]) -> None:
    recording = plan(SHORT, 0).recordings[0]
    rows = rows_of(text["truth/latent/train_1.csv"])
    latent = latent_affect(recording.posed, rating_times_s(recording))
    for column, dimension in enumerate(DIMENSIONS):
        assert [float(row[dimension]) for row in rows] == pytest.approx(latent[:, column].tolist(), abs=1e-6)


def test_a_raters_own_delay_can_be_found_in_the_ratings() -> None:
    study = plan(RatingsOptions(subjects=2), 3)
    recording = study.recordings[0]
    latent = latent_affect(recording.posed, rating_times_s(recording))[:, 0]
    written = ratings_of(study, recording)["valence"]
    for number, rater in enumerate(study.raters):
        lags = np.arange(0, 200)
        fit = [np.corrcoef(latent[: 7501 - lag], written[lag:, number])[0, 1] for lag in lags]
        # The low pass is late, too, by about its time constant; noise moves the best lag by a few steps.
        assert 0.04 * lags[np.argmax(fit)] == pytest.approx(rater.delay_s + rater.smoothing_s, abs=0.5)
        assert max(fit) > 0.8


def test_raters_are_the_same_in_all_recordings(text: dict[str, str]) -> None:
    rows = rows_of(text["truth/raters.csv"])
    assert [row["rater"] for row in rows] == list(NAMES)
    assert [float(row["delay_s"]) for row in rows] == [rater.delay_s for rater in plan(SHORT, 0).raters]


def test_short_recordings_show_something_too() -> None:
    for seed in range(10):
        study = plan(RatingsOptions(subjects=2, seconds=10.0), seed)
        assert all(recording.posed for recording in study.recordings)


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(SHORT, 1) == plan(SHORT, 1) != plan(SHORT, 2)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs more subjects"):
        RatingsOptions(subjects=1)
    with pytest.raises(SettingsError, match="too short"):
        RatingsOptions(seconds=1.0)


def test_the_folder_holds_the_recordings(tmp_path: Path) -> None:
    assert ratings.write(
        RatingsOptions(subjects=2, seconds=2.0), tmp_path / "out", seed=1, rendering=tiny(tmp_path)
    )
    for row in rows_of((tmp_path / "out" / "recordings.csv").read_text()):
        assert n_frames_of(tmp_path / "out" / row["media"]) == int(row["frames"]) == 50
    assert "lexical and posed, not felt" in (tmp_path / "out" / "README.txt").read_text()
