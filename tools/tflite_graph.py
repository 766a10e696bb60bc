"""Read a TensorFlow Lite file into plain records.

Takes the bytes of a ``.tflite`` file, gives a `Graph`: constants as numpy arrays, operators in running order.
What only unpacks a stored weight (DEQUANTIZE of float16, DENSIFY of a sparse matrix) is done here, so that a
`Graph` holds nothing but arithmetic. Refuses files with several graphs and sparse layouts that the imported
models do not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tflite
from numpy.typing import NDArray

Constant = NDArray[Any]

_KINDS = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_DTYPES = {
    tflite.TensorType.FLOAT32: "<f4",
    tflite.TensorType.FLOAT16: "<f2",
    tflite.TensorType.INT32: "<i4",
}
# The option table of each operator that has one, and the fields of it that change the arithmetic.
_WINDOW = ("Padding", "StrideH", "StrideW", "FusedActivationFunction")
_DILATION = ("DilationHFactor", "DilationWFactor")
_OPTIONS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "ADD": (tflite.AddOptions, ("FusedActivationFunction",)),
    "CONCATENATION": (tflite.ConcatenationOptions, ("Axis", "FusedActivationFunction")),
    "CONV_2D": (tflite.Conv2DOptions, (*_WINDOW, *_DILATION)),
    "DEPTHWISE_CONV_2D": (tflite.DepthwiseConv2DOptions, (*_WINDOW, *_DILATION, "DepthMultiplier")),
    "DEPTH_TO_SPACE": (tflite.DepthToSpaceOptions, ("BlockSize",)),
    "MAX_POOL_2D": (tflite.Pool2DOptions, (*_WINDOW, "FilterHeight", "FilterWidth")),
    "RESIZE_BILINEAR": (tflite.ResizeBilinearOptions, ("AlignCorners", "HalfPixelCenters")),
}
_INDEX_VECTORS = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}


@dataclass(frozen=True, slots=True)
class Node:
    """One operator: TensorFlow Lite's names for it and its options, the tensors it reads and writes."""

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Graph:
    """A network in TensorFlow Lite's terms: activations are (1, H, W, C), tensors are known by number.

    Attributes:
        shapes: Shape of each tensor.
        constants: Values of those tensors that are stored in the file; float16 stays float16.
        nodes: Operators in running order.
        inputs: The tensors to feed.
        outputs: The tensors to fetch.
    """

    shapes: tuple[tuple[int, ...], ...]
    constants: Mapping[int, Constant]
    nodes: tuple[Node, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_graph(data: bytes) -> Graph:
    """Read the one graph of a TensorFlow Lite file.

    Raises:
        ValueError: if the file holds several graphs, a tensor type or a sparse layout that is not read here.
    """
    model = tflite.Model.GetRootAsModel(data, 0)
    if model.SubgraphsLength() != 1:
        raise ValueError(f"expected one graph in the file, got {model.SubgraphsLength()}")
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    constants = {i: value for i, t in enumerate(tensors) if (value := _constant(model, t)) is not None}
    nodes = []
    for node in _nodes(model, graph):
        if node.kind in ("DEQUANTIZE", "DENSIFY") and node.inputs[0] in constants:
            # The stored value is already dense, and widening float16 is left to whoever uses it.
            constants[node.output] = constants[node.inputs[0]]
        else:
            nodes.append(node)
    return Graph(
        shapes=tuple(_shape(t) for t in tensors),
        constants=constants,
        nodes=tuple(nodes),
        inputs=tuple(map(int, graph.InputsAsNumpy())),
        outputs=tuple(map(int, graph.OutputsAsNumpy())),
    )


def densify(
    values: Constant, shape: tuple[int, ...], row_starts: NDArray[Any], columns: NDArray[Any]
) -> Constant:
    """Fill in the zeros of an array whose last axis is stored compressed.

    Args:
        values: (V,) the stored values, row after row.
        shape: Shape of the dense array; a row is one run along its last axis, R rows in all.
        row_starts: (R + 1,) where each row's values begin and the last one's end.
        columns: (V,) the place of each value along the last axis.

    Returns:
        The dense array, of the dtype of ``values``.

    Raises:
        ValueError: if the counts do not fit the shape.
    """
    rows = int(np.prod(shape[:-1]))
    if len(row_starts) != rows + 1 or not len(values) == len(columns) == row_starts[-1]:
        raise ValueError(
            f"sparse data of {len(values)} values, {len(columns)} columns and {len(row_starts)} row starts "
            f"does not fill an array of shape {shape}"
        )
    dense = np.zeros((rows, shape[-1]), dtype=values.dtype)
    dense[np.repeat(np.arange(rows), row_starts[1:] - row_starts[:-1]), columns] = values
    return dense.reshape(shape)


def _nodes(model: Any, graph: Any) -> list[Node]:
    nodes = []
    for i in range(graph.OperatorsLength()):
        operator = graph.Operators(i)
        code = model.OperatorCodes(operator.OpcodeIndex())
        # Files older than schema 3a keep the code in a field of eight bits; the larger of both is the code.
        kind = _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        outputs = operator.OutputsAsNumpy()
        if len(outputs) != 1:
            raise ValueError(f"operator {i} ({kind}) has {len(outputs)} outputs, expected one")
        # TensorFlow Lite writes an input that was left out as -1.
        inputs = tuple(int(k) for k in operator.InputsAsNumpy() if k >= 0)
        nodes.append(Node(kind, inputs, int(outputs[0]), _options(operator, kind)))
    return nodes


def _options(operator: Any, kind: str) -> Mapping[str, int]:
    if kind not in _OPTIONS:
        return {}
    table, fields = _OPTIONS[kind]
    options = table()
    raw = operator.BuiltinOptions()
    options.Init(raw.Bytes, raw.Pos)
    return {name: int(getattr(options, name)()) for name in fields}


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(map(int, tensor.ShapeAsNumpy())) if tensor.ShapeLength() else ()


def _constant(model: Any, tensor: Any) -> Constant | None:
    """The stored value of a tensor, or None where it is computed."""
    buffer = model.Buffers(tensor.Buffer())
    if buffer.DataLength() == 0:
        return None
    if tensor.Type() not in _DTYPES:
        raise ValueError(
            f"tensor '{tensor.Name().decode()}' is of type {tensor.Type()}, which is not read here"
        )
    values = np.frombuffer(buffer.DataAsNumpy().tobytes(), dtype=_DTYPES[tensor.Type()])
    if tensor.Sparsity() is None:
        return values.reshape(_shape(tensor))
    return densify(values, _shape(tensor), *_last_axis_compressed(tensor))


def _last_axis_compressed(tensor: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Row starts and columns of a sparse tensor: plain axes, only the last one compressed, no blocks."""
    sparsity, n_axes = tensor.Sparsity(), tensor.ShapeLength()
    axes = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    formats = [axis.Format() for axis in axes]
    dense, compressed = tflite.DimensionType.DENSE, tflite.DimensionType.SPARSE_CSR
    if (
        list(sparsity.TraversalOrderAsNumpy()) != list(range(n_axes))
        or sparsity.BlockMapLength()
        or formats != [dense] * (n_axes - 1) + [compressed]
    ):
        raise ValueError(f"tensor '{tensor.Name().decode()}' has a sparse layout that is not read here")
    last = axes[-1]
    return (
        _index_vector(last.ArraySegments(), last.ArraySegmentsType()),
        _index_vector(last.ArrayIndices(), last.ArrayIndicesType()),
    )


def _index_vector(table: Any, kind: int) -> NDArray[Any]:
    vector = _INDEX_VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy())
