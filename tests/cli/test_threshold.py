from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from commands import run
from duchenne.datasets.clips import LabelledClip
from duchenne.evaluation.threshold_fit import LabelledVideo
from duchenne.evaluation.threshold_videos import ReadVideos, as_people
from media import greys, write_video


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten videos of five people, a smile and a neutral one each; their pixels do not matter here."""
    one = write_video(tmp_path / "v0.mp4", greys(2)).read_bytes()
    rows = ["path,label,subject"]
    for k in range(10):
        (tmp_path / f"v{k}.mp4").write_bytes(one)
        rows.append(f"v{k}.mp4,{'happy' if k % 2 else 'neutral'},s{k // 2}")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A stand-in for reading: each video shows its label in a quarter of its frames, and a little anger."""
    calls: dict[str, object] = {}

    def read_videos(clips: tuple[LabelledClip, ...], networks: object, **options: object) -> ReadVideos:
        calls.update(options)
        videos = [
            LabelledVideo(
                person.clip,
                person.subject,
                person.label,
                {"neutral": 13, "anger": 2} | {"happiness": 5}
                if person.label == "happiness"
                else {"neutral": 18, "anger": 2},
            )
            for person in as_people(clips)
        ]
        options["on_progress"](len(clips), len(clips))  # type: ignore[operator]  # a callback
        return ReadVideos(tuple(videos), (("v9.mp4", "it is empty"),), is_complete=True)

    monkeypatch.setattr("duchenne.evaluation.threshold_videos.read_videos", read_videos)
    return calls


def test_the_threshold_is_found_printed_and_written(
    folder: Path, fake: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(
        capsys, "threshold", "fit", folder / "labels.csv", "-o", folder / "out", "--seconds", "2.5"
    )
    assert code == 0
    assert fake["seconds"] == 2.5
    assert "10 videos: happiness 5, neutral 5" in out
    assert "note: left out, because it cannot be read: v9.mp4: it is empty" in out
    for name in ("specific", "broad", "broad_surprise_positive"):
        assert f"label setting '{name}'" in out
    assert "Top-1       accuracy 0.5000" in out
    assert "the rule    accuracy 1.0000" in out
    assert "difference  +0.5000  (95 % +0.5000 to +0.5000)" in out
    assert out.rstrip().endswith("use: duchenne analyze --threshold 0.20 --fallback most_frequent")
    content = json.loads((folder / "out" / "threshold.json").read_text())
    assert content["use"] == {"fallback": "most_frequent", "threshold": 0.2}
    assert content["origin"]["command"] == (
        "duchenne threshold fit labels.csv --fallback most_frequent --folds 5 --seed 0 --seconds 2.5"
    )
    assert "threshold.json" in err


def test_options_reach_the_fit(
    folder: Path, fake: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--fallback",
        "neutral",
        "--folds",
        "2",
        "--seed",
        "3",
        "--network",
        "expression",
        "--as-published",
    ]
    code, out, _ = run(capsys, "threshold", "fit", folder, "-o", folder / "out", *options)
    assert code == 0
    assert "the threshold was chosen on the videos it is scored on" in out
    one = json.loads((folder / "out" / "threshold.json").read_text())
    setting = one["label_settings"]["specific"]
    assert (setting["fallback"], setting["chosen_on"], len(setting["folds"])) == ("neutral", "all", 2)
    assert one["origin"]["command"].endswith(
        "--fallback neutral --folds 2 --seed 3 --network expression --as-published"
    )


def test_a_list_without_subjects_and_with_labels_that_no_network_reads(
    folder: Path, fake: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"v{k}.mp4,{'happy' if k % 2 else 'neutral'}" for k in range(9)]
    (folder / "labels.csv").write_text("\n".join(["path,label", *rows, "v9.mp4,pride"]))
    code, out, _ = run(capsys, "threshold", "fit", folder, "-o", folder / "out")
    assert code == 0
    assert "note: left out, because no network reads them: pride 1" in out
    assert "note: the list names no subjects, so each video counts as a person of its own" in out


def test_the_whole_road(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # No face in any of them: nothing to choose from, and it is said.
    code, out, err = run(capsys, "threshold", "fit", folder, "-o", folder / "out", "--device", "cpu")
    assert code == 0
    assert "10 videos without a frame that was read count as wrong for both" in out
    assert "10 of 10 videos" in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,label,subject\nv0.mp4,joyous,s0\n", "line 2 of labels.csv has an unknown label"),
        ("path,label,subject\ngone.mp4,fear,s0\n", "1 of 1 files listed in labels.csv are missing"),
        ("path,subject\nv0.mp4,s0\n", "labels.csv lacks the columns label"),
        ("path,label\n", "labels.csv lists no files"),
        (
            "path,label,subject\nv0.mp4,fear,s0\nv1.mp4,fear,\n",
            "some videos name a subject and others do not",
        ),
        ("path,label,subject\nv0.mp4,fear,s0\nv1.mp4,fear,s1\n", "5 parts need at least 5 subjects"),
        ("path,label,subject\nv0.mp4,pride,s0\n", "there are no videos to choose a threshold on"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_before_anything_is_read(
    text: str, words: str, folder: Path, fake: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labels.csv").write_text(text)
    code, _, err = run(capsys, "threshold", "fit", folder / "labels.csv", "-o", folder / "out")
    assert code == 1
    assert words in err
    assert fake == {}
    assert not (folder / "out").exists()


@pytest.mark.parametrize("value", ["0", "-1", "nan"])
def test_no_seconds_are_a_wrong_option(value: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "threshold", "fit", folder, "-o", folder / "out", "--seconds", value)
    assert code == 2
    assert "the number of seconds to read must be above 0" in err


def test_a_record_is_not_replaced_unasked(
    folder: Path, fake: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("threshold", "fit", folder, "-o", folder / "out")
    assert run(capsys, *arguments)[0] == 0
    code, _, err = run(capsys, *arguments)
    assert (code, "exists already" in err) == (1, True)
    assert run(capsys, *arguments, "--overwrite")[0] == 0


def test_ctrl_c_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read_videos(clips: object, networks: object, **options: object) -> ReadVideos:
        os.kill(os.getpid(), signal.SIGINT)
        return ReadVideos((), (), is_complete=False)

    monkeypatch.setattr("duchenne.evaluation.threshold_videos.read_videos", read_videos)
    code, _, err = run(capsys, "threshold", "fit", folder, "-o", folder / "out")
    assert code == 130
    assert "stopped before the end; nothing was written" in err
    assert not (folder / "out").exists()
