from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets import catalogue
from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.datasets.rating_truth import MADE, MADE_LICENCE
from duchenne.errors import DataError
from duchenne.evaluation.protocols.value_networks import OUTPUTS, ValueNetwork
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.evaluation.register import TRAINED
from duchenne.models.preprocess import to_tensor
from duchenne.pipeline import Networks
from duchenne.training.networks.quadrant_valence import HEADS, INPUT
from duchenne.training.recipe import Source
from duchenne.training.recola_source import FOLDER, read_rated_faces
from duchenne.training.sources import load_sources
from rated_folders import FPS, N_FRAMES, rating, valence_network, write_rated
from worlds import tiny_networks

EACH = RatingSampling(step_s=1 / FPS)


def test_a_patch_has_what_each_rater_said_when_it_was_seen(tmp_path: Path) -> None:
    write_rated(tmp_path / FOLDER)
    read = read_rated_faces(tmp_path, "train", EACH, INPUT, tiny_networks())
    assert read.patches.shape == (N_FRAMES, 48, 48)
    assert tuple(read.labels) == OUTPUTS
    for number in range(6):
        values = np.concatenate([row for row in read.labels[f"rater_{number + 1}"] if row is not None])
        expected = [rating(number, n / FPS) for n in range(N_FRAMES)]
        # Frame times are whole ticks of the container, and ratings move by up to 0.45 a second.
        np.testing.assert_allclose(values, expected, atol=1e-3)
    mean = np.concatenate([row for row in read.labels["mean"] if row is not None])
    expected = [np.mean([rating(r, n / FPS) for r in range(6)]) for n in range(N_FRAMES)]
    np.testing.assert_allclose(mean, expected, atol=1e-3)


def test_patches_are_those_that_an_evaluation_cuts(tmp_path: Path) -> None:
    write_rated(tmp_path / FOLDER)
    session = valence_network()
    read = read_rated_faces(tmp_path, "dev", EACH, session.card.input, tiny_networks())
    video = tmp_path / FOLDER / "recordings_video" / "dev_1.mp4"
    network = ValueNetwork(session)
    seen = [one.seen for one in sampled_faces(video, tiny_networks(), EACH.step_s)]
    evaluated = [network.read(one.picture, one.face.landmarks)[6] for one in seen if one is not None]
    trained = session.run(to_tensor(read.patches, session.card.input))["mean"][:, 0]
    np.testing.assert_allclose(trained, evaluated, atol=1e-6)


def test_a_frame_without_a_face_is_left_out_and_one_beyond_the_ratings_has_no_label(tmp_path: Path) -> None:
    write_rated(tmp_path / FOLDER, blank=(0,))
    late = RatingSampling(step_s=1 / FPS, delay_s=0.7)
    read = read_rated_faces(tmp_path, "train", late, INPUT, tiny_networks())
    # Ratings end at 1.6 s: frames after 0.9 s, the last three of eight, have none that is 0.7 s later.
    assert [row is not None for row in read.labels["rater_3"]] == [True] * 4 + [False] * 3
    first = read.labels["rater_3"][0]
    assert first is not None
    assert first == pytest.approx(rating(2, 0.2 + 0.7), abs=1e-3)


def test_the_register_lists_who_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_rated(tmp_path / FOLDER)
    source = Source("recola", "train", {"mean": 2.0}, ratings=RatingSampling(step_s=0.4, delay_s=0.7))
    data, (entry,) = load_sources([source], tmp_path, INPUT, HEADS, learn=True)
    # Frames at 0, 0.4, 0.8 and 1.2 s, of which the last has no rating 0.7 s later.
    assert (len(data), entry.samples) == (3, 3)
    assert data.targets["mean"].shape == (3, 1)
    assert data.weights["mean"].tolist() == [2.0] * 3
    assert data.weights["rater_1"].tolist() == [0.0] * 3, "a head that is not named learns nothing"
    assert (entry.dataset, entry.split, entry.use, entry.subjects) == (
        "recola",
        "train",
        TRAINED,
        ("train_1",),
    )
    assert entry.licence == catalogue.find("recola").licence
    assert entry.subject_rule == ""


def test_recordings_that_were_made_are_not_called_by_the_name_of_the_real_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_rated(tmp_path / FOLDER, made=True)
    _, (entry,) = load_sources([Source("recola", "dev", {"mean": 1.0})], tmp_path, INPUT, HEADS, learn=False)
    assert (entry.dataset, entry.licence) == (MADE, MADE_LICENCE)


def test_recordings_without_a_face_or_a_rating_give_nothing_to_learn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_rated(tmp_path / "a" / FOLDER, blank=range(N_FRAMES))
    with pytest.raises(DataError, match="'recola' gave no face to learn from"):
        load_sources([Source("recola", "dev", {"mean": 1.0})], tmp_path / "a", INPUT, HEADS, learn=True)
    write_rated(tmp_path / "b" / FOLDER)
    beyond = Source("recola", "dev", {"mean": 1.0}, ratings=RatingSampling(delay_s=60.0))
    with pytest.raises(DataError, match="'recola' gave no face to learn from"):
        load_sources([beyond], tmp_path / "b", INPUT, HEADS, learn=True)


def test_other_than_six_raters_are_refused_before_a_video_is_read(tmp_path: Path) -> None:
    write_rated(tmp_path / FOLDER, raters=("A", "B"))
    with pytest.raises(DataError, match=r"the recording train_1 has 2 raters"):
        read_rated_faces(tmp_path, "train", EACH, INPUT, tiny_networks())
    with pytest.raises(DataError, match="is not laid out like RECOLA"):
        read_rated_faces(tmp_path / FOLDER, "train", EACH, INPUT, tiny_networks())
