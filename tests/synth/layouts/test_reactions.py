"""Reaction videos: one vector each, lengths that vary, splits by subject."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.synth.acting.cooccurrence import conflicts
from duchenne.synth.acting.script import BLINK
from duchenne.synth.head.action_units import RENDERABLE
from duchenne.synth.layouts import reactions
from duchenne.synth.layouts.reactions import REACTIONS, ReactionsOptions, files, plan
from layout_folders import n_frames_of, rows_of, tiny

MANY = plan(ReactionsOptions(subjects=60), 0)


def test_the_seven_reactions_are_the_papers_and_one_face_can_show_each() -> None:
    assert list(REACTIONS) == [
        *("Adoration", "Amusement", "Anxiety", "Disgust", "Empathic-Pain", "Fear", "Surprise"),
    ]
    for units in REACTIONS.values():
        assert set(units) <= set(RENDERABLE)
        assert conflicts(units) == ()
        assert max(units.values()) <= 1.0


def test_no_two_reactions_are_the_same_to_a_camera() -> None:
    for one, other in combinations(REACTIONS.values(), 2):
        units = sorted(set(one) | set(other))
        a, b = (np.array([of.get(unit, 0.0) for unit in units]) for of in (one, other))
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) < 0.9


def test_splits_are_by_subject_in_the_papers_proportion() -> None:
    people = {
        split: {v.clip.person.name for v in MANY if v.split == split} for split in ("Train", "Val", "Test")
    }
    assert {split: len(names) for split, names in people.items()} == {"Train": 38, "Val": 11, "Test": 11}
    assert len(set.union(*people.values())) == 60


def test_lengths_vary_within_the_papers_480_frames() -> None:
    frames = [video.clip.n_frames for video in MANY]
    assert min(frames) >= 50
    assert max(frames) <= 480
    assert np.std(frames) > 60
    # 240 draws whose spread is 115 frames: the mean is within 3 standard errors of the data set's.
    assert np.mean(frames) == pytest.approx(10.8 * 25, abs=25)


def test_a_label_is_the_strength_of_the_script() -> None:
    for video in MANY:
        shown = {name for name, _ in video.acts}
        assert shown == {name for name, value in video.intensities.items() if value > 0}
        for name in shown:
            unit, weight = max(REACTIONS[name].items(), key=lambda pair: pair[1])
            strongest = max(act.units[unit][0] for one, act in video.acts if one == name)
            assert strongest == pytest.approx(weight * video.intensities[name])


def test_some_videos_show_nothing_and_some_mix() -> None:
    n_shown = [sum(value > 0 for value in video.intensities.values()) for video in MANY]
    assert {0, 1, 2, 3} == set(n_shown)


def test_a_reaction_takes_only_a_part_of_a_video() -> None:
    for video in MANY:
        for _, act in video.acts:
            assert act.end_s - act.start_s <= 0.5 * video.clip.script.duration_s + 1e-9


def test_units_that_exclude_each_other_are_never_shown_at_once() -> None:
    for video in MANY:
        for time_s in video.clip.times_s[::5]:
            assert conflicts(set(video.clip.script.units(float(time_s))) - {BLINK}) == ()


def test_the_table_has_one_row_a_video() -> None:
    rows = rows_of(dict(files(MANY))["data_info.csv"])
    assert list(rows[0]) == ["File_ID", "Split", *REACTIONS]
    assert len({row["File_ID"] for row in rows}) == len(MANY)
    for row, video in zip(rows, MANY, strict=True):
        assert {name: float(row[name]) for name in REACTIONS} == dict(video.intensities)


def test_acts_are_written_beside() -> None:
    rows = rows_of(dict(files(MANY))["truth/acts.csv"])
    assert len(rows) == sum(len(video.acts) for video in MANY)
    for row in rows:
        times = [float(row[key]) for key in ("start_s", "apex_start_s", "apex_end_s", "end_s")]
        assert times == sorted(times)


def test_the_mean_length_can_be_set() -> None:
    short = [video.clip.script.duration_s for video in plan(ReactionsOptions(subjects=40, seconds=1.0), 0)]
    assert np.mean(short) == pytest.approx(1.0, abs=0.1)


def test_the_same_seed_gives_the_same_plan() -> None:
    options = ReactionsOptions(subjects=2)
    assert plan(options, 1) == plan(options, 1) != plan(options, 2)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs more subjects"):
        ReactionsOptions(subjects=0)
    with pytest.raises(SettingsError, match="needs more videos"):
        ReactionsOptions(videos=0)
    with pytest.raises(SettingsError, match="too short"):
        ReactionsOptions(seconds=0.1)


def test_the_folder_holds_what_the_table_names(tmp_path: Path) -> None:
    options = ReactionsOptions(subjects=2, videos=1, seconds=0.5)
    assert reactions.write(options, tmp_path / "out", seed=1, rendering=tiny(tmp_path))
    for row in rows_of((tmp_path / "out" / "videos.csv").read_text()):
        assert n_frames_of(tmp_path / "out" / row["media"]) == int(row["frames"])
    assert "a map of ours" in (tmp_path / "out" / "README.txt").read_text()
