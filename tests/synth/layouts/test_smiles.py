"""The phone's files, the paper's equations on them, and the folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.synth.layouts import smiles
from duchenne.synth.layouts.smile_plan import EMOTIONS, PosedVideo, SmilesOptions, plan
from duchenne.synth.layouts.smiles import PHONE_UNITS, files, seen_by_phone, true_intensity
from layout_folders import n_frames_of, rows_of, tiny, true_strengths

EXACT = SmilesOptions(subjects=4, missing=0.0, phone_noise=0.0)


def phone_rows(text: dict[str, str], video: PosedVideo) -> list[dict[str, str]]:
    return rows_of(text[video.clip.media.removesuffix(".mp4") + "_au.csv"])


def test_the_files_have_the_units_of_the_papers_table_on_both_sides() -> None:
    assert PHONE_UNITS == (1, 2, 4, 5, 6, 7, 9, 12, 15, 16, 20, 23, 26)
    videos = plan(EXACT, 0)
    row = phone_rows(dict(files(videos, EXACT)), videos[0])[0]
    assert list(row)[:4] == ["frame", "time_s", "AU_1L", "AU_1R"]
    assert {"AU_6L", "AU_6R", "AU_12L", "AU_12R"} <= set(row)


def test_equation_1_on_the_phones_files_recovers_the_true_intensity() -> None:
    videos = plan(EXACT, 0)
    text = dict(files(videos, EXACT))
    for name in {video.clip.person.name for video in videos}:
        own = [video for video in videos if video.clip.person.name == name]
        rows = {video.clip.name: phone_rows(text, video) for video in own}
        # As printed: sums of both sides, over maxima of each side taken from all of the subject's frames.
        largest = {
            key: max(float(row[key]) for of_video in rows.values() for row in of_video)
            for key in ("AU_6L", "AU_6R", "AU_12L", "AU_12R")
        }
        for video in own:
            happiness = [
                (float(r["AU_6L"]) + float(r["AU_6R"])) / (largest["AU_6L"] + largest["AU_6R"]) / 2
                + (float(r["AU_12L"]) + float(r["AU_12R"])) / (largest["AU_12L"] + largest["AU_12R"]) / 2
                for r in rows[video.clip.name]
            ]
            # The files have four digits.
            assert happiness == pytest.approx(true_intensity(video).tolist(), abs=5e-4)


def test_equation_2_with_the_true_maxima_is_the_true_intensity_but_for_blinks() -> None:
    videos = plan(SmilesOptions(subjects=3, emotions=tuple(EMOTIONS)), 0)
    for video in videos:
        units = EMOTIONS[video.emotion]
        left_right = video.clip.strengths(units).sum(axis=2)
        shares = left_right / np.array([sum(video.maxima[unit]) for unit in units])
        blinks = video.clip.strengths((45,)).max(axis=(1, 2)) > 0
        assert shares.mean(axis=1)[~blinks] == pytest.approx(true_intensity(video)[~blinks])


def test_the_truth_is_written_with_its_label_from_0_to_10() -> None:
    videos = plan(EXACT, 0)
    text = dict(files(videos, EXACT))
    for video in videos:
        rows = rows_of(text[f"truth/intensity/{video.clip.name}.csv"])
        assert len(rows) == video.clip.n_frames
        for row in rows:
            assert abs(int(row["label"]) - 10 * float(row["intensity"])) <= 0.5 + 1e-5
    assert max(int(row["label"]) for row in rows) == 10


def test_frames_are_missing_in_short_gaps() -> None:
    options = SmilesOptions(subjects=20, missing=0.05)
    seen = [seen_by_phone(video, options) for video in plan(options, 0)]
    share = 1 - np.concatenate(seen).mean()
    # Gaps that overlap or reach past the end make it a little less than asked for.
    assert share == pytest.approx(0.05, abs=0.01)
    for of_video in seen:
        edges = np.flatnonzero(np.diff(np.concatenate([[1], of_video, [1]])))
        assert len(edges) % 2 == 0


def test_a_missing_frame_has_no_row_but_has_its_truth() -> None:
    options = SmilesOptions(subjects=4, missing=0.1)
    videos = plan(options, 0)
    text = dict(files(videos, options))
    for video in videos:
        frames = [int(row["frame"]) for row in phone_rows(text, video)]
        assert frames == np.flatnonzero(seen_by_phone(video, options)).tolist()
        assert len(rows_of(text[f"truth/intensity/{video.clip.name}.csv"])) == video.clip.n_frames


def test_a_phone_that_sees_nearly_nothing_still_sees_one_frame() -> None:
    options = SmilesOptions(subjects=2, seconds=0.9, missing=0.5)
    seen = [seen_by_phone(video, options) for seed in range(200) for video in plan(options, seed)]
    assert min(int(one.sum()) for one in seen) >= 1
    assert any(one.sum() == 1 and one[0] for one in seen)


def test_noise_is_of_the_stated_size_and_stays_in_range() -> None:
    options = SmilesOptions(subjects=6, missing=0.0, phone_noise=0.02)
    videos = plan(options, 0)
    text = dict(files(videos, options))
    errors = []
    for video in videos:
        given = np.array([[float(row[f"AU_12{side}"]) for side in "LR"] for row in phone_rows(text, video)])
        exact = video.clip.strengths((12,))[:, 0]
        inside = (exact > 0.1) & (exact < 0.9)
        errors.append((given - exact)[inside])
        assert given.min() >= 0.0
        assert given.max() <= 1.0
    # Some thousands of values: the spread is within 5 %.
    assert np.concatenate(errors).std() == pytest.approx(0.02, rel=0.05)


def test_the_list_of_videos_marks_the_instructions() -> None:
    videos = plan(EXACT, 0)
    rows = rows_of(dict(files(videos, EXACT))["videos.csv"])
    assert len(rows) == len(videos)
    assert float(rows[0]["instructions_end_s"]) == pytest.approx(videos[0].instructions_end_s, abs=1e-4)
    assert rows[-1]["instructions_end_s"] == "0.0000"
    assert rows[0]["instruction"] == "smile"


def test_maxima_are_listed_once_a_subject() -> None:
    videos = plan(EXACT, 0)
    rows = rows_of(dict(files(videos, EXACT))["truth/maxima.csv"])
    assert [(row["subject"], row["au"]) for row in rows[:3]] == [("S01", "6"), ("S01", "12"), ("S02", "6")]
    assert len(rows) == 8


def test_the_folder_holds_videos_whose_mesh_does_what_the_phone_says(tmp_path: Path) -> None:
    options = SmilesOptions(subjects=2, seconds=0.9, missing=0.1, phone_noise=0.0)
    assert smiles.write(options, tmp_path / "out", seed=1, rendering=tiny(tmp_path))
    for row in rows_of((tmp_path / "out" / "videos.csv").read_text()):
        assert n_frames_of(tmp_path / "out" / row["media"]) == int(row["frames"])
        given = rows_of((tmp_path / "out" / row["action_units"]).read_text())
        for unit in EMOTIONS["happiness"]:
            exact = true_strengths(tmp_path / "out", row["video"], unit)
            for one in given:
                values = [float(one[f"AU_{unit}{side}"]) for side in "LR"]
                # Four digits in the phone's file, at least as many in the truth.
                assert values == pytest.approx(exact[int(one["frame"])].tolist(), abs=1e-4)
    assert "frames are missing on purpose" in (tmp_path / "out" / "README.txt").read_text()
