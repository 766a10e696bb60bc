from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from audit_tables import perfect, write_duchenne, write_openface, write_set
from commands import run
from duchenne.evaluation.tool_tables import Layout

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def openface(tmp_path: Path) -> list[str | Path]:
    """Options that audit a perfect tool's OpenFace table on a made-up set."""
    table = write_openface(tmp_path / "tool.csv", perfect)
    return [
        "audit",
        "--set",
        write_set(tmp_path / "set"),
        "--tool",
        f"openface:{table}",
        "-o",
        tmp_path / "out",
    ]


def test_a_table_is_audited_and_shown(openface: list[str | Path], tmp_path: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, *openface)
    assert code == 0
    assert "tool.csv (columns of OpenFace 2) on synthetic faces" in out
    assert "1.00 (1.00 to 1.00)" in out
    assert "not measured: AU43" in out
    assert "never scored: AU05" in out
    assert "note: Synthetic faces: labels are shares" in out
    assert "audit.html" in err
    content = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert content["origin"]["command"] == "duchenne audit --set set --tool openface:tool.csv"
    assert list(content["origin"]["source_sha256"]) == ["tool.csv"]


def test_results_are_not_replaced_unless_told(openface: list[str | Path], capsys: Capture) -> None:
    assert run(capsys, *openface)[0] == 0
    code, _, err = run(capsys, *openface)
    assert code == 1
    assert "audit.json exists already" in err
    assert run(capsys, *openface, "--overwrite")[0] == 0


def test_options_of_a_set_that_is_made_are_refused_where_one_is_named(
    openface: list[str | Path], tmp_path: Path, capsys: Capture
) -> None:
    code, _, err = run(capsys, *openface, "--subjects", "3", "--seed", "0")
    assert code == 2
    assert "--set names a set that is there, so --subjects, --seed would change nothing" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("tool", ["openface", "openface:", "facereader:x.csv", "duchenne:", ""])
def test_a_tool_that_is_not_known_is_refused(tool: str, tmp_path: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "audit", "--set", tmp_path, "--tool", tool, "-o", tmp_path / "out")
    assert code == 2
    assert "--tool names no tool that is known" in err


def test_a_table_that_is_not_there_is_refused(tmp_path: Path, capsys: Capture) -> None:
    code, _, err = run(
        capsys, "audit", "--set", tmp_path, "--tool", "pyfeat:gone.csv", "-o", tmp_path / "out"
    )
    assert code == 2
    assert "there is no gone.csv" in err


def test_a_folder_without_a_set_is_refused(tmp_path: Path, capsys: Capture) -> None:
    table = write_openface(tmp_path / "tool.csv", perfect)
    code, _, err = run(
        capsys, "audit", "--set", tmp_path, "--tool", f"openface:{table}", "-o", tmp_path / "out"
    )
    assert code == 1
    assert "no table of an audit set" in err


def test_this_tool_is_run_where_no_table_is_named(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.evaluation.tool_files import read_tool
    from duchenne.pipeline import Networks

    def read_with_duchenne(truth, networks, *, on_progress, stopped):  # type: ignore[no-untyped-def]  # a stand-in
        on_progress(1, 2)
        assert not stopped()
        return read_tool(Layout.DUCHENNE, write_duchenne(tmp_path / "own.parquet", perfect))

    cards = (SimpleNamespace(name="mesh", sha256="ff"),)
    monkeypatch.setattr(Networks, "load", lambda device, model: SimpleNamespace(cards=cards))
    monkeypatch.setattr("duchenne.evaluation.own_readings.read_with_duchenne", read_with_duchenne)
    code, out, _ = run(capsys, "audit", "--set", write_set(tmp_path / "set"), "-o", tmp_path / "out")
    assert code == 0
    assert "Duchenne measured no action units here" in out
    content = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert content["origin"]["source_sha256"] == {"mesh": "ff"}
    assert content["units"] == []
    assert content["origin"]["command"] == "duchenne audit --set set --tool duchenne"


def test_stopping_writes_nothing(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    from duchenne.pipeline import Networks

    monkeypatch.setattr(Networks, "load", lambda device, model: SimpleNamespace(cards=()))
    monkeypatch.setattr("duchenne.evaluation.own_readings.read_with_duchenne", lambda *_, **__: None)
    code, _, err = run(capsys, "audit", "--set", write_set(tmp_path / "set"), "-o", tmp_path / "out")
    assert code == 130
    assert "stopped before the end; nothing was written" in err
    assert not (tmp_path / "out").exists()


def test_a_set_is_made_where_none_is_named(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.synth.clips import audit_set

    asked: dict[str, object] = {}

    def make_set(folder, *, n_subjects, seed, rendering):  # type: ignore[no-untyped-def]  # a stand-in
        asked.update(folder=folder, n_subjects=n_subjects, seed=seed, jobs=rendering.jobs)
        rendering.on_progress(1, 2)
        write_set(folder)
        return SimpleNamespace(is_complete=not rendering.stopped())

    monkeypatch.setattr(audit_set, "make_set", make_set)
    table = write_openface(tmp_path / "tool.csv", perfect)
    options = ["--tool", f"openface:{table}", "-o", tmp_path / "out", "--subjects", "3", "--seed", "7"]
    assert run(capsys, "audit", *options, "--jobs", "2")[0] == 0
    content = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    command = "duchenne audit --subjects 3 --seed 7 --tool openface:tool.csv"
    assert content["origin"]["command"] == command
    assert asked == {"folder": tmp_path / "out" / "set", "n_subjects": 3, "seed": 7, "jobs": 2}


def test_overwrite_holds_for_the_set_that_the_command_makes_too(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.synth.clips import audit_set

    asked: list[bool] = []

    def make_set(folder, *, rendering, **_):  # type: ignore[no-untyped-def]  # a stand-in
        asked.append(rendering.overwrite)
        return SimpleNamespace(is_complete=False)

    monkeypatch.setattr(audit_set, "make_set", make_set)
    run(capsys, "audit", "-o", tmp_path / "out")
    run(capsys, "audit", "-o", tmp_path / "out", "--overwrite")
    assert asked == [False, True]


def test_a_table_that_cannot_be_read_is_found_before_a_set_is_made(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.synth.clips import audit_set

    monkeypatch.setattr(audit_set, "make_set", lambda *_, **__: pytest.fail("a set was made"))
    (tmp_path / "tool.csv").write_text("")
    code, _, err = run(capsys, "audit", "--tool", f"openface:{tmp_path / 'tool.csv'}", "-o", tmp_path / "out")
    assert code == 1
    assert "tool.csv cannot be read as a table" in err


def test_a_set_that_was_stopped_can_be_gone_on_with(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.synth.clips import audit_set

    monkeypatch.setattr(audit_set, "make_set", lambda *_, **__: SimpleNamespace(is_complete=False))
    code, _, err = run(capsys, "audit", "-o", tmp_path / "out")
    assert code == 130
    assert "run the same command again to go on" in err
    assert not (tmp_path / "out" / "audit.json").exists()


def test_without_numba_a_set_cannot_be_made(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in [name for name in sys.modules if name.startswith("duchenne.synth")]:
        monkeypatch.delitem(sys.modules, name)
    code, _, err = run(capsys, "audit", "-o", tmp_path / "out")
    assert code == 1
    assert "pip install 'duchenne[synth]'" in err


def test_tables_of_the_same_name_each_leave_their_hash(tmp_path: Path, capsys: Capture) -> None:
    own = pd.read_parquet(write_duchenne(tmp_path / "own.parquet", perfect))
    for clip, rows in own.groupby("video"):
        folder = tmp_path / "analyzed" / str(clip).removesuffix(".mp4")
        folder.mkdir(parents=True)
        rows.to_parquet(folder / "frames.parquet")
    tool = f"duchenne:{tmp_path / 'analyzed'}"
    run(capsys, "audit", "--set", write_set(tmp_path / "set"), "--tool", tool, "-o", tmp_path / "out")
    hashes = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))["origin"][
        "source_sha256"
    ]
    assert len(hashes) == own["video"].nunique()
    assert all(name.endswith("/frames.parquet") for name in hashes)


def test_one_file_may_hold_what_a_folder_holds(tmp_path: Path, capsys: Capture) -> None:
    tables = write_openface(tmp_path / "tables", perfect, one_file=False)
    set_ = write_set(tmp_path / "set")
    code, _, _ = run(capsys, "audit", "--set", set_, "--tool", f"openface:{tables}", "-o", tmp_path / "out")
    assert code == 0
    content = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert len(content["origin"]["source_sha256"]) == 63
    page = (tmp_path / "out" / "audit.html").read_text(encoding="utf-8")
    assert "of 63 files, in audit.json" in page


def test_a_network_is_refused_where_tables_are_there_already(
    openface: list[str | Path], capsys: Capture
) -> None:
    code, _, err = run(capsys, *openface, "--network", "expression")
    assert code == 2
    assert "--network goes with this tool's own reading" in err
