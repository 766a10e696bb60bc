"""Read a table of labelled pictures: Parquet or CSV, the same columns.

Takes a path and the columns an adapter needs; gives a pandas frame with them. Refuses a missing file, a file
that is no table and a table without the columns, naming each. In CSV an image column holds base64 text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from duchenne.errors import DataError

_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {".parquet": pd.read_parquet, ".csv": pd.read_csv}


def read_table(path: Path, columns: Sequence[str], *, image: str) -> pd.DataFrame:
    """Read the named columns of a table.

    Args:
        path: A ``.parquet`` or ``.csv`` file.
        columns: What must be there, the image column included.
        image: The column of image files: bytes in Parquet, base64 text in CSV.

    Returns:
        The columns asked for, in that order, rows in file order; ``image`` holds bytes.

    Raises:
        DataError: if the file is missing, unreadable, lacks columns or holds images that are not bytes.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path.name} is not a table this project reads", expected=" or ".join(_READERS))
    if not path.is_file():
        raise DataError(f"the data file {path} does not exist", remedy="Check the path given as --data")
    try:
        table = reader(path)
    except (pa.ArrowInvalid, pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} cannot be read as a table", got=str(error)) from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(
            f"{path.name} lacks the columns {', '.join(missing)}",
            got=", ".join(map(str, table.columns)) or "no columns",
            expected=", ".join(columns),
        )
    table = table[list(columns)]
    return table.assign(**{image: [_bytes(value, path.name, row) for row, value in enumerate(table[image])]})


def _bytes(value: object, file: str, row: int) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise DataError(
            f"row {row} of {file} holds no image",
            got=repr(value)[:40],
            expected="base64 text of a PNG or JPEG",
        ) from error
