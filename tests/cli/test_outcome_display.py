from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.cli.outcome_display import deliver, free_place, in_columns
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


def test_the_tool_s_own_place_may_be_used_again_and_a_user_s_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path("out") / "evaluate" / "four"
    own.mkdir(parents=True)
    (own / "results.json").write_text("{}")
    assert free_place(None, "four", overwrite=False) == (own, True)
    assert free_place(tmp_path / "new", "four", overwrite=False) == (tmp_path / "new", False)
    with pytest.raises(OutputError, match=r"results\.json exists already"):
        free_place(own, "four", overwrite=False)
    assert free_place(own, "four", overwrite=True) == (own, True)
