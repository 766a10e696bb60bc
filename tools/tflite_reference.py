"""Run a TensorFlow Lite graph in plain numpy: the independent answer a converted network is held against.

Takes a `Graph` and an input, gives its outputs in float64. It follows TensorFlow's own definitions, in
TensorFlow's axis order, and shares no code with the converter. Slow by intent: one expression an operator.
Refuses options and operators that the imported models do not use.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tflite
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tflite_graph import Graph, Node

Values = NDArray[np.float64]


def run_graph(graph: Graph, image: NDArray[np.floating]) -> list[Values]:
    """Run a graph of one input on a batch.

    Args:
        graph: The network.
        image: (N, H, W, C) input.

    Returns:
        The outputs in the graph's order, (N, ...) float64.

    Raises:
        NotImplementedError: if an operator or an option is not one that the imported models use.
    """
    values: dict[int, Values] = {i: c.astype(np.float64) for i, c in graph.constants.items()}
    values[graph.inputs[0]] = image.astype(np.float64)
    for node in graph.nodes:
        inputs = [values[i] for i in node.inputs]
        values[node.output] = _run_node(node, inputs, graph.shapes[node.output])
    return [values[i] for i in graph.outputs]


def _run_node(node: Node, inputs: list[Values], shape: tuple[int, ...]) -> Values:
    x, options = inputs[0], node.options
    match node.kind:
        case "CONV_2D":
            # Weights are (out, height, width, in).
            windows = _windows(x, inputs[1].shape[1:3], options, fill=0.0)
            y = np.tensordot(windows, inputs[1], axes=([4, 5, 3], [1, 2, 3])) + inputs[2]
        case "DEPTHWISE_CONV_2D":
            # Weights are (1, height, width, channel).
            windows = _windows(x, inputs[1].shape[1:3], options, fill=0.0)
            y = np.einsum("nhwcij,ijc->nhwc", windows, inputs[1][0]) + inputs[2]
        case "MAX_POOL_2D":
            size = options["FilterHeight"], options["FilterWidth"]
            y = _windows(x, size, options, fill=-np.inf).max(axis=(4, 5))
        case "ADD":
            y = x + inputs[1]
        case "RELU":
            y = np.maximum(x, 0.0)
        case "PRELU":
            y = np.where(x > 0, x, x * inputs[1])
        case "PAD":
            y = np.pad(x, inputs[1].astype(int))
        case "RESIZE_BILINEAR":
            y = _resize(x, shape, options)
        case "DEPTH_TO_SPACE":
            block = options["BlockSize"]
            n, height, width, channels = x.shape
            cells = x.reshape(n, height, width, block, block, channels // block**2)
            y = cells.transpose(0, 1, 3, 2, 4, 5).reshape(n, height * block, width * block, -1)
        case "RESHAPE":
            y = x.reshape(len(x), *shape[1:])
        case "CONCATENATION":
            y = np.concatenate(inputs, axis=options["Axis"])
        case _:
            raise NotImplementedError(f"operator {node.kind} has no reference here")
    return _activate(y, options)


def _activate(y: Values, options: Mapping[str, int]) -> Values:
    activation = options.get("FusedActivationFunction", tflite.ActivationFunctionType.NONE)
    if activation == tflite.ActivationFunctionType.NONE:
        return y
    if activation == tflite.ActivationFunctionType.RELU:
        return np.maximum(y, 0.0)
    raise NotImplementedError(f"fused activation {activation} has no reference here")


def _windows(x: Values, size: tuple[int, ...], options: Mapping[str, int], fill: float) -> Values:
    """Every window that the kernel sees: (N, out height, out width, C, kernel height, kernel width)."""
    if options.get("DilationHFactor", 1) != 1 or options.get("DilationWFactor", 1) != 1:
        raise NotImplementedError("dilated windows have no reference here")
    strides = options["StrideH"], options["StrideW"]
    if options["Padding"] == tflite.Padding.SAME:
        # "SAME" gives ceil(length / stride) outputs; an odd rest of the padding goes to the far side.
        pads = [(0, 0)]
        for length, kernel, stride in zip(x.shape[1:3], size, strides, strict=True):
            total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
            pads.append((total // 2, total - total // 2))
        x = np.pad(x, [*pads, (0, 0)], constant_values=fill)
    return sliding_window_view(x, (size[0], size[1]), axis=(1, 2))[:, :: strides[0], :: strides[1]]


def _resize(x: Values, shape: tuple[int, ...], options: Mapping[str, int]) -> Values:
    if options["AlignCorners"] or not options["HalfPixelCenters"]:
        raise NotImplementedError("bilinear resizing has a reference for half-pixel centres only")
    rows = _interpolation(x.shape[1], shape[1])
    columns = _interpolation(x.shape[2], shape[2])
    return np.asarray(np.einsum("ih,nhwc,jw->nijc", rows, x, columns, optimize=True))


def _interpolation(n_in: int, n_out: int) -> Values:
    """(n_out, n_in) weights of linear interpolation between pixel centres, edges held."""
    position = np.clip((np.arange(n_out) + 0.5) * n_in / n_out - 0.5, 0, n_in - 1)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, n_in - 1)
    weights = np.zeros((n_out, n_in))
    np.add.at(weights, (np.arange(n_out), low), 1 - (position - low))
    np.add.at(weights, (np.arange(n_out), high), position - low)
    return weights
