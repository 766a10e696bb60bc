from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import tflite
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tflite_graph import Graph, Node
from tflite_reference import run_graph
from tflite_to_onnx import convert, same_padding
from tiny_graphs import CONVOLUTION, DEPTHWISE, POOL, one_operator

SAME, VALID = tflite.Padding.SAME, tflite.Padding.VALID
RELU, RELU6 = tflite.ActivationFunctionType.RELU, tflite.ActivationFunctionType.RELU6
HALF_PIXEL = {"AlignCorners": 0, "HalfPixelCenters": 1}
rng = np.random.default_rng(0)


def values(*shape: int) -> NDArray[np.float32]:
    return rng.normal(size=shape).astype(np.float32)


def to_onnx(graph: Graph) -> onnx.ModelProto:
    outputs = {f"out_{i}": graph.shapes[tensor][1:] for i, tensor in enumerate(graph.outputs)}
    return convert(graph, input_name="image", outputs=outputs)


def operators(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def assert_same_numbers(graph: Graph) -> onnx.ModelProto:
    """The converted graph gives what the numpy reference gives, for a batch of three."""
    model = to_onnx(graph)
    batch = values(3, *graph.shapes[graph.inputs[0]][1:])
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    got, expected = session.run(None, {"image": batch}), run_graph(graph, batch)
    for a, b in zip(got, expected, strict=True):
        # Sums of at most a few dozen float32 products of size one.
        np.testing.assert_allclose(a, b, atol=1e-5)
    return model


def convolution(kernel: tuple[int, int], stride: int, padding: int, *, activation: int = 0) -> Graph:
    size = 7, 10
    covered = size if padding == SAME else [n - k + 1 for n, k in zip(size, kernel, strict=True)]
    height, width = (-(-n // stride) for n in covered)
    options = {
        **CONVOLUTION,
        "Padding": padding,
        "StrideH": stride,
        "StrideW": stride,
        "FusedActivationFunction": activation,
    }
    shapes = (1, *size, 3), (1, height, width, 4)
    return one_operator("CONV_2D", *shapes, values(4, *kernel, 3), values(4), options=options)


@pytest.mark.parametrize("padding", [SAME, VALID])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5)])
def test_convolution(kernel: tuple[int, int], stride: int, padding: int) -> None:
    assert operators(assert_same_numbers(convolution(kernel, stride, padding))).count("Conv") == 1


def test_convolution_with_its_activation() -> None:
    assert "Relu" in operators(assert_same_numbers(convolution((3, 3), 1, SAME, activation=RELU)))


@pytest.mark.parametrize("stride", [1, 2])
def test_depthwise_convolution(stride: int) -> None:
    options = {**DEPTHWISE, "StrideH": stride, "StrideW": stride}
    after = (1, -(-7 // stride), -(-8 // stride), 5)

    assert_same_numbers(
        one_operator("DEPTHWISE_CONV_2D", (1, 7, 8, 5), after, values(1, 3, 3, 5), values(5), options=options)
    )


@pytest.mark.parametrize(("padding", "after"), [(SAME, (1, 4, 3, 2)), (VALID, (1, 3, 3, 2))])
def test_max_pooling(padding: int, after: tuple[int, ...]) -> None:
    options = {**POOL, "Padding": padding}

    assert_same_numbers(one_operator("MAX_POOL_2D", (1, 7, 6, 2), after, options=options))


@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0, 1.75, -0.5])
def test_prelu_without_the_operator_that_is_slow(slope: float) -> None:
    slopes = np.full((1, 1, 5), slope, np.float32)
    slopes[0, 0, 2] = 0.1

    model = assert_same_numbers(one_operator("PRELU", (1, 4, 4, 5), (1, 4, 4, 5), slopes))

    assert operators(model).count("Conv") == 2
    assert "PRelu" not in operators(model)


@pytest.mark.parametrize("shape", [(1, 6, 8, 2), (1, 3, 4, 2), (1, 5, 9, 2)])
def test_bilinear_resizing(shape: tuple[int, ...]) -> None:
    size = np.array(shape[1:3], np.int32)

    assert_same_numbers(one_operator("RESIZE_BILINEAR", (1, 3, 4, 2), shape, size, options=HALF_PIXEL))


def test_depth_to_space() -> None:
    assert_same_numbers(one_operator("DEPTH_TO_SPACE", (1, 2, 3, 12), (1, 4, 6, 3), options={"BlockSize": 2}))


def test_rectifier() -> None:
    assert_same_numbers(one_operator("RELU", (1, 4, 4, 2), (1, 4, 4, 2)))


def test_new_channels() -> None:
    amounts = np.array([[0, 0], [0, 0], [0, 0], [0, 3]], np.int32)

    assert "Pad" in operators(assert_same_numbers(one_operator("PAD", (1, 3, 4, 2), (1, 3, 4, 5), amounts)))


def bordered(*, also_fetched: bool) -> Graph:
    """A border of zeros, uneven on every side, and a convolution that reads it."""
    amounts = np.array([[0, 0], [1, 2], [0, 3], [0, 0]], np.int32)
    options = {**CONVOLUTION, "Padding": VALID, "StrideH": 2, "StrideW": 2}
    return Graph(
        shapes=((1, 6, 5, 2), (4, 2), (1, 9, 8, 2), (3, 3, 3, 2), (3,), (1, 4, 3, 3)),
        constants={1: amounts, 3: values(3, 3, 3, 2), 4: values(3)},
        nodes=(Node("PAD", (0, 1), 2, {}), Node("CONV_2D", (2, 3, 4), 5, options)),
        inputs=(0,),
        outputs=(5, 2) if also_fetched else (5,),
    )


def test_border_moves_into_the_convolution_behind_it() -> None:
    assert "Pad" not in operators(assert_same_numbers(bordered(also_fetched=False)))


def test_border_that_something_else_reads_stays() -> None:
    assert "Pad" in operators(assert_same_numbers(bordered(also_fetched=True)))


def test_same_padding_of_a_bordered_picture_adds_up() -> None:
    graph = bordered(also_fetched=False)
    pad, conv = graph.nodes
    conv = dataclasses.replace(conv, options={**conv.options, "Padding": SAME})
    shapes = (*graph.shapes[:5], (1, 5, 4, 3))

    assert_same_numbers(dataclasses.replace(graph, nodes=(pad, conv), shapes=shapes))


def test_heads_of_two_scales_are_joined_in_tensorflows_order() -> None:
    graph = Graph(
        shapes=((1, 4, 4, 6), (1, 2, 2, 6), (1, 32, 3), (1, 8, 3), (1, 40, 3)),
        constants={},
        nodes=(
            Node("MAX_POOL_2D", (0,), 1, POOL),
            Node("RESHAPE", (0,), 2, {}),
            Node("RESHAPE", (1,), 3, {}),
            Node("CONCATENATION", (2, 3), 4, {"Axis": 1, "FusedActivationFunction": 0}),
        ),
        inputs=(0,),
        outputs=(4, 0),
    )

    assert_same_numbers(graph)


def test_residual_sum_with_its_activation() -> None:
    graph = Graph(
        shapes=((1, 4, 4, 2), (1, 4, 4, 2), (1, 4, 4, 2)),
        constants={},
        nodes=(Node("RELU", (0,), 1, {}), Node("ADD", (0, 1), 2, {"FusedActivationFunction": RELU})),
        inputs=(0,),
        outputs=(2,),
    )

    assert_same_numbers(graph)


def stored(model: onnx.ModelProto) -> list[tuple[str, list[int]]]:
    return [
        (onnx.TensorProto.DataType.Name(constant.data_type), list(constant.dims))
        for constant in model.graph.initializer
    ]


def test_half_precision_weights_stay_half_precision_in_the_file() -> None:
    graph = convolution((3, 3), 1, SAME)
    half = {i: c.astype(np.float16) for i, c in graph.constants.items()}

    model = assert_same_numbers(dataclasses.replace(graph, constants=half))

    # The bias is too short to be worth a Cast.
    assert ("FLOAT16", [4, 3, 3, 3]) in stored(model)
    assert ("FLOAT", [4]) in stored(model)


def test_constant_that_is_used_twice_is_stored_once() -> None:
    slopes = values(1, 1, 2)
    graph = Graph(
        shapes=((1, 2, 2, 2), (1, 1, 2), (1, 1, 2), (1, 2, 2, 2), (1, 2, 2, 2)),
        constants={1: slopes, 2: slopes.copy()},
        nodes=(Node("PRELU", (0, 1), 3, {}), Node("PRELU", (3, 2), 4, {})),
        inputs=(0,),
        outputs=(4,),
    )

    # The slope and one minus the slope; the third is the shape of the output.
    assert stored(assert_same_numbers(graph)) == [
        ("FLOAT", [2, 1, 1, 1]),
        ("FLOAT", [2, 1, 1, 1]),
        ("INT64", [4]),
    ]


def test_constants_of_the_same_values_and_other_shapes_are_kept_apart() -> None:
    same = values(2)

    assert_same_numbers(
        one_operator(
            "CONV_2D", (1, 3, 3, 1), (1, 3, 3, 2), same.reshape(2, 1, 1, 1), same, options=CONVOLUTION
        )
    )


def test_same_graph_gives_the_same_bytes() -> None:
    graph = convolution((3, 3), 2, SAME)

    assert to_onnx(graph).SerializeToString() == to_onnx(graph).SerializeToString()


def test_names_shapes_and_note_are_those_asked_for() -> None:
    graph = one_operator("RELU", (1, 2, 2, 3), (1, 2, 2, 3))

    model = convert(graph, input_name="face", outputs={"points": (4, 3)}, note="from here")

    assert model.doc_string == "from here"
    assert [value.name for value in model.graph.input] == ["face"]
    (output,) = model.graph.output
    dimensions = output.type.tensor_type.shape.dim
    assert (output.name, [d.dim_param or d.dim_value for d in dimensions]) == ("points", ["N", 4, 3])


def test_output_of_another_size_is_refused() -> None:
    graph = one_operator("RELU", (1, 2, 2, 3), (1, 2, 2, 3))

    with pytest.raises(ValueError, match=r"output 'points' has shape \(2, 2, 3\), expected \(4, 4\)"):
        convert(graph, input_name="face", outputs={"points": (4, 4)})


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("SOFTMAX", {}, "operator SOFTMAX cannot be converted"),
        ("MAX_POOL_2D", {**POOL, "FusedActivationFunction": RELU6}, "fused activation 3 of MAX_POOL_2D"),
        ("CONV_2D", {**CONVOLUTION, "DilationHFactor": 2}, "a dilated CONV_2D cannot be converted"),
        ("CONV_2D", {**CONVOLUTION, "DilationWFactor": 2}, "a dilated CONV_2D cannot be converted"),
        ("DEPTHWISE_CONV_2D", {**DEPTHWISE, "DepthMultiplier": 2}, "that multiplies its channels cannot be"),
        (
            "RESIZE_BILINEAR",
            {"AlignCorners": 1, "HalfPixelCenters": 0},
            "only bilinear resizing with half-pixel",
        ),
        (
            "RESIZE_BILINEAR",
            {"AlignCorners": 0, "HalfPixelCenters": 0},
            "only bilinear resizing with half-pixel",
        ),
        ("RESHAPE", {}, "a RESHAPE to four axes cannot be converted"),
        ("CONCATENATION", {"Axis": 3}, "a CONCATENATION of four axes cannot be converted"),
        ("ADD", {"FusedActivationFunction": 0}, "tensor 1 is a constant or"),
    ],
)
def test_what_the_models_do_not_use_is_refused(kind: str, options: dict[str, Any], message: str) -> None:
    graph = one_operator(kind, (1, 2, 2, 1), (1, 2, 2, 1), values(1, 1, 1, 1), values(1), options=options)

    with pytest.raises(NotImplementedError, match=message):
        to_onnx(graph)


@given(st.integers(1, 300), st.integers(1, 7), st.integers(1, 4))
def test_same_padding_lets_the_windows_cover_every_pixel(length: int, kernel: int, stride: int) -> None:
    before, after = same_padding(length, kernel, stride)

    # TensorFlow's definition: ceil(length / stride) windows, as little padding as they need, the rest after.
    n_windows = -(-length // stride)
    assert (length + before + after - kernel) // stride + 1 == n_windows
    assert after - before in (0, 1)
    needed = (n_windows - 1) * stride + kernel
    assert before + after == max(needed - length, 0)
