from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from duchenne.errors import DataError
from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import schema
from made_results import story, tabulate

DOCS = Path(__file__).resolve().parents[2] / "docs" / "schema.md"


def test_columns_are_those_of_the_design_in_its_order() -> None:
    expected = ["video", "frame", "time_s", "face", "status", "x", "y", "width", "height", "score"]
    expected += ["yaw_deg", "pitch_deg", "roll_deg", "expression"]
    expected += [f"p_{name}" for name in EXPRESSIONS]
    expected += ["valence", "arousal"]
    expected += UNIT_COLUMNS
    expected += [f"{name}_cal" for name in UNIT_COLUMNS]
    assert [column.name for column in schema.COLUMNS] == expected


def test_every_number_says_how_it_is_rounded_and_every_category_what_it_allows() -> None:
    for column in schema.COLUMNS:
        assert (column.decimals is not None) == (column.kind is schema.Kind.NUMBER), column.name
        assert bool(column.categories) == (column.kind is schema.Kind.CATEGORY), column.name
        assert column.meaning


def test_the_page_in_the_documentation_is_current() -> None:
    remedy = "write schema.to_markdown() into docs/schema.md"
    assert DOCS.read_text(encoding="utf-8") == schema.to_markdown(), remedy


def test_only_columns_that_can_be_missing_are_nullable() -> None:
    fields = schema.arrow_schema("1.0")
    assert [field.name for field in fields if not field.nullable] == ["video", "frame", "status"]


def test_metadata_names_schema_version_and_what_the_numbers_are() -> None:
    metadata = schema.arrow_schema("9.9").metadata
    assert metadata[b"duchenne.schema"] == b"1"
    assert metadata[b"duchenne.version"] == b"9.9"
    assert metadata[b"duchenne.note"] == b"Estimates of facial expression, not of feeling."


def test_dataframe_has_the_types_of_the_design() -> None:
    sink, _ = tabulate(story())
    frames = schema.to_pandas(sink.table())
    assert str(frames["face"].dtype) == "Int64"
    assert list(frames["status"].cat.categories) == [status.value for status in Status]
    assert list(frames["expression"].cat.categories) == list(EXPRESSIONS)
    assert frames["frame"].dtype == "int64"
    assert all(frames[name].dtype == "float64" for name in ("time_s", "x", "p_neutral"))


def test_dataframe_of_no_rows_and_of_one_column_keeps_its_types() -> None:
    empty = schema.to_pandas(schema.arrow_schema("1").empty_table())
    assert len(empty) == 0
    assert str(empty["face"].dtype) == "Int64"
    assert str(empty["expression"].dtype) == "category"
    sink, _ = tabulate(story(3))
    assert list(schema.to_pandas(sink.table().select(["face"])).columns) == ["face"]


def test_missing_label_is_missing_and_not_a_category() -> None:
    table = pa.table({"expression": pa.array(["fear", None])})
    column = schema.to_pandas(table)["expression"]
    assert column[0] == "fear"
    assert pd.isna(column[1])


def test_unknown_label_is_refused_with_those_allowed() -> None:
    with pytest.raises(DataError, match=r"'status' holds unknown labels. Got: asleep. Expected: ok, no_face"):
        schema.to_pandas(pa.table({"status": ["ok", "asleep"]}))
