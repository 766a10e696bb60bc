from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commands import run


def openface(path: Path, n: int = 20) -> Path:
    smile = np.linspace(0, 4, n)
    table = pd.DataFrame({"frame": range(1, n + 1), "success": 1, "confidence": 0.9, "AU12_r": smile})
    table.to_csv(path, index=False)
    return path


def test_two_tables_are_compared_and_results_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = openface(tmp_path / "a.csv"), openface(tmp_path / "b.csv")
    code, shown, _ = run(capsys, "evaluate", "agreement", first, second, "-o", tmp_path / "out")
    assert code == 0
    assert "AU12" in shown
    assert "does not make either of them right" in shown
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"results.json", "results.md"}


def test_results_that_are_there_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "results.json").write_text("mine")
    first = openface(tmp_path / "a.csv")
    words = ["evaluate", "agreement", first, first, "-o", tmp_path]
    code, _, complaint = run(capsys, *words)
    assert code == 1
    assert "exists already" in complaint
    assert run(capsys, *words, "--overwrite")[0] == 0


def test_table_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = openface(tmp_path / "a.csv")
    code, _, complaint = run(
        capsys, "evaluate", "agreement", first, tmp_path / "gone.csv", "-o", tmp_path / "o"
    )
    assert code == 1
    assert "gone.csv" in complaint
