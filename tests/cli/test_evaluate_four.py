from __future__ import annotations

from pathlib import Path

import pytest

from commands import run
from duchenne.evaluation.protocols.outcome import Outcome, Table


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A stand-in for the protocol, which notes how it was called."""
    noted: list[object] = []

    def evaluate(data: Path, models: list[str], **options: object) -> Outcome:
        noted.append((data, tuple(models), options))
        return Outcome("four", "Four", "cmd", {"a": 1}, (Table("T", ("x",), (("0.7",),)),), ("beware",))

    monkeypatch.setattr("duchenne.evaluation.protocols.four.evaluate_four", evaluate)
    return noted


def test_networks_are_passed_on_and_results_written(
    calls: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, folder = tmp_path / "fer.parquet", tmp_path / "out"
    words = ["evaluate", "four", "--data", str(data), "--model", "a", "--model", "b", "-o", str(folder)]
    code, shown, _ = run(capsys, *words)
    assert code == 0
    assert calls == [(data, ("a", "b"), {"split": "PublicTest", "dataset": "fer2013"})]
    assert {path.name for path in folder.iterdir()} == {"results.json", "results.md"}
    assert "0.7" in shown
    assert "beware" in shown


def test_results_that_are_there_are_refused_before_any_work(
    calls: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.json").write_text("mine")
    code, _, complaint = run(capsys, "evaluate", "four", "--data", "f", "-o", tmp_path)
    assert code == 1
    assert "exists already" in complaint
    assert calls == []
    assert run(capsys, "evaluate", "four", "--data", "f", "-o", tmp_path, "--overwrite")[0] == 0
    assert calls[0][1] == ("quadrant_plain", "quadrant", "mini_xception")  # type: ignore[index]


def test_the_default_place_is_the_tool_s_own(
    calls: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(capsys, "evaluate", "four", "--data", "f")[0] == 0
    assert (tmp_path / "out" / "evaluate" / "four" / "results.json").is_file()
