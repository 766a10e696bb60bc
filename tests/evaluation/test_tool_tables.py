from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from duchenne.errors import DataError
from duchenne.evaluation.tool_tables import Layout, Outcome, Readings, check_fit, tabulate


def openface(**columns: list[float]) -> pd.DataFrame:
    """Two frames of one clip in OpenFace's columns: a face, then none."""
    rows = {"clip": "c", "frame": [1, 2], "success": [1, 0], "confidence": [0.9, 0.2], "AU01_r": [2.5, 0.0]}
    return pd.DataFrame(rows | columns)


def pyfeat(**columns: list[float]) -> pd.DataFrame:
    rows = {"clip": "c", "frame": [0, 1], "FaceScore": [0.99, math.nan], "AU01": [0.5, math.nan]}
    return pd.DataFrame(rows | columns)


def own(**columns: list[object]) -> pd.DataFrame:
    rows = {
        "clip": "c",
        "frame": [0, 1, 2],
        "status": ["ok", "no_face", "decode_error"],
        "score": [0.9, math.nan, math.nan],
        "yaw_deg": [1.0, math.nan, math.nan],
        "pitch_deg": [2.0, math.nan, math.nan],
        "roll_deg": [3.0, math.nan, math.nan],
    }
    return pd.DataFrame(rows | columns)


def test_openface_counts_from_one_and_measures_up_to_five() -> None:
    found = tabulate(Layout.OPENFACE, openface(), "t.csv")
    assert found.frames["frame"].tolist() == [0, 1]
    assert found.frames["AU01"].tolist()[0] == 0.5
    assert found.units == (1,)
    assert "intensities (AUxx_r, 0 to 5) were divided by 5" in found.notes


def test_a_placeholder_beside_no_face_is_missing_and_not_zero() -> None:
    found = tabulate(Layout.OPENFACE, openface(), "t.csv").frames.iloc[1]
    assert found["outcome"] == Outcome.NOT_DETECTED
    assert math.isnan(found["AU01"])


def test_presence_stands_in_where_openface_has_no_intensity() -> None:
    found = tabulate(Layout.OPENFACE, openface(AU01_c=[0, 0], AU28_c=[1, 0]), "t.csv")
    assert found.units == (1, 28)
    assert found.frames["AU28"].tolist()[0] == 1.0
    assert found.frames["AU01"].tolist()[0] == 0.5  # the intensity, not the presence
    assert any(note.startswith("AU28: presence") for note in found.notes)


def test_a_table_of_presences_alone_is_not_said_to_be_divided() -> None:
    found = tabulate(Layout.OPENFACE, openface(AU28_c=[1, 0]).drop(columns="AU01_r"), "t.csv")
    assert not any("divided" in note for note in found.notes)


def test_openface_pose_gets_degrees_and_our_signs() -> None:
    angles = {"pose_Rx": [0.1, 0], "pose_Ry": [0.2, 0], "pose_Rz": [0.3, 0]}
    found = tabulate(Layout.OPENFACE, openface(**angles), "t.csv")
    assert found.has_pose
    assert found.frames[["yaw_deg", "pitch_deg", "roll_deg"]].iloc[0].tolist() == pytest.approx(
        np.degrees([-0.2, -0.1, 0.3]).tolist()
    )


def test_openface_without_pose_says_so() -> None:
    found = tabulate(Layout.OPENFACE, openface(), "t.csv")
    assert not found.has_pose
    assert "the table has no pose" in found.notes


def test_pyfeat_has_a_row_without_a_score_where_there_is_no_face() -> None:
    found = tabulate(Layout.PYFEAT, pyfeat(), "t.csv")
    assert found.frames["outcome"].tolist() == [Outcome.SEEN, Outcome.NOT_DETECTED]
    assert found.frames["AU01"].tolist()[0] == 0.5
    assert not found.has_pose
    assert any("units and signs differ" in note for note in found.notes)


def test_a_pyfeat_score_of_zero_is_no_face_whatever_stands_beside_it() -> None:
    # From 0.7 on it keeps a row with score 0 for a frame without a face; some versions computed values for it.
    found = tabulate(Layout.PYFEAT, pyfeat(FaceScore=[0.99, 0.0], AU01=[0.5, 0.3]), "t.csv")
    assert found.frames["outcome"].tolist() == [Outcome.SEEN, Outcome.NOT_DETECTED]
    assert math.isnan(found.frames["AU01"].tolist()[1])


def test_a_value_without_end_is_refused() -> None:
    with pytest.raises(DataError, match=r"column AU01_r of t\.csv is infinite somewhere"):
        tabulate(Layout.OPENFACE, openface(AU01_r=[math.inf, 0.0]), "t.csv")


def test_own_statuses_are_kept_apart() -> None:
    found = tabulate(Layout.DUCHENNE, own(), "t")
    assert found.frames["outcome"].tolist() == [Outcome.SEEN, Outcome.NOT_DETECTED, Outcome.FAILED]
    assert found.frames.iloc[0][["yaw_deg", "pitch_deg", "roll_deg"]].tolist() == [1.0, 2.0, 3.0]
    assert found.has_pose
    assert found.units == ()


def test_own_faces_of_low_quality_were_seen() -> None:
    found = tabulate(Layout.DUCHENNE, own(status=["low_quality", "no_face", "ok"]), "t")
    assert found.frames["outcome"].tolist()[0] == Outcome.SEEN


def test_own_action_units_are_read_where_there_are_some() -> None:
    assert tabulate(Layout.DUCHENNE, own(AU12=[0.3, math.nan, math.nan]), "t").units == (12,)


def test_own_columns_of_units_that_the_network_does_not_give_are_not_measured() -> None:
    table = own(AU01=[0.2, math.nan, math.nan], AU02=[math.nan] * 3, AU01_cal=[0.1, math.nan, math.nan])
    assert tabulate(Layout.DUCHENNE, table, "frames.csv").units == (1,)


@pytest.mark.parametrize(
    ("layout", "table"),
    [
        (Layout.OPENFACE, openface(frame=[1, 1], success=[1, 1], confidence=[0.5, 0.8], AU01_r=[0.0, 5.0])),
        (Layout.OPENFACE, openface(frame=[1, 1], success=[0, 1], confidence=[0.9, 0.3], AU01_r=[0.0, 5.0])),
        (Layout.PYFEAT, pyfeat(frame=[0, 0], FaceScore=[0.5, 0.8], AU01=[0.0, 1.0])),
    ],
    ids=["openface", "openface, the confident one failed", "pyfeat"],
)
def test_of_several_faces_the_surest_is_kept(layout: Layout, table: pd.DataFrame) -> None:
    found = tabulate(layout, table, "t.csv")
    assert found.frames["AU01"].tolist() == [1.0]
    assert any(note.startswith("1 further faces were left out") for note in found.notes)


def test_openface_without_confidence_is_read_too() -> None:
    found = tabulate(Layout.OPENFACE, openface().drop(columns="confidence"), "t.csv")
    assert found.frames["outcome"].tolist() == [Outcome.SEEN, Outcome.NOT_DETECTED]


def test_units_that_facs_does_not_have_here_are_named() -> None:
    found = tabulate(Layout.PYFEAT, pyfeat(AU03=[0.1, 0.2]), "t.csv")
    assert found.units == (1,)
    assert "AU03: not known to FACS as used here, left out" in found.notes


@pytest.mark.parametrize(
    ("layout", "missing"),
    [(Layout.OPENFACE, "success"), (Layout.PYFEAT, "FaceScore"), (Layout.DUCHENNE, "status")],
)
def test_columns_of_another_tool_are_refused(layout: Layout, missing: str) -> None:
    with pytest.raises(DataError, match=f"has not the columns of {layout}.*no .*{missing}.*Say which tool"):
        tabulate(layout, pd.DataFrame({"clip": ["c"], "frame": [0]}), "t.csv")


def test_a_column_of_words_is_refused() -> None:
    with pytest.raises(DataError, match=r"column AU01_r of t.csv is not a number"):
        tabulate(Layout.OPENFACE, openface(AU01_r=["high", "low"]), "t.csv")  # type: ignore[list-item]


def test_a_row_without_a_frame_number_is_refused() -> None:
    with pytest.raises(DataError, match=r"column frame of t.csv has gaps"):
        tabulate(Layout.OPENFACE, openface(frame=[1, math.nan]), "t.csv")


def test_frames_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(
        DataError, match=r"does not count frames\. Got: 1\.5\. Expected: whole numbers from 1"
    ):
        tabulate(Layout.OPENFACE, openface(frame=[1, 1.5]), "t.csv")


def readings() -> Readings:
    return tabulate(Layout.OPENFACE, openface(), "t.csv")


def test_readings_that_fit_pass() -> None:
    check_fit(readings(), {"c": 2, "another": 5})


def test_an_unknown_clip_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"names clips that the set does not have. Got: c. Expected: a1, a2, a3, a4 and 1"
    ):
        check_fit(readings(), {f"a{number}": 2 for number in range(1, 6)})


def test_frames_beyond_the_end_are_refused() -> None:
    with pytest.raises(
        DataError, match=r"frames of c do not fit the clip. Got: frames 0 to 1.*Expected: 0 to 0"
    ):
        check_fit(readings(), {"c": 1})


def test_frames_counted_from_zero_where_openface_counts_from_one_are_refused() -> None:
    with pytest.raises(DataError, match="frames -1 to 0"):
        check_fit(tabulate(Layout.OPENFACE, openface(frame=[0, 1]), "t.csv"), {"c": 2})


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(DataError, match="the tool's table is empty"):
        check_fit(tabulate(Layout.OPENFACE, openface().iloc[:0], "t.csv"), {"c": 2})
