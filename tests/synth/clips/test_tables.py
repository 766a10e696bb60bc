"""Tables hold what is true, rounded, with null for what cannot be known."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from duchenne.errors import OutputError
from duchenne.records import Pose
from duchenne.synth.clips.table_columns import CLIP_COLUMNS, EVENT_COLUMNS, FRAME_COLUMNS
from duchenne.synth.clips.tables import (
    VIDEO_SHA256,
    clip_row,
    event_rows,
    frame_rows,
    join,
    to_table,
    write,
    write_frames,
)
from duchenne.synth.clips.truth import FrameTruth
from duchenne.synth.head.action_units import UNITS, Kind
from duchenne.synth.surroundings.scene import Sensor
from tiny_clips import SCENE, SCRIPT, tiny_spec


def truth(time_s: float = 0.04) -> FrameTruth:
    units = {
        unit: (math.nan, math.nan) if rule.kind is Kind.NOT_RENDERABLE else (unit / 100, 0.0)
        for unit, rule in UNITS.items()
    }
    landmarks = np.arange(136, dtype=np.float32).reshape(68, 2) + np.float32(0.25)
    return FrameTruth(
        time_s,
        units,
        Pose(1.23456, -2.0, 3.0),
        (4.0, -5.0),
        0.123456,
        (1.1, 0.9),
        landmarks,
        np.ones(68, dtype=bool),
        0.5,
    )


def test_a_frame_becomes_a_row_of_what_is_true() -> None:
    (row,) = to_table(frame_rows("clip", [truth()]), FRAME_COLUMNS).to_pylist()
    assert (row["clip"], row["frame"], row["time_s"]) == ("clip", 0, 0.04)
    assert (row["AU12_L"], row["AU12_R"]) == (0.12, 0.0)
    assert (row["yaw_deg"], row["pitch_deg"], row["roll_deg"]) == (1.235, -2.0, 3.0)
    assert (row["gaze_yaw_deg"], row["gaze_pitch_deg"]) == (4.0, -5.0)
    assert (row["lip_gap_cm"], row["eye_opening_L_cm"], row["eye_opening_R_cm"]) == (0.1235, 1.1, 0.9)
    assert (row["x_3"], row["y_3"], row["x_67"], row["y_67"]) == (6.25, 7.25, 134.25, 135.25)
    assert row["visible_share"] == 0.5


def test_units_that_cannot_be_shown_are_null_and_resting_ones_zero() -> None:
    table = to_table(frame_rows("clip", [truth(), truth()]), FRAME_COLUMNS)
    for unit in (11, 13, 32):
        assert table.column(f"AU{unit}_L").null_count == 2
    assert table.column("AU45_R").to_pylist() == [0.0, 0.0]
    assert sum(column.null_count for column in table.columns) == 3 * 2 * 2


def test_frames_are_counted_from_zero() -> None:
    table = to_table(frame_rows("clip", [truth(0.0), truth(0.1), truth(0.2)]), FRAME_COLUMNS)
    assert table.column("frame").to_pylist() == [0, 1, 2]


def test_no_frames_make_an_empty_table_with_all_columns() -> None:
    table = to_table(frame_rows("clip", []), FRAME_COLUMNS)
    assert table.num_rows == 0
    assert table.column_names == [one.name for one in FRAME_COLUMNS]


def test_an_event_has_a_row_for_each_side_that_moves_in_order_of_time() -> None:
    rows = to_table(event_rows(tiny_spec()), EVENT_COLUMNS).to_pylist()
    assert [(row["unit"], row["side"], row["peak"]) for row in rows] == [
        (12, "L", 0.9),
        (12, "R", 0.6),
        (26, "L", 0.5),
        (26, "R", 0.5),
    ]
    assert [rows[0][name] for name in ("start_s", "apex_start_s", "apex_end_s", "end_s")] == [
        0.0,
        0.2,
        0.3,
        0.4,
    ]


def test_a_side_that_does_not_move_has_no_row() -> None:
    script = replace(SCRIPT, events=(replace(SCRIPT.events[1], peak=(0.0, 0.7)),))
    (row,) = event_rows(tiny_spec(script=script))
    assert row["side"] == "R"


def test_a_clip_without_events_has_no_rows() -> None:
    assert list(event_rows(tiny_spec(script=replace(SCRIPT, events=())))) == []


def test_a_clips_row_holds_everything_that_decided_it() -> None:
    (row,) = to_table([clip_row(tiny_spec(fps=29.97), "ff", "ee")], CLIP_COLUMNS).to_pylist()
    assert (row["clip"], row["subject"], row["kind"], row["label"]) == ("clip", "ada", "asymmetric", "AU12")
    assert (row["frames"], row["fps"], row["size"], row["seed"]) == (12, 29.97, 48, 5)
    assert (row["skin"], row["wrinkles"]) == (0.4, 0.8)
    assert json.loads(row["identity"]) == [0.5, -0.25]
    assert json.loads(row["look"])["hair_style"] == "bald"
    assert json.loads(row["scene"])["sensor"]["noise"] == 3.0
    assert json.loads(row["script"])["events"][1]["peak"] == [0.9, 0.6]
    assert row["generator"].startswith("duchenne ")
    assert (row["face_model_sha256"], row["video_sha256"]) == ("ff", "ee")


def test_a_value_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        clip_row(tiny_spec(scene=replace(SCENE, sensor=Sensor(gain=math.nan))), "", "")


def test_the_same_truth_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_frames(tmp_path / name, "clip", [truth(), truth(0.08)], video_sha256="ff")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert pyarrow.parquet.read_schema(tmp_path / "a").metadata[VIDEO_SHA256.encode()] == b"ff"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_parts_are_joined_in_the_order_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duchenne.synth.clips.tables._GROUP_ROWS", 4)
    parts = []
    for name in ("b", "a", "c"):
        parts.append(tmp_path / name)
        write_frames(parts[-1], name, [truth()] * 3)
    join(parts, FRAME_COLUMNS, tmp_path / "joined")
    file = pyarrow.parquet.ParquetFile(tmp_path / "joined")
    assert file.read().column("clip").to_pylist() == ["b"] * 3 + ["a"] * 3 + ["c"] * 3
    # Two parts reach the four rows of a group, the third is the rest.
    assert file.num_row_groups == 2
    assert VIDEO_SHA256.encode() not in file.schema_arrow.metadata
    assert file.schema_arrow.field("lip_gap_cm").metadata[b"unit"] == b"cm"


def test_joining_parts_that_fill_their_groups_leaves_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duchenne.synth.clips.tables._GROUP_ROWS", 3)
    write_frames(tmp_path / "a", "a", [truth()] * 3)
    join([tmp_path / "a"], FRAME_COLUMNS, tmp_path / "joined")
    assert pyarrow.parquet.ParquetFile(tmp_path / "joined").num_row_groups == 1


def test_joining_nothing_writes_an_empty_table(tmp_path: Path) -> None:
    join([], EVENT_COLUMNS, tmp_path / "joined")
    assert pyarrow.parquet.read_table(tmp_path / "joined").num_rows == 0


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the table .*frames\.parquet cannot be written"):
        write(to_table([], EVENT_COLUMNS), tmp_path / "missing" / "frames.parquet")
