"""Folds lie where faces fold, on both sides alike."""

from __future__ import annotations

import numpy as np

from duchenne.synth.people.brushes import TEXTURE_SIZE, landmark_pixels
from duchenne.synth.people.fold_lines import fold_lines
from duchenne.synth.people.wrinkles import DRIVERS
from procedural_head import procedural_head

LANDMARKS = landmark_pixels(procedural_head())
FOLDS = fold_lines(LANDMARKS, np.random.default_rng(1))


def middle(name: str) -> np.ndarray:
    return np.asarray(np.concatenate(FOLDS[name].curves).mean(axis=0))


def test_every_kind_of_line_has_its_place_and_nothing_else() -> None:
    assert set(FOLDS) == set(DRIVERS)
    for fold in FOLDS.values():
        assert fold.width_px > 0
        assert all(curve.ndim == 2 and len(curve) >= 3 and np.isfinite(curve).all() for curve in fold.curves)


def test_lines_lie_next_to_what_folds_them() -> None:
    brows, eyes = LANDMARKS[17:27, 1].min(), LANDMARKS[36:48, 1].mean()
    assert middle("forehead_middle")[1] < brows
    assert middle("under_right")[1] > eyes
    assert middle("crow_right")[0] < LANDMARKS[36, 0]
    assert middle("crow_left")[0] > LANDMARKS[45, 0]
    assert LANDMARKS[31, 1] - 30 < middle("nasolabial_right")[1] < LANDMARKS[48, 1] + 20
    assert middle("corner_left")[1] > LANDMARKS[54, 1]
    assert middle("chin")[1] > LANDMARKS[57, 1]


def test_right_and_left_mirror_each_other_but_for_chance() -> None:
    for name in ("forehead", "crow", "under", "nasolabial", "corner"):
        right, left = middle(f"{name}_right"), middle(f"{name}_left")
        # Means of at least five points, each shaken by about a pixel.
        assert abs((TEXTURE_SIZE - 1 - right[0]) - left[0]) < 3
        assert abs(right[1] - left[1]) < 3


def test_no_two_people_fold_alike() -> None:
    again, other = (fold_lines(LANDMARKS, np.random.default_rng(seed)) for seed in (1, 2))
    assert np.array_equal(again["chin"].curves[0], FOLDS["chin"].curves[0])
    assert not np.array_equal(other["chin"].curves[0], FOLDS["chin"].curves[0])
