from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from duchenne.errors import OutputError
from duchenne.evaluation.protocols.outcome import (
    Outcome,
    Table,
    check_place,
    interval,
    markdown,
    number,
    write_outcome,
)

NAN = float("nan")
TABLE = Table("Table 1", ("network", "accuracy"), (("ours", "0.7"), ("theirs", "-")), note="One seed.")


def figure(path: Path) -> None:
    path.write_bytes(b"png")


OUTCOME = Outcome(
    protocol="made",
    title="A paper, repeated",
    command="duchenne reproduce made --data faces.csv",
    record={"accuracy": 0.7, "missing": NAN, "rows": ({"low": None, "high": float("inf")},)},
    tables=(TABLE,),
    notes=("Made-up faces.",),
    figures={"two_bars.png": figure},
)


def test_everything_is_written_and_named_record_first(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "made"
    written = write_outcome(OUTCOME, folder)
    assert written == (folder / "results.json", folder / "results.md", folder / "two_bars.png")
    assert sorted(folder.iterdir()) == sorted(written)
    assert (folder / "two_bars.png").read_bytes() == b"png"


def test_record_holds_what_was_measured_and_null_where_nothing_was(tmp_path: Path) -> None:
    path, *_ = write_outcome(OUTCOME, tmp_path)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "accuracy": 0.7,
        "missing": None,
        "rows": [{"low": None, "high": None}],
        "protocol": "made",
        "title": "A paper, repeated",
        "command": "duchenne reproduce made --data faces.csv",
        "notes": ["Made-up faces."],
    }


def test_page_holds_title_command_tables_notes_and_figures() -> None:
    assert markdown(OUTCOME) == (
        "# A paper, repeated\n\n"
        "```\nduchenne reproduce made --data faces.csv\n```\n\n"
        "**Table 1**\n\n| network | accuracy |\n| --- | --- |\n| ours | 0.7 |\n| theirs | - |\n\nOne seed.\n\n"
        "* Made-up faces.\n\n"
        "![two bars](two_bars.png)\n"
    )


def test_page_without_tables_notes_and_figures_is_title_and_command() -> None:
    bare = dataclasses.replace(OUTCOME, tables=(), notes=(), figures={})
    assert markdown(bare) == ("# A paper, repeated\n\n```\nduchenne reproduce made --data faces.csv\n```\n")


def test_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write_outcome(OUTCOME, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_pipes_do_not_break_a_row() -> None:
    table = Table("t", ("P(a|b)",), (("x | y",),))
    assert "| P(a\\|b) |\n| --- |\n| x \\| y |" in table.markdown()


def test_table_without_rows_keeps_its_heading() -> None:
    assert Table("t", ("a", "b"), ()).markdown() == "**t**\n\n| a | b |\n| --- | --- |\n"


@pytest.mark.parametrize("row", [(), ("one",), ("one", "two", "three")])
def test_row_of_another_length_is_refused(row: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=rf"'t' has 2 columns and a row of {len(row)}"):
        Table("t", ("a", "b"), (("x", "y"), row))


def test_results_are_not_replaced_unless_asked(tmp_path: Path) -> None:
    write_outcome(OUTCOME, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    changed = dataclasses.replace(OUTCOME, title="Another")
    for refused in (lambda: check_place(tmp_path), lambda: write_outcome(changed, tmp_path)):
        with pytest.raises(OutputError, match=r"results\.json exists already.*--overwrite"):
            refused()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "mine.txt").write_text("mine")
    write_outcome(changed, tmp_path, overwrite=True)
    assert "Another" in (tmp_path / "results.json").read_text(encoding="utf-8")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_place_that_is_free_or_not_there_is_accepted(tmp_path: Path) -> None:
    check_place(tmp_path)
    check_place(tmp_path / "new")
    check_place(tmp_path, overwrite=True)


@pytest.mark.parametrize("overwrite", [False, True])
def test_record_is_there_only_when_all_the_rest_is(tmp_path: Path, overwrite: bool) -> None:
    if overwrite:
        write_outcome(OUTCOME, tmp_path)

    def fail(path: Path) -> None:
        assert (tmp_path / "results.md").exists()
        assert not (tmp_path / "results.json").exists()
        raise OSError("the disk is full")

    broken = dataclasses.replace(OUTCOME, figures={"two_bars.png": fail})
    with pytest.raises(OutputError, match=r"the figure .*two_bars\.png cannot be written.*the disk is full"):
        write_outcome(broken, tmp_path, overwrite=overwrite)
    assert not (tmp_path / "results.json").exists()
    assert not list(tmp_path.glob(".*"))


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot be written"):
        write_outcome(OUTCOME, tmp_path / "file")


@pytest.mark.parametrize(
    ("value", "cell"), [(0.12345, "0.1235"), (0.0, "0.0000"), (-1.5, "-1.5000"), (None, "-"), (NAN, "-")]
)
def test_number_that_does_not_exist_is_a_dash_and_zero_is_not(value: float | None, cell: str) -> None:
    assert number(value) == cell


def test_signs_and_digits_are_shown_as_asked() -> None:
    assert [number(value, 1, signed=True) for value in (0.25, -0.25, NAN)] == ["+0.2", "-0.2", "-"]
    assert number(float("-inf")) == "-"


def test_interval_stands_behind_its_number_where_there_is_one() -> None:
    assert interval(0.5, (0.4, 0.61)) == "0.500 (0.400 to 0.610)"
    assert interval(0.5, (NAN, NAN)) == "0.500"
    assert interval(NAN, (NAN, NAN), digits=1) == "-"
