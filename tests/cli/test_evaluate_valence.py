from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from commands import run
from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.evaluation.protocols.outcome import Outcome, Table
from duchenne.evaluation.protocols.valence import ValenceOptions


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Stand-ins for both protocols, which note how they were called."""
    noted: list[tuple[object, ...]] = []

    def outcome(name: str) -> Outcome:
        return Outcome(name, name, "cmd", {"a": 1}, (Table("T", ("x",), (("0.7",),)),), ("beware",))

    def valence(
        data: Path, models: list[str], options: ValenceOptions, *, on_progress: Callable[[int, int], None]
    ) -> Outcome:
        on_progress(1, 1)
        noted.append((data, tuple(models), options))
        return outcome("valence")

    def faces(data: Path, models: list[str], **options: object) -> Outcome:
        noted.append((data, tuple(models), options))
        return outcome("valence-faces")

    monkeypatch.setattr("duchenne.evaluation.protocols.valence.evaluate_valence", valence)
    monkeypatch.setattr("duchenne.evaluation.protocols.valence_faces.evaluate_valence_faces", faces)
    return noted


def test_options_are_passed_on_and_results_written(
    calls: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = (
        "--split",
        "train",
        "--delay-s",
        "2.5",
        "--smoothing-s",
        "1",
        "--step-s",
        "0.2",
        "--network",
        "expression",
    )
    words = (
        "evaluate",
        "valence",
        "--data",
        tmp_path,
        "--model",
        "a",
        "--model",
        "b",
        "-o",
        tmp_path / "out",
    )
    code, shown, told = run(capsys, *words, *options)
    assert code == 0
    sampling = RatingSampling(step_s=0.2, delay_s=2.5, smoothing_s=1.0)
    assert calls == [
        (tmp_path, ("a", "b"), ValenceOptions(split="train", sampling=sampling, network="expression"))
    ]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"results.json", "results.md"}
    assert "0.7" in shown
    assert "beware" in shown
    assert "1 of 1 recordings" in told


def test_delay_and_smoothing_are_off_unless_asked_for(
    calls: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "evaluate", "valence", "--data", "r", "--model", "a", "-o", tmp_path)[0] == 0
    assert calls[0][2] == ValenceOptions()
    assert ValenceOptions().sampling == RatingSampling(step_s=0.4, delay_s=0.0, smoothing_s=0.0)


def test_faces_are_scored_by_their_split(
    calls: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("evaluate", "valence-faces", "--data", "fer.parquet", "--model", "a", "-o", tmp_path)
    assert run(capsys, *words)[0] == 0
    options = {"split": "PublicTest", "dataset": "fer2013", "network": "rec_joint"}
    assert calls == [(Path("fer.parquet"), ("a",), options)]


@pytest.mark.parametrize("command", ["valence", "valence-faces"])
def test_results_that_are_there_are_refused_before_any_work(
    command: str, calls: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.json").write_text("mine")
    words = ("evaluate", command, "--data", "r", "--model", "a", "-o", tmp_path)
    code, _, complaint = run(capsys, *words)
    assert (code, calls) == (1, [])
    assert "exists already" in complaint
    assert run(capsys, *words, "--overwrite")[0] == 0


@pytest.mark.parametrize("command", ["valence", "valence-faces"])
def test_the_default_place_is_the_tools_own(
    command: str,
    calls: list[tuple[object, ...]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(capsys, "evaluate", command, "--data", "r", "--model", "a")[0] == 0
    assert (tmp_path / "out" / "evaluate" / command / "results.json").is_file()


@pytest.mark.parametrize(
    ("option", "words"),
    [("--delay-s", "the delay of ratings"), ("--smoothing-s", "smoothing"), ("--step-s", "step between")],
)
def test_negative_numbers_are_refused(
    option: str,
    words: str,
    calls: list[tuple[object, ...]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("evaluate", "valence", "--data", "r", "--model", "a", "-o", tmp_path, option, "-1")
    code, _, complaint = run(capsys, *arguments)
    assert (code, calls) == (2, [])
    assert words in complaint


def test_a_network_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "evaluate", "valence", "--data", "r")[0] == 2
