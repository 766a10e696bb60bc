from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch

from duchenne.models.preprocess import to_tensor
from duchenne.training import patches
from duchenne.training.augment import Augmentation
from duchenne.training.patches import Early, EpochSampler, Patches, TrainingSet
from tiny_networks import GREY_INPUT, RGB_INPUT


def training_set(n: int = 10, head: str = "a") -> TrainingSet:
    """Patch number k is flat and of grey level k."""
    return TrainingSet(
        patches=np.broadcast_to(np.arange(n, dtype=np.uint8)[:, None, None], (n, 8, 8)).copy(),
        targets={head: np.eye(n, 3, dtype=np.float32)},
        weights={head: np.arange(n, dtype=np.float32)},
        shares=np.ones(n, dtype=np.float32),
    )


def test_batch_holds_the_product_s_own_tensors_and_the_rows_asked_for() -> None:
    data = training_set()
    batch = Patches(data, GREY_INPUT).__getitems__([7, 2])
    torch.testing.assert_close(batch.images, torch.from_numpy(to_tensor(data.patches[[7, 2]], GREY_INPUT)))
    torch.testing.assert_close(batch.weights["a"], torch.tensor([7.0, 2.0]))
    torch.testing.assert_close(batch.targets["a"], torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))


def test_colour_patches_pass_too() -> None:
    patches = np.full((2, 8, 8, 3), 255, np.uint8)
    data = TrainingSet(
        patches, {"a": np.zeros((2, 3), np.float32)}, {"a": np.ones(2, np.float32)}, np.ones(2, np.float32)
    )
    batch = Patches(data, RGB_INPUT, Augmentation()).__getitems__([0])
    assert batch.images.shape == (1, 8, 8, 3)


def test_later_epoch_is_the_same_face_augmented_differently() -> None:
    rng = np.random.default_rng(0)
    data = training_set(2)
    data = TrainingSet(rng.integers(0, 256, (2, 8, 8), np.uint8), data.targets, data.weights, data.shares)
    patches = Patches(data, GREY_INPUT, Augmentation(), seed=5)
    first, again, later = (patches.__getitems__([index]).images for index in (1, 1, 3))
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert (first != later).any()
    assert patches.__getitems__([3]).weights["a"] == 1.0


def test_every_epoch_visits_each_face_once_in_another_order() -> None:
    sampler = EpochSampler(np.ones(50, np.float32), seed=0)
    orders = []
    for epoch in range(2):
        sampler.set_epoch(epoch)
        indices = np.array(list(sampler))
        assert (indices // 50 == epoch).all()
        assert sorted(indices % 50) == list(range(50))
        orders.append(tuple(indices % 50))
    assert orders[0] != orders[1]
    assert orders[0] != tuple(range(50))
    assert len(sampler) == 50


def test_order_depends_on_seed_and_epoch_alone() -> None:
    one, two = (EpochSampler(np.ones(50, np.float32), seed=3) for _ in range(2))
    list(one)  # an epoch that the resumed run did not see
    for sampler in (one, two):
        sampler.set_epoch(4)
    assert list(one) == list(two)


def test_share_is_the_part_drawn_each_epoch() -> None:
    shares = np.array([1.0] * 300 + [0.5] * 300, np.float32)
    sampler = EpochSampler(shares, seed=0)
    drawn: Counter[int] = Counter()
    for epoch in range(20):
        sampler.set_epoch(epoch)
        rows = np.array(list(sampler)) % 600
        assert len(rows) == len(set(rows)) == len(sampler) == 450
        drawn.update(rows.tolist())
    assert {drawn[row] for row in range(300)} == {20}
    # 20 draws at one half: mean 10, standard deviation 2.2; 300 rows stay within five of them.
    assert all(0 < drawn[row] < 20 for row in range(300, 600))
    assert sum(drawn[row] for row in range(300, 600)) == 20 * 150


def test_a_share_that_a_float_cannot_hold_draws_no_row_more() -> None:
    assert len(EpochSampler(np.full(10, 0.2, np.float32), seed=0)) == 2


@pytest.mark.parametrize("n_places", [2, 3])
def test_processes_divide_the_order_of_one_among_them(monkeypatch: pytest.MonkeyPatch, n_places: int) -> None:
    shares = np.array([1.0] * 9 + [0.5] * 5, np.float32)
    alone = list(EpochSampler(shares, seed=3))
    parts = []
    for place in range(n_places):
        monkeypatch.setattr(patches, "_place", lambda place=place: (place, n_places))
        sampler = EpochSampler(shares, seed=3)
        parts.append(list(sampler))
        assert len(parts[-1]) == len(sampler) == len(alone) // n_places
    together = [index for step in zip(*parts, strict=True) for index in step]
    assert together == alone[: len(together)]


def test_sets_are_put_end_to_end() -> None:
    both = TrainingSet.concatenate([training_set(2), training_set(3)])
    assert len(both) == 5
    np.testing.assert_array_equal(both.weights["a"], [0, 1, 0, 1, 2])


def test_sets_with_other_heads_do_not_mix() -> None:
    with pytest.raises(ValueError, match="sets with different heads"):
        TrainingSet.concatenate([training_set(2), training_set(2, head="b")])


def test_parts_that_do_not_belong_together_are_refused() -> None:
    data = training_set(3)
    with pytest.raises(ValueError, match="do not belong together"):
        TrainingSet(data.patches[:2], data.targets, data.weights, data.shares)
    with pytest.raises(ValueError, match="do not belong together"):
        TrainingSet(data.patches, data.targets, {"b": data.weights["a"]}, data.shares)


def noise(n: int = 4, *, is_rgb: bool = False) -> TrainingSet:
    shape = (n, 8, 8, 3) if is_rgb else (n, 8, 8)
    patches = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return dataclasses.replace(training_set(n), patches=patches)


def test_first_epochs_show_smaller_pictures_and_later_ones_the_full_size() -> None:
    data = noise()
    patches = Patches(data, GREY_INPUT, early=Early(epochs=2, size=4))
    for epoch, size in enumerate([4, 4, 8, 8]):
        indices = [epoch * len(data) + row for row in (2, 0)]
        batch = patches.__getitems__(indices)
        assert batch.images.shape == (2, 1, size, size)
        torch.testing.assert_close(batch.weights["a"], torch.tensor([2.0, 0.0]))
    full = Patches(data, GREY_INPUT).__getitems__([2, 0])
    torch.testing.assert_close(patches.__getitems__([14, 12]).images, full.images, rtol=0, atol=0)


def test_smaller_picture_is_the_mean_of_the_pixels_it_covers() -> None:
    data = noise()
    (image,) = Patches(data, GREY_INPUT, early=Early(epochs=1, size=4)).__getitems__([1]).images
    levels = data.patches[1].reshape(4, 2, 4, 2).mean(axis=(1, 3))
    # Whole grey levels, from -1 to 1: half a level of rounding, and float32.
    np.testing.assert_allclose(image[0].numpy(), levels * 2 / 255 - 1, atol=0.5 * 2 / 255 + 1e-6)


def test_smaller_pictures_are_of_the_same_augmented_faces() -> None:
    data = noise()
    full = Patches(data, GREY_INPUT, Augmentation(), seed=3).__getitems__([1]).images[0, 0].numpy()
    early = Patches(data, GREY_INPUT, Augmentation(), seed=3, early=Early(1, 4)).__getitems__([1]).images
    np.testing.assert_allclose(
        early[0, 0].numpy(), full.reshape(4, 2, 4, 2).mean(axis=(1, 3)), atol=0.5 * 2 / 255 + 1e-6
    )


def test_colour_patches_are_reduced_too() -> None:
    batch = Patches(noise(is_rgb=True), RGB_INPUT, early=Early(1, 2)).__getitems__([0, 3])
    assert batch.images.shape == (2, 2, 2, 3)


def test_without_early_epochs_every_picture_is_of_full_size() -> None:
    for early in (Early(), Early(epochs=0, size=4)):
        assert Patches(noise(), GREY_INPUT, early=early).__getitems__([0]).images.shape == (1, 1, 8, 8)
