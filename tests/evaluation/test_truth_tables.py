from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audit_tables import N_FRAMES, SUBJECTS, truth_tables, write_set
from duchenne.errors import DataError
from duchenne.evaluation.conditions import changes
from duchenne.evaluation.truth_tables import read_set

Change = Callable[[pd.DataFrame], pd.DataFrame]


def write_changed(folder: Path, *, frames: Change = lambda t: t, clips: Change = lambda t: t) -> Path:
    known_frames, known_clips = truth_tables()
    frames(known_frames).to_parquet(folder / "frames.parquet")
    clips(known_clips).to_parquet(folder / "clips.parquet")
    return folder


def test_every_frame_has_its_condition(tmp_path: Path) -> None:
    truth = read_set(write_set(tmp_path))
    assert len(truth.frames) == N_FRAMES * len(SUBJECTS) * (1 + len(changes()))
    row = truth.frames.query("clip == 's1_yaw_-40'").iloc[3]
    assert (row["frame"], row["subject"], row["factor"], row["level"]) == (3, "s1", "yaw", "-40")
    assert row["yaw_deg"] == pytest.approx(-40 + np.sin(3))
    assert set(truth.sha256) == {"frames.parquet", "clips.parquet"}
    assert truth.video("s1_yaw_-40") == tmp_path / "s1_yaw_-40.mp4"


def test_a_unit_on_one_side_counts_as_shown(tmp_path: Path) -> None:
    truth = read_set(write_set(tmp_path))
    raw, _ = truth_tables()
    assert (raw["AU12_R"] == 0).all()
    assert truth.frames["AU12"].max() == raw["AU12_L"].max() > 0


def test_eyes_closed_and_blink_are_both_lid_closure(tmp_path: Path) -> None:
    frames = read_set(write_set(tmp_path)).frames
    raw, _ = truth_tables()
    assert (frames["AU43"] == frames["AU45"]).all()
    assert frames["AU43"].sum() == pytest.approx(raw[["AU43_L", "AU45_L"]].max(axis=1).sum())
    assert frames["AU43"].sum() > raw["AU43_L"].sum()


def test_units_without_a_strength_are_not_renderable_rather_than_zero(tmp_path: Path) -> None:
    truth = read_set(write_set(tmp_path))
    assert 11 in truth.not_renderable  # a column of nulls
    assert 5 in truth.not_renderable  # no column
    assert truth.frames["AU11"].isna().all()
    assert truth.renderable == (1, 2, 4, 6, 12, 25, 28, 43, 45)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"clips.parquet is no table of an audit set.*duchenne audit -o OUT"):
        read_set(tmp_path)


def test_a_missing_file_and_a_missing_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"audit set\. Got: no such file\. Make a set"):
        read_set(tmp_path)
    with pytest.raises(DataError, match=r"audit set\. Got: no folder .*nowhere\. Make a set"):
        read_set(tmp_path / "nowhere")


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "frames.parquet").write_text("frames")
    with pytest.raises(DataError, match=r"frames.parquet is no table of an audit set"):
        read_set(tmp_path)


@pytest.mark.parametrize(("table", "name"), [("clips", "factor"), ("frames", "yaw_deg")])
def test_a_missing_column_is_named(tmp_path: Path, table: str, name: str) -> None:
    write_changed(tmp_path, **{table: lambda t: t.drop(columns=name)})
    with pytest.raises(DataError, match=f"no column {name}"):
        read_set(tmp_path)


def test_an_unknown_condition_is_refused(tmp_path: Path) -> None:
    write_changed(tmp_path, clips=lambda t: t.replace({"level": {"-40": "-45"}}))
    with pytest.raises(
        DataError, match=r"a condition that the audit does not know.*factor 'yaw', level '-45'"
    ):
        read_set(tmp_path)


def test_a_set_without_a_baseline_is_refused(tmp_path: Path) -> None:
    write_changed(tmp_path, clips=lambda t: t[t["factor"] != "baseline"])
    with pytest.raises(DataError, match="has no baseline"):
        read_set(tmp_path)


def test_a_subject_twice_under_one_condition_is_refused(tmp_path: Path) -> None:
    write_changed(tmp_path, clips=lambda t: t.replace({"subject": {"s1": "s0"}}))
    with pytest.raises(DataError, match=r"a subject twice under one condition.*s1_baseline"):
        read_set(tmp_path)


def test_a_clip_without_frames_is_refused(tmp_path: Path) -> None:
    write_changed(tmp_path, frames=lambda t: t[t["clip"] != "s0_noise_8"])
    with pytest.raises(DataError, match="has no frames of s0_noise_8"):
        read_set(tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[(t["clip"] != "s0_noise_8") | (t["frame"] != 7)],
        lambda t: t.assign(frame=t["frame"] + 1),
        lambda t: t.assign(frame=t["frame"].replace({7: 8})),
    ],
    ids=["a frame is missing", "counted from 1", "a frame is there twice"],
)
def test_tables_that_disagree_are_refused(tmp_path: Path, spoil: Change) -> None:
    write_changed(tmp_path, frames=spoil)
    with pytest.raises(DataError, match=r"disagree about s\d_.*Expected: 24 frames numbered 0 to 23"):
        read_set(tmp_path)
