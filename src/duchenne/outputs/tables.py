"""The frame table on disk and in memory: one sink per format, one reader for all of them.

Takes `FrameResult`s one by one and writes rows of `duchenne.outputs.schema` in bounded chunks, so memory does
not grow with the length of a video; the same run gives the same bytes. Refuses a place that cannot be written
and a file that is not a frame table. Renaming into place is the caller's part.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from duchenne.errors import DataError
from duchenne.facs import UNIT_COLUMNS
from duchenne.outputs import schema
from duchenne.outputs.batches import to_batch
from duchenne.outputs.rows import Row, rows
from duchenne.outputs.writing import writing
from duchenne.records import FrameResult

CHUNK_ROWS: Final = 2048
"""Rows held before they are written, about a minute of one face: larger saves no space worth having."""

_WHAT: Final = "the table"
_LATER: Final = {c.name: c for c in schema.COLUMNS if c.name in {*UNIT_COLUMNS, *schema.CALIBRATED_UNITS}}
"""Columns that tables of the same schema version lack if they were written before these were measured."""


class Sink(Protocol):
    """Where rows go."""

    def write(self, result: FrameResult) -> None:
        """Add the rows of one frame."""

    def close(self) -> None:
        """Finish the table; a second call does nothing."""

    def abort(self) -> None:
        """Drop the table and leave no file; after `close` this removes the finished file."""


class ParquetSink:
    """Rows to a Parquet file, one row group per chunk.

    Args:
        path: File to write; the caller renames it into place.
        video: Name for the ``video`` column.

    Raises:
        OutputError: if the file cannot be written.
    """

    def __init__(self, path: Path, video: str) -> None:
        self._path = path
        self._video = video
        self._schema = schema.arrow_schema(version("duchenne"))
        self._rows: list[Row] = []
        self._closed = False
        with writing(path, _WHAT):
            self._writer = pa.parquet.ParquetWriter(str(path), self._schema, compression="zstd")

    def write(self, result: FrameResult) -> None:
        """Add the rows of one frame."""
        self._rows.extend(rows(result, self._video))
        if len(self._rows) >= CHUNK_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left and the footer, without which a Parquet file cannot be read."""
        if self._closed:
            return
        self._flush()
        with writing(self._path, _WHAT):
            self._writer.close()
        self._closed = True

    def abort(self) -> None:
        """Leave no file behind."""
        self._rows.clear()
        if not self._closed:
            self._writer.close()
            self._closed = True
        self._path.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._rows:
            with writing(self._path, _WHAT):
                self._writer.write_batch(to_batch(self._rows, self._schema))
            self._rows.clear()


class CsvSink:
    """Rows to a CSV file: UTF-8, comma, a header, empty where there is no value.

    Args:
        path: File to write; the caller renames it into place.
        video: Name for the ``video`` column.

    Raises:
        OutputError: if the file cannot be written.
    """

    def __init__(self, path: Path, video: str) -> None:
        self._path = path
        self._video = video
        with writing(path, _WHAT):
            self._file = path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file, lineterminator="\n")
            self._writer.writerow(column.name for column in schema.COLUMNS)

    def write(self, result: FrameResult) -> None:
        """Add the rows of one frame."""
        with writing(self._path, _WHAT):
            self._writer.writerows(rows(result, self._video))

    def close(self) -> None:
        """Write what is buffered and close the file."""
        with writing(self._path, _WHAT):
            self._file.close()

    def abort(self) -> None:
        """Leave no file behind."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class MemorySink:
    """Rows kept in memory, as Arrow chunks; grows with the video, by some 200 bytes a row.

    Args:
        video: Name for the ``video`` column.
    """

    def __init__(self, video: str) -> None:
        self._video = video
        self._schema = schema.arrow_schema(version("duchenne"))
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []

    def write(self, result: FrameResult) -> None:
        """Add the rows of one frame."""
        self._rows.extend(rows(result, self._video))
        if len(self._rows) >= CHUNK_ROWS:
            self.close()

    def close(self) -> None:
        """Pack what is left; writing may go on."""
        if self._rows:
            self._batches.append(to_batch(self._rows, self._schema))
            self._rows.clear()

    def abort(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._batches.clear()

    def table(self) -> pa.Table:
        """Everything written so far."""
        self.close()
        return pa.Table.from_batches(self._batches, schema=self._schema)


def read_batches(frames: Path | pa.Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read some columns of a frame table, a bounded number of rows at a time.

    Args:
        frames: A ``.parquet`` or ``.csv`` file that a sink wrote, or a table in memory.
        columns: Names of the columns, from `schema.COLUMNS`.

    Yields:
        Batches holding those columns in that order; categories as dictionary or plain strings.

    Raises:
        DataError: if the file is not a frame table of this schema version.
    """
    columns = list(columns)
    if isinstance(frames, pa.Table):
        yield from frames.select(columns).to_batches(max_chunksize=CHUNK_ROWS)
    elif frames.suffix == ".csv":
        yield from _read_csv(frames, columns)
    else:
        yield from _read_parquet(frames, columns)


def read_table(frames: Path) -> pa.Table:
    """Read a whole frame table, with the types of the schema, from ``.parquet`` or ``.csv``.

    Raises:
        DataError: if the file is not a frame table of this schema version.
    """
    wanted = schema.arrow_schema(version("duchenne"))
    batches = list(read_batches(frames, wanted.names))
    return pa.Table.from_batches(batches).cast(wanted) if batches else wanted.empty_table()


def _read_parquet(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        with pa.parquet.ParquetFile(str(path)) as file:
            metadata = file.schema_arrow.metadata or {}
            found = metadata.get(b"duchenne.schema", b"none").decode()
            if found != str(schema.VERSION):
                raise _not_a_table(path, f"schema {found}")
            there = [name for name in columns if name in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, columns=there):
                yield _with_later_columns(batch, columns)
    except (pa.ArrowException, OSError) as error:
        raise _not_a_table(path, str(error)) from error


def _read_csv(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    types = {column.name: _csv_type(column) for column in schema.COLUMNS}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file), [])
        with pa.csv.open_csv(
            str(path),
            # A file name may hold a line break.
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            # Only an empty cell is missing: a file may be called "NA" or "null".
            convert_options=pa.csv.ConvertOptions(
                column_types=types,
                include_columns=[name for name in columns if name in header or name not in _LATER],
                null_values=[""],
                strings_can_be_null=True,
            ),
        ) as reader:
            for batch in reader:
                yield _with_later_columns(batch, columns)
    except (pa.ArrowException, OSError) as error:
        raise _not_a_table(path, str(error)) from error


def _with_later_columns(batch: pa.RecordBatch, columns: list[str]) -> pa.RecordBatch:
    """The columns in their order; those that an older table cannot have are missing in every row."""
    lacking = [name for name in columns if name not in batch.schema.names]
    for name in lacking:
        if name not in _LATER:
            raise pa.ArrowInvalid(f"no column '{name}'")
        batch = batch.append_column(_LATER[name].arrow, pa.nulls(len(batch), _LATER[name].arrow.type))
    return batch.select(columns) if lacking else batch


def _csv_type(column: schema.Column) -> pa.DataType:
    return pa.string() if column.kind is schema.Kind.CATEGORY else column.arrow.type


def _not_a_table(path: Path, got: str) -> DataError:
    return DataError(
        f"{path} is not a frame table",
        got=got,
        expected=f"a table of schema {schema.VERSION} written by duchenne",
        remedy="Analyze the video again to make one",
    )
