from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from commands import run


def test_a_smoke_run_leaves_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch", reason="training needs the train extra")
    code, out, _ = run(capsys, "train", "expression", "--smoke", "-o", tmp_path, "--accelerator", "cpu")
    assert code == 0
    assert "torch and ONNX differ by at most" in out
    assert (tmp_path / "weights" / "expression.onnx").is_file()
    assert (tmp_path / "cards" / "expression.toml").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nonsense", "--smoke"], 2, "nonsense"),
        (["expression"], 1, "Name it with --data, or use --smoke"),
        (["expression", "--smoke", "--install"], 2, "a smoke run cannot be installed"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    arguments: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="training needs the train extra")
    found, _, err = run(capsys, "train", *arguments, "-o", tmp_path)
    assert found == code
    assert words in err


def test_without_torch_the_extra_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_torch(name: str, *rest: object, **more: object) -> object:
        if name.startswith("duchenne.training"):
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *rest, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(builtins, "__import__", without_torch)
    code, _, err = run(capsys, "train", "expression", "--smoke")
    assert code == 1
    assert "pip install 'duchenne[train]'" in err
