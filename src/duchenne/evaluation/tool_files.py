"""Where a tool's tables lie: one file or a folder, one clip a file or a column that names the clip.

Takes a path, gives `duchenne.evaluation.tool_tables.Readings`. The clip is the end of the path in a column that
names the input, else the file's name. Refuses what is no table and folders without one.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from duchenne.errors import DataError
from duchenne.evaluation.tool_tables import Layout, Readings, tabulate

# Columns that may name the input of a row, where one file holds many clips; Py-Feat's comes first.
_NAMING = ("input", "clip", "video", "filename", "file")
# Columns that one tool writes and no other.
_OWN = {
    Layout.DUCHENNE: {"status", "time_s"},
    Layout.OPENFACE: {"success"},
    Layout.PYFEAT: {"FaceScore"},
}


def read_tool(layout: Layout, source: Path) -> Readings:
    """Read a tool's tables.

    Args:
        layout: Whose columns to expect.
        source: One CSV file, or a folder of them; for this tool also ``.parquet``, in folders as ``duchenne
            analyze`` writes them.

    Raises:
        DataError: if there is no table, or one has not the layout's columns.
    """
    pieces = [_with_clip(_read(path), path, layout) for path in files(layout, source)]
    table = pd.concat(pieces, ignore_index=True)
    return tabulate(layout, table, str(source))


def detect_layout(source: Path) -> Layout:
    """Whose columns a file has.

    Raises:
        DataError: if it is no table, or of no layout that is known here.
    """
    names = set(_read(source).columns)
    for layout, own in _OWN.items():
        if own <= names:
            return layout
    raise DataError(
        f"{source} is a table of no tool that is known here",
        got=", ".join(sorted(map(str, names))[:8]),
        expected="; ".join(f"{layout.value}: {', '.join(sorted(own))}" for layout, own in _OWN.items()),
    )


def files(layout: Layout, source: Path) -> Sequence[Path]:
    """The tables in a file or folder, sorted.

    Raises:
        DataError: if a folder holds none.
    """
    if not source.is_dir():
        return [source]
    patterns = ("**/frames.parquet", "**/frames.csv") if layout is Layout.DUCHENNE else ("*.csv",)
    found = sorted(path for pattern in patterns for path in source.glob(pattern))
    if not found:
        raise DataError(
            f"the folder {source} holds no table of {layout.value}", expected=" or ".join(patterns)
        )
    return found


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        # OpenFace puts a blank behind each comma of its header.
        _check_separator(pd.read_csv(path, nrows=0), path)
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            # index_col: else rows longer than the header would move every name by a column, without a word.
            table = pd.read_csv(path, skipinitialspace=True, index_col=False)
        return table.rename(columns=lambda name: str(name).strip())
    except pd.errors.ParserWarning as error:
        raise DataError(
            f"the rows of {path} have more cells than its header", expected="a name for every column"
        ) from error
    except (OSError, ValueError) as error:  # the parsers' own errors are ValueErrors
        raise DataError(
            f"{path} cannot be read as a table",
            got=str(error).partition("\n")[0],
            expected="a CSV file with a header",
        ) from error


def _check_separator(header: pd.DataFrame, path: Path) -> None:
    if len(header.columns) == 1 and any(mark in str(header.columns[0]) for mark in (";", "\t")):
        raise DataError(
            f"the cells of {path} are not separated by commas",
            got=f"a header that begins with {str(header.columns[0])[:40]!r}",
            expected="commas, with a point in decimal numbers",
            remedy="Save the table as comma-separated text; some spreadsheets write semicolons instead",
        )


def _with_clip(table: pd.DataFrame, path: Path, layout: Layout) -> pd.DataFrame:
    """Name the clip of each row: from the column that names the input, else from the file's name."""
    named = next((name for name in _NAMING if name in table.columns), None)
    if named is None:
        return table.assign(clip=path.parent.name if layout is Layout.DUCHENNE else path.stem)
    # A path of another system may have either slash.
    names = table[named].astype(str).str.replace("\\", "/", regex=False).str.rsplit("/", n=1).str[-1]
    return table.assign(clip=names.str.removesuffix(".mp4"))
