from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from duchenne.errors import DataError, OutputError
from duchenne.facs import UNIT_COLUMNS
from duchenne.outputs import formats, schema, tables
from duchenne.outputs.tables import CsvSink, MemorySink, ParquetSink
from duchenne.records import FrameResult
from made_results import seen, shown, story, tabulate

NAMES = [column.name for column in schema.COLUMNS]
FileSink = type[ParquetSink] | type[CsvSink]
both_files = pytest.mark.parametrize(("sink", "name"), [(ParquetSink, "f.parquet"), (CsvSink, "f.csv")])


def write(sink: FileSink, path: Path, results: list[FrameResult], video: str = "clip.mp4") -> Path:
    out = sink(path, video)
    for result in results:
        out.write(result)
    out.close()
    return path


@both_files
def test_file_holds_the_same_values_as_memory(sink: FileSink, name: str, tmp_path: Path) -> None:
    results = story(300, n_people=2)
    memory, _ = tabulate(results)
    path = write(sink, tmp_path / name, results)
    pd.testing.assert_frame_equal(
        schema.to_pandas(tables.read_table(path)), schema.to_pandas(memory.table()), check_exact=True
    )


@both_files
def test_same_results_give_the_same_bytes(sink: FileSink, name: str, tmp_path: Path) -> None:
    first = write(sink, tmp_path / f"1{name}", story())
    second = write(sink, tmp_path / f"2{name}", story())
    assert first.read_bytes() == second.read_bytes()


@both_files
@pytest.mark.parametrize("n_frames", [0, 1])
def test_no_frames_and_one_frame(sink: FileSink, name: str, n_frames: int, tmp_path: Path) -> None:
    path = write(sink, tmp_path / name, [shown(k) for k in range(n_frames)])
    table = tables.read_table(path)
    assert table.num_rows == n_frames
    assert table.column_names == NAMES


@both_files
@pytest.mark.parametrize("video", ['a, "b"\nünï; .mp4', "NA", "null", "nan"])
def test_awkward_file_names_survive(sink: FileSink, name: str, video: str, tmp_path: Path) -> None:
    path = write(sink, tmp_path / name, [shown(0), shown(1)], video)
    assert tables.read_table(path).column("video").to_pylist() == [video, video]


def test_plain_pandas_reads_parquet_with_the_types_of_the_schema(tmp_path: Path) -> None:
    path = write(ParquetSink, tmp_path / "f.parquet", story())
    frames = pd.read_parquet(path)
    assert str(frames["face"].dtype) == "Int64"
    assert str(frames["status"].dtype) == "category"
    pd.testing.assert_frame_equal(frames, schema.to_pandas(tables.read_table(path)))


def test_csv_is_plain_text_with_empty_cells_for_what_is_missing(tmp_path: Path) -> None:
    path = write(CsvSink, tmp_path / "f.csv", [shown(0), shown(1, seen(0, "happiness", 0.93))])
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(NAMES)
    assert lines[1] == "clip.mp4,0,0.0,,no_face" + "," * (len(NAMES) - 5)
    assert lines[2].startswith(
        "clip.mp4,1,0.04,0,ok,40.0,30.0,60.0,80.0,0.9,1.5,-2.5,0.5,happiness,0.01,0.93,"
    )


def test_rows_leave_memory_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK_ROWS", 10)
    path = write(ParquetSink, tmp_path / "f.parquet", [shown(k) for k in range(25)])
    metadata = pa.parquet.read_metadata(path)
    assert [metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)] == [10, 10, 5]
    memory = MemorySink("a")
    for k in range(25):
        memory.write(shown(k))
    assert [len(chunk) for chunk in memory.table().column("frame").chunks] == [10, 10, 5]


def test_memory_sink_may_be_read_while_it_is_written_and_emptied() -> None:
    sink = MemorySink("a")
    assert sink.table().num_rows == 0
    sink.write(shown(0))
    assert sink.table().num_rows == 1
    sink.write(shown(1))
    assert sink.table().column("frame").to_pylist() == [0, 1]
    sink.abort()
    assert sink.table().num_rows == 0


@both_files
def test_closing_twice_changes_nothing(sink: FileSink, name: str, tmp_path: Path) -> None:
    out = sink(tmp_path / name, "a")
    out.write(shown(0))
    out.close()
    before = (tmp_path / name).read_bytes()
    out.close()
    assert (tmp_path / name).read_bytes() == before


@both_files
@pytest.mark.parametrize("is_closed", [False, True])
def test_abort_leaves_no_file(sink: FileSink, name: str, is_closed: bool, tmp_path: Path) -> None:
    out = sink(tmp_path / name, "a")
    out.write(shown(0))
    if is_closed:
        out.close()
    out.abort()
    assert list(tmp_path.iterdir()) == []


@both_files
def test_a_place_that_cannot_be_written_is_named(sink: FileSink, name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=rf"{name} cannot be written. Got: .*Check that the folder exists"):
        sink(tmp_path / "nowhere" / name, "a")


def test_batches_are_bounded_and_hold_the_columns_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, _ = tabulate(story(50))
    sources: list[Path | pa.Table] = [memory.table(), write(ParquetSink, tmp_path / "f.parquet", story(50))]
    monkeypatch.setattr(tables, "CHUNK_ROWS", 20)
    for source in sources:
        batches = list(tables.read_batches(source, ["face", "frame"]))
        assert [batch.num_rows for batch in batches] == [20, 20, 10]
        assert batches[0].schema.names == ["face", "frame"]


def no_schema(path: Path) -> None:
    pa.parquet.write_table(pa.table({"a": [1]}), path)


def text(path: Path) -> None:
    path.write_text("hello\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "make", "got"),
    [
        ("f.parquet", no_schema, "schema none"),
        ("f.parquet", text, "Parquet"),
        ("f.csv", text, "video"),
        ("f.csv", lambda path: None, "f.csv"),
        ("f.parquet", lambda path: None, "f.parquet"),
    ],
    ids=["other table", "text as Parquet", "text as CSV", "no CSV", "no Parquet"],
)
def test_what_is_not_a_frame_table_is_refused(
    name: str, make: Callable[[Path], None], got: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(DataError, match=rf"{name} is not a frame table. Got: .*{got}.*schema 1"):
        tables.read_table(tmp_path / name)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_table_from_before_there_were_units_is_read_and_they_are_missing(name: str, tmp_path: Path) -> None:
    memory, _ = tabulate(story(30))
    later = {*UNIT_COLUMNS, *schema.CALIBRATED_UNITS}
    old = memory.table().select([column for column in NAMES if column not in later])
    formats.save(old, tmp_path / name)
    found = tables.read_table(tmp_path / name)
    assert found.column_names == NAMES
    assert found.select(old.column_names).to_pylist() == old.to_pylist()
    assert all(found.column(column).null_count == found.num_rows for column in later)


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_table_that_lacks_another_column_is_refused(name: str, tmp_path: Path) -> None:
    memory, _ = tabulate(story(30))
    formats.save(memory.table().drop_columns(["p_fear"]), tmp_path / name)
    with pytest.raises(DataError, match=r"is not a frame table.*p_fear"):
        tables.read_table(tmp_path / name)
