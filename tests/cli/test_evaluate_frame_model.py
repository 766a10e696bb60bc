from __future__ import annotations

from pathlib import Path

import pytest

from commands import run
from duchenne.evaluation.protocols.outcome import Outcome, Table


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A stand-in for the protocol, which notes how it was called."""
    noted: list[object] = []

    def evaluate(data: Path, model: str, **options: object) -> Outcome:
        noted.append((data, model, sorted(options)))
        table = Table("T", ("x",), (("0.7",),))
        return Outcome("frame-model", "Frame", "cmd", {"a": 1}, (table,), ("beware",))

    monkeypatch.setattr("duchenne.evaluation.protocols.frame_model.evaluate_frame_model", evaluate)
    return noted


def test_network_is_passed_on_and_results_written(
    calls: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    words = ["evaluate", "frame-model", "--data", str(tmp_path), "--model", "a", "-o", str(folder)]
    code, shown, _ = run(capsys, *words)
    assert code == 0
    assert calls == [(tmp_path, "a", ["on_progress"])]
    assert {path.name for path in folder.iterdir()} == {"results.json", "results.md"}
    assert "0.7" in shown
    assert "beware" in shown


def test_results_that_are_there_are_refused_before_any_work(
    calls: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.json").write_text("mine")
    words = ["evaluate", "frame-model", "--data", "f", "--model", "a", "-o", tmp_path]
    code, _, complaint = run(capsys, *words)
    assert code == 1
    assert "exists already" in complaint
    assert calls == []
    assert run(capsys, *words, "--overwrite")[0] == 0


def test_reactions_are_scored_and_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def evaluate(data: Path, model: str, **options: object) -> Outcome:
        return Outcome("reactions", "Reactions", "cmd", {"a": 1}, (Table("T", ("x",), (("0.49",),)),), ())

    monkeypatch.setattr("duchenne.evaluation.protocols.reactions.evaluate_reactions", evaluate)
    folder = tmp_path / "out"
    words = ["evaluate", "reactions", "--data", str(tmp_path), "--model", "a", "-o", str(folder)]
    code, shown, _ = run(capsys, *words)
    assert code == 0
    assert "0.49" in shown
    assert {path.name for path in folder.iterdir()} == {"results.json", "results.md"}
