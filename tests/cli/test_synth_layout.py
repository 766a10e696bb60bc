"""``duchenne synth layout``: five layouts, what it says, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from duchenne.cli import synth_layout
from duchenne.errors import MissingExtraError, SettingsError
from duchenne.synth.layouts.study import Rendering
from procedural_head import write_head

app = typer.Typer()
app.command()(synth_layout.layout)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    # Work in this process: starting others costs seconds, and has tests of its own.
    monkeypatch.setattr(synth_layout, "usable_cores", lambda: 1)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, Path, int, Rendering]]:
    """What each layout was asked to write, instead of writing it."""
    from duchenne.synth.layouts import bp4d, children, ratings, reactions, smiles

    asked: list[tuple[object, Path, int, Rendering]] = []

    def write(options: object, folder: Path, *, seed: int, rendering: Rendering) -> bool:
        asked.append((options, folder, seed, rendering))
        return True

    for module in (bp4d, children, ratings, reactions, smiles):
        monkeypatch.setattr(module, "write", write)
    return asked


@pytest.mark.parametrize("name", list(synth_layout.Layout))
def test_options_reach_the_layout(name: str, written: list[tuple[object, Path, int, Rendering]]) -> None:
    result = run(
        name, "-o", "x", "--subjects", "3", "--seconds", "4", "--seed", "7", "--size", "64", "--jobs", "2"
    )
    assert result.exit_code == 0, result.output
    ((options, folder, seed, rendering),) = written
    assert type(options).__name__.lower().startswith(name)
    assert (options.subjects, options.seconds) == (3, 4.0)  # type: ignore[attr-defined]
    assert (folder, seed, rendering.size, rendering.jobs) == (Path("x"), 7, 64, 2)
    assert "folder  x" in result.output
    assert "a result on it is a synthetic result" in result.output


def test_defaults_are_the_layouts_own(written: list[tuple[object, Path, int, Rendering]]) -> None:
    from duchenne.synth.layouts.smile_plan import SmilesOptions

    assert run("smiles", "-o", "x").exit_code == 0
    assert written[0][0] == SmilesOptions()


def test_pictures_and_emotions_reach_their_layouts(
    written: list[tuple[object, Path, int, Rendering]],
) -> None:
    assert run("bp4d", "-o", "x", "--pictures").exit_code == 0
    assert run("smiles", "-o", "x", "--emotion", "fear", "--emotion", "anger").exit_code == 0
    assert written[0][0].as_pictures  # type: ignore[attr-defined]
    assert written[1][0].emotions == ("fear", "anger")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("option", "owner"), [(("--pictures",), "bp4d"), (("--emotion", "fear"), "smiles")])
def test_an_option_of_another_layout_is_refused(option: tuple[str, ...], owner: str) -> None:
    result = run("ratings", "-o", "x", *option)
    assert isinstance(result.exception, SettingsError)
    assert f"belongs to the layout '{owner}'. Got: layout 'ratings'" in str(result.exception)


def test_a_run_that_was_stopped_ends_with_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(synth_layout, "_writer", lambda *_: lambda *_, **__: False)
    result = run("bp4d", "-o", tmp_path)
    assert result.exit_code == 130
    assert "the same command goes on" in result.output


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "duchenne.synth.layouts.study", None)
    result = run("bp4d", "-o", tmp_path)
    assert isinstance(result.exception, MissingExtraError)
    assert "duchenne[synth]" in str(result.exception)


def test_a_layout_is_written_whole(tmp_path: Path) -> None:
    words = ("--subjects", "2", "--seconds", "0.5", "--size", "48", "--face-model", write_head(tmp_path))
    result = run("reactions", "-o", tmp_path / "out", *words)
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "out" / "videos").glob("*.mp4"))) == 8
    assert (tmp_path / "out" / "data_info.csv").is_file()
