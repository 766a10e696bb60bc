from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import run
from data_trees import write_tree
from duchenne.cli.evaluate_threshold import ClipSetName
from duchenne.datasets.clips import LabelledClip
from duchenne.evaluation.protocols.clip_sets import READERS
from duchenne.evaluation.threshold_fit import LabelledVideo
from duchenne.evaluation.threshold_videos import ReadVideos
from grey_reader import offer, reader, write_stills


@pytest.fixture(autouse=True)
def grey(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that reads grey levels; few resamples and no drawing, because neither is looked at here."""
    offer(monkeypatch, reader())
    monkeypatch.setattr("duchenne.evaluation.protocols.figures.lines", lambda path, *_: path.touch())
    monkeypatch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Ten clips of five people in a list of their own; nobody looks into them."""
    rows = [f"v{k}.mp4,{'happy' if k % 2 else 'neutral'},s{k // 2}" for k in range(10)]
    files = {row.split(",")[0]: row.encode() for row in rows}
    return write_tree(tmp_path / "own", {"labels.csv": "\n".join(["path,label,subject", *rows]), **files})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A stand-in for reading, which notes how many clips it was given: smiles take a quarter of the frames."""
    calls: list[int] = []

    def read_videos(
        clips: tuple[LabelledClip, ...],
        networks: object,
        *,
        on_progress: Callable[[int, int], None],
        **_: object,
    ) -> ReadVideos:
        calls.append(len(clips))
        on_progress(len(clips), len(clips))
        smile = {"neutral": 15, "happiness": 5}
        videos = [
            LabelledVideo(c.clip, c.subject, c.label, smile if c.label == "happiness" else {"neutral": 20})
            for c in clips
        ]
        return ReadVideos(tuple(videos), (), is_complete=True)

    monkeypatch.setattr("duchenne.evaluation.protocols.threshold.read_videos", read_videos)
    return calls


def test_the_names_of_clip_sets_are_those_that_can_be_read() -> None:
    assert {name.value for name in ClipSetName} == set(READERS)


def test_clips_are_scored_shown_and_written(
    clips: Path, fake: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("evaluate", "threshold", "--data", clips, "--model", "grey", "-o", tmp_path / "out")
    code, out, err = run(capsys, *arguments)
    assert code == 0
    assert "As Table 1: Top-1 and the threshold, 3 labels, surprise negative" in out
    assert "DuckEES+LIRIS-CSE (the paper's)" in out
    assert "note: own is neither of the paper's data sets" in out
    assert "10 of 10 clips" in err
    content = json.loads((tmp_path / "out" / "results.json").read_text())
    assert content["sets"]["own"]["label_settings"]["specific"]["neutral"]["rule"]["accuracy"] == 1.0
    assert content["command"] == (
        "duchenne evaluate threshold --data own --dataset labels --model grey --folds 5 --seed 0"
    )
    assert (tmp_path / "out" / "results.md").is_file()
    assert (tmp_path / "out" / "sweep_own_specific.png").is_file()
    # A second time it is refused before a clip is read.
    code, _, err = run(capsys, *arguments)
    assert (code, "exists already" in err, fake) == (1, True, [10])
    assert run(capsys, *arguments, "--overwrite")[0] == 0


def test_options_reach_the_protocol(
    clips: Path, fake: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--dataset", "labels", "--folds", "2", "--seed", "3", "--as-published", "--model", "grey"]
    assert run(capsys, "evaluate", "threshold", "--data", clips, "-o", tmp_path / "out", *options)[0] == 0
    content = json.loads((tmp_path / "out" / "results.json").read_text())
    assert (content["n_folds"], content["seed"], content["chosen_on"]) == (2, 3, "all")


def test_the_tools_own_place_is_written_again(
    clips: Path,
    fake: list[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(capsys, "evaluate", "threshold", "--data", clips, "--model", "grey")[0] == 0
    assert (tmp_path / "out" / "evaluate" / "threshold" / "results.json").is_file()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--dataset", "duckees", "--dataset", "labels"], 2, "each --data needs its own --dataset"),
        (["--dataset", "afew"], 2, "'afew' is not one of"),
        (["--folds", "1"], 2, "should be greater than or equal to 2"),
        (["--folds", "6"], 1, "6 parts need at least 6 subjects"),
        (["--model", "nowhere"], 1, "no model is called 'nowhere'"),
    ],
)
def test_what_does_not_fit_is_refused(
    options: list[str],
    code: int,
    words: str,
    clips: Path,
    fake: list[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = [] if "--model" in options else ["--model", "grey"]
    place = tmp_path / "out"
    found, _, err = run(capsys, "evaluate", "threshold", "--data", clips, "-o", place, *model, *options)
    assert found == code
    assert words in " ".join(err.replace("│", " ").split())
    assert (fake, place.exists()) == ([], False)


def test_ctrl_c_writes_nothing(
    clips: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def read_videos(clips: object, networks: object, **options: object) -> ReadVideos:
        os.kill(os.getpid(), signal.SIGINT)
        return ReadVideos((), (), is_complete=False)

    monkeypatch.setattr("duchenne.evaluation.protocols.threshold.read_videos", read_videos)
    place = tmp_path / "out"
    code, _, err = run(capsys, "evaluate", "threshold", "--data", clips, "--model", "grey", "-o", place)
    assert code == 130
    assert "stopped before the end; nothing was written" in err
    assert not place.exists()


def test_stills_are_scored_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_stills(tmp_path / "faces.parquet", 6)
    place = tmp_path / "out"
    options = ["--clips", "35", "--mix", "paper", "--seed", "2", "--model", "grey", "--split", "PublicTest"]
    arguments = ("evaluate", "threshold-stills", "--data", data, "-o", place, *options)
    code, out, err = run(capsys, *arguments)
    assert code == 0
    assert "The 35 clips, paper" in out
    assert "note: These are not videos." in out
    assert "42 of 42 stills" in err
    content = json.loads((place / "results.json").read_text())
    assert (content["plan"]["n_clips"], content["seed"]) == (35, 2)
    assert content["command"] == (
        "duchenne evaluate threshold-stills --data faces.parquet --model grey --split PublicTest --clips 35 "
        "--mix paper --folds 5 --seed 2"
    )
    assert (place / "share_specific.png").is_file()
    assert run(capsys, *arguments)[0] == 1
    assert run(capsys, *arguments, "--overwrite")[0] == 0


def test_stills_that_are_not_there_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = tmp_path / "nowhere.parquet"
    code, _, err = run(capsys, "evaluate", "threshold-stills", "--data", nowhere, "--model", "grey")
    assert code == 1
    assert "nowhere.parquet" in err


@pytest.mark.parametrize("option", [["--clips", "0"], ["--mix", "even"], ["--folds", "1"]])
def test_wrong_options_of_stills_are_refused(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, _ = run(capsys, "evaluate", "threshold-stills", "--data", tmp_path / "f.parquet", *option)
    assert code == 2
