from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.cli.outcome_display import deliver, in_columns
from duchenne.errors import OutputError
from duchenne.evaluation.protocols.outcome import Outcome, Table


def test_cells_stand_below_each_other() -> None:
    assert in_columns([("set", "accuracy"), ("DuckEES", "0.5"), ("B", "")]) == [
        "set      accuracy",
        "DuckEES       0.5",
        "B",
    ]


def test_headings_alone_are_a_table() -> None:
    assert in_columns([("set", "accuracy")]) == ["set  accuracy"]


def test_an_outcome_is_written_and_shown_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = "x" * 200
    outcome = Outcome(
        "four",
        "A [title]",
        "duchenne models",
        {"n": 1},
        (Table("T", ("a", "b"), (("1", wide),), "a note"), Table("U", ("a",), ())),
        ("beware",),
    )
    deliver(outcome, tmp_path, overwrite=False)
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "A [title]",
        "",
        "T",
        "a" + " " * 201 + "b",
        f"1  {wide}",
        "a note",
        "",
        "U",
        "a",
        "",
        "note: beware",
    ]
    assert captured.err.replace("\n", "").count("written: ") == 2
    assert (tmp_path / "results.json").is_file()
    with pytest.raises(OutputError, match="exists already"):
        deliver(outcome, tmp_path, overwrite=False)
