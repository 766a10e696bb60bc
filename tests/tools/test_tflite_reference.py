"""The numpy reference itself, on cases that TensorFlow's documentation gives or that a hand can work out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tflite
from numpy.typing import ArrayLike

from tflite_reference import run_graph
from tiny_graphs import CONVOLUTION, DEPTHWISE, POOL, one_operator

SAME, VALID = tflite.Padding.SAME, tflite.Padding.VALID
NONE, RELU, RELU6 = 0, tflite.ActivationFunctionType.RELU, tflite.ActivationFunctionType.RELU6
HALF_PIXEL = {"AlignCorners": 0, "HalfPixelCenters": 1}


def run(
    kind: str,
    x: ArrayLike,
    shape: tuple[int, ...],
    *constants: ArrayLike,
    options: dict[str, int] | None = None,
) -> Any:
    x = np.asarray(x, dtype=np.float32)
    arrays = [np.asarray(c) for c in constants]
    (y,) = run_graph(one_operator(kind, x.shape, shape, *arrays, options=options), x)
    return y


def test_same_padding_puts_the_odd_row_after() -> None:
    # 4 to 2 with a window of 3: one row of padding in all, below and to the right.
    y = run(
        "CONV_2D",
        np.ones((1, 4, 4, 1)),
        (1, 2, 2, 1),
        np.ones((1, 3, 3, 1)),
        np.zeros(1),
        options={**CONVOLUTION, "StrideH": 2, "StrideW": 2},
    )

    assert y[0, :, :, 0].tolist() == [[9, 6], [6, 4]]


def test_convolution_without_padding_sums_over_window_and_channels() -> None:
    x = np.arange(8).reshape(1, 2, 2, 2)
    weights = np.stack([np.ones((2, 2, 2)), np.eye(2)[0] * np.ones((2, 2, 1))])

    y = run("CONV_2D", x, (1, 1, 1, 2), weights, [0.5, 1.0], options={**CONVOLUTION, "Padding": VALID})

    # All of 0 to 7, and its even half: the first channel.
    assert y.ravel().tolist() == [28.5, 13.0]


def test_depthwise_convolution_keeps_channels_apart() -> None:
    x = np.arange(8).reshape(1, 2, 2, 2)
    weights = np.broadcast_to([1.0, 10.0], (1, 2, 2, 2))

    y = run(
        "DEPTHWISE_CONV_2D", x, (1, 1, 1, 2), weights, [0.0, 1.0], options={**DEPTHWISE, "Padding": VALID}
    )

    assert y.ravel().tolist() == [0 + 2 + 4 + 6, 10 * (1 + 3 + 5 + 7) + 1]


def test_padding_never_wins_a_maximum() -> None:
    y = run("MAX_POOL_2D", -np.ones((1, 3, 3, 1)), (1, 2, 2, 1), options={**POOL, "Padding": SAME})

    assert y.ravel().tolist() == [-1, -1, -1, -1]


def test_slope_applies_below_zero_only() -> None:
    y = run("PRELU", [[[[-2.0, -2.0], [3.0, 3.0]]]], (1, 1, 2, 2), [[[0.25, 2.0]]])

    assert y.ravel().tolist() == [-0.5, -4.0, 3.0, 3.0]


def test_resizing_samples_between_pixel_centres() -> None:
    y = run("RESIZE_BILINEAR", [[[[0.0], [1.0]]]], (1, 1, 4, 1), [1, 4], options=HALF_PIXEL)

    assert y.ravel().tolist() == [0.0, 0.25, 0.75, 1.0]


def test_depth_becomes_space_as_in_tensorflows_example() -> None:
    # tf.nn.depth_to_space: [1, 1, 1, 12] with a block of 2.
    y = run("DEPTH_TO_SPACE", [[[np.arange(1, 13)]]], (1, 2, 2, 3), options={"BlockSize": 2})

    assert y[0].tolist() == [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]


def test_sum_and_rectifier() -> None:
    x, other = [[-3.0, 1.0]], [[1.0, 1.0]]

    assert run("ADD", x, (1, 2), other, options={"FusedActivationFunction": NONE}).tolist() == [[-2.0, 2.0]]
    assert run("ADD", x, (1, 2), other, options={"FusedActivationFunction": RELU}).tolist() == [[0.0, 2.0]]
    assert run("RELU", x, (1, 2)).tolist() == [[0.0, 1.0]]


def test_pad_puts_zeros_around() -> None:
    y = run("PAD", np.ones((1, 1, 1, 1)), (1, 2, 1, 2), [[0, 0], [1, 0], [0, 0], [0, 1]])

    assert y.tolist() == [[[[0, 0]], [[1, 0]]]]


def test_reshape_keeps_the_batch() -> None:
    y = run("RESHAPE", np.arange(8).reshape(2, 2, 2), (1, 4))

    assert y.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_concatenation_joins_along_its_axis() -> None:
    y = run("CONCATENATION", [[1.0]], (1, 2), [[2.0]], options={"Axis": 1})

    assert y.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("SOFTMAX", {}, "operator SOFTMAX has no reference here"),
        (
            "MAX_POOL_2D",
            {**POOL, "FusedActivationFunction": RELU6},
            "fused activation 3 has no reference here",
        ),
        ("MAX_POOL_2D", {**POOL, "DilationHFactor": 2}, "dilated windows have no reference here"),
        ("RESIZE_BILINEAR", {"AlignCorners": 1, "HalfPixelCenters": 0}, "for half-pixel centres only"),
        ("RESIZE_BILINEAR", {"AlignCorners": 0, "HalfPixelCenters": 0}, "for half-pixel centres only"),
    ],
)
def test_what_has_no_reference_is_refused(kind: str, options: dict[str, int], message: str) -> None:
    with pytest.raises(NotImplementedError, match=message):
        run(kind, np.zeros((1, 2, 2, 1)), (1, 2, 2, 1), options=options)
