from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audit_tables import (
    N_FRAMES,
    SUBJECTS,
    audited,
    blind_when_turned,
    known,
    perfect,
    shuffled,
    truth_tables,
    weak_on_dark_skin,
    write_openface,
    write_set,
)
from duchenne.errors import DataError
from duchenne.evaluation.audit import run_audit, table
from duchenne.evaluation.audit_record import ALL, Audit, Origin
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.evaluation.tool_files import read_tool
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import read_set

ORIGIN = Origin("openface", "", {}, {}, {}, "", {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("set"))


@pytest.mark.parametrize("layout", list(Layout))
def test_a_perfect_tool_scores_one_everywhere(layout: Layout) -> None:
    audit = audited(perfect, layout=layout)
    assert len(audit.measured) >= 8
    for score in audit.units:
        if score.unit == 28 and layout is Layout.OPENFACE:
            continue  # presence only
        # CSV files have all digits; sums of a few thousand squares do not.
        values = {name: estimate.value for name, estimate in score.measures.items()}
        assert values == pytest.approx({"pcc": 1, "icc": 1, "mae": 0, "ap": 1, "auc": 1}, abs=1e-9)
        for difference in score.differences.values():
            assert difference.value == pytest.approx(0, abs=1e-9)
        assert score.coverage == 1.0
    assert all(score.rate.value == 1.0 for score in audit.detection)
    assert all(score.error.value < 1e-9 and score.correlation == pytest.approx(1) for score in audit.pose)
    assert bool(audit.pose) == (layout is not Layout.PYFEAT)


def test_a_shuffled_tool_knows_nothing() -> None:
    scores = [score for score in audited(shuffled).units if score.factor == ALL]
    for score in scores:
        # Some 1,500 frames, a tenth to a fifth of them shown: three standard errors.
        assert abs(score.measures["pcc"].value) < 0.08
        assert score.measures["auc"].value == pytest.approx(0.5, abs=0.08)
        assert score.measures["ap"].value == pytest.approx(score.prevalence, abs=0.08)


def test_a_tool_that_is_blind_to_turned_heads_shows_it() -> None:
    audit = audited(blind_when_turned)
    rates = {(s.factor, s.level): s for s in audit.detection}
    assert rates["yaw", "40"].rate.value == 0.0
    assert rates["yaw", "40"].difference.value == -1.0
    assert rates["yaw", "20"].rate.value == 1.0
    assert rates[BASELINE, ""].rate.value == 1.0
    assert math.isnan(rates[BASELINE, ""].difference.value)
    assert rates[ALL, ""].rate.value == pytest.approx(1 - 2 / 21)


def test_what_was_not_seen_is_not_scored_rather_than_zero() -> None:
    audit = audited(blind_when_turned)
    turned = audit.unit(1, "yaw", "40")
    assert turned is not None
    assert (turned.n_frames, turned.n_seen, turned.coverage) == (N_FRAMES * len(SUBJECTS), 0, 0.0)
    assert all(math.isnan(estimate.value) for estimate in turned.measures.values())
    assert all(math.isnan(estimate.value) for estimate in turned.differences.values())
    assert math.isnan(turned.prevalence)
    everywhere = audit.unit(1, ALL)
    assert everywhere is not None
    assert everywhere.measures["pcc"].value == pytest.approx(1)
    assert everywhere.coverage == pytest.approx(1 - 2 / 21)


def test_a_bias_by_skin_shows_in_the_paired_difference_and_nowhere_else() -> None:
    audit = audited(weak_on_dark_skin)
    for score in audit.units:
        if not score.differences or score.unit == 28:
            continue
        fall, error = score.differences["pcc"], score.differences["mae"]
        if score.level == "dark":
            assert fall.is_clear
            assert fall.value < -0.2
            assert error.low > 0.05
        else:
            assert fall.value == pytest.approx(0, abs=1e-9)
            assert error.value == pytest.approx(0, abs=1e-9)


def test_differences_compare_frames_that_were_seen_under_both_conditions() -> None:
    def misses_the_hard_half(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """Wrong in the second half of every clip, and on dark skin it does not even see a face there."""
        values, late = perfect(rows, rng), (rows["frame"] >= N_FRAMES // 2).to_numpy()
        values[late] = 1 - values[late]
        return values.where(~((rows["level"] == "dark") & late))

    score = audited(misses_the_hard_half).unit(1, "skin", "dark")
    assert score is not None
    assert score.coverage == 0.5
    assert score.measures["mae"].value == pytest.approx(0)
    # Against the whole baseline it would look far better than there; on the same frames it is the same.
    assert score.differences["mae"].value == pytest.approx(0)


def test_scores_are_those_of_the_frames_that_were_read() -> None:
    def noisy(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return perfect(rows, rng) + rng.normal(0, 0.2, (len(rows), 1))

    score = audited(noisy, layout=Layout.PYFEAT).unit(4, "noise", "16")
    assert score is not None
    rows = known()
    said = noisy(rows, np.random.default_rng(0))["AU04"]
    mine = (rows["factor"] == "noise") & (rows["level"] == "16")
    expected = np.corrcoef(rows.loc[mine, "AU04"], said[mine])[0, 1]
    assert score.measures["pcc"].value == pytest.approx(expected, abs=1e-9)
    assert score.measures["pcc"].low < expected < score.measures["pcc"].high


def test_the_same_tables_give_the_same_audit() -> None:
    again = audited.__wrapped__(weak_on_dark_skin)
    assert again is not audited(weak_on_dark_skin)
    assert again.to_json() == audited(weak_on_dark_skin).to_json()


def test_a_tool_without_action_units_is_not_measured_but_still_seen_and_turned() -> None:
    audit = audited(perfect, layout=Layout.DUCHENNE, units=False)
    assert audit.units == ()
    assert audit.measured == ()
    assert audit.not_measured == (1, 2, 4, 6, 12, 25, 28, 43, 45)
    assert len(audit.detection) == 2 + len(changes())
    assert len(audit.pose) == 3 * len(audit.detection)


def test_units_that_were_not_rendered_are_never_scored() -> None:
    def guesses_all(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return perfect(rows, rng).assign(AU11=0.5, AU13=0.5)

    audit = audited(guesses_all, layout=Layout.DUCHENNE)
    assert not {11, 13} & set(audit.measured)
    assert {11, 13, 32} <= set(audit.not_renderable)


def test_pose_error_and_bias_are_in_degrees_with_their_sign(folder: Path) -> None:
    truth = read_set(folder)
    readings = read_tool(Layout.OPENFACE, write_openface(folder / "p.csv", perfect))
    shifted = readings.frames.assign(pitch_deg=readings.frames["pitch_deg"] - 5.0)
    audit = run_audit(truth, replace(readings, frames=shifted), ORIGIN)
    score = next(s for s in audit.pose if s.axis == "pitch_deg" and s.factor == BASELINE)
    assert (score.error.value, score.bias.value) == pytest.approx((5.0, -5.0))
    assert score.correlation == pytest.approx(1.0)


def some_clips(folder: Path, keep: str) -> Audit:
    """The audit of a perfect tool that ran on some clips only."""
    readings = read_tool(Layout.OPENFACE, write_openface(folder / "p.csv", perfect))
    kept = readings.frames[readings.frames["clip"].str.contains(keep)]
    return run_audit(read_set(folder), replace(readings, frames=kept), ORIGIN)


def test_a_clip_that_the_tool_never_saw_is_a_failure_and_not_a_missed_face(folder: Path) -> None:
    audit = some_clips(folder, "s0|s1|baseline|yaw")
    score = next(s for s in audit.detection if (s.factor, s.level) == ("noise", "8"))
    assert (score.n_frames, score.n_failed) == (2 * N_FRAMES, N_FRAMES)
    assert score.rate.value == 1.0
    assert (
        f"no answer from the tool on {16 * N_FRAMES} frames of 16 clips: they count neither way"
        in audit.notes
    )


def test_a_condition_without_an_answer_has_no_value(folder: Path) -> None:
    audit = some_clips(folder, "baseline")
    score = next(s for s in audit.detection if (s.factor, s.level) == ("noise", "8"))
    assert math.isnan(score.rate.value)
    assert math.isnan(score.difference.value)


def test_one_subject_in_a_condition_gives_no_certainty_there(folder: Path) -> None:
    audit = some_clips(folder, "s0_noise_8|baseline")
    alone, several = audit.unit(1, "noise", "8"), audit.unit(1, BASELINE)
    assert alone is not None
    assert several is not None
    assert alone.measures["pcc"].value == pytest.approx(1.0)
    assert math.isnan(alone.measures["pcc"].low)
    assert math.isnan(alone.differences["pcc"].high)
    assert several.measures["pcc"].low == pytest.approx(1.0)
    rate = next(s.rate for s in audit.detection if (s.factor, s.level) == ("noise", "8"))
    assert rate.value == 1.0
    assert math.isnan(rate.low)


def test_a_missing_row_in_a_clip_that_the_tool_saw_is_a_missed_face(folder: Path) -> None:
    readings = read_tool(Layout.OPENFACE, write_openface(folder / "p.csv", perfect))
    kept = readings.frames[readings.frames["frame"] >= N_FRAMES // 4]
    audit = run_audit(read_set(folder), replace(readings, frames=kept), ORIGIN)
    assert all(s.rate.value == 0.75 and s.n_failed == 0 for s in audit.detection)


def test_one_subject_gives_values_without_intervals(tmp_path: Path) -> None:
    frames, clips = truth_tables()
    frames[frames["clip"].str.startswith("s0")].to_parquet(tmp_path / "frames.parquet")
    clips[clips["subject"] == "s0"].to_parquet(tmp_path / "clips.parquet")
    readings = read_tool(Layout.OPENFACE, write_openface(tmp_path / "p.csv", perfect))
    kept = readings.frames[readings.frames["clip"].str.startswith("s0")]
    audit = run_audit(read_set(tmp_path), replace(readings, frames=kept), ORIGIN)
    r = audit.units[0].measures["pcc"]
    assert r.value == pytest.approx(1.0)
    assert math.isnan(r.low)
    assert math.isnan(r.high)


def test_conditions_that_a_set_does_not_have_are_left_out(tmp_path: Path) -> None:
    frames, clips = truth_tables()
    clips = clips[clips["factor"].isin([BASELINE, "yaw"])]
    frames[frames["clip"].isin(clips["clip"])].to_parquet(tmp_path / "frames.parquet")
    clips.to_parquet(tmp_path / "clips.parquet")
    readings = read_tool(Layout.OPENFACE, write_openface(tmp_path / "p.csv", perfect))
    kept = readings.frames[readings.frames["clip"].isin(clips["clip"])]
    audit = run_audit(read_set(tmp_path), replace(readings, frames=kept), ORIGIN)
    assert {score.factor for score in audit.detection} == {ALL, BASELINE, "yaw"}


def test_readings_of_another_set_are_refused(folder: Path) -> None:
    readings = read_tool(Layout.OPENFACE, write_openface(folder / "p.csv", perfect))
    renamed = readings.frames.assign(clip="holiday")
    with pytest.raises(DataError, match="names clips that the set does not have"):
        run_audit(read_set(folder), replace(readings, frames=renamed), ORIGIN)


def test_the_flat_table_has_a_row_a_unit_and_condition() -> None:
    audit = audited(weak_on_dark_skin)
    rows = pd.DataFrame(table(audit))
    assert len(rows) == len(audit.units) == 8 * (2 + len(changes()))
    row = rows[(rows["unit"] == "AU12") & (rows["level"] == "dark")].iloc[0]
    score = audit.unit(12, "skin", "dark")
    assert score is not None
    assert row["change_pcc_low"] == score.differences["pcc"].low
    assert row["auc"] == score.measures["auc"].value
    assert rows[rows["factor"] == BASELINE]["change_pcc"].isna().all()
