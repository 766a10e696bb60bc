from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tflite_graph import Graph, Node, densify, read_graph
from tiny_graphs import CONVOLUTION, POOL, one_operator, to_flatbuffer

ADD = {"FusedActivationFunction": 0}


def test_rows_are_filled_in_with_zeros() -> None:
    dense = densify(
        np.array([5, 6, 7], np.float16),
        (3, 4),
        np.array([0, 1, 1, 3], np.uint8),
        np.array([2, 0, 3], np.uint8),
    )

    np.testing.assert_array_equal(dense, [[0, 0, 5, 0], [0, 0, 0, 0], [6, 0, 0, 7]])
    assert dense.dtype == np.float16


def test_rows_of_several_axes_follow_one_another() -> None:
    dense = densify(np.array([1.0, 2.0]), (2, 1, 2, 3), np.array([0, 0, 1, 1, 2]), np.array([1, 2]))

    np.testing.assert_array_equal(dense, [[[[0, 0, 0], [0, 1, 0]]], [[[0, 0, 0], [0, 0, 2]]]])


def test_nothing_stored_is_all_zeros() -> None:
    dense = densify(np.zeros(0), (2, 3), np.array([0, 0, 0]), np.zeros(0, int))

    np.testing.assert_array_equal(dense, np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("values", "starts", "columns"),
    [([1.0], [0, 1], [0]), ([1.0], [0, 0, 2], [0]), ([1.0, 2.0], [0, 1, 2], [0])],
    ids=["too few rows", "too few values", "too few columns"],
)
def test_sparse_data_that_does_not_fit_is_refused(
    values: list[float], starts: list[int], columns: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"does not fill an array of shape \(2, 3\)"):
        densify(np.array(values), (2, 3), np.array(starts), np.array(columns))


def assert_same_graph(got: Graph, expected: Graph) -> None:
    assert (got.shapes, got.nodes) == (expected.shapes, expected.nodes)
    assert (got.inputs, got.outputs) == (expected.inputs, expected.outputs)
    assert got.constants.keys() == expected.constants.keys()
    for i, value in expected.constants.items():
        np.testing.assert_array_equal(got.constants[i], value)
        assert got.constants[i].dtype == value.dtype


def test_graph_is_read_as_it_was_written() -> None:
    rng = np.random.default_rng(0)
    graph = one_operator(
        "CONV_2D",
        (1, 4, 6, 2),
        (1, 4, 3, 3),
        rng.normal(size=(3, 1, 3, 2)).astype(np.float32),
        rng.normal(size=3).astype(np.float16),
        options={**CONVOLUTION, "StrideW": 2, "FusedActivationFunction": 1},
    )

    assert_same_graph(read_graph(to_flatbuffer(graph)), graph)


def test_every_option_is_read_from_its_own_field() -> None:
    options = {**POOL, "Padding": 1, "StrideH": 2, "StrideW": 3, "FilterHeight": 4, "FilterWidth": 5}
    graph = one_operator("MAX_POOL_2D", (1, 8, 8, 1), (1, 3, 2, 1), options=options)

    assert read_graph(to_flatbuffer(graph)).nodes[0].options == options


def test_operator_without_options_has_none() -> None:
    graph = one_operator("RELU", (1, 2, 2, 1), (1, 2, 2, 1))

    assert read_graph(to_flatbuffer(graph)).nodes == (Node("RELU", (0,), 1, {}),)


def test_input_that_was_left_out_is_dropped() -> None:
    graph = one_operator("RELU", (1, 2, 2, 1), (1, 2, 2, 1))
    graph = dataclasses.replace(graph, nodes=(Node("RELU", (0, -1), 1, {}),))

    assert read_graph(to_flatbuffer(graph)).nodes[0].inputs == (0,)


@pytest.mark.parametrize("index", [np.uint8, np.uint16, np.int32])
def test_packed_weights_are_unpacked_and_stay_half_precision(index: type) -> None:
    weights = np.random.default_rng(0).normal(size=(3, 1, 1, 4)).astype(np.float16)
    weights[weights < 0] = 0
    bias = np.zeros(3, np.float32)
    options = CONVOLUTION
    packed = Graph(
        shapes=((1, 2, 2, 4), (3, 1, 1, 4), (3, 1, 1, 4), (3, 1, 1, 4), (3,), (1, 2, 2, 3)),
        constants={1: weights, 4: bias},
        nodes=(
            Node("DENSIFY", (1,), 2, {}),
            Node("DEQUANTIZE", (2,), 3, {}),
            Node("CONV_2D", (0, 3, 4), 5, options),
        ),
        inputs=(0,),
        outputs=(5,),
    )

    got = read_graph(to_flatbuffer(packed, sparse={1: index}))

    assert got.nodes == packed.nodes[2:]
    assert got.constants[3].dtype == np.float16
    np.testing.assert_array_equal(got.constants[3], weights)


def test_conversion_of_a_computed_tensor_is_kept() -> None:
    graph = one_operator("DEQUANTIZE", (1, 2), (1, 2))

    assert [node.kind for node in read_graph(to_flatbuffer(graph)).nodes] == ["DEQUANTIZE"]


def test_file_of_several_graphs_is_refused() -> None:
    data = to_flatbuffer(one_operator("RELU", (1, 2), (1, 2)), n_graphs=2)

    with pytest.raises(ValueError, match="expected one graph in the file, got 2"):
        read_graph(data)


def test_operator_of_several_outputs_is_refused() -> None:
    data = to_flatbuffer(one_operator("RELU", (1, 2), (1, 2)), n_outputs=2)

    with pytest.raises(ValueError, match=r"operator 0 \(RELU\) has 2 outputs, expected one"):
        read_graph(data)


def test_unknown_number_type_is_refused_with_the_tensor_named() -> None:
    data = to_flatbuffer(one_operator("ADD", (1, 2), (1, 2), np.zeros((1, 2), np.int8), options=ADD))

    with pytest.raises(ValueError, match="tensor 'tensor 1' is of type 9, which is not read here"):
        read_graph(data)


def test_unknown_sparse_layout_is_refused_with_the_tensor_named() -> None:
    graph = one_operator("ADD", (1, 2), (1, 2), np.ones((1, 2), np.float32), options=ADD)
    data = to_flatbuffer(graph, sparse={1: np.uint8}, order=[1, 0])

    with pytest.raises(ValueError, match="tensor 'tensor 1' has a sparse layout that is not read here"):
        read_graph(data)
