"""A file is whole under its name, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.errors import OutputError
from duchenne.outputs.whole_files import remove_leftovers, replace_whole


def test_a_file_appears_with_its_content_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for text in ("first", "second"):
        replace_whole(path, "the text", lambda part, text=text: part.write_text(text) and None)
        assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_while_it_is_written_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write_to(part: Path) -> None:
        part.write_text("new")
        assert path.read_text() == "old"
        assert part.parent == tmp_path
        assert part.name.startswith(".")

    replace_whole(path, "the text", write_to)
    assert path.read_text() == "new"


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write_to(part: Path) -> None:
        part.write_text("half")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        replace_whole(path, "the text", write_to)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the text .*missing.* cannot be written"):
        replace_whole(tmp_path / "missing" / "a.txt", "the text", lambda part: part.touch())


def test_leftovers_of_killed_processes_go_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / ".clip.mp4.123.part").touch()
    (tmp_path / "mine.part").touch()
    (tmp_path / ".hidden").touch()
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "mine.part"]


def test_an_empty_folder_has_no_leftovers(tmp_path: Path) -> None:
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
