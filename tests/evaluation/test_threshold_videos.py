from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from duchenne.datasets.clips import LabelledClip
from duchenne.errors import DataError, InputError, SettingsError
from duchenne.evaluation.threshold_videos import as_people, read_videos
from media import greys, write_video
from worlds import portrait, tiny_networks

N_FRAMES = 4


def clip(path: Path, label: str = "fear", subject: str = "s") -> LabelledClip:
    return LabelledClip(path.name, "labels", "", subject, label, path)


@pytest.fixture
def face(tmp_path: Path) -> Path:
    rgb = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    return write_video(tmp_path / "face.mp4", [rgb] * N_FRAMES, fps=10)


def test_frames_are_counted_and_a_video_without_a_face_stays_with_none(face: Path, tmp_path: Path) -> None:
    wall = write_video(tmp_path / "wall.mp4", greys(3))
    told: list[tuple[int, int]] = []
    found = read_videos(
        [clip(face, "fear", "a"), clip(wall, "anger", "b")],
        tiny_networks(),
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 2), (1, 2), (2, 2)]
    first, second = found.videos
    assert (first.name, first.subject, first.expression) == ("face.mp4", "a", "fear")
    assert sum(first.n_frames_by_expression.values()) == N_FRAMES
    assert (second.expression, dict(second.n_frames_by_expression)) == ("anger", {})
    assert (found.unreadable, found.is_complete) == ((), True)


def test_only_so_many_seconds_are_read(face: Path) -> None:
    (found,) = read_videos([clip(face)], tiny_networks(), seconds=0.15).videos
    assert sum(found.n_frames_by_expression.values()) == 2
    with pytest.raises(SettingsError, match="the number of seconds to read must be above 0"):
        read_videos([clip(face)], tiny_networks(), seconds=0.0)


def test_a_video_that_cannot_be_decoded_is_left_out_and_named(face: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.touch()
    found = read_videos([clip(broken), clip(face)], tiny_networks())
    assert [video.name for video in found.videos] == ["face.mp4"]
    ((name, reason),) = found.unreadable
    assert name == "broken.mp4"
    assert reason.startswith("broken.mp4 is empty."), "without the folder it lies in"
    with pytest.raises(InputError, match=r"none of the 1 videos can be read.*broken\.mp4"):
        read_videos([clip(broken)], tiny_networks())


def test_reading_stops_when_the_user_does(face: Path) -> None:
    found = read_videos([clip(face), clip(face)], tiny_networks(), stopped=lambda: True)
    assert (found.videos, found.is_complete) == ((), False)


def test_the_face_that_is_seen_longest_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from made_results import seen, shown, tabulate

    frames = [shown(k, seen(1, "fear", 0.9), *([seen(0, "anger", 0.9)] if k == 0 else [])) for k in range(4)]
    _, summary = tabulate(frames)

    class Fake:
        people = summary.people

    monkeypatch.setattr("duchenne.evaluation.threshold_videos.analyze_source", lambda *_, **__: Fake())
    path = write_video(tmp_path / "two.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 2)
    (found,) = read_videos([clip(path)], tiny_networks()).videos
    assert {name: n for name, n in found.n_frames_by_expression.items() if n} == {"fear": 4}


def test_no_clips_are_no_videos() -> None:
    assert read_videos([], tiny_networks()).videos == ()


def test_without_subjects_each_video_is_a_person_of_its_own() -> None:
    people = as_people([clip(Path("a.mp4"), subject=""), clip(Path("b.mp4"), subject="")])
    assert [person.subject for person in people] == ["a.mp4", "b.mp4"]
    named = (clip(Path("a.mp4")), clip(Path("b.mp4")))
    assert as_people(named) == named
    assert as_people([]) == ()


def test_subjects_for_some_videos_only_are_refused() -> None:
    with pytest.raises(DataError, match=r"some videos name a subject and others do not.*Got: 1 of 2 without"):
        as_people([clip(Path("a.mp4"), subject=""), clip(Path("b.mp4"))])
