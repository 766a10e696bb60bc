from __future__ import annotations

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from duchenne.errors import InputError, OutputError, SettingsError
from duchenne.offline import INTERRUPTED, OutputOptions, Progress, analyze, analyze_source
from duchenne.pipeline import Networks
from duchenne.records import DecodeFailure, Frame, Picture
from duchenne.settings import Settings
from duchenne.video.memory import MemorySource
from made_results import run_of
from media import cut, greys, write_image, write_video
from worlds import blank, portrait, tiny_networks

QUICK = OutputOptions(annotated=False, report=False)


@pytest.fixture(scope="module")
def networks() -> Networks:
    return tiny_networks()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six frames of a face, then four grey ones, at 10 frames a second, with a tone."""
    rgb = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    pictures = [rgb] * 6 + [np.full_like(rgb, 128)] * 4
    path = tmp_path_factory.mktemp("offline") / "clip.mp4"
    return write_video(path, pictures, fps=10, sound="aac")


class Flaky(MemorySource):
    """Frames in memory of which some cannot be decoded."""

    def __init__(self, n_frames: int, failing: set[int]) -> None:
        super().__init__([blank()] * n_frames, fps=10.0, name="flaky")
        self._failing = failing

    def __iter__(self):  # type: ignore[no-untyped-def]  # as in the source it stands for
        for frame in super().__iter__():
            assert isinstance(frame, Frame)
            if frame.index in self._failing:
                yield DecodeFailure(frame.index, frame.time_s, "damaged")
            else:
                yield frame


def test_in_memory_nothing_is_written(networks: Networks, clip: Path, tmp_path: Path) -> None:
    before = sorted(clip.parent.iterdir())
    analysis = analyze(clip, networks=networks)
    assert sorted(clip.parent.iterdir()) == before
    assert analysis.folder is None
    frames = analysis.frames
    assert list(frames["status"]) == ["ok"] * 6 + ["no_face"] * 4
    assert list(frames["time_s"]) == pytest.approx([k / 10 for k in range(10)], abs=1e-3)
    assert analysis.run.complete
    assert analysis.run.frames_decoded == 10


def test_a_folder_appears_whole(networks: Networks, clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "clip"
    analysis = analyze(clip, out, networks=networks)
    assert sorted(p.name for p in out.iterdir()) == [
        "annotated.mp4",
        "frames.parquet",
        "report.html",
        "run.json",
        "summary.json",
    ]
    assert [p.name for p in out.parent.iterdir()] == ["clip"], "no temporary folder is left"
    summary = json.loads((out / "summary.json").read_text())
    assert summary["people"][0]["dominant"] == "happiness"
    assert summary["people"][0]["seconds_seen"] == pytest.approx(0.6, abs=1e-3)
    run = json.loads((out / "run.json").read_text())
    assert (run["complete"], run["frames_decoded"], run["frames_failed"]) == (True, 10, 0)
    assert run["device"] == "cpu"
    assert len(run["source"]["sha256"]) == 64
    assert analysis.folder == out


def test_memory_and_folder_hold_the_same_table(networks: Networks, clip: Path, tmp_path: Path) -> None:
    in_memory = analyze(clip, networks=networks).frames
    for format in ("parquet", "csv"):
        options = OutputOptions(format=format, annotated=False, report=False)
        on_disk = analyze(clip, tmp_path / format, networks=networks, options=options).frames
        pd.testing.assert_frame_equal(in_memory, on_disk)


def test_same_run_same_bytes(networks: Networks, clip: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        analyze(clip, tmp_path / name, networks=networks, options=QUICK)
    for name in ("frames.parquet", "summary.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_result_that_exists_is_refused_before_any_work(
    networks: Networks, clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "clip").mkdir()
    steps: list[Progress] = []
    with pytest.raises(OutputError, match=r"clip exists already\. .*--overwrite"):
        analyze(clip, tmp_path / "clip", networks=networks, on_progress=steps.append)
    assert steps == []


def test_overwrite_replaces_all_of_an_older_result(networks: Networks, clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip"
    out.mkdir()
    (out / "report.html").write_text("old")
    (out / "run.json").write_text(run_of().to_json())
    options = OutputOptions(annotated=False, report=False, overwrite=True)
    analyze(clip, out, networks=networks, options=options)
    assert sorted(p.name for p in out.iterdir()) == ["frames.parquet", "run.json", "summary.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["clip"]


def test_what_was_read_before_a_stop_is_kept_and_marked(
    networks: Networks, clip: Path, tmp_path: Path
) -> None:
    steps: list[Progress] = []
    analysis = analyze(
        clip,
        tmp_path / "clip",
        networks=networks,
        on_progress=steps.append,
        stopped=lambda: len(steps) == 3,
    )
    assert len(analysis.frames) == 3
    assert (analysis.run.complete, analysis.run.reason) == (False, INTERRUPTED)
    assert (tmp_path / "clip" / "annotated.mp4").stat().st_size > 0
    assert "incomplete" in (tmp_path / "clip" / "report.html").read_text().lower()


def test_ctrl_c_in_python_keeps_what_was_read(networks: Networks, clip: Path) -> None:
    def press(step: Progress) -> None:
        if step.n_frames == 4:
            raise KeyboardInterrupt

    analysis = analyze(clip, networks=networks, on_progress=press)
    assert len(analysis.frames) == 4
    assert not analysis.run.complete


def test_a_stop_before_the_first_face_is_still_a_result(networks: Networks, tmp_path: Path) -> None:
    source = MemorySource([blank()] * 5, fps=10.0)
    analysis = analyze_source(
        source, networks, settings=Settings(), options=QUICK, stopped=lambda: True, output=tmp_path / "out"
    )
    assert list(analysis.frames["status"]) == ["no_face"]


def test_failed_frames_keep_their_rows(networks: Networks) -> None:
    analysis = analyze_source(Flaky(5, {1, 4}), networks, settings=Settings(), options=QUICK)
    assert list(analysis.frames["status"]) == [
        "no_face",
        "decode_error",
        "no_face",
        "no_face",
        "decode_error",
    ]
    assert (analysis.run.frames_decoded, analysis.run.frames_failed) == (3, 2)
    assert analysis.run.complete


def test_a_source_without_one_good_frame_leaves_nothing(networks: Networks, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no frame of flaky could be decoded\. Got: 3 damaged frames"):
        analyze_source(
            Flaky(3, {0, 1, 2}), networks, settings=Settings(), options=QUICK, output=tmp_path / "out"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_truncated_file_keeps_its_beginning_and_marks_the_rest(networks: Networks, tmp_path: Path) -> None:
    whole = write_video(
        tmp_path / "whole.mp4",
        greys(60),
        fps=30,
        container={"movflags": "faststart"},
        options={"g": "10", "bf": "0"},
    )
    n_bytes = whole.stat().st_size
    analysis = analyze(cut(whole, 0.7), networks=networks)
    assert whole.stat().st_size < n_bytes
    statuses = analysis.frames["status"]
    n_kept = int((statuses == "no_face").sum())
    assert 10 < n_kept < 60
    assert list(statuses) == ["no_face"] * n_kept + ["decode_error"] * (60 - n_kept)


def test_a_still_is_one_frame_with_an_annotated_picture(networks: Networks, tmp_path: Path) -> None:
    path = write_image(tmp_path / "portrait.png", portrait())
    analysis = analyze(path, tmp_path / "out", networks=networks)
    assert len(analysis.frames) == 1
    assert analysis.frames["status"][0] == "ok"
    drawn = cv2.imread(str(tmp_path / "out" / "annotated.png"))
    assert drawn.shape == (512, 512, 3)


def test_one_frame_and_tiny_videos_work(networks: Networks, tmp_path: Path) -> None:
    path = write_video(tmp_path / "tiny.mp4", greys(1, 8, 8))
    analysis = analyze(path, tmp_path / "out", networks=networks)
    assert list(analysis.frames["status"]) == ["no_face"]
    assert analysis.people == ()


def test_odd_sizes_are_annotated(networks: Networks, tmp_path: Path) -> None:
    source = MemorySource([Picture.from_rgb(np.full((47, 63, 3), 90, np.uint8))] * 2, fps=10.0)
    analyze_source(
        source, networks, settings=Settings(), options=OutputOptions(report=False), output=tmp_path / "out"
    )
    assert (tmp_path / "out" / "annotated.mp4").stat().st_size > 0


def test_progress_counts_frames_and_says_what_is_left(networks: Networks, clip: Path) -> None:
    steps: list[Progress] = []
    analyze(clip, networks=networks, on_progress=steps.append)
    assert [step.n_frames for step in steps] == list(range(1, 11))
    assert {step.n_expected for step in steps} == {10}
    assert steps[-1].left_s == 0
    assert all(math.isfinite(step.fps) for step in steps)


def test_progress_without_a_promise_has_no_time_left(networks: Networks) -> None:
    from duchenne.offline import _progress

    assert _progress(5, None, 1.0).left_s is None
    assert _progress(0, 10, 0.0) == Progress(0, 10, 0.0, 0.0, None)


def test_the_first_row_comes_before_the_last(networks: Networks, clip: Path) -> None:
    run = analyze(clip, networks=networks).run
    assert run.first_row_s is not None
    assert 0 < run.first_row_s <= run.seconds


def test_an_unwritable_place_is_refused(networks: Networks, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        analyze(clip, tmp_path / "file" / "clip", networks=networks, options=QUICK)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"unknown table format 'xlsx'\. Expected: parquet or csv"):
        OutputOptions(format="xlsx")


def test_a_missing_file_is_refused_and_leaves_nothing(networks: Networks, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.mp4"):
        analyze(tmp_path / "nowhere.mp4", tmp_path / "out", networks=networks)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("device", ["tpu", "cuda"])
def test_a_device_that_is_not_there_is_refused(
    clip: Path, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(SettingsError, match=f"unknown device '{device}'|'{device}' is not available"):
        analyze(clip, device=device)


def test_a_file_that_goes_away_meanwhile_costs_its_hash_and_not_the_result(
    networks: Networks, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "gone.mp4", greys(5), fps=10)
    analysis = analyze(path, networks=networks, on_progress=lambda step: path.unlink(missing_ok=True))
    assert len(analysis.frames) == 5
    assert (analysis.run.source.sha256, analysis.run.source.size_bytes) == (None, None)
    assert analysis.run.complete
