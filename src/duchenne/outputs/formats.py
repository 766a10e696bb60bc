"""Which formats a frame table can be written in: names, files and sinks in one table of data.

Takes the name of a format, gives its file name, its sink, or writes a table that is in memory. A table that is
saved from memory has the same values as one that was streamed to disk.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from duchenne.errors import SettingsError
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
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(table.column_names)
                for batch in table.to_batches():
                    writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        else:
            pa.parquet.write_table(table, str(path), compression="zstd")
