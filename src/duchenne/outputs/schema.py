"""The frame table as data: every column with its type, unit, range, meaning and when it is missing.

Takes nothing and gives one table, `COLUMNS`, from which the writers, the readers and ``docs/schema.md`` are
made. One row stands for one face in one decoded frame; a frame without a face still has one row. Missing is
null in Parquet, empty in CSV and NaN in pandas, with the reason in ``status``; it is never 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from duchenne.errors import DataError
from duchenne.facs import ACTION_UNITS, UNIT_COLUMNS
from duchenne.labels import EXPRESSIONS, Status

if TYPE_CHECKING:
    import pandas as pd

VERSION: Final = 1
"""Raised when a column changes its meaning or disappears; a new column does not raise it."""

NOTE: Final = "Estimates of facial expression, not of feeling."
"""Travels with every file that holds numbers about a face."""


class Kind(StrEnum):
    """What a column holds; the value is the name of its pandas type."""

    TEXT = "str"
    COUNT = "int64"
    IDENTIFIER = "Int64"
    NUMBER = "float64"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the frame table.

    Attributes:
        name: Name in every format.
        kind: What it holds.
        meaning: What the value says, and where needed what it does not.
        missing: When there is no value; empty when there always is one.
        unit: Unit of a number; empty for names and labels.
        span: Smallest and largest value in words; empty if unbounded.
        decimals: Digits kept behind the point when written; None for anything but numbers.
        categories: The allowed labels, in order, of a category.
    """

    name: str
    kind: Kind
    meaning: str
    missing: str = ""
    unit: str = ""
    span: str = ""
    decimals: int | None = None
    categories: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field; columns that are never missing are marked so."""
        return pa.field(self.name, _ARROW_TYPES[self.kind], nullable=bool(self.missing))


_ARROW_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.COUNT: pa.int64(),
    Kind.IDENTIFIER: pa.int64(),
    # Eight bytes, although four would hold the digits: a value then reads the same from Parquet and from CSV.
    Kind.NUMBER: pa.float64(),
    Kind.CATEGORY: pa.dictionary(pa.int8(), pa.string()),
}
_NO_FACE: Final = "where `face` is missing"
_NOT_READ: Final = "unless `status` is `ok`"
UNIT_DECIMALS: Final = 4
"""Digits kept of an action unit's intensity, as measured and as calibrated."""

_NO_UNIT: Final = "unless `status` is `ok`, and all along where the network does not give it: not measured"


def _box(name: str, meaning: str) -> Column:
    return Column(name, Kind.NUMBER, meaning, _NO_FACE, unit="px", decimals=2)


def _angle(name: str, meaning: str) -> Column:
    meaning += "; which way is positive is written in `duchenne.faces.pose`"
    return Column(name, Kind.NUMBER, meaning, _NO_FACE, unit="degree", span="-180 to 180", decimals=2)


def _probability(expression: str) -> Column:
    meaning = (
        f"Probability that the face shows {expression}; the eight sum to 1 within 0.0005. "
        "How sure the network is, not how strong the expression is"
    )
    return Column(f"p_{expression}", Kind.NUMBER, meaning, _NOT_READ, span="0 to 1", decimals=4)


def _lexical(name: str, meaning: str) -> Column:
    meaning += (
        ". Lexical: ratings of the *words* for the eight expressions (Russell & Mehrabian 1977), averaged under "
        "the eight probabilities; made of them by `duchenne.emotion.lexical`, not measured on the face"
    )
    return Column(name, Kind.NUMBER, meaning, _NOT_READ, span="-1 to 1", decimals=4)


def _unit(name: str) -> Column:
    meaning = (
        f"Intensity of {name} ({ACTION_UNITS[int(name[2:])]}) as a share of its full contraction: an estimate of "
        "what the face does, no coder's score and no probability; the network's card says what it was learned from"
    )
    return Column(name, Kind.NUMBER, meaning, _NO_UNIT, span="0 to 1", decimals=UNIT_DECIMALS)


def _calibrated(name: str) -> Column:
    meaning = (
        f"`{name}` relative to the person's own neutral face: 0 there, 1 at full contraction "
        "(`duchenne.temporal.baseline`)"
    )
    missing = f"where `{name}` is, and all along where the person has no neutral face: not calibrated"
    return Column(f"{name}{CALIBRATED}", Kind.NUMBER, meaning, missing, span="0 to 1", decimals=UNIT_DECIMALS)


CALIBRATED: Final = "_cal"
"""Behind the name of a unit's column: relative to the person's neutral face."""

COLUMNS: Final = (
    Column("video", Kind.TEXT, "Name of the file that was read, without its folder"),
    Column("frame", Kind.COUNT, "Index of the frame in decoding order", span="0 and up"),
    Column(
        "time_s",
        Kind.NUMBER,
        "When the frame is shown, by the container's own timestamps",
        "where a frame could not be decoded and its time is unknown",
        unit="s",
        decimals=6,
    ),
    Column(
        "face",
        Kind.IDENTIFIER,
        "Number of the track: the same person while in view, not an identity",
        "where `status` is `no_face` or `decode_error`",
        span="0 and up",
    ),
    Column(
        "status",
        Kind.CATEGORY,
        "Why the row has its values or lacks them: `ok` the face was read; `no_face` nobody was found; "
        "`low_quality` a face was found, too poor to be read; `decode_error` the frame could not be decoded",
        categories=tuple(status.value for status in Status),
    ),
    _box("x", "Left edge of the face box in the upright frame; negative where it reaches beyond the frame"),
    _box("y", "Top edge of the face box in the upright frame"),
    _box("width", "Width of the face box"),
    _box("height", "Height of the face box"),
    Column(
        "score",
        Kind.NUMBER,
        "Confidence of the detection that last confirmed the track",
        _NO_FACE,
        span="0 to 1",
        decimals=4,
    ),
    _angle("yaw_deg", "Head turned to the side"),
    _angle("pitch_deg", "Head raised or lowered"),
    _angle("roll_deg", "Head tilted towards a shoulder"),
    Column(
        "expression",
        Kind.CATEGORY,
        "The most probable expression: an estimate of what the face shows, not of what the person feels",
        _NOT_READ,
        categories=EXPRESSIONS,
    ),
    *(_probability(expression) for expression in EXPRESSIONS),
    _lexical("valence", "From unpleasant to pleasant"),
    _lexical("arousal", "From sleepy to excited"),
    *(_unit(name) for name in UNIT_COLUMNS),
    *(_calibrated(name) for name in UNIT_COLUMNS),
)
"""Every column, in the order in which it is written."""

PROBABILITIES: Final = tuple(f"p_{expression}" for expression in EXPRESSIONS)
"""The eight probability columns, in the order of `duchenne.labels.EXPRESSIONS`."""

AFFECT: Final = ("valence", "arousal")
"""The columns that follow from the probabilities."""

CALIBRATED_UNITS: Final = tuple(f"{name}{CALIBRATED}" for name in UNIT_COLUMNS)
"""The columns of calibrated units, in the order of `duchenne.facs.UNIT_COLUMNS`."""


def arrow_schema(version: str) -> pa.Schema:
    """The Arrow schema with its metadata.

    Args:
        version: Version of duchenne that writes.

    Returns:
        A schema carrying ``duchenne.schema``, ``duchenne.version``, ``duchenne.note`` and the hint that makes
        a plain ``pandas.read_parquet`` give `face` as Int64 rather than float.
    """
    metadata = {
        "duchenne.schema": str(VERSION),
        "duchenne.version": version,
        "duchenne.note": NOTE,
        "pandas": _pandas_hint(),
    }
    return pa.schema([column.arrow for column in COLUMNS], metadata=metadata)


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Turn a frame table into a DataFrame with the types of the schema.

    Args:
        table: Any frame table of this schema version, or some columns of it.

    Returns:
        A DataFrame: categories with all their labels in order, `face` as Int64, missing numbers as NaN.

    Raises:
        DataError: if a category holds a label that the schema does not know.
    """
    # Half a second that the first row of an analysis must not wait for.
    import pandas as pd

    frames: pd.DataFrame = table.to_pandas()
    for column in COLUMNS:
        if column.name not in frames:
            continue
        if column.kind is Kind.CATEGORY:
            labels = frames[column.name].astype("object")
            unknown = sorted(set(labels.dropna()) - set(column.categories))
            if unknown:
                raise DataError(
                    f"the column '{column.name}' holds unknown labels",
                    got=", ".join(unknown),
                    expected=", ".join(column.categories),
                    remedy="Read the table with the version of duchenne that wrote it",
                )
            frames[column.name] = pd.Categorical(labels, categories=column.categories)
        elif column.kind is Kind.IDENTIFIER:
            frames[column.name] = frames[column.name].astype("Int64")
    return frames


def to_markdown() -> str:
    """The text of ``docs/schema.md``; a test keeps the file equal to it."""
    lines = [
        f"# The frame table (schema {VERSION})",
        "",
        "One row per decoded frame and face; a frame without a face still has one row, so no frame vanishes.",
        "Missing is null in Parquet, empty in CSV and NaN in pandas, with the reason in `status`; never 0.",
        f"{NOTE}",
        "",
        "| column | type | unit | range | meaning | missing |",
        "|---|---|---|---|---|---|",
    ]
    for column in COLUMNS:
        span = column.span
        if column.categories:
            span = ", ".join(f"`{label}`" for label in column.categories)
        cells = (
            f"`{column.name}`",
            column.kind.value,
            column.unit,
            span,
            column.meaning,
            column.missing or "never",
        )
        lines.append("| " + " | ".join(cell or "–" for cell in cells) + " |")
    lines += [
        "",
        "Numbers are rounded when written: times to a microsecond, pixels and degrees to 0.01, scores,",
        "probabilities, valence, arousal and action units to 0.0001.",
        "Parquet metadata: `duchenne.schema`, `duchenne.version` and a note.",
        "",
        "This page is generated from `duchenne.outputs.schema`.",
        "",
    ]
    return "\n".join(lines)


def _pandas_hint() -> str:
    """What pandas itself would store so that a nullable integer comes back as one."""
    face = {
        "name": "face",
        "field_name": "face",
        "pandas_type": "int64",
        "numpy_type": Kind.IDENTIFIER.value,
        "metadata": None,
    }
    return json.dumps({"index_columns": [], "column_indexes": [], "columns": [face]}, sort_keys=True)
