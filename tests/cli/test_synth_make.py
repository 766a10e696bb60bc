"""``duchenne synth make``: what it writes, what it says, and how it stops."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from duchenne.cli import synth_make
from duchenne.errors import InputError, MissingExtraError, SettingsError
from duchenne.synth.acting.script import ScriptKind
from duchenne.synth.clips import clip_set
from duchenne.synth.clips.study import kind_named
from procedural_head import write_head

app = typer.Typer()
app.command()(synth_make.make)
TINY = ("--clips", "2", "--seconds", "0.08", "--size", "32")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_head(tmp_path)
    monkeypatch.setenv("DUCHENNE_FACE_MODEL", str(path))
    return path


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    # Work in this process: starting others costs seconds, and has tests of its own.
    monkeypatch.setattr(synth_make, "usable_cores", lambda: 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "set"


def test_a_set_is_written_and_what_was_written_is_said(
    head: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synth_make.make(folder, clips=2, seconds=0.08, size=32, kind="posed smile", face_model=head)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"folder  {folder}",
        "clips   2 videos, 4 frames",
        "tables  frames.parquet, events.parquet, clips.parquet; settings in study.json",
    ]
    assert "2 of 2 clips" in err
    assert "not a coder's scores" in err
    assert set(pd.read_parquet(folder / "clips.parquet")["kind"]) == {"posed smile"}


def test_quiet_says_where_and_nothing_else(
    head: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synth_make.make(folder, clips=1, seconds=0.04, size=32, quiet=True)
    assert capsys.readouterr().err == ""


def test_the_help_names_every_kind() -> None:
    named = synth_make.KINDS.replace(" or ", ", ").split(", ")
    assert [kind_named(name) for name in named] == list(ScriptKind)


def test_an_unknown_kind_is_refused(head: Path, folder: Path) -> None:
    failed = run(*TINY, "--kind", "sneeze", "-o", folder)
    assert isinstance(failed.exception, SettingsError)
    assert "there is no kind of script called 'sneeze'. Expected: single-unit, mixture" in str(
        failed.exception
    )


def test_another_seed_in_the_same_folder_is_refused_and_overwrite_replaces(head: Path, folder: Path) -> None:
    assert run(*TINY, "-o", folder).exit_code == 0
    refused = run(*TINY, "--seed", "1", "-o", folder)
    assert "seed 0 there, 1 now" in str(refused.exception)
    assert run(*TINY, "--seed", "1", "--overwrite", "-o", folder).exit_code == 0


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(
    head: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_frames = clip_set.write_frames

    def pressing(*arguments: object, **options: object) -> None:
        write_frames(*arguments, **options)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(clip_set, "write_frames", pressing)
    with pytest.raises(typer.Exit) as left:
        synth_make.make(folder, clips=3, seconds=0.08, size=32)
    assert left.value.exit_code == 130
    assert "stopped after 1 of 3 clips; the same command goes on" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setenv("DUCHENNE_FACE_MODEL", str(head))
    synth_make.make(folder, clips=3, seconds=0.08, size=32)
    assert len(pd.read_parquet(folder / "clips.parquet")) == 3


def test_ctrl_c_while_a_set_is_replaced_keeps_what_is_finished_too(
    head: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(seed: int) -> None:
        synth_make.make(folder, clips=3, seconds=0.08, size=32, seed=seed, overwrite=True, quiet=True)

    make(0)
    write_clip = clip_set.write_clip
    names: list[str] = []

    def noting(spec, *arguments):  # type: ignore[no-untyped-def]  # as `write_clip`
        names.append(spec.name)
        if len(names) == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return write_clip(spec, *arguments)

    monkeypatch.setattr(clip_set, "write_clip", noting)
    with pytest.raises(typer.Exit):
        make(1)
    make(1)
    assert names == ["clip_000000", "clip_000001", "clip_000002"]


def test_without_a_face_model_the_error_says_how_to_get_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DUCHENNE_FACE_MODEL", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    failed = run(*TINY, "-o", folder)
    assert isinstance(failed.exception, InputError)
    assert "duchenne synth import-facekit" in str(failed.exception)
    assert not folder.exists()


def test_without_numba_the_error_says_how_to_install_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("duchenne.synth")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'duchenne\[synth\]'"):
        synth_make.make(folder)
