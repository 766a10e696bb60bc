from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from commands import run
from duchenne.records import Frame, Picture
from media import cut, greys, write_image, write_sound, write_video, write_without_frames
from worlds import PORTRAIT, portrait

QUICK = ["--no-annotated", "--no-report"]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    rgb = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    return write_video(tmp_path / "clip.mp4", [rgb] * 5, fps=10)


def test_a_clip_becomes_a_folder(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "analyze", clip, "-o", tmp_path / "out")
    assert code == 0
    assert out.strip() == str(tmp_path / "out" / "clip")
    assert "device: cpu" in err
    assert "first row after" in err
    assert (tmp_path / "out" / "clip" / "report.html").is_file()


def test_photographs_folders_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_image(folder / "grey.png", greys(1)[0])
    (folder / "notes.txt").write_text("not a picture")
    code, out, _ = run(
        capsys, "analyze", folder, PORTRAIT, "-o", tmp_path / "out", "--format", "csv", *QUICK, "--tiles", "1"
    )
    assert code == 0
    assert out.split() == [str(tmp_path / "out" / "grey"), str(tmp_path / "out" / "eileen_collins")]
    text = (tmp_path / "out" / "eileen_collins" / "frames.csv").read_text()
    assert text.startswith("video,frame,time_s,face,status,")
    assert len(text.splitlines()) == 2


def test_a_clip_without_a_face_is_read_and_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_video(tmp_path / "grey.mp4", greys(5))
    code, _, err = run(capsys, "analyze", path, "-o", tmp_path / "out", *QUICK)
    assert code == 0
    assert "no face found" in err


def bad_inputs(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files that cannot be read, and words of the message that says why."""
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("this is no video\n" * 100)
    truncated = cut(write_video(folder / "truncated.mp4", greys(30)), 0.5)
    return {
        "missing": (folder / "missing.mp4", "missing.mp4"),
        "empty": (folder / "empty.mp4", "empty.mp4"),
        "text": (folder / "text.mp4", "text.mp4"),
        "sound": (write_sound(folder / "sound.m4a"), "sound.m4a"),
        "no frames": (write_without_frames(folder / "hollow.mp4"), "hollow.mp4"),
        "truncated without index": (truncated, "truncated.mp4"),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf8_is_read_and_so_is_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_image(tmp_path / "good.png", greys(1)[0])
    odd = tmp_path / os.fsdecode(b"caf\xe9.png")
    odd.write_bytes(good.read_bytes())
    code, out, err = run(capsys, "analyze", odd, good, "-o", tmp_path / "out", "--format", "csv")
    assert code == 0
    folders = [tmp_path / "out" / "caf\\xe9", tmp_path / "out" / "good"]
    assert out.splitlines() == list(map(str, folders))
    assert err.count("caf\\xe9.png") >= 2
    assert json.loads((folders[0] / "run.json").read_text())["source"]["name"] == "caf\\xe9.png"
    assert "caf\\xe9.png,0," in (folders[0] / "frames.csv").read_text()
    assert (folders[0] / "report.html").is_file()


@pytest.mark.parametrize(
    "kind", ["missing", "empty", "text", "sound", "no frames", "truncated without index"]
)
def test_what_cannot_be_read_is_said_with_a_remedy_and_leaves_nothing(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, words = bad_inputs(tmp_path)[kind]
    code, out, err = run(capsys, "analyze", path, "-o", tmp_path / "out", *QUICK)
    assert code == 1
    assert out == ""
    assert words in err
    assert "failed" in err
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_one_bad_file_does_not_stop_the_others_and_a_table_says_which(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "analyze", tmp_path / "missing.mp4", clip, "-o", tmp_path / "out", *QUICK)
    assert code == 1
    assert out.strip() == str(tmp_path / "out" / "clip")
    table = err[err.index("what there is to say") :]
    assert "missing.mp4" in table
    assert "failed" in table
    assert "done" in table


def test_a_truncated_clip_is_kept_and_its_loss_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"g": "10", "bf": "0"}
    path = write_video(tmp_path / "clip.mp4", greys(60), container={"movflags": "faststart"}, options=options)
    code, _, err = run(capsys, "analyze", cut(path, 0.7), "-o", tmp_path / "out", *QUICK)
    assert code == 0
    assert "of 60 frames could not be decoded" in err


def test_a_result_that_exists_is_kept_unless_told_otherwise(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("analyze", clip, "-o", tmp_path / "out", *QUICK)
    assert run(capsys, *arguments)[0] == 0
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert "--overwrite" in err
    assert run(capsys, *arguments, "--overwrite")[0] == 0


def test_an_unwritable_folder_is_said(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, err = run(capsys, "analyze", clip, "-o", tmp_path / "file", *QUICK)
    assert code == 1
    assert "cannot be written" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--frobnicate"], "No such option"),
        ([], "there is nothing to read"),
        (["clip.mp4", "--camera", "0"], "cannot be read together"),
        (["clip.mp4", "--seconds", "3"], "--seconds goes with --camera"),
        (["--camera", "0", "--seconds", "-1"], "--seconds must be above 0"),
        (["--camera", "0", "--seconds", "nan"], "--seconds must be above 0. Got: nan"),
        (["clip.mp4", "-o", "out\udce9"], "--output must be a name in UTF-8. Got: out\\xe9"),
        (["clip.mp4", "--baseline", "rest\udce9"], "--baseline must be a name in UTF-8. Got: rest\\xe9"),
        (["clip.mp4", "--format", "xlsx"], "xlsx"),
        (["clip.mp4", "--device", "tpu"], "tpu"),
        (["clip.mp4", "--max-faces", "0"], "max-faces"),
    ],
)
def test_wrong_options_end_with_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "analyze", *arguments)
    assert code == 2
    assert words in err


def test_a_limit_of_no_seconds_is_refused_before_anything_is_opened(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("duchenne.cli.analyze.CameraSource", opened.append)
    monkeypatch.setattr("duchenne.cli.analyze.Networks.load", lambda *arguments: opened.append(arguments))
    code, _, err = run(capsys, "analyze", "--camera", "0", "--seconds", "0")
    assert code == 2
    assert "--seconds must be above 0. Got: 0.0. Expected: how long to read the camera." in err
    assert "Leave it out to read until Ctrl-C." in err
    assert opened == []


def test_the_help_says_which_faces_are_followed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "analyze", "--help")
    assert code == 0
    words = " ".join(out.replace("│", " ").split())
    assert "who is followed stays, and of the others the largest come first" in words


def test_a_device_that_is_absent_is_an_error(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    code, _, err = run(capsys, "analyze", clip, "--device", "cuda")
    assert code == 2
    assert "'cuda' is not available" in err


def test_quiet_shows_trouble_only(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "analyze", clip, "-o", tmp_path / "out", "-q", *QUICK)
    assert (code, err) == (0, "")
    assert out.strip() == str(tmp_path / "out" / "clip")


def test_ctrl_c_keeps_what_was_read_and_ends_with_130(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.cli.console import ProgressDisplay

    def press(self: ProgressDisplay, step: object) -> None:
        if getattr(step, "n_frames", 0) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ProgressDisplay, "step", press)
    other = write_video(tmp_path / "other.mp4", greys(3))
    code, _, err = run(capsys, "analyze", clip, other, "-o", tmp_path / "out", *QUICK)
    assert code == 130
    run_record = json.loads((tmp_path / "out" / "clip" / "run.json").read_text())
    assert (run_record["complete"], run_record["frames_decoded"]) == (False, 2)
    assert "not started" in err
    assert not (tmp_path / "out" / "other").exists()


class FakeCamera:
    """Shows the portrait; each picture comes a tenth of a second after the one before."""

    def __init__(self, index: int) -> None:
        assert index == 1

    info = None
    closed = False

    def __iter__(self):  # type: ignore[no-untyped-def]  # as in the source it stands for
        for k in range(1000):
            yield Frame(k, k / 10, Picture.from_rgb(np.ascontiguousarray(portrait()[:256, 100:356])))

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> FakeCamera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_a_camera_is_read_for_so_many_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.video.info import SourceInfo, SourceKind

    FakeCamera.info = SourceInfo(  # type: ignore[assignment]  # set once, for all
        "camera 1", SourceKind.CAMERA, None, 256, 256, None, None, None, False, "", 0, "rgb24"
    )
    monkeypatch.setattr("duchenne.cli.analyze.CameraSource", FakeCamera)
    code, out, _ = run(capsys, "analyze", "--camera", "1", "--seconds", "0.5", "-o", tmp_path / "out", *QUICK)
    assert code == 0
    assert out.strip() == str(tmp_path / "out" / "camera_1")
    run_record = json.loads((tmp_path / "out" / "camera_1" / "run.json").read_text())
    assert (run_record["complete"], run_record["frames_decoded"]) == (True, 5)
    assert run_record["source"]["sha256"] is None


def test_an_absent_camera_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from duchenne.errors import InputError

    def absent(index: int) -> None:
        raise InputError(f"there is no camera {index}", remedy="Plug one in")

    monkeypatch.setattr("duchenne.cli.analyze.CameraSource", absent)
    code, _, err = run(capsys, "analyze", "--camera", "0", "-o", tmp_path / "out")
    assert code == 1
    assert "there is no camera 0" in err


def test_every_table_format_can_be_asked_for() -> None:
    from duchenne.cli.analyze import TableFormat
    from duchenne.outputs.formats import SINKS

    assert list(TableFormat) == list(SINKS)


def test_the_threshold_is_in_the_summary_and_in_the_run_record(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--threshold", "0.35", "--fallback", "neutral"]
    code, _, _ = run(capsys, "analyze", clip, "-o", tmp_path / "out", *QUICK, *options)
    assert code == 0
    expected = {"threshold": 0.35, "fallback": "neutral"}
    folder = tmp_path / "out" / "clip"
    assert json.loads((folder / "summary.json").read_text())["rule"] == expected
    assert json.loads((folder / "run.json").read_text())["settings"]["representative"] == expected


@pytest.mark.parametrize("value", ["0", "1.2", "nan"])
def test_a_threshold_outside_its_range_is_a_wrong_option(
    value: str, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--threshold", value)
    assert code == 2
    assert "threshold must lie above 0 and be at most 1" in err
    assert not (tmp_path / "out").exists()


def test_calibration_and_smoothing_are_in_the_run_record(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--baseline", "0.5-1", "--smooth"]
    code, _, _ = run(capsys, "analyze", clip, "-o", tmp_path / "out", "-q", *options)
    assert code == 0
    (record,) = (tmp_path / "out").glob("*/run.json")
    settings = json.loads(record.read_text())["settings"]
    assert settings["calibration"]["neutral_face"] == "stretch"
    assert (settings["calibration"]["begin_s"], settings["calibration"]["end_s"]) == (0.5, 1.0)
    assert settings["smoothing"]["min_cutoff_hz"] == 1.0


def test_a_baseline_that_cannot_be_understood_is_a_wrong_option(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--baseline", "rest")
    assert code == 2
    assert "the baseline cannot be understood" in err
    assert not (tmp_path / "out").exists()


def test_a_neutral_recording_without_a_table_is_said_and_leaves_nothing(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--baseline", tmp_path)
    assert code == 1
    assert "holds no frame table" in err
    assert not list((tmp_path / "out").glob("*/frames.*"))


def test_the_network_that_read_is_in_the_run_record_and_one_that_is_not_there_is_said(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["analyze", clip, "-o", tmp_path / "out", "-q", *QUICK, "--network"]
    assert run(capsys, *words, "mini_xception")[0] == 0
    record = json.loads((tmp_path / "out" / "clip" / "run.json").read_text())
    assert record["models"][-1]["name"] == "mini_xception"
    code, _, err = run(capsys, *words, "nobody", "--overwrite")
    assert code != 0
    assert "no model is called 'nobody'" in err
