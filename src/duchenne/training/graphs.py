"""Changes to an exported ONNX graph that torch knows nothing of: large weights halved, both sides of a face read.

Takes and gives `onnx.ModelProto`s whose first axis is a free batch. Each change keeps the names of inputs and
outputs. Refuses a result that ONNX's own checker refuses.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_HALVED_FROM = 1024  # values; smaller constants are not worth a Cast


def store_halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large weights in 16 bits with a Cast back to 32, which ONNX Runtime undoes once, at loading."""
    changed = _copy(model)
    graph = changed.graph
    casts = []
    for index, constant in enumerate(graph.initializer):
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < _HALVED_FROM:
            continue
        stored = f"{constant.name}_half"
        casts.append(helper.make_node("Cast", [stored], [constant.name], to=TensorProto.FLOAT))
        graph.initializer[index].CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    _set_nodes(changed, [*casts, *graph.node])
    onnx.checker.check_model(changed, full_check=True)
    return changed


def mirrored(model: onnx.ModelProto, width_axis: int) -> onnx.ModelProto:
    """Give the mean of what the model says of a picture and of its mirror image, as one batch of twice the size.

    Args:
        model: One input, (N, ...); every output (N, ...).
        width_axis: The input's axis that runs from left to right.
    """
    changed = _copy(model)
    graph = changed.graph
    (image,) = (value.name for value in graph.input)
    outputs = [value.name for value in graph.output]
    inside = {image: f"{image}_both", **{name: f"{name}_both" for name in outputs}}
    for node in graph.node:
        node.input[:] = [inside.get(name, name) for name in node.input]
        node.output[:] = [inside.get(name, name) for name in node.output]
    constants = {
        "mirror_last": [-1],
        "mirror_before_first": [np.iinfo(np.int64).min],
        "mirror_axis": [width_axis],
        "mirror_step": [-1],
    }
    before = [
        helper.make_node("Slice", [image, *constants], ["mirror"]),
        helper.make_node("Concat", [image, "mirror"], [inside[image]], axis=0),
    ]
    after = []
    for value in graph.output:
        name = value.name
        shape = [2, -1, *(axis.dim_value for axis in value.type.tensor_type.shape.dim[1:])]
        constants[f"{name}_pair"] = shape
        after.append(helper.make_node("Reshape", [inside[name], f"{name}_pair"], [f"{name}_sides"]))
        after.append(helper.make_node("ReduceMean", [f"{name}_sides"], [name], axes=[0], keepdims=0))
    graph.initializer.extend(
        numpy_helper.from_array(np.array(values, dtype=np.int64), name) for name, values in constants.items()
    )
    _set_nodes(changed, [*before, *graph.node, *after])
    onnx.checker.check_model(changed, full_check=True)
    return changed


def _copy(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def _set_nodes(model: onnx.ModelProto, nodes: list[onnx.NodeProto]) -> None:
    kept = [*nodes]
    del model.graph.node[:]
    model.graph.node.extend(kept)
