from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from duchenne.evaluation.score import Report, score
from duchenne.models.session import Session


def report(evaluation: str) -> Report:
    """Three faces, one right, one wrong, one missed; no face of the class 'c'."""
    import numpy as np

    from duchenne.evaluation.metrics import MISSED

    scores = score(
        "answers against labels",
        ("a", "b", "c"),
        np.array([0, 0, 1]),
        np.array([0, 1, MISSED]),
        ["x", "y", "z"],
    )
    return Report(
        evaluation,
        "tiny 1",
        "0" * 64,
        "faces.parquet",
        "1" * 64,
        "fer2013",
        "PublicTest",
        "cmd",
        ("beware",),
        (scores,),
    )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Stand-ins for the two evaluations, which note how they were called."""
    calls: dict[str, object] = {}

    def expressions(data: Path, *, session: Session, **options: object) -> Report:
        calls.update(options, data=data, model=session.card.name)
        return report("expressions")

    def photos(data: Path, *, progress, **options: object) -> Report:  # type: ignore[no-untyped-def]  # a callback
        progress(1, 2)
        reader = options.pop("networks").reader_card  # type: ignore[attr-defined]
        calls.update(options, data=data, model=reader.name)
        return report("photos")

    monkeypatch.setattr("duchenne.evaluation.expressions.evaluate_expressions", expressions)
    monkeypatch.setattr("duchenne.evaluation.photos.evaluate_photos", photos)
    return calls


@pytest.mark.parametrize(("command", "split"), [("expressions", "PublicTest"), ("photos", "held_out")])
def test_numbers_are_printed_and_written(
    command: str, split: str, fake: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "evaluate", command, "--data", "faces.parquet", "-o", tmp_path)
    assert code == 0
    assert fake["split"] == split
    assert "accuracy      0.3333" in out
    assert "1 missed" in out
    assert "note: beware" in out
    row = next(line for line in out.splitlines() if line.strip().startswith("a "))
    assert row.replace("│", " ").split() == ["a", "1", "1", "0", "0", "0.500"]
    empty = next(line for line in out.splitlines() if line.strip().startswith("c "))
    assert empty.replace("│", " ").split()[-1] == "-", "a class without samples has no recall"
    written = json.loads((tmp_path / "results.json").read_text())
    assert written["scores"][0]["accuracy"] == pytest.approx(1 / 3, abs=1e-6)
    assert str(tmp_path) in err


@pytest.mark.parametrize("command", ["expressions", "photos"])
@pytest.mark.parametrize(("words", "model"), [((), "rec_joint"), (("--model", "expression"), "expression")])
def test_the_network_is_the_one_that_reads_faces_or_the_one_that_is_named(
    command: str,
    words: tuple[str, ...],
    model: str,
    fake: dict[str, object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, _ = run(capsys, "evaluate", command, "--data", "faces.parquet", "-o", tmp_path, *words)
    assert (code, fake["model"]) == (0, model)


def test_named_results_are_not_overwritten_unasked(
    fake: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("evaluate", "expressions", "--data", "faces.parquet", "-o", tmp_path)
    assert run(capsys, *arguments)[0] == 0
    fake.clear()
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert "exists already" in err
    assert fake == {}, "refused before the work"
    assert run(capsys, *arguments, "--overwrite")[0] == 0


def test_the_tools_own_place_is_written_again(
    fake: dict[str, object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(capsys, "evaluate", "photos", "--data", "faces.parquet")[0] == 0
    assert (tmp_path / "out" / "evaluate" / "photos" / "results.json").is_file()


def test_a_missing_table_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "evaluate", "expressions", "--data", tmp_path / "nowhere.parquet")
    assert code == 1
    assert "nowhere.parquet" in err


def test_data_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "evaluate", "photos")[0] == 2
