"""Rows of the frame table as an Arrow batch, without pandas.

Takes rows in the order of `schema.COLUMNS` and gives a `pyarrow.RecordBatch`. ``pyarrow.array`` would do the
same, but imports pandas to look at its argument: half a second and fifty megabytes that reading a video must
not pay. So the buffers of the Arrow columnar format are made here: values, and one bit each for what is there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from duchenne.outputs import schema
from duchenne.outputs.rows import Row, Value

Floats = NDArray[np.float64]

_NUMPY_TYPES: Final = {
    schema.Kind.COUNT: np.int64,
    schema.Kind.IDENTIFIER: np.int64,
    schema.Kind.NUMBER: np.float64,
}


def to_batch(rows: Sequence[Row], arrow: pa.Schema) -> pa.RecordBatch:
    """Turn rows into columns.

    Args:
        rows: At least one row.
        arrow: The schema from `schema.arrow_schema`.

    Returns:
        One batch of that schema.
    """
    arrays = [
        _array(column, values) for column, values in zip(schema.COLUMNS, zip(*rows, strict=True), strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow)


def numbers(batch: pa.RecordBatch, name: str) -> Floats:
    """A column of numbers as (N,) float64, NaN where there is none."""
    # Not to_numpy: that imports pandas, half a second and fifty megabytes. None becomes NaN.
    return np.array(batch.column(name).to_pylist(), dtype=np.float64)


def number_column(values: Floats) -> pa.Array:
    """The way back: (N,) numbers as a column, nothing where one is NaN."""
    return _primitives([None if math.isnan(v) else v for v in values.tolist()], np.float64, pa.float64())


def _array(column: schema.Column, values: Sequence[Value]) -> pa.Array:
    if column.kind is schema.Kind.TEXT:
        return _texts([str(value) for value in values])
    if column.kind is schema.Kind.CATEGORY:
        # All labels in their order, whichever of them occur: codes then mean the same in every batch.
        codes = {label: code for code, label in enumerate(column.categories)}
        indices = _primitives([None if v is None else codes[str(v)] for v in values], np.int8, pa.int8())
        return pa.DictionaryArray.from_arrays(indices, _texts(column.categories))
    return _primitives(values, _NUMPY_TYPES[column.kind], column.arrow.type)


def _primitives(values: Sequence[Value], numpy_type: Any, arrow_type: pa.DataType) -> pa.Array:
    data = np.array([0 if value is None else value for value in values], dtype=numpy_type)
    return pa.Array.from_buffers(arrow_type, len(data), [_bits(values), pa.py_buffer(data)])


def _texts(texts: Sequence[str]) -> pa.Array:
    encoded = [text.encode("utf-8") for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def _bits(values: Sequence[Value]) -> pa.Buffer | None:
    """One bit per value that is there, the first in the lowest place; None if all are."""
    present: NDArray[np.bool_] = np.array([value is not None for value in values])
    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
