"""Which formats a frame table can be written in: names, files and sinks in one table of data.

Takes the name of a format, gives its file name, its sink, or writes a table that is in memory. A table that is
saved from memory has the same values as one that was streamed to disk.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from duchenne.errors import SettingsError
from duchenne.outputs import schema
from duchenne.outputs.tables import CsvSink, ParquetSink, Sink
from duchenne.outputs.writing import writing

SINKS: Final[Mapping[str, Callable[[Path, str], Sink]]] = {"parquet": ParquetSink, "csv": CsvSink}
"""Formats by name, and what writes them; the name is the file's ending."""


def file_name(format: str) -> str:
    """The name of the frame table in a result folder.

    Raises:
        SettingsError: if there is no such format.
    """
    if format not in SINKS:
        raise SettingsError(f"unknown table format '{format}'", expected=" or ".join(SINKS))
    return f"frames.{format}"


def open_sink(path: Path, video: str) -> Sink:
    """A sink for the format that the file's ending names."""
    return SINKS[path.suffix[1:]](path, video)


def save(table: pa.Table, path: Path) -> None:
    """Write a frame table that is in memory.

    Raises:
        OutputError: if the file cannot be written.
    """
    with writing(path, "the table"):
        if path.suffix == ".csv":
            _save_csv(table.column_names, table.to_batches(), path)
        else:
            pa.parquet.write_table(table, str(path), compression="zstd")


def save_batches(batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Write a frame table that comes in pieces, each with all its columns and held only while it is written.

    Raises:
        OutputError: if the file cannot be written.
    """
    wanted = schema.arrow_schema(version("duchenne"))
    with writing(path, "the table"):
        if path.suffix == ".csv":
            _save_csv(wanted.names, batches, path)
            return
        with pa.parquet.ParquetWriter(str(path), wanted, compression="zstd") as writer:
            for batch in batches:
                # Labels read from a file may be plain strings.
                writer.write_table(pa.Table.from_batches([batch]).cast(wanted))


def _save_csv(names: Sequence[str], batches: Iterable[pa.RecordBatch], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for batch in batches:
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
