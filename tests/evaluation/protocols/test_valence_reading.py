from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.datasets.recola import read_recola
from duchenne.datasets.recordings import RatedRecording
from duchenne.emotion.lexical import lexical_affect
from duchenne.errors import DataError
from duchenne.evaluation.protocols.valence_reading import LEXICAL, check_recording, read_recording
from duchenne.evaluation.protocols.value_networks import ValueNetwork
from duchenne.evaluation.recording_faces import sampled_faces
from rated_folders import FPS, N_FRAMES, rating, valence_network, write_rated
from worlds import tiny_networks

EACH = RatingSampling(step_s=1 / FPS)


def recording_of(folder: Path, **options: object) -> RatedRecording:
    (recording,) = read_recola(write_rated(folder, ("dev_1",), **options))  # type: ignore[arg-type]
    return recording


def test_what_raters_networks_and_words_say_lies_side_by_side(tmp_path: Path) -> None:
    recording = recording_of(tmp_path)
    product, network = tiny_networks(), ValueNetwork(valence_network())
    read = read_recording(recording, product, [network], EACH)
    assert (read.recording, read.subject) == ("dev_1", "dev_1")
    assert (read.n_frames, read.n_without_face, read.n_without_rating) == (N_FRAMES, 0, 0)
    np.testing.assert_allclose(read.times_s, np.arange(N_FRAMES) / FPS, atol=1e-3)
    expected = np.array([[rating(r, n / FPS) for r in range(6)] for n in range(N_FRAMES)])
    # Frame times are whole ticks of the container, and ratings move by up to 0.45 a second.
    np.testing.assert_allclose(read.rated[:, :6], expected, atol=1e-3)
    np.testing.assert_allclose(read.rated[:, 6], read.rated[:, :6].mean(axis=1), atol=1e-12)
    frames = [one.seen for one in sampled_faces(recording.media or tmp_path, product, 1 / FPS)]
    by_hand = [network.read(seen.picture, seen.face.landmarks) for seen in frames if seen is not None]
    np.testing.assert_allclose(read.read["tiny_valence"], by_hand, atol=1e-6)
    assert (np.diff(read.read["tiny_valence"][:, 6]) > 0).all(), "the face gets brighter"
    words = lexical_affect(np.array([0.05, 0.65, *[0.05] * 6]))[0]
    np.testing.assert_allclose(read.read[LEXICAL], np.full((N_FRAMES, 7), words), atol=1e-6)


def test_frames_without_a_face_are_left_out_and_counted(tmp_path: Path) -> None:
    read = read_recording(
        recording_of(tmp_path, blank=(0, 3)), tiny_networks(), [ValueNetwork(valence_network())], EACH
    )
    assert (read.n_frames, read.n_without_face, read.n_without_rating) == (N_FRAMES, 2, 0)
    assert len(read.times_s) == len(read.rated) == len(read.read[LEXICAL]) == N_FRAMES - 2


def test_frames_whose_rating_lies_beyond_the_end_are_left_out_and_counted(tmp_path: Path) -> None:
    sampling = RatingSampling(step_s=1 / FPS, delay_s=0.7)
    recording = recording_of(tmp_path)
    read = read_recording(recording, tiny_networks(), [], sampling)
    # Ratings end at 1.6 s: frames up to 0.9 s have one that is 0.7 s later, which are those at 0 to 0.8 s.
    assert (len(read.times_s), read.n_without_rating) == (5, 3)
    np.testing.assert_allclose(read.rated[0, 2], rating(2, 0.7), atol=1e-3)
    assert set(read.read) == {LEXICAL}
    nothing = read_recording(recording, tiny_networks(), [], dataclasses.replace(sampling, delay_s=9.0))
    assert (nothing.rated.shape, nothing.n_without_rating) == ((0, 7), N_FRAMES)


def test_a_recording_without_any_face_gives_nothing_but_counts(tmp_path: Path) -> None:
    recording = recording_of(tmp_path, blank=range(N_FRAMES))
    read = read_recording(recording, tiny_networks(), [ValueNetwork(valence_network())], EACH)
    assert (read.n_frames, read.n_without_face) == (N_FRAMES, N_FRAMES)
    assert read.rated.shape == read.read["tiny_valence"].shape == (0, 7)


def test_what_cannot_be_scored_is_refused(tmp_path: Path) -> None:
    recording = recording_of(tmp_path)
    check_recording(recording)
    with pytest.raises(DataError, match=r"the recording dev_1 has no video\. Unpack"):
        check_recording(dataclasses.replace(recording, media=None))
    arousal = {"arousal": recording.ratings["valence"]}
    with pytest.raises(DataError, match=r"dev_1 has no ratings of valence\. Got: ratings of arousal"):
        check_recording(dataclasses.replace(recording, ratings=arousal))
    fewer = recording_of(tmp_path / "fewer", raters=("A", "B"))
    with pytest.raises(DataError, match=r"dev_1 has 2 raters\. Got: A, B\. Expected: 6"):
        check_recording(fewer)
