"""Turn a TensorFlow Lite graph into an ONNX network that ONNX Runtime runs fast on a CPU.

Takes a `Graph` and the names and shapes that its input and outputs shall have, gives an ONNX model (opset 17,
any batch size). Inside, four-axis tensors are NCHW, so that ONNX Runtime can keep its blocked layout from
first to last; the input and everything with fewer axes keep TensorFlow's order. Constants of float16 stay so
in the file and are widened by a Cast, which the runtime folds when it loads. Refuses operators that the
imported models do not use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tflite_graph import Graph, Node

_OPSET = 17
# The newest format that onnxruntime 1.20, the oldest that the package allows, surely reads.
_IR_VERSION = 9
# Below this many values a Cast node costs more bytes than half precision saves.
_WORTH_A_CAST = 64
_ACTIVATIONS = {tflite.ActivationFunctionType.NONE: None, tflite.ActivationFunctionType.RELU: "Relu"}


def convert(
    graph: Graph, *, input_name: str, outputs: Mapping[str, tuple[int, ...]], note: str = ""
) -> onnx.ModelProto:
    """Convert a graph of one input.

    Args:
        graph: The network.
        input_name: What to call the input, (N, H, W, C) float32.
        outputs: Name and shape of one sample of each output, in the graph's order.
        note: Where the network comes from; kept in the file.

    Returns:
        A checked ONNX model.

    Raises:
        NotImplementedError: if an operator or an option is not one that the imported models use.
        ValueError: if an output has another number of values than asked for.
    """
    builder = _Builder(graph, input_name)
    for node in graph.nodes:
        builder.add(node)
    for tensor, (name, shape) in zip(graph.outputs, outputs.items(), strict=True):
        builder.finish(tensor, name, shape)
    model = helper.make_model(
        helper.make_graph(
            builder.nodes,
            "network",
            [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, ["N", *builder.input_shape])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])
                for name, shape in outputs.items()
            ],
            builder.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="duchenne",
        doc_string=note,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def same_padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    """What TensorFlow's "SAME" adds before and after an axis; an odd rest goes after."""
    total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


class _Builder:
    """Nodes and constants of the ONNX graph as they grow, and what each tensor is called there."""

    def __init__(self, graph: Graph, input_name: str) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.input_shape = graph.shapes[graph.inputs[0]][1:]
        self._graph = graph
        self._names: dict[int, str] = {}
        # Zero borders that the convolutions behind them take over: (source, top, bottom, left, right).
        self._borders: dict[int, tuple[int, int, int, int, int]] = {}
        self._known: dict[bytes, str] = {}
        self._names[graph.inputs[0]] = self._node("Transpose", [input_name], perm=[0, 3, 1, 2])

    def add(self, node: Node) -> None:
        """Convert one operator."""
        convert_node = _CONVERTERS.get(node.kind)
        if convert_node is None:
            raise NotImplementedError(f"operator {node.kind} cannot be converted")
        activation = node.options.get("FusedActivationFunction", tflite.ActivationFunctionType.NONE)
        if activation not in _ACTIVATIONS:
            raise NotImplementedError(f"fused activation {activation} of {node.kind} cannot be converted")
        name = convert_node(self, node)
        if name is not None:
            operator = _ACTIVATIONS[activation]
            self._names[node.output] = name if operator is None else self._node(operator, [name])

    def finish(self, tensor: int, name: str, shape: tuple[int, ...]) -> None:
        """Bring a tensor into its final shape and name."""
        if np.prod(shape) != np.prod(self._graph.shapes[tensor][1:]):
            raise ValueError(f"output '{name}' has shape {self._graph.shapes[tensor][1:]}, expected {shape}")
        self._node("Reshape", [self._natural(tensor), self._shape(shape)], output=name)

    def _node(self, operator: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def _constant(self, value: NDArray[Any]) -> str:
        """The name of a constant, float32 or int64 in use; equal ones are stored once."""
        value = np.ascontiguousarray(value)
        key = repr((value.dtype.str, value.shape)).encode() + value.tobytes()
        if key in self._known:
            return self._known[key]
        name = f"constant_{len(self.constants)}"
        if value.dtype == np.float16 and value.size >= _WORTH_A_CAST:
            self.constants.append(numpy_helper.from_array(value, name))
            name = self._node("Cast", [name], to=TensorProto.FLOAT)
        else:
            stored = value.astype(np.float32) if value.dtype == np.float16 else value
            self.constants.append(numpy_helper.from_array(stored, name))
        self._known[key] = name
        return name

    def _shape(self, shape: tuple[int, ...]) -> str:
        return self._constant(np.array([-1, *shape], dtype=np.int64))

    def _activation(self, tensor: int) -> str:
        """The name of a computed tensor."""
        if tensor not in self._names:
            raise NotImplementedError(
                f"tensor {tensor} is a constant or a border where a computed one is expected"
            )
        return self._names[tensor]

    def _natural(self, tensor: int) -> str:
        """A tensor in TensorFlow's axis order."""
        name = self._activation(tensor)
        if len(self._graph.shapes[tensor]) != 4:
            return name
        return self._node("Transpose", [name], perm=[0, 2, 3, 1])

    def convolution(self, node: Node) -> str:
        graph, depthwise = self._graph, node.kind == "DEPTHWISE_CONV_2D"
        source, top, bottom, left, right = self._borders.get(node.inputs[0], (node.inputs[0], 0, 0, 0, 0))
        if any(node.options[name] != 1 for name in ("DilationHFactor", "DilationWFactor")):
            raise NotImplementedError(f"a dilated {node.kind} cannot be converted")
        if node.options.get("DepthMultiplier", 1) != 1:
            raise NotImplementedError(f"a {node.kind} that multiplies its channels cannot be converted")
        weights, bias = (graph.constants[i] for i in node.inputs[1:])
        pads = self._pads(node, weights.shape[1:3])
        return self._node(
            "Conv",
            # (out, height, width, in) or (1, height, width, channel) to (out, in / group, height, width).
            [
                self._activation(source),
                self._constant(weights.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))),
                self._constant(bias),
            ],
            kernel_shape=weights.shape[1:3],
            strides=[node.options["StrideH"], node.options["StrideW"]],
            pads=[pads[0] + top, pads[1] + left, pads[2] + bottom, pads[3] + right],
            group=weights.shape[3] if depthwise else 1,
        )

    def max_pool(self, node: Node) -> str:
        size = node.options["FilterHeight"], node.options["FilterWidth"]
        return self._node(
            "MaxPool",
            [self._activation(node.inputs[0])],
            kernel_shape=size,
            strides=[node.options["StrideH"], node.options["StrideW"]],
            pads=self._pads(node, size),
        )

    def _pads(self, node: Node, size: tuple[int, ...]) -> list[int]:
        """Padding of a window in ONNX's order: top, left, bottom, right."""
        if node.options["Padding"] == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        height, width = self._graph.shapes[node.inputs[0]][1:3]
        top, bottom = same_padding(height, size[0], node.options["StrideH"])
        left, right = same_padding(width, size[1], node.options["StrideW"])
        return [top, left, bottom, right]

    def add_tensors(self, node: Node) -> str:
        return self._node("Add", [self._activation(i) for i in node.inputs])

    def relu(self, node: Node) -> str:
        return self._node("Relu", [self._activation(node.inputs[0])])

    def prelu(self, node: Node) -> str:
        """``x if x > 0 else slope * x`` as ``slope * x + (1 - slope) * max(x, 0)``.

        ONNX Runtime runs PRelu itself one value at a time and leaves its blocked layout for it; as two 1x1
        depthwise convolutions the mesh takes a quarter of the time (docs/models.md).
        """
        slope = self._graph.constants[node.inputs[1]].reshape(-1, 1, 1, 1)
        x = self._activation(node.inputs[0])
        rest = 1 - slope.astype(np.float32)
        positive = self._node("Relu", [x])
        parts = [
            self._node("Conv", [value, self._constant(gain)], kernel_shape=[1, 1], group=len(slope))
            for value, gain in ((x, slope), (positive, rest))
        ]
        return self._node("Add", parts)

    def pad(self, node: Node) -> str | None:
        """Zeros around: a border goes into the convolutions behind it, new channels become a Pad."""
        source, tensor = node.inputs[0], node.output
        batch, rows, columns, channels = self._graph.constants[node.inputs[1]].tolist()
        if batch == channels == [0, 0] and self._only_convolutions_read(tensor):
            self._borders[tensor] = (source, *rows, *columns)
            return None
        amounts = [axis[side] for side in (0, 1) for axis in (batch, channels, rows, columns)]
        return self._node(
            "Pad",
            [self._activation(source), self._constant(np.array(amounts, dtype=np.int64))],
            mode="constant",
        )

    def _only_convolutions_read(self, tensor: int) -> bool:
        readers = {n.kind for n in self._graph.nodes if tensor in n.inputs}
        return tensor not in self._graph.outputs and readers <= {"CONV_2D", "DEPTHWISE_CONV_2D"}

    def resize(self, node: Node) -> str:
        if node.options["AlignCorners"] or not node.options["HalfPixelCenters"]:
            raise NotImplementedError("only bilinear resizing with half-pixel centres can be converted")
        before, after = self._graph.shapes[node.inputs[0]], self._graph.shapes[node.output]
        scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], dtype=np.float32)
        return self._node(
            "Resize",
            [self._activation(node.inputs[0]), "", self._constant(scales)],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def depth_to_space(self, node: Node) -> str:
        # DCR: the block's row and column are the slow part of the channel number, as in TensorFlow.
        block = node.options["BlockSize"]
        return self._node("DepthToSpace", [self._activation(node.inputs[0])], blocksize=block, mode="DCR")

    def reshape(self, node: Node) -> str:
        shape = self._graph.shapes[node.output]
        if len(shape) == 4:
            raise NotImplementedError("a RESHAPE to four axes cannot be converted")
        return self._node("Reshape", [self._natural(node.inputs[0]), self._shape(shape[1:])])

    def concatenate(self, node: Node) -> str:
        if len(self._graph.shapes[node.output]) == 4:
            raise NotImplementedError("a CONCATENATION of four axes cannot be converted")
        return self._node("Concat", [self._activation(i) for i in node.inputs], axis=node.options["Axis"])


_CONVERTERS: Mapping[str, Callable[[_Builder, Node], str | None]] = {
    "ADD": _Builder.add_tensors,
    "CONCATENATION": _Builder.concatenate,
    "CONV_2D": _Builder.convolution,
    "DEPTHWISE_CONV_2D": _Builder.convolution,
    "DEPTH_TO_SPACE": _Builder.depth_to_space,
    "MAX_POOL_2D": _Builder.max_pool,
    "PAD": _Builder.pad,
    "PRELU": _Builder.prelu,
    "RELU": _Builder.relu,
    "RESHAPE": _Builder.reshape,
    "RESIZE_BILINEAR": _Builder.resize,
}
