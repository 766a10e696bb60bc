"""Brushes paint where they are told to, as strongly as they are told to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.people.brushes import (
    TEXTURE_SIZE,
    above_neck,
    area,
    beside,
    border_fade,
    dots,
    landmark_pixels,
    line,
    noise,
    smooth_path,
    spot,
    strokes,
)
from procedural_head import X, Y, landmark_places, procedural_head


def test_landmarks_lie_where_the_texture_shows_them() -> None:
    # The stand-in head is unwrapped straight on: places in cm map to pixels by a formula.
    share = (landmark_places() - [X[0], Y[0]]) / [X[-1] - X[0], Y[-1] - Y[0]]
    expected = np.stack([share[:, 0], 1 - share[:, 1]], axis=1) * TEXTURE_SIZE - 0.5
    # Lip points were moved up to 0.25 cm on the head to open the mouth: 6 pixels.
    assert np.abs(landmark_pixels(procedural_head()) - expected).max() < 6.5
    assert np.abs(landmark_pixels(procedural_head()) - expected)[:48].max() < 1e-3


def test_a_landmark_that_is_not_on_the_face_is_refused() -> None:
    model = procedural_head()
    landmarks = model.landmarks68.copy()
    landmarks[5] = model.parts["teeth_upper"].vertices.start
    with pytest.raises(ValueError, match=r"landmarks \[5\] are not on the face's part"):
        landmark_pixels(replace(model, landmarks68=landmarks))


@pytest.mark.parametrize("scale_px", [1.1, 6.0, 26.0])
def test_noise_has_mean_0_and_deviation_1_and_spots_of_its_scale(scale_px: float) -> None:
    drawn = noise(np.random.default_rng(0), scale_px)
    assert drawn.shape == (TEXTURE_SIZE, TEXTURE_SIZE)
    assert abs(float(drawn.mean())) < 1e-4
    assert float(drawn.std()) == pytest.approx(1.0, abs=1e-4)
    near = np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]
    step = int(6 * scale_px)
    far = np.corrcoef(drawn[:, :-step].ravel(), drawn[:, step:].ravel())[0, 1]
    assert near > 0.75
    # Blurred by s, noise has a correlation of exp(-(6 s / 2 s)^2) = 1e-4 at 6 s; few coarse spots scatter more.
    assert abs(far) < 0.25


def test_a_spot_is_a_gaussian_around_its_place() -> None:
    drawn = spot(np.array([100.0, 200.0]), 10, 20, right_px=5, down_px=-8)
    assert drawn[192, 105] == pytest.approx(1.0)
    assert drawn[192, 115] == pytest.approx(np.exp(-0.5), rel=1e-5)
    assert drawn[212, 105] == pytest.approx(np.exp(-0.5), rel=1e-5)


def test_an_area_is_filled_inside_and_empty_outside() -> None:
    square = np.array([[100, 100], [200, 100], [200, 200], [100, 200]])
    hard, soft = area(square, 0.0), area(square, 5.0)
    assert hard[150, 150] == 1.0
    assert hard[150, 205] == 0.0
    # A straight blurred edge is at half strength.
    assert soft[150, 200] == pytest.approx(0.5, abs=0.06)
    assert float(soft.sum()) == pytest.approx(float(hard.sum()), rel=1e-3)


def test_lines_run_through_their_points_and_do_not_add_up() -> None:
    across, down = np.array([[50.0, 80.0], [150.0, 80.0]]), np.array([[100.0, 30.0], [100.0, 130.0]])
    one, both = line(across, 2, 0.0), strokes([across, down], 2, 0.0)
    assert one[80, 60:140].min() == 1.0
    assert one[100].max() == 0.0
    assert both.max() == 1.0
    assert both[120, 100] == 1.0


def test_dots_have_their_own_sizes_and_strengths() -> None:
    drawn = dots(np.array([[50.0, 60.0], [150.0, 60.0]]), np.array([5.0, 2.0]), np.array([1.0, 0.5]), 0.0)
    assert drawn[60, 50] == 1.0
    # Eight bits hold the strength.
    assert drawn[60, 150] == pytest.approx(0.5, abs=1 / 255)
    assert (drawn[:, :100] > 0).sum() > 3 * (drawn[:, 100:] > 0).sum()


def test_no_dots_paint_nothing() -> None:
    assert dots(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 0.7).max() == 0.0


def test_a_path_goes_through_its_points() -> None:
    points = np.array([[0.0, 0.0], [10.0, 5.0], [20.0, -5.0]])
    path = smooth_path(points, 21)
    assert np.allclose(path[[0, 10, 20]], points)
    assert np.allclose(smooth_path(points[:2], 3), [[0, 0], [5, 2.5], [10, 5]])


def test_places_beside_landmarks_are_steps_away_from_them() -> None:
    landmarks = np.arange(136, dtype=np.float32).reshape(68, 2)
    assert beside(landmarks, ((0, 1.0, 2.0), (3, -1.0, 0.0))).tolist() == [[1.0, 3.0], [5.0, 7.0]]


def test_fades_leave_the_face_and_clear_border_and_neck() -> None:
    fade = border_fade(40.0)
    assert fade[256, 256] == 1.0
    assert max(fade[0].max(), fade[:, 0].max(), fade[-1].max(), fade[:, -1].max()) == 0.0
    landmarks = landmark_pixels(procedural_head())
    neck = above_neck(landmarks)
    chin = int(landmarks[8, 1])
    assert neck[: chin + 10].min() == 1.0
    assert np.allclose(neck[chin + 71 :], 0.2)
