from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import OutputError, SettingsError
from duchenne.geometry import Box
from duchenne.labels import Status
from duchenne.outputs import formats, tables
from duchenne.records import Face, FrameResult, Observation, Pose, Reading

# One of everything that a row can be: read, seen but not read, nobody there, not decoded.
FACE = Face(
    3, Box(-1.5, 2.25, 30.0, 40.0), 0.87654, 0.99, np.zeros((468, 3), np.float32), Pose(1.0, -2.0, 0.5)
)
READING = Reading(np.float32([0.1, 0.6, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]))
RESULTS = (
    FrameResult(0, 0.0, Status.OK, (Observation(FACE, READING),)),
    FrameResult(1, 1 / 3, Status.OK, (Observation(FACE, None),)),
    FrameResult(2, 2 / 3, Status.NO_FACE),
    FrameResult(3, math.nan, Status.DECODE_ERROR, reason="damaged"),
)
# Commas, quotes and line breaks are what a CSV file can trip over.
VIDEO = 'a "clip", with\na break.mp4'


def fill(sink: tables.Sink, results: tuple[FrameResult, ...] = RESULTS) -> None:
    for result in results:
        sink.write(result)
    sink.close()


@pytest.mark.parametrize(("format", "name"), [("parquet", "frames.parquet"), ("csv", "frames.csv")])
def test_a_format_names_its_file(format: str, name: str) -> None:
    assert formats.file_name(format) == name


@pytest.mark.parametrize("format", ["xlsx", "", "CSV"])
def test_an_unknown_format_is_refused_with_the_known_ones(format: str) -> None:
    with pytest.raises(SettingsError, match=rf"unknown table format '{format}'\. Expected: parquet or csv\."):
        formats.file_name(format)


@pytest.mark.parametrize(("format", "kind"), [("parquet", tables.ParquetSink), ("csv", tables.CsvSink)])
def test_the_ending_of_a_file_chooses_its_sink(format: str, kind: type, tmp_path: Path) -> None:
    sink = formats.open_sink(tmp_path / formats.file_name(format), "clip.mp4")
    sink.close()
    assert type(sink) is kind


@pytest.mark.parametrize("format", formats.SINKS)
@pytest.mark.parametrize("results", [RESULTS, RESULTS[:1], ()], ids=["all", "single", "empty"])
def test_a_saved_table_is_the_streamed_table(
    format: str, results: tuple[FrameResult, ...], tmp_path: Path
) -> None:
    streamed, saved = (tmp_path / name / formats.file_name(format) for name in ("streamed", "saved"))
    streamed.parent.mkdir()
    saved.parent.mkdir()
    memory = tables.MemorySink(VIDEO)
    fill(memory, results)
    fill(formats.open_sink(streamed, VIDEO), results)
    formats.save(memory.table(), saved)
    assert tables.read_table(saved).equals(tables.read_table(streamed), check_metadata=True)
    assert tables.read_table(saved).to_pylist() == memory.table().to_pylist()
    if format == "csv":  # in Parquet, row groups may differ
        assert saved.read_bytes() == streamed.read_bytes()


@pytest.mark.parametrize("format", formats.SINKS)
def test_a_table_that_was_saved_and_read_saves_to_the_same_bytes(format: str, tmp_path: Path) -> None:
    memory = tables.MemorySink(VIDEO)
    fill(memory)
    first, second = tmp_path / f"first.{format}", tmp_path / f"second.{format}"
    formats.save(memory.table(), first)
    formats.save(tables.read_table(first), second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("format", formats.SINKS)
def test_a_place_that_cannot_be_written_is_said(format: str, tmp_path: Path) -> None:
    memory = tables.MemorySink(VIDEO)
    path = tmp_path / "missing" / formats.file_name(format)
    with pytest.raises(
        OutputError, match=rf"the table .*frames\.{format} cannot be written\. Got: .*the disk has space"
    ):
        formats.save(memory.table(), path)
