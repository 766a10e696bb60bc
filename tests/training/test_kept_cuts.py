from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.made_clips import MadeClip, read_made_clips
from duchenne.models.card import InputSpec
from duchenne.training import kept_cuts
from duchenne.training.kept_cuts import PATTERN, Cuts, cut_once
from duchenne.training.networks import GREY_FACE, rec
from duchenne.training.synthetic_source import FOLDER
from rated_folders import FPS
from synthetic_sets import write_set
from worlds import tiny_networks

STEP_S = 2 / FPS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_set(tmp_path, blank=(0, 3))
    return tmp_path / FOLDER / "train"


def cut(folder: Path, step_s: float = STEP_S, spec: InputSpec = rec.INPUT) -> Cuts:
    return cut_once(folder, read_made_clips(folder), step_s, spec, tiny_networks())


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob(PATTERN))


def test_each_face_says_its_clip_and_frame(folder: Path) -> None:
    cuts = cut(folder)
    # Every second frame of eight, and of those the first shows a wall.
    assert cuts.clips.tolist() == [0, 0, 0, 1, 1, 1]
    assert cuts.frames.tolist() == [2, 4, 6, 2, 4, 6]
    assert cuts.patches.shape == (6, 112, 112)


def test_what_is_kept_is_taken_without_looking_at_a_video(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cut(folder)
    assert len(kept(folder)) == 1
    monkeypatch.setattr(kept_cuts, "sampled_faces", None)
    again = cut(folder)
    for name in ("patches", "clips", "frames"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_another_network_behind_the_same_finder_takes_what_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cut(folder)
    monkeypatch.setattr(kept_cuts, "sampled_faces", None)
    other = tiny_networks(units={"AU12": 0.1})
    again = cut_once(folder, read_made_clips(folder), STEP_S, rec.INPUT, other)
    np.testing.assert_array_equal(again.patches, first.patches)


def test_another_cut_another_step_and_another_set_are_cut_anew(folder: Path) -> None:
    cut(folder)
    assert cut(folder, spec=GREY_FACE).patches.shape == (6, 48, 48)
    assert len(cut(folder, step_s=1 / FPS).patches) == 12
    assert len(kept(folder)) == 3
    table = (folder / "clips.parquet").read_bytes()
    (folder / "clips.parquet").write_bytes(table + b" ")
    assert kept_cuts._key(folder, STEP_S, rec.INPUT, tiny_networks()) not in str(kept(folder))


@pytest.mark.parametrize("content", [b"", b"half a fi", None], ids=["empty", "cut short", "other arrays"])
def test_file_that_is_broken_is_made_again(folder: Path, content: bytes | None) -> None:
    whole = cut(folder)
    (path,) = kept(folder)
    if content is None:
        np.savez(path, something=np.zeros(3))
    else:
        path.write_bytes(content)
    np.testing.assert_array_equal(cut(folder).patches, whole.patches)
    assert kept_cuts._load(path) is not None


def test_folder_that_cannot_be_written_only_costs_the_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    monkeypatch.setattr(Path, "unlink", full)  # so it is on a read-only file system, file or no file
    with caplog.at_level("INFO"):
        assert len(cut(folder).patches) == 6
    assert "the cut faces are not kept" in caplog.text
    assert kept(folder) == []


def test_no_clip_gives_no_face(tmp_path: Path) -> None:
    for name in ("clips.parquet", "frames.parquet"):
        (tmp_path / name).write_bytes(b"")
    clips: list[MadeClip] = []
    assert len(cut_once(tmp_path, clips, STEP_S, rec.INPUT, tiny_networks()).patches) == 0
