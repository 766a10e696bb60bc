from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from duchenne.training.layers import QuadrantPooling, SeparableConvolution, standardise

# float32 sums of some tens of terms of about one, added up in another order.
TOLERANCE = 1e-5


def test_standardised_face_has_mean_zero_and_deviation_one() -> None:
    out = standardise(torch.rand(2, 1, 48, 48, generator=torch.Generator().manual_seed(0))).numpy()
    # The floor under the deviation (0.02 of about 0.29) takes a quarter of a per cent.
    np.testing.assert_allclose(out.mean(axis=(1, 2, 3)), 0, atol=TOLERANCE)
    np.testing.assert_allclose(out.std(axis=(1, 2, 3)), 1, atol=5e-3)


def test_standardised_face_is_the_formula_with_its_floor() -> None:
    image = np.random.default_rng(0).random((3, 1, 6, 6)).astype(np.float32)
    centred = image - image.mean(axis=(1, 2, 3), keepdims=True)
    expected = centred / np.sqrt(image.var(axis=(1, 2, 3), keepdims=True) + 0.02**2)
    np.testing.assert_allclose(standardise(torch.from_numpy(image)).numpy(), expected, atol=TOLERANCE)


def test_flat_patch_becomes_zero_and_a_nearly_flat_one_is_enlarged_by_fifty_at_most() -> None:
    np.testing.assert_array_equal(standardise(torch.full((1, 1, 4, 4), 0.5)), np.zeros((1, 1, 4, 4)))
    faint = torch.full((1, 1, 2, 2), 0.5)
    faint[..., 0] += 1e-4
    # Half the difference of the two columns, times 1 / 0.02; 0.5 itself holds seven digits.
    np.testing.assert_allclose(standardise(faint).abs().numpy(), 5e-5 * 50, rtol=2e-3)


def test_a_batch_of_no_faces_passes() -> None:
    assert standardise(torch.zeros(0, 1, 8, 8)).shape == (0, 1, 8, 8)
    assert QuadrantPooling()(torch.zeros(0, 3, 8, 8)).shape == (0, 12)


def separable(narrow: int, wide: int) -> SeparableConvolution:
    torch.manual_seed(0)
    return SeparableConvolution(narrow, wide)


def faces(channels: int, height: int = 7, width: int = 6) -> Tensor:
    return torch.randn(2, channels, height, width, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("narrow", "wide"), [(1, 1), (3, 5), (8, 2)])
def test_learning_layer_is_the_same_function_as_the_exported_pair(narrow: int, wide: int) -> None:
    layer, x = separable(narrow, wide), faces(narrow)
    learning, exported = layer.train()(x), layer.eval()(x)
    torch.testing.assert_close(learning, exported, rtol=0, atol=TOLERANCE)
    assert learning.shape == (2, wide, 7, 6)
    assert exported.abs().max() > 0.1


def test_learning_layer_has_the_gradients_of_the_pair() -> None:
    layer, x = separable(3, 5), faces(3).requires_grad_()
    towards = torch.randn(2, 5, 7, 6, generator=torch.Generator().manual_seed(2))
    wanted = (layer.depthwise.weight, layer.pointwise.weight, x)
    pair = nn.functional.conv2d(x, layer.depthwise.weight, padding=1, groups=3)
    reference = torch.autograd.grad(
        (nn.functional.conv2d(pair, layer.pointwise.weight) * towards).sum(), wanted
    )
    got = torch.autograd.grad((layer.train()(x) * towards).sum(), wanted)
    for ours, theirs in zip(got, reference, strict=True):
        # Sums over two pictures of 42 places: ten times the terms of a value.
        torch.testing.assert_close(ours, theirs, rtol=TOLERANCE, atol=1e-4)
        assert theirs.abs().max() > 0.1


def test_separable_convolution_stores_two_small_kernels_and_no_bias() -> None:
    shapes = {name: tuple(p.shape) for name, p in separable(3, 5).named_parameters()}
    assert shapes == {"depthwise.weight": (3, 1, 3, 3), "pointwise.weight": (5, 3, 1, 1)}


def test_quadrant_pooling_takes_the_largest_value_of_each_quarter_channel_by_channel() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 6, 8)).astype(np.float32)
    expected = [
        [
            plane[rows, columns].max()
            for plane in sample
            for rows in (slice(0, 3), slice(3, 6))
            for columns in (slice(0, 4), slice(4, 8))
        ]
        for sample in x
    ]
    np.testing.assert_array_equal(QuadrantPooling()(torch.from_numpy(x)).numpy(), expected)


def test_quadrants_come_top_left_top_right_bottom_left_bottom_right() -> None:
    x = torch.zeros(1, 2, 4, 4)
    x[0, 0, 0, 0], x[0, 0, 0, 3], x[0, 0, 3, 0], x[0, 0, 3, 3] = 1, 2, 3, 4
    x[0, 1] = 5
    assert QuadrantPooling()(x).tolist() == [[1, 2, 3, 4, 5, 5, 5, 5]]


@pytest.mark.parametrize("size", [2, 5, 12])
def test_any_size_gives_four_features_a_channel(size: int) -> None:
    assert QuadrantPooling()(faces(3, size, size)).shape == (2, 12)
