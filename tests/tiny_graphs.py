"""TensorFlow Lite networks of one operator, as a `Graph` and as the bytes of a file.

`one_operator` gives the `Graph` of one operator on one input. `to_flatbuffer` writes any `Graph` with
TensorFlow Lite's own schema, so that reading can be tested against something that was written, sparse weights
included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import flatbuffers
import numpy as np
import tflite
from numpy.typing import NDArray

from tflite_graph import Graph, Node

CONVOLUTION = {
    "Padding": tflite.Padding.SAME,
    "StrideH": 1,
    "StrideW": 1,
    "FusedActivationFunction": tflite.ActivationFunctionType.NONE,
    "DilationHFactor": 1,
    "DilationWFactor": 1,
}
DEPTHWISE = {**CONVOLUTION, "DepthMultiplier": 1}
POOL = {
    "Padding": tflite.Padding.VALID,
    "StrideH": 2,
    "StrideW": 2,
    "FusedActivationFunction": tflite.ActivationFunctionType.NONE,
    "FilterHeight": 2,
    "FilterWidth": 2,
}
_TABLES = {
    "ADD": "AddOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "DEPTH_TO_SPACE": "DepthToSpaceOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
}
_TYPES = {
    "float32": tflite.TensorType.FLOAT32,
    "float16": tflite.TensorType.FLOAT16,
    "int32": tflite.TensorType.INT32,
    "int8": tflite.TensorType.INT8,
}


def one_operator(
    kind: str,
    before: tuple[int, ...],
    after: tuple[int, ...],
    *constants: NDArray[Any],
    options: Mapping[str, int] | None = None,
) -> Graph:
    """The graph of one operator: tensor 0 goes in, 1, 2, ... are constants, the last comes out."""
    n = len(constants)
    return Graph(
        shapes=(before, *(c.shape for c in constants), after),
        constants=dict(enumerate(constants, start=1)),
        nodes=(Node(kind, tuple(range(n + 1)), n + 1, options if options is not None else {}),),
        inputs=(0,),
        outputs=(n + 1,),
    )


def to_flatbuffer(
    graph: Graph,
    *,
    sparse: Mapping[int, type] | None = None,
    order: Iterable[int] = (),
    n_graphs: int = 1,
    n_outputs: int = 1,
) -> bytes:
    """Write a graph as a TensorFlow Lite file.

    Args:
        graph: What to write.
        sparse: Constants to store with their last axis compressed, and the integer type of their index.
        order: The traversal order to claim for sparse constants, if not the natural one.
        n_graphs: How many times to list the graph in the file.
        n_outputs: How many times to list the output of each operator.
    """
    sparse = sparse if sparse is not None else {}
    b = flatbuffers.Builder(1024)
    # Buffer 0 is the empty one of all computed tensors.
    buffers, tensors = [_buffer(b, None)], []
    for i, shape in enumerate(graph.shapes):
        fields = {"Type": tflite.TensorType.FLOAT32, "Buffer": 0}
        value = graph.constants.get(i)
        if value is not None:
            fields = {"Type": _TYPES[value.dtype.name], "Buffer": len(buffers)}
            if i in sparse:
                fields["Sparsity"] = _sparsity(b, value, sparse[i], list(order) or list(range(value.ndim)))
                value = value[value != 0]
            buffers.append(_buffer(b, value))
        fields["Name"] = b.CreateString(f"tensor {i}")
        fields["Shape"] = b.CreateNumpyVector(np.array(shape, np.int32))
        tensors.append(_table(b, "Tensor", fields))
    kinds = sorted({node.kind for node in graph.nodes})
    operators = [_operator(b, node, kinds.index(node.kind), n_outputs) for node in graph.nodes]
    parts = {
        "Tensors": _offsets(b, tensors),
        "Operators": _offsets(b, operators),
        "Inputs": b.CreateNumpyVector(np.array(graph.inputs, np.int32)),
        "Outputs": b.CreateNumpyVector(np.array(graph.outputs, np.int32)),
    }
    subgraph = _table(b, "SubGraph", parts)
    codes = [_operator_code(b, kind) for kind in kinds]
    model = {
        "OperatorCodes": _offsets(b, codes),
        "Subgraphs": _offsets(b, [subgraph] * n_graphs),
        "Buffers": _offsets(b, buffers),
    }
    b.Finish(_table(b, "Model", {"Version": 3, **model}), file_identifier=b"TFL3")
    return bytes(b.Output())


def _table(b: flatbuffers.Builder, name: str, fields: Mapping[str, int]) -> int:
    getattr(tflite, f"{name}Start")(b)
    for field, value in fields.items():
        getattr(tflite, f"{name}Add{field}")(b, value)
    return int(getattr(tflite, f"{name}End")(b))


def _offsets(b: flatbuffers.Builder, offsets: list[int]) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    return int(b.EndVector())


def _buffer(b: flatbuffers.Builder, value: NDArray[Any] | None) -> int:
    if value is None:
        return _table(b, "Buffer", {})
    data = b.CreateNumpyVector(np.frombuffer(value.tobytes(), np.uint8))
    return _table(b, "Buffer", {"Data": data})


def _sparsity(b: flatbuffers.Builder, value: NDArray[Any], index: type, order: list[int]) -> int:
    rows = value.reshape(-1, value.shape[-1]) != 0
    starts = np.concatenate([[0], np.cumsum(rows.sum(axis=1))])
    vectors = {
        field: _table(b, _index_name(index), {"Values": b.CreateNumpyVector(numbers.astype(index))})
        for field, numbers in (("ArraySegments", starts), ("ArrayIndices", np.nonzero(rows)[1]))
    }
    kind = getattr(tflite.SparseIndexVector, _index_name(index))
    axes = [
        _table(b, "DimensionMetadata", {"Format": tflite.DimensionType.DENSE, "DenseSize": size})
        for size in value.shape[:-1]
    ]
    last = {"Format": tflite.DimensionType.SPARSE_CSR, "ArraySegmentsType": kind, "ArrayIndicesType": kind}
    axes.append(_table(b, "DimensionMetadata", {**last, **vectors}))
    traversal = b.CreateNumpyVector(np.array(order, np.int32))
    return _table(b, "SparsityParameters", {"TraversalOrder": traversal, "DimMetadata": _offsets(b, axes)})


def _index_name(index: type) -> str:
    return {np.int32: "Int32Vector", np.uint16: "Uint16Vector", np.uint8: "Uint8Vector"}[index]


def _operator(b: flatbuffers.Builder, node: Node, code: int, n_outputs: int) -> int:
    fields = {
        "OpcodeIndex": code,
        "Inputs": b.CreateNumpyVector(np.array(node.inputs, np.int32)),
        "Outputs": b.CreateNumpyVector(np.array([node.output] * n_outputs, np.int32)),
    }
    if node.kind in _TABLES:
        name = _TABLES[node.kind]
        fields["BuiltinOptions"] = _table(b, name, node.options)
        fields["BuiltinOptionsType"] = getattr(tflite.BuiltinOptions, name)
    return _table(b, "Operator", fields)


def _operator_code(b: flatbuffers.Builder, kind: str) -> int:
    code = getattr(tflite.BuiltinOperator, kind)
    # As TensorFlow writes it: codes beyond 127 do not fit the field that older readers look at.
    return _table(b, "OperatorCode", {"DeprecatedBuiltinCode": min(code, 127), "BuiltinCode": code})
