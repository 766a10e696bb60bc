from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from duchenne.errors import DataError
from duchenne.facs import UNIT_COLUMNS
from duchenne.outputs import formats, tables
from duchenne.outputs.calibrate import NOT_ASKED, SOMEBODY_ELSE, Calibrator
from duchenne.outputs.provenance import ModelRecord, hash_file
from duchenne.outputs.tables import MemorySink
from duchenne.records import FrameResult, Observation
from duchenne.temporal.baseline import NOT_MEASURED, Baseline, NotCalibrated
from duchenne.temporal.calibration import CalibrationOptions, NeutralFace
from made_results import acting, face, poor, reading, run_of, shown

SMILE, BROW = UNIT_COLUMNS.index("AU12"), UNIT_COLUMNS.index("AU04")


def read(track: int, smile: float, brow: float) -> Observation:
    return acting(track, AU12=smile, AU04=brow)


def recording(n_frames: int = 200) -> list[FrameResult]:
    """Eight seconds of two people: the first rests from 2 s to 4 s, the second comes for one second only."""
    results = []
    for index in range(n_frames):
        time_s = index / 25
        rests = 2 <= time_s <= 4
        people = [read(0, 0.2, 0.1) if rests else read(0, 0.6, 0.55)]
        if time_s < 1:
            people.append(read(1, 0.5, 0.5))
        results.append(shown(index, *people))
    results[100] = shown(100, poor(0))
    return results


def table_of(results: list[FrameResult]) -> pa.Table:
    sink = MemorySink("clip.mp4")
    for result in results:
        sink.write(result)
    return sink.table()


def column(table: pa.Table, name: str, track: int) -> list[float | None]:
    faces = table.column("face").to_pylist()
    return [v for v, f in zip(table.column(name).to_pylist(), faces, strict=True) if f == track]


def test_neutral_face_is_found_and_units_are_set_against_it() -> None:
    table, baselines = Calibrator(CalibrationOptions()).table(table_of(recording()))
    found = baselines[0]
    assert isinstance(found, Baseline)
    assert (found.begin_s, found.end_s) == (2.0, 3.0)
    assert found.levels[[SMILE, BROW]] == pytest.approx([0.2, 0.1])
    smile = column(table, "AU12_cal", 0)
    # (0.6 - 0.2) / (1 - 0.2) and 0 at rest; the poor frame has nothing.
    assert smile[0] == 0.5
    assert smile[60] == 0.0
    assert smile[100] is None
    assert column(table, "AU04_cal", 0)[0] == 0.5
    assert set(column(table, "AU01_cal", 0)) == {None}


def test_person_too_short_in_view_is_not_calibrated_which_is_not_calibrated_by_zero() -> None:
    table, baselines = Calibrator(CalibrationOptions()).table(table_of(recording()))
    assert isinstance(baselines[1], NotCalibrated)
    assert baselines[1].reason == "the face was read for 1.0 s, less than 4 s"
    assert set(column(table, "AU12_cal", 1)) == {None}
    assert column(table, "AU12", 1)[0] == 0.5


def test_all_other_columns_stay_as_they_were() -> None:
    before = table_of(recording())
    after, _ = Calibrator(CalibrationOptions()).table(before)
    assert after.schema.equals(before.schema, check_metadata=True)
    same = [name for name in before.column_names if not name.endswith("_cal")]
    assert after.select(same).to_pylist() == before.select(same).to_pylist()


@pytest.mark.parametrize("name", ["frames.parquet", "frames.csv"])
def test_file_gets_the_values_that_memory_gets(name: str, tmp_path: Path) -> None:
    results = recording(2500)
    expected, in_memory = Calibrator(CalibrationOptions()).table(table_of(results))
    sink = formats.open_sink(tmp_path / name, "clip.mp4")
    for result in results:
        sink.write(result)
    sink.close()
    on_disk = Calibrator(CalibrationOptions()).file(tmp_path / name)
    assert tables.read_table(tmp_path / name).to_pylist() == expected.to_pylist()
    assert [p.name for p in tmp_path.iterdir()] == [name]
    for track, baseline in in_memory.items():
        assert repr(baseline) == repr(on_disk[track])


def test_named_stretch_is_used_as_it_is() -> None:
    options = CalibrationOptions(neutral_face=NeutralFace.STRETCH, begin_s=0.0, end_s=1.0)
    table, baselines = Calibrator(options).table(table_of(recording()))
    found = baselines[0]
    assert isinstance(found, Baseline)
    assert found.levels[[SMILE, BROW]] == pytest.approx([0.6, 0.55])
    assert column(table, "AU12_cal", 0)[0] == 0.0
    # Below the neutral face a unit is not shown.
    assert column(table, "AU12_cal", 0)[60] == 0.0
    away = CalibrationOptions(neutral_face=NeutralFace.STRETCH, begin_s=100.0, end_s=101.0)
    assert Calibrator(away).table(table_of(recording()))[1][0] == NotCalibrated(
        "the face was not read between 100 s and 101 s"
    )


@pytest.mark.parametrize("named", ["folder", "file"])
def test_other_recording_gives_the_levels_of_the_face_seen_longest(named: str, tmp_path: Path) -> None:
    neutral = [
        shown(k, read(0, 0.1, 0.9), read(1, 0.3, 0.2)) if k < 5 else shown(k, read(1, 0.3, 0.2))
        for k in range(30)
    ]
    formats.save(table_of(neutral), tmp_path / "frames.csv")
    path = tmp_path if named == "folder" else tmp_path / "frames.csv"
    options = CalibrationOptions(neutral_face=NeutralFace.RECORDING, recording=str(path))
    first, later = recording(), [shown(k, read(2, 0.5, 0.5)) for k in range(200, 210)]
    table, baselines = Calibrator(options).table(table_of([*first, *later]))
    # The second person is in view together with the first, who is seen longer, and cannot be the one on record.
    assert baselines[1] == SOMEBODY_ELSE
    assert set(column(table, "AU12_cal", 1)) == {None}
    for track in (0, 2):
        baseline = baselines[track]
        assert isinstance(baseline, Baseline)
        assert baseline.levels[[SMILE, BROW]] == pytest.approx([0.3, 0.2])
        # The times are of the other recording, and its name says so.
        assert (baseline.begin_s, baseline.end_s) == (0.0, pytest.approx(29 / 25))
        assert baseline.recording == path.name
        assert baseline.recording_sha256 == hash_file(tmp_path / "frames.csv")
    # A track of ten frames is calibrated too: the neutral face is known from elsewhere.
    assert column(table, "AU12_cal", 2)[0] == pytest.approx((0.5 - 0.3) / 0.7, abs=1e-4)


def test_recording_that_another_network_read_is_refused(tmp_path: Path) -> None:
    formats.save(table_of([shown(k, read(0, 0.1, 0.2)) for k in range(30)]), tmp_path / "frames.parquet")
    run = replace(run_of(), models=(ModelRecord("rec", "A network", "1", "", "", "abc"),))
    (tmp_path / "run.json").write_text(run.to_json())
    options = CalibrationOptions(neutral_face=NeutralFace.RECORDING, recording=str(tmp_path))
    for reader in ("abc", ""):  # the same one, and one that nobody names
        Calibrator(options, reader)
    with pytest.raises(DataError, match=r"read by another network.*Got: rec\. Analyze the recording"):
        Calibrator(options, "def")


def test_recording_without_a_table_or_without_units_is_refused_at_once(tmp_path: Path) -> None:
    options = CalibrationOptions(neutral_face=NeutralFace.RECORDING, recording=str(tmp_path))
    with pytest.raises(DataError, match=r"holds no frame table\. Expected: frames\.parquet or frames\.csv"):
        Calibrator(options)
    for results in ([], [shown(0, Observation(face(0), reading("fear", 0.9)))]):
        formats.save(table_of(results), tmp_path / "frames.parquet")
        with pytest.raises(DataError, match="no action unit was read in the neutral recording"):
            Calibrator(options)


def test_not_asked_for_and_not_measured_differ() -> None:
    asked_not = Calibrator(CalibrationOptions(neutral_face=NeutralFace.NONE))
    before = table_of(recording())
    table, baselines = asked_not.table(before)
    assert table.equals(before)
    assert baselines == {0: NOT_ASKED, 1: NOT_ASKED}
    without = table_of([shown(k, Observation(face(0), reading("fear", 0.9))) for k in range(200)])
    assert Calibrator(CalibrationOptions()).table(without) == (without, {0: NOT_MEASURED})
    assert Calibrator(CalibrationOptions()).table(table_of([])) == (table_of([]), {})


def test_single_frame_is_not_calibrated() -> None:
    _, baselines = Calibrator(CalibrationOptions()).table(table_of([shown(0, read(0, 0.2, 0.1))]))
    assert baselines == {0: NotCalibrated("the face was read for 0.0 s, less than 4 s")}
