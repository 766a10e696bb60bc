from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.errors import DataError
from duchenne.evaluation.continuous_metrics import icc_3_1
from duchenne.evaluation.protocols.tool_agreement import curve_agreement, evaluate_agreement

N = 60
SMILE = np.clip(np.sin(np.arange(N) / 6), 0, 1)


def openface(path: Path, smile: np.ndarray, *, success: np.ndarray | None = None) -> Path:
    """OpenFace counts frames from 1 and intensities up to 5."""
    n = len(smile)
    pd.DataFrame(
        {
            "frame": range(1, n + 1),
            "success": np.ones(n, dtype=int) if success is None else success,
            "confidence": 0.98,
            "AU12_r": 5 * smile,
            "AU45_c": 0,
        }
    ).to_csv(path, index=False)
    return path


def pyfeat(path: Path, smile: np.ndarray, clip: str = "x.mp4") -> Path:
    n = len(smile)
    table = pd.DataFrame({"input": clip, "frame": range(n), "FaceScore": 0.9, "AU12": smile, "AU01": 0.5})
    table.to_csv(path, index=False)
    return path


def test_same_curve_in_two_layouts_agrees_wholly(tmp_path: Path) -> None:
    outcome = evaluate_agreement(openface(tmp_path / "a.csv", SMILE), pyfeat(tmp_path / "b.csv", SMILE))
    (curve,) = outcome.record["curves"]  # AU12 is all that both measure
    assert (curve["name"], curve["n_frames"], curve["lag"]) == ("AU12", N, 0)
    assert curve["pcc"] == pytest.approx(1)
    assert curve["icc"] == pytest.approx(1)
    assert curve["difference"] == pytest.approx(0, abs=1e-12)
    assert [file["layout"] for file in outcome.record["files"]] == ["openface", "pyfeat"]


def test_other_scale_costs_icc_and_not_r(tmp_path: Path) -> None:
    half = 0.1 + SMILE / 2
    outcome = evaluate_agreement(openface(tmp_path / "a.csv", SMILE), pyfeat(tmp_path / "b.csv", half))
    (curve,) = outcome.record["curves"]
    assert curve["pcc"] == pytest.approx(1)
    assert curve["icc"] == pytest.approx(icc_3_1(np.column_stack([SMILE, half])))
    assert curve["icc"] < 0.9
    assert curve["difference"] == pytest.approx(np.abs(SMILE - half).mean())


@pytest.mark.parametrize("lag", [-3, 4])
def test_late_curve_is_found_to_be_late(tmp_path: Path, lag: int) -> None:
    late = np.roll(SMILE, lag)
    outcome = evaluate_agreement(openface(tmp_path / "a.csv", SMILE), pyfeat(tmp_path / "b.csv", late))
    (curve,) = outcome.record["curves"]
    assert curve["lag"] == lag
    assert curve["pcc_at_lag"] > 0.99 > curve["pcc"]


def test_frames_that_one_tool_did_not_read_are_counted_and_left_out(tmp_path: Path) -> None:
    success = np.ones(N, dtype=int)
    success[:10] = 0
    first = openface(tmp_path / "a.csv", SMILE, success=success)
    second = pyfeat(tmp_path / "b.csv", SMILE[:50])
    outcome = evaluate_agreement(first, second)
    assert outcome.record["n_frames_both"] == 40
    assert (outcome.record["n_frames_first_only"], outcome.record["n_frames_second_only"]) == (10, 10)
    assert outcome.record["curves"][0]["n_frames"] == 40


def test_a_lag_does_not_reach_from_one_clip_into_another() -> None:
    table = pd.DataFrame(
        {
            "clip": ["a"] * N + ["b"] * N,
            "frame": [*range(N), *range(N)],
            "AU12_first": [*SMILE, *SMILE],
            "AU12_second": [*np.roll(SMILE, 2), *np.roll(SMILE, 2)],
        }
    )
    assert curve_agreement("AU12", table).lag == 2


def test_curves_that_do_not_move_or_hardly_meet_have_no_agreement() -> None:
    table = pd.DataFrame(
        {"clip": "a", "frame": range(3), "x_first": [0.0, 0.0, 0.0], "x_second": [0.1, 0.2, 0.3]}
    )
    still = curve_agreement("x", table)
    assert (still.n_frames, still.lag) == (3, None)
    assert np.isnan([still.pcc, still.pcc_at_lag]).all()
    nothing = curve_agreement("x", table.iloc[:0])
    assert nothing.n_frames == 0
    assert np.isnan([nothing.pcc, nothing.icc, nothing.difference]).all()


def test_tables_of_other_recordings_are_refused(tmp_path: Path) -> None:
    both = pd.concat([pd.read_csv(pyfeat(tmp_path / f"{c}.csv", SMILE, f"{c}.mp4")) for c in "xy"])
    both.to_csv(tmp_path / "both.csv", index=False)
    other = pd.concat([pd.read_csv(pyfeat(tmp_path / f"{c}.csv", SMILE, f"{c}.mp4")) for c in "vw"])
    other.to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(DataError, match=r"share no frame.*clips x, y and v, w"):
        evaluate_agreement(tmp_path / "both.csv", tmp_path / "other.csv")


def test_tables_with_nothing_in_common_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    first = openface(tmp_path / "a.csv", SMILE)
    second = tmp_path / "b.csv"
    pd.read_csv(pyfeat(second, SMILE)).drop(columns="AU12").to_csv(second, index=False)
    with pytest.raises(DataError, match=r"nothing in common.*AU12, AU45; AU01"):
        evaluate_agreement(first, second)
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"table of no tool.*Got: a, b"):
        evaluate_agreement(first, tmp_path / "c.csv")


def test_several_faces_of_one_frame_are_refused(tmp_path: Path) -> None:
    two = pd.concat([pd.read_csv(openface(tmp_path / "a.csv", s)) for s in (SMILE, 1 - SMILE)])
    two.to_csv(tmp_path / "two.csv", index=False)
    with pytest.raises(
        DataError, match=r"two\.csv holds several faces of one frame.*Got: 60 rows.*one person"
    ):
        evaluate_agreement(pyfeat(tmp_path / "b.csv", SMILE), tmp_path / "two.csv")
