"""``duchenne synth sheet``: which picture it writes, and what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from duchenne.cli import synth_sheet
from duchenne.errors import InputError, MissingExtraError
from duchenne.synth.clips import sheet as sheets
from procedural_head import write_head

app = typer.Typer()
app.command()(synth_sheet.sheet)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(("kind", "maker"), [("people", "people"), ("units", "units"), ("time", "over_time")])
def test_each_kind_writes_its_own_sheet_from_the_seed(
    kind: str, maker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, float]] = []

    def draw(model: object, rng: np.random.Generator, *, size: int) -> np.ndarray:
        asked.append((model.name, size, float(rng.random())))  # type: ignore[attr-defined]
        return np.full((4, 5, 3), 9, dtype=np.uint8)

    monkeypatch.setattr(sheets, maker, draw)
    path = tmp_path / "sheet.png"
    result = run("-o", path, "--kind", kind, "--seed", 3, "--size", 40, "--face-model", write_head(tmp_path))
    assert result.exit_code == 0, result.output
    assert asked == [("head.npz", 40, float(np.random.default_rng(3).random()))]
    assert cv2.imread(str(path)).shape == (4, 5, 3)


def test_the_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sheet.png"
    synth_sheet.sheet(path, synth_sheet.SheetKind.TIME, 0, 32, write_head(tmp_path))
    assert capsys.readouterr().out == f"sheet       {path}\n"
    # Twelve cells, six to a row, each with a label below it.
    assert cv2.imread(str(path)).shape[1] == 6 * 32


def test_without_a_face_model_the_remedy_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.npz is no face model.*import-facekit"):
        synth_sheet.sheet(tmp_path / "sheet.png", face_model=tmp_path / "missing.npz")


def test_without_numba_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # None in sys.modules makes the import fail as it does where the package is not installed.
    for name in [name for name in sys.modules if name.startswith("duchenne.synth")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtraError, match=r"'numba' is not installed.*duchenne\[synth\]"):
        synth_sheet.sheet(tmp_path / "sheet.png")
