"""Every column says what it is."""

from __future__ import annotations

import pyarrow as pa
import pytest

from duchenne.facs import column
from duchenne.outputs.schema import Column, Kind
from duchenne.synth.clips.table_columns import CLIP_COLUMNS, EVENT_COLUMNS, FRAME_COLUMNS, NOTE, schema
from duchenne.synth.head.action_units import RENDERABLE, UNITS

TABLES = [FRAME_COLUMNS, EVENT_COLUMNS, CLIP_COLUMNS]


@pytest.mark.parametrize("columns", TABLES)
def test_names_are_unique_and_every_field_has_a_meaning(columns: tuple[Column, ...]) -> None:
    fields = schema(columns)
    assert len(set(fields.names)) == len(columns)
    assert all(field.metadata[b"meaning"] for field in fields)


@pytest.mark.parametrize("columns", TABLES)
def test_lengths_times_and_angles_have_the_unit_of_their_name(columns: tuple[Column, ...]) -> None:
    units = {"_s": "s", "_cm": "cm", "_deg": "degree"}
    for one in columns:
        for ending, unit in units.items():
            if one.name.endswith(ending):
                assert one.unit == unit


def test_every_unit_has_a_column_for_each_side() -> None:
    names = [one.name for one in FRAME_COLUMNS]
    assert [name for name in names if name.startswith("AU")] == [
        column(unit, side) for unit in UNITS for side in "LR"
    ]


def test_only_units_that_cannot_be_shown_may_be_missing() -> None:
    nullable = {field.name for field in schema(FRAME_COLUMNS) if field.nullable}
    assert nullable == {column(unit, side) for unit in (11, 13, 32) for side in "LR"}
    assert not {11, 13, 32} & set(RENDERABLE)


def test_the_landmarks_are_68() -> None:
    names = {one.name for one in FRAME_COLUMNS}
    assert {f"{axis}_{k}" for axis in "xy" for k in range(68)} <= names


def test_a_file_says_that_labels_are_no_scores() -> None:
    about = schema(CLIP_COLUMNS, {"more": "words"}).metadata
    assert about[b"duchenne.note"].decode() == NOTE
    assert "not a FACS coder's score" in NOTE
    assert about[b"more"] == b"words"


def test_kinds_become_arrow_types() -> None:
    one = Column("n", Kind.COUNT, "how many")
    assert schema([one]).field("n").type == pa.int64()


def test_no_columns_make_an_empty_schema() -> None:
    assert schema(()).names == []
