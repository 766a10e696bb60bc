from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.datasets.table import read_table
from duchenne.errors import DataError
from labelled_faces import ballot, fer2013_row, write_table


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "A.CSV"])
def test_parquet_and_csv_of_the_same_rows_read_the_same(tmp_path: Path, name: str) -> None:
    rows = [fer2013_row(3, "fear", ballot(fear=7)), fer2013_row(9, "anger", ballot(anger=2, fear=3))]
    path = write_table(tmp_path / name.lower(), rows)
    path = path.rename(tmp_path / name)
    table = read_table(path, ["png", "votes_fear"], image="png")
    assert list(table.columns) == ["png", "votes_fear"]
    assert list(table["votes_fear"]) == [7, 3]
    assert list(table["png"]) == [row["png"] for row in rows]


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv does not exist.*--data"):
        read_table(tmp_path / "nowhere.csv", ["a"], image="a")


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"faces\.xlsx is not a table.*\.parquet or \.csv"):
        read_table(tmp_path / "faces.xlsx", ["a"], image="a")


@pytest.mark.parametrize(
    ("name", "content"), [("a.parquet", b"text"), ("a.csv", b""), ("b.csv", b"\xff\xfe\x00")]
)
def test_broken_table_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name} cannot be read as a table"):
        read_table(tmp_path / name, ["a"], image="a")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = write_table(tmp_path / "a.parquet", [{"png": b"", "emotion": "fear"}])
    with pytest.raises(DataError, match=r"a\.parquet lacks the columns usage, votes_nf\. Got: png, emotion"):
        read_table(path, ["png", "usage", "emotion", "votes_nf"], image="png")


def test_image_that_is_not_base64_names_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("png\naGk=\n!!\n")
    with pytest.raises(DataError, match=r"row 1 of a\.csv holds no image\. Got: '!!'"):
        read_table(tmp_path / "a.csv", ["png"], image="png")


def test_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("png,emotion\n")
    assert list(read_table(tmp_path / "a.csv", ["emotion", "png"], image="png").columns) == ["emotion", "png"]
