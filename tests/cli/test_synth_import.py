"""``duchenne synth import-facekit``: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from duchenne.cli import synth_import
from duchenne.cli.synth_import import import_facekit
from duchenne.errors import InputError, MissingExtraError, OutputError
from duchenne.synth.head.model import FaceModel
from duchenne.synth.importing import facekit, facekit_mesh
from facekit_tree import layout_of, write_tree
from procedural_head import arrays

app = typer.Typer()
app.command()(import_facekit)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    head = arrays()
    return write_tree(tmp_path_factory.mktemp("kit") / "clone", head, layout_of(head), modes=2)


@pytest.fixture
def clone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny clone; the command reads its layout instead of the kit's, and bakes nothing."""
    tiny = functools.partial(facekit.import_facekit, layout=layout_of(arrays()), modes=2)
    monkeypatch.setattr(facekit, "import_facekit", tiny)
    monkeypatch.setattr(facekit_mesh, "bake", lambda vertices, _: np.ones(len(vertices), dtype=np.float32))
    return tree


def test_the_file_is_written_and_named_with_size_and_licence(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep" / "head.npz"
    import_facekit(clone, path)
    said = capsys.readouterr().out
    assert said.splitlines()[0] == f"face model  {path}"
    assert re.search(r"size +\d\.\d MB", said)
    assert "licence     MIT License, Copyright (c) 2020 Somebody" in said
    assert FaceModel.load(path).name == "head.npz"


def test_without_a_name_the_file_goes_where_synth_looks(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("DUCHENNE_FACE_MODEL", raising=False)
    assert run(clone).exit_code == 0
    assert FaceModel.load().name == "face_model.npz"


def test_a_file_that_is_there_is_kept_unless_told_otherwise(clone: Path, tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    path.write_text("precious")
    result = run(clone, "-o", path)
    assert isinstance(result.exception, OutputError)
    assert "is there already. Give --overwrite" in str(result.exception)
    assert path.read_text() == "precious"
    assert run(clone, "-o", path, "--overwrite").exit_code == 0
    assert FaceModel.load(path).name == "head.npz"


def test_a_folder_that_is_no_clone_is_an_input_error(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", tmp_path / "head.npz")
    assert isinstance(result.exception, InputError)
    assert "git clone" in str(result.exception)


def test_a_terminal_sees_a_bar(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[dict[str, Any]] = []

    class Display(synth_import.CountDisplay):
        def step(self, n_done: int, n_total: int) -> None:
            steps.append({"completed": n_done, "total": n_total})

    monkeypatch.setattr(synth_import, "CountDisplay", Display)
    import_facekit(clone, tmp_path / "head.npz")
    n_meshes = 1 + len(arrays()["expression_names"]) + 2
    assert [step["completed"] for step in steps] == list(range(1, n_meshes + 1))
    assert {step["total"] for step in steps} == {n_meshes}


def test_without_numba_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duchenne.synth.importing.facekit", None)
    with pytest.raises(MissingExtraError, match=r"duchenne\[synth\]"):
        import_facekit(tmp_path)
