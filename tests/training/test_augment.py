from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from duchenne.errors import SettingsError
from duchenne.training.augment import Augmentation, augment

NOTHING = Augmentation(
    rotation_deg=0, scale=0, shift=0, flip=0, tone=0, blur=0, shrink=0, jpeg=0, noise=0, cutout=0
)
QUALITY = ("tone", "blur", "shrink", "jpeg", "noise", "cutout")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def face(*, colour: bool = False) -> np.ndarray:
    """A soft bump left of the middle, so that a mirror image and a turn both show."""
    y, x = np.mgrid[:48, :48]
    bump = 255 * np.exp(-((x - 14) ** 2 + (y - 20) ** 2) / 60)
    grey = bump.astype(np.uint8)
    return np.stack([grey, grey // 2, grey // 4], axis=-1) if colour else grey


def centre(patch: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[:48, :48]
    weight = patch / patch.sum(dtype=float)
    return np.array([(weight * x).sum(), (weight * y).sum()])


def test_nothing_asked_for_changes_nothing() -> None:
    np.testing.assert_array_equal(augment(face(), NOTHING, rng()), face())


def test_flip_mirrors_left_and_right_exactly() -> None:
    flipped = augment(face(), dataclasses.replace(NOTHING, flip=1), rng())
    np.testing.assert_array_equal(flipped, face()[:, ::-1])


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_shape_and_kind_stay_and_the_argument_is_left_alone(seed: int, colour: bool) -> None:
    always = dataclasses.replace(Augmentation(), **dict.fromkeys((*QUALITY, "flip"), 1.0))
    patch = face(colour=colour)
    before = patch.copy()
    out = augment(patch, always, rng(seed))
    assert (out.shape, out.dtype) == (patch.shape, np.uint8)
    np.testing.assert_array_equal(patch, before)


def test_same_generator_gives_the_same_patch_and_another_seed_another() -> None:
    options = Augmentation()
    np.testing.assert_array_equal(augment(face(), options, rng(1)), augment(face(), options, rng(1)))
    assert (augment(face(), options, rng(1)) != augment(face(), options, rng(2))).any()


@pytest.mark.parametrize("name", QUALITY)
def test_each_loss_of_quality_shows_alone(name: str) -> None:
    out = augment(face(), dataclasses.replace(NOTHING, **{name: 1.0}), rng())
    assert (out != face()).any()


def test_shift_stays_within_its_range() -> None:
    options = dataclasses.replace(NOTHING, shift=0.0625)
    moves = np.array([centre(augment(face(), options, rng(seed))) - centre(face()) for seed in range(100)])
    # 3 pixels of 48; a tenth of a pixel for rounding to grey levels and for what leaves the patch.
    assert np.abs(moves).max() <= 3.1
    assert np.abs(moves).max() > 2.5


def test_turns_go_both_ways_about_the_middle() -> None:
    options = dataclasses.replace(NOTHING, rotation_deg=12)
    spot = centre(face()) - 23.5
    angles = []
    for seed in range(100):
        turned = centre(augment(face(), options, rng(seed))) - 23.5
        across = spot[0] * turned[1] - spot[1] * turned[0]
        angles.append(np.degrees(np.arctan2(across, spot @ turned)))
        # Rounding to grey levels moves the centre by well under a quarter of a pixel.
        assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(spot), abs=0.25)
    assert -13 <= min(angles) < -10
    assert 10 < max(angles) <= 13


def test_cutout_hides_one_flat_rectangle() -> None:
    patch = np.tile(np.arange(48, dtype=np.uint8), (48, 1))
    out = augment(patch, dataclasses.replace(NOTHING, cutout=1), rng(3))
    rows, columns = np.nonzero(out != patch)
    inside = out[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert len(np.unique(inside)) == 1
    assert 8 <= inside.shape[0] <= 16


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"flip": 1.5}, "'flip' is no probability. Got: 1.5"),
        ({"jpeg": -0.1}, "'jpeg' is no probability"),
        ({"scale": 1.0}, "geometry is outside its range"),
        ({"rotation_deg": -1.0}, "geometry is outside its range"),
        ({"shift": -1.0}, "geometry is outside its range"),
    ],
)
def test_options_outside_their_range_are_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Augmentation(**options)
