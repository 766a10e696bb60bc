from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import InputError
from duchenne.evaluation.recording_faces import sampled_faces
from media import damage, greys, write_video
from rated_folders import FPS, frames
from worlds import tiny_networks


def test_the_first_frame_of_each_step_is_looked_at(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", greys(10), fps=FPS)
    networks = tiny_networks()
    times = [one.time_s for one in sampled_faces(video, networks, 0.4)]
    np.testing.assert_allclose(times, [0.0, 0.4, 0.8, 1.2, 1.6], atol=1e-3)
    # A step that no frame falls into is passed over, and shorter steps than frames give every frame.
    assert len(list(sampled_faces(video, networks, 0.01))) == 10
    assert len(list(sampled_faces(video, networks, 9.0))) == 1


def test_uneven_times_do_not_move_the_grid(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", greys(5), times_s=[0.0, 0.35, 0.5, 0.75, 0.81])
    times = [one.time_s for one in sampled_faces(video, tiny_networks(), 0.4)]
    np.testing.assert_allclose(times, [0.0, 0.5, 0.81], atol=1e-3)


def test_a_face_comes_with_its_picture_and_reading_and_a_wall_with_none(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", frames(4, blank=(2,)), fps=FPS)
    seen = list(sampled_faces(video, tiny_networks(), 1 / FPS))
    assert [one.seen is not None for one in seen] == [True, True, False, True]
    face = seen[0].seen
    assert face is not None
    assert (face.picture.width, face.picture.height) == (192, 192)
    assert face.reading.expression == "happiness"
    x, y = face.face.box.center
    assert abs(x - 84) < 10, "her face lies at 224 of 512 pixels"
    assert abs(y - 50) < 12, "and at 131 of 512"


def test_a_damaged_frame_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    options = {"preset": "ultrafast", "g": "1", "bf": "0"}
    video = write_video(tmp_path / "a.mp4", greys(6), fps=FPS, options=options)
    damage(video, 2)
    times = [one.time_s for one in sampled_faces(video, tiny_networks(), 0.4)]
    np.testing.assert_allclose(times, [0.0, 0.6, 0.8], atol=1e-3)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a step above 0 s, got 0"):
        list(sampled_faces(tmp_path / "a.mp4", tiny_networks(), 0))
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(InputError):
        list(sampled_faces(tmp_path / "a.mp4", tiny_networks(), 0.4))
