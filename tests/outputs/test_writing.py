from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.errors import OutputError
from duchenne.outputs.writing import writing


def test_nothing_happens_where_writing_works(tmp_path: Path) -> None:
    with writing(tmp_path / "a.txt", "the note"):
        (tmp_path / "a.txt").write_text("a")
    assert (tmp_path / "a.txt").read_text() == "a"


def test_the_systems_error_names_the_file_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.txt"
    words = r"the note .*a\.txt cannot be written\. Got: No such file .*disk has space"
    with pytest.raises(OutputError, match=words) as caught, writing(path, "the note"):
        path.write_text("a")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_an_error_without_the_systems_words_is_told_in_its_own(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Got: full"), writing(tmp_path / "a.txt", "the note"):
        raise OSError("full")


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "a.txt", "the note"):
        raise ZeroDivisionError
