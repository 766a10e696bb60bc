from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.labels import Status
from duchenne.outputs import rows, schema
from duchenne.records import Face, FrameResult, Observation, Pose, Reading
from made_results import acting, broken, face, poor, reading, seen, shown

NAMES = [column.name for column in schema.COLUMNS]


def row_of(result: FrameResult, at: int = 0) -> dict[str, rows.Value]:
    return dict(zip(NAMES, list(rows.rows(result, "clip.mp4"))[at], strict=True))


def test_a_read_face_has_every_value() -> None:
    row = row_of(shown(7, seen(3, "sadness", 0.65)))
    assert row["video"] == "clip.mp4"
    assert row["frame"] == 7
    assert row["time_s"] == 0.28
    assert row["face"] == 3
    assert row["status"] == "ok"
    assert [row[n] for n in ("x", "y", "width", "height")] == [340.0, 30.0, 60.0, 80.0]
    assert row["score"] == 0.9
    assert [row[n] for n in ("yaw_deg", "pitch_deg", "roll_deg")] == [1.5, -2.5, 0.5]
    assert row["expression"] == "sadness"
    assert [row[n] for n in schema.PROBABILITIES] == [0.05, 0.05, 0.05, 0.65, 0.05, 0.05, 0.05, 0.05]
    # 0.65 of "sad" and 0.05 of each other word, by hand from Russell & Mehrabian's ratings.
    assert [row[n] for n in schema.AFFECT] == [-0.4485, -0.024]


def test_units_are_written_where_they_were_measured_and_missing_where_the_network_does_not_give_them() -> (
    None
):
    row = row_of(shown(0, acting(0, AU01=0.0, AU12=0.123456)))
    # 0 was measured; all the others were not.
    assert {name: row[name] for name in UNIT_COLUMNS if row[name] is not None} == {
        "AU01": 0.0,
        "AU12": 0.1235,
    }
    assert {row[name] for name in schema.CALIBRATED_UNITS} == {None}


def test_a_network_without_units_leaves_their_columns_empty() -> None:
    row = row_of(shown(0, seen(0, "fear", 0.9)))
    assert {row[name] for name in (*UNIT_COLUMNS, *schema.CALIBRATED_UNITS)} == {None}


def test_a_frame_without_a_face_still_has_one_row_and_nothing_in_it_is_zero() -> None:
    made = list(rows.rows(shown(4), "clip.mp4"))
    assert made == [("clip.mp4", 4, 0.16, None, "no_face", *(None,) * (len(NAMES) - 5))]


def test_a_broken_frame_has_one_row_and_no_time_if_it_is_unknown() -> None:
    assert next(rows.rows(broken(4), "a"))[:5] == ("a", 4, None, None, "decode_error")
    assert row_of(broken(4, time_s=0.5))["time_s"] == 0.5


def test_a_poor_face_keeps_box_and_pose_but_has_no_expression() -> None:
    row = row_of(shown(0, poor(1)))
    assert row["status"] == "low_quality"
    assert row["x"] == 140.0
    assert row["yaw_deg"] == 1.5
    assert {row[name] for name in ("expression", *schema.PROBABILITIES, *schema.AFFECT)} == {None}


@pytest.mark.parametrize(
    "observation",
    [
        Observation(face(0), None),
        Observation(face(0, status=Status.LOW_QUALITY), reading("fear", 0.9)),
    ],
    ids=["good but not measured", "poor but measured"],
)
def test_an_expression_is_shown_only_where_quality_and_measurement_agree(observation: Observation) -> None:
    row = row_of(shown(0, observation))
    assert row["status"] == "low_quality"
    assert row["expression"] is None


def test_several_faces_have_a_row_each_in_the_order_of_their_tracks() -> None:
    result = shown(0, seen(2, "fear", 0.9), poor(0), seen(1, "anger", 0.8))
    assert [row[3] for row in rows.rows(result, "a")] == [0, 1, 2]


def test_numbers_are_rounded_and_minus_zero_is_zero() -> None:
    odd = Face(0, Box(-0.001, 1.23456, 9.999, 1.0), 0.123456, 1.0, face().landmarks, Pose(-0.004, 0.0, 0.0))
    row = row_of(FrameResult(0, 1 / 3, Status.OK, (Observation(odd, reading("fear", 1 / 3)),)))
    assert row["time_s"] == 0.333333
    assert (row["x"], row["y"], row["width"]) == (0.0, 1.23, 10.0)
    assert math.copysign(1, float(str(row["x"]))) == 1
    assert str(row["yaw_deg"]) == "0.0"
    assert row["score"] == 0.1235
    assert row["p_fear"] == 0.3333


def test_rounded_probabilities_still_sum_to_one() -> None:
    rng = np.random.default_rng(1)
    for values in rng.dirichlet(np.ones(8), size=200):
        row = row_of(shown(0, Observation(face(), Reading(values.astype(np.float32)))))
        # Eight values, each off by at most half of the last digit kept.
        assert sum(float(str(row[name])) for name in schema.PROBABILITIES) == pytest.approx(1, abs=5e-4)
