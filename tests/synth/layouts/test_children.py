"""Short labelled clips: the paper's balance, short expressions, folds by subject."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.facs import DU_2014
from duchenne.synth.acting.script import BLINK
from duchenne.synth.layouts import children
from duchenne.synth.layouts.children import BROAD, LABELS, SETS, ChildrenOptions, files, plan, scaled_counts
from layout_folders import n_frames_of, rows_of, tiny, truth_of

FULL = plan(ChildrenOptions(subjects=48), 0)


def test_with_48_subjects_the_balance_is_the_papers() -> None:
    duckees = Counter(one.label for one in FULL if one.source == "DuckEES")
    liris = Counter(one.label for one in FULL if one.source == "LIRIS-CSE")
    assert duckees == {"happiness": 36, "sadness": 17, "fear": 18, "disgust": 20, "neutral": 30}
    assert liris == {"happiness": 61, "sadness": 26, "anger": 1, "fear": 32, "surprise": 51, "disgust": 9}
    assert (duckees.total(), liris.total()) == (121, 180)


def test_with_fewer_subjects_no_label_disappears() -> None:
    for source in SETS:
        counts = scaled_counts(source, 1)
        assert set(counts) == set(source.counts)
        assert min(counts.values()) == 1
    assert scaled_counts(SETS[0], 18)["happiness"] == 18


def test_three_classes_unite_the_negative_ones() -> None:
    assert {label for label in LABELS if BROAD[label] == "negative"} == {
        "sadness",
        "anger",
        "fear",
        "surprise",  # as the paper's Table 2 implies
        "disgust",
    }
    assert BROAD["neutral"] == "neutral"
    assert set(BROAD) == set(LABELS)


def test_a_fold_holds_whole_subjects() -> None:
    folds: dict[str, set[int]] = {}
    for one in FULL:
        folds.setdefault(one.clip.person.name, set()).add(one.fold)
    assert all(len(numbers) == 1 for numbers in folds.values())
    # The smaller set goes on where the larger one stopped: five subjects are enough for five folds.
    assert {one.fold for one in plan(ChildrenOptions(subjects=5), 0)} == set(range(5))
    by_fold = Counter(min(numbers) for numbers in folds.values())
    assert sorted(by_fold.values()) == [9, 9, 10, 10, 10]


def test_no_subject_is_in_both_sets_and_all_have_about_as_many_clips() -> None:
    for source, n_subjects in (("DuckEES", 36), ("LIRIS-CSE", 12)):
        of_set = Counter(one.clip.person.name for one in FULL if one.source == source)
        assert len(of_set) == n_subjects
        assert max(of_set.values()) - min(of_set.values()) <= 1
    assert len({one.clip.person.name for one in FULL}) == 48


def test_clips_have_the_length_of_their_set() -> None:
    lengths = {
        source.name: [o.clip.script.duration_s for o in FULL if o.source == source.name] for source in SETS
    }
    # 1.1 s are 27.5 frame times at 25 frames/s.
    assert set(np.round(lengths["DuckEES"], 6)) == {1.1}
    assert {one.clip.n_frames for one in FULL if one.source == "DuckEES"} == {28}
    assert min(lengths["LIRIS-CSE"]) >= 2.5
    assert max(lengths["LIRIS-CSE"]) <= 6.0


def test_the_expression_takes_fewer_frames_in_spontaneous_clips() -> None:
    shown = {
        source.name: [o.shown_share for o in FULL if o.source == source.name and o.act is not None]
        for source in SETS
    }
    # A frame more or less of 28 is 4 %.
    assert 0.2 <= min(shown["DuckEES"]) <= max(shown["DuckEES"]) <= 0.65
    assert 0.05 <= min(shown["LIRIS-CSE"]) <= max(shown["LIRIS-CSE"]) <= 0.37
    # Most clips are neutral for most of their frames: there the most frequent label is the wrong one.
    assert np.mean(np.array(shown["LIRIS-CSE"]) < 0.5) == 1.0


def test_a_clip_shows_units_of_its_label_and_a_neutral_one_none() -> None:
    shares = {emotion.name: emotion.shares for emotion in DU_2014}
    for one in FULL:
        units = {event.unit for event in one.clip.script.events} - {BLINK}
        assert units <= set(shares.get(one.label, ()))
        assert bool(units) == (one.label != "neutral")


def test_all_faces_have_smooth_skin() -> None:
    assert all(one.clip.person.has_smooth_skin for one in FULL)


def test_labels_and_times_are_written() -> None:
    text = dict(files(FULL))
    rows = rows_of(text["labels.csv"])
    assert len(rows) == 301
    assert rows[0]["file"].startswith("DuckEES/")
    assert rows[0]["file"].endswith(".m4v")
    assert rows[-1]["file"].endswith(".mp4")
    for row, shown in zip(rows, rows_of(text["truth/shown.csv"]), strict=True):
        assert BROAD[row["label7"]] == row["label3"]
        assert (shown["start_s"] == "") == (row["label7"] == "neutral")


def test_the_same_seed_gives_the_same_plan() -> None:
    options = ChildrenOptions(subjects=3)
    assert plan(options, 1) == plan(options, 1) != plan(options, 2)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs more subjects"):
        ChildrenOptions(subjects=1)
    with pytest.raises(SettingsError, match="too short"):
        ChildrenOptions(seconds=0.1)


def test_the_folder_holds_the_clips_and_says_that_nobody_is_a_child(tmp_path: Path) -> None:
    options = ChildrenOptions(subjects=2, seconds=0.4)
    assert children.write(options, tmp_path / "out", seed=1, rendering=tiny(tmp_path))
    rows = rows_of((tmp_path / "out" / "labels.csv").read_text())
    for row in rows:
        assert n_frames_of(tmp_path / "out" / row["file"]) == int(row["frames"]) == 10
    neutral = next(row for row in rows if row["label7"] == "neutral")
    frames = truth_of(tmp_path / "out", Path(neutral["file"]).stem)
    shown = frames.filter(regex="^AU(?!25|45|05)").fillna(0.0)
    assert float(shown.to_numpy().max()) == 0.0
    assert "NO CHILDREN" in (tmp_path / "out" / "README.txt").read_text()
