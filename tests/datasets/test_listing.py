from __future__ import annotations

from pathlib import Path

import pytest

from data_trees import write_tree
from duchenne.datasets.listing import Column, check_files, header_of, read_rows
from duchenne.errors import DataError

COLUMNS = (Column("path", ("file",)), Column("n"), Column("more", is_required=False))


def listed(folder: Path, text: str | bytes) -> Path:
    return write_tree(folder, {"list.csv": text}) / "list.csv"


def test_rows_have_their_lines_and_the_wanted_cells(tmp_path: Path) -> None:
    path = listed(tmp_path, '\ufeff n , file ,other\r\n1, a b ,x\r\n\r\n2,"c,d",y\r\n')
    rows = list(read_rows(path, COLUMNS))
    assert [(row.line, dict(row.cells)) for row in rows] == [
        (2, {"path": "a b", "n": "1", "more": ""}),
        (4, {"path": "c,d", "n": "2", "more": ""}),
    ]
    assert rows[1].place == "line 4 of list.csv"


def test_the_first_of_several_names_counts(tmp_path: Path) -> None:
    path = listed(tmp_path, "file,path,n\nwrong,right,1\n")
    assert [row.cells["path"] for row in read_rows(path, COLUMNS)] == ["right"]


def test_header_alone_gives_no_rows(tmp_path: Path) -> None:
    assert list(read_rows(listed(tmp_path, "path,n\n"), COLUMNS)) == []


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"list\.csv is empty\. Expected: a header and rows"):
        list(read_rows(listed(tmp_path, text), COLUMNS))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the list .*nowhere\.csv does not exist"):
        list(read_rows(tmp_path / "nowhere.csv", COLUMNS))
    with pytest.raises(DataError, match=r"the list .*nowhere\.csv does not exist"):
        header_of(tmp_path / "nowhere.csv")


def test_missing_columns_are_named_with_their_other_names(tmp_path: Path) -> None:
    path = listed(tmp_path, "a,b\n1,2\n")
    expected = r"lacks the columns path, n\. Got: a, b\. Expected: path or file, n"
    with pytest.raises(DataError, match=expected):
        list(read_rows(path, COLUMNS))


@pytest.mark.parametrize("row", ["a", "a,1,2"])
def test_rows_of_another_length_name_their_line(tmp_path: Path, row: str) -> None:
    path = listed(tmp_path, f"path,n\nok,1\n{row}\n")
    with pytest.raises(DataError, match=rf"line 3 of list\.csv has {row.count(',') + 1} cells\. Expected: 2"):
        list(read_rows(path, COLUMNS))


@pytest.mark.parametrize("content", [b"path,n\n\xff\xfe,1\n", b'path,n\n"' + b"x" * 200_000 + b'",1\n'])
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"list\.csv cannot be read as a list"):
        list(read_rows(listed(tmp_path, content), COLUMNS))


def test_a_published_order_stands_in_for_a_missing_header(tmp_path: Path) -> None:
    published = ("path", "unused", "n")
    for text, line in (("a.jpg,x,7\n", 1), ("path,unused,n\na.jpg,x,7\n", 2)):
        (row,) = read_rows(listed(tmp_path, text), COLUMNS, published=published)
        assert (row.line, row.cells["path"], row.whole("n")) == (line, "a.jpg", 7)


def test_another_separator(tmp_path: Path) -> None:
    (row,) = read_rows(listed(tmp_path, "path;n\na,b;1\n"), COLUMNS, separator=";")
    assert row.cells["path"] == "a,b"


def test_cells_are_read_as_numbers(tmp_path: Path) -> None:
    (row,) = read_rows(listed(tmp_path, "path,n\n-0.5,12\n"), COLUMNS)
    assert (row.whole("n"), row.number("n"), row.number("path")) == (12, 12.0, -0.5)
    with pytest.raises(
        DataError, match=r"line 2 of list\.csv has no value in the column 'path'\. Got: '-0\.5'"
    ):
        row.whole("path")


@pytest.mark.parametrize("cell", ["", "nan", "inf", "none"])
def test_what_is_no_number_is_refused(tmp_path: Path, cell: str) -> None:
    (row,) = read_rows(listed(tmp_path, f"path,n\nx,{cell}\n"), COLUMNS)
    with pytest.raises(DataError, match=r"in the column 'n'.*Expected: a number"):
        row.number("n")


def test_the_header_is_read_without_blanks_and_marks(tmp_path: Path) -> None:
    assert header_of(listed(tmp_path, "\ufeffemotion, Usage, pixels\n0,x,1")) == (
        "emotion",
        "Usage",
        "pixels",
    )
    assert header_of(listed(tmp_path, b"\xff\xfe")) != ("emotion",)


def test_files_that_are_there_once_are_fine(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": "", "b": ""})
    check_files([("line 1", tmp_path / "a"), ("line 2", tmp_path / "b")], "list.csv")
    check_files([], "list.csv")


def test_missing_files_are_counted_and_the_first_named(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": ""})
    entries = [(f"line {n}", tmp_path / name) for n, name in enumerate("abcde", 1)]
    named = r".*b \(line 2\), .*c \(line 3\), .*d \(line 4\) and 1 more"
    with pytest.raises(DataError, match=rf"4 of 5 files listed in list\.csv are missing\. Got: {named}"):
        check_files(entries, "list.csv")
    with pytest.raises(DataError, match=r"1 of 2 files .*Got: .*b \(line 2\)\. Check"):
        check_files(entries[:2], "list.csv")


def test_a_file_listed_twice_names_both_places(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": "", "x/b": ""})
    entries = [("line 1", tmp_path / "a"), ("line 2", tmp_path / "x" / ".." / "a")]
    with pytest.raises(DataError, match=r"the file a is listed twice in list\.csv\. Got: line 1 and line 2"):
        check_files(entries, "list.csv")
