from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.errors import InputError
from duchenne.evaluation.own_readings import read_with_duchenne
from duchenne.evaluation.tool_tables import Outcome
from duchenne.evaluation.truth_tables import Truth
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.writer import VideoWriter
from worlds import portrait, tiny_networks

N_FRAMES = 3


def video(path: Path, picture: np.ndarray) -> None:
    height, width = picture.shape[:2]
    info = SourceInfo(
        path.name, SourceKind.MEMORY, None, width, height, 15.0, None, None, False, "", 0, "rgb24"
    )
    with VideoWriter(path, info) as writer:
        for index in range(N_FRAMES):
            writer.write(picture, index / 15.0)


def truth(folder: Path, *clips: str) -> Truth:
    return Truth(folder, pd.DataFrame(), pd.DataFrame({"clip": list(clips), "frames": N_FRAMES}), {})


def test_every_clip_is_read_and_one_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    video(tmp_path / "face.mp4", portrait())
    video(tmp_path / "wall.mp4", np.full((128, 128, 3), 120, dtype=np.uint8))
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    told: list[tuple[int, int]] = []
    found = read_with_duchenne(
        truth(tmp_path, "face", "broken", "wall"),
        tiny_networks(),
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert found is not None
    outcomes = found.frames.groupby("clip")["outcome"].agg(list).to_dict()
    assert outcomes == {"face": [Outcome.SEEN] * N_FRAMES, "wall": [Outcome.NOT_DETECTED] * N_FRAMES}
    assert found.frames["frame"].tolist() == [0, 1, 2] * 2
    assert found.units == ()
    assert found.has_pose
    assert {path.name for path in tmp_path.iterdir()} == {"face.mp4", "wall.mp4", "broken.mp4"}


def test_a_set_without_its_videos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of the 1 videos in .* can be read.*Make the set again"):
        read_with_duchenne(truth(tmp_path, "gone"), tiny_networks())


def test_a_stop_gives_nothing_rather_than_faces_that_were_missed(tmp_path: Path) -> None:
    video(tmp_path / "face.mp4", portrait())
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) == 2

    assert read_with_duchenne(truth(tmp_path, "face", "face"), tiny_networks(), stopped=stopped) is None
    assert len(asked) == 2, "no second clip is begun"
