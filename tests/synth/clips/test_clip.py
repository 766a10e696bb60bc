"""A clip follows from its specification, frame by frame and byte by byte."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import OutputError, SettingsError
from duchenne.records import Frame
from duchenne.synth.clips.clip import LastSubject, SubjectSpec, render_clip, write_clip, write_video
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Renderer
from duchenne.video.source import open_source
from procedural_head import procedural_head
from tiny_clips import PERSON, SCRIPT, SIZE, tiny_spec


@pytest.fixture(scope="module")
def subject() -> Subject:
    return PERSON.make(procedural_head())


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(SIZE)


def test_a_subject_is_made_from_its_numbers(subject: Subject) -> None:
    np.testing.assert_array_equal(subject.identity, np.array(PERSON.identity, dtype=np.float32))
    assert subject.look == PERSON.look
    assert subject.key == PERSON.make(procedural_head()).key


def test_a_person_is_made_ready_once_in_a_row() -> None:
    subjects, other = LastSubject(procedural_head()), replace(PERSON, name="other")
    first = subjects.of(PERSON)
    assert subjects.of(PERSON) is first
    assert subjects.of(other) is not first
    again = subjects.of(PERSON)
    assert again is not first  # only the last one is kept
    assert again.key == first.key


def test_a_drawn_subject_has_every_mode_and_comes_again() -> None:
    first, again = (SubjectSpec.sample(procedural_head(), np.random.default_rng(2), "b") for _ in range(2))
    assert first == again
    assert len(first.identity) == 3
    assert all(round(a, 4) == a for a in first.identity)


def test_frames_come_in_order_with_the_truth_of_their_time(subject: Subject, renderer: Renderer) -> None:
    frames = list(render_clip(tiny_spec(), subject, renderer))
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    assert [frame.truth.time_s for frame in frames] == [0.0, 0.1, 0.2, 0.3]
    for frame in frames:
        assert frame.rgb.shape == (SIZE, SIZE, 3)
        left, right = frame.truth.units[12]
        expected = SCRIPT.units(frame.truth.time_s).get(12, (0.0, 0.0))
        assert (left, right) == pytest.approx(expected)
    assert frames[2].truth.units[12] == pytest.approx((0.9, 0.6))


def test_the_same_specification_gives_the_same_pixels(subject: Subject, renderer: Renderer) -> None:
    first = [frame.rgb for frame in render_clip(tiny_spec(), subject, renderer)]
    again = [frame.rgb for frame in render_clip(tiny_spec(), subject, Renderer(SIZE))]
    np.testing.assert_array_equal(first, again)


def test_another_seed_changes_the_noise_alone(subject: Subject, renderer: Renderer) -> None:
    first, other = (next(iter(render_clip(tiny_spec(seed=seed), subject, renderer))) for seed in (5, 6))
    assert not np.array_equal(first.rgb, other.rgb)
    np.testing.assert_array_equal(first.truth.landmarks, other.truth.landmarks)


def test_a_frame_does_not_depend_on_those_before_it(subject: Subject, renderer: Renderer) -> None:
    long = [frame.rgb for frame in render_clip(tiny_spec(), subject, renderer)]
    short = tiny_spec(script=replace(SCRIPT, duration_s=0.2, events=()))
    still = tiny_spec(script=replace(SCRIPT, events=()))
    np.testing.assert_array_equal(
        [frame.rgb for frame in render_clip(short, subject, renderer)],
        [frame.rgb for frame in render_clip(still, subject, renderer)][:2],
    )
    assert len(long) == 4


@pytest.mark.parametrize(
    ("seconds", "fps", "n_frames"),
    [(0.4, 10.0, 4), (0.41, 10.0, 5), (0.05, 10.0, 1), (4.0, 25.0, 100), (1.0, 29.97, 30)],
)
def test_frames_are_those_whose_time_lies_before_the_end(seconds: float, fps: float, n_frames: int) -> None:
    spec = tiny_spec(script=replace(SCRIPT, duration_s=seconds, events=()), fps=fps)
    assert spec.n_frames == n_frames
    assert spec.time_s(n_frames - 1) < seconds <= spec.time_s(n_frames) + 1e-9


@pytest.mark.parametrize("fps", [0.5, 500.0, float("nan"), float("inf")])
def test_rates_that_no_video_has_are_refused(fps: float) -> None:
    with pytest.raises(SettingsError, match="frame rate of clip is outside its range"):
        tiny_spec(fps=fps)


@pytest.mark.parametrize("size", [8, 4096, 255])
def test_sizes_that_no_video_has_are_refused(size: int) -> None:
    with pytest.raises(SettingsError, match=f"clip cannot have this size. Got: {size} pixels"):
        tiny_spec(size=size)


def test_a_clip_without_a_frame_is_refused() -> None:
    with pytest.raises(SettingsError, match="clip is shorter than a frame"):
        tiny_spec(script=replace(SCRIPT, duration_s=1e-8, events=()))


def test_a_renderer_of_another_size_is_refused(subject: Subject) -> None:
    with pytest.raises(ValueError, match="has 48 pixels, the renderer has 32"):
        next(render_clip(tiny_spec(), subject, Renderer(32)))


def test_a_written_clip_holds_its_frames_at_their_times(
    subject: Subject, renderer: Renderer, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    truths, digest = write_clip(tiny_spec(), subject, renderer, path)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    with open_source(path) as source:
        decoded = [frame for frame in source if isinstance(frame, Frame)]
    assert [frame.time_s for frame in decoded] == pytest.approx([truth.time_s for truth in truths])
    assert (decoded[0].picture.width, decoded[0].picture.height) == (SIZE, SIZE)
    assert list(tmp_path.iterdir()) == [path]


def test_two_runs_write_the_same_bytes(subject: Subject, renderer: Renderer, tmp_path: Path) -> None:
    digests = [
        write_clip(tiny_spec(), subject, renderer, tmp_path / name)[1]
        for name in ("a.mp4", "longer_name.mp4")
    ]
    assert digests[0] == digests[1]


def test_a_video_of_no_pictures_leaves_no_file(tmp_path: Path) -> None:
    assert write_video(tmp_path / "none.mp4", iter([]), 25.0, 16) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(
    subject: Subject, renderer: Renderer, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_clip(tiny_spec(), subject, renderer, tmp_path / "missing" / "clip.mp4")


def test_a_clip_that_breaks_off_leaves_no_file(subject: Subject, renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the renderer has 32"):
        write_clip(tiny_spec(), subject, Renderer(32), tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []
