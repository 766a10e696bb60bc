"""Start a network from the layers of an installed one.

Takes a torch network and the name of an installed model; copies weights layer by layer, in the order both list
their convolutions and fully connected layers, for as long as the shapes agree. What an export folded together
(a batch normalisation into its convolution) is taken as it is. Refuses a model of which already the first layer
does not fit.
"""

from __future__ import annotations

import logging

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from duchenne.errors import SettingsError
from duchenne.models.store import load_card, load_weights

_log = logging.getLogger(__name__)

Layer = tuple[NDArray[np.float32], NDArray[np.float32] | None]


def load_start(network: nn.Module, model: str) -> int:
    """Copy the first layers of an installed model into a network.

    Args:
        network: Changed in place. Copying stops at the first layer whose shape differs, or that has a bias where
            the model's has none, or none where it has one; all behind it stay as they were.
        model: Name of an installed model.

    Returns:
        How many layers were copied.

    Raises:
        ModelError: if the model is not installed.
        SettingsError: if already the first layer does not fit.
    """
    known = _layers(onnx.load_from_string(load_weights(load_card(model))))
    own = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    n_copied = 0
    for layer, (weight, bias) in zip(own, known, strict=False):
        if tuple(layer.weight.shape) != weight.shape or (layer.bias is None) != (bias is None):
            break
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            if layer.bias is not None and bias is not None:
                layer.bias.copy_(torch.from_numpy(bias.copy()))
        n_copied += 1
    if n_copied == 0:
        raise SettingsError(
            f"the network cannot start from '{model}': no layer fits",
            got=f"a first layer of {_in_words(*known[0])}" if known else "a model without layers",
            expected=_in_words(own[0].weight, own[0].bias),
        )
    _log.info("started from %d layers of %s", n_copied, model)
    return n_copied


def _in_words(weight: NDArray[np.float32] | Tensor, bias: NDArray[np.float32] | Tensor | None) -> str:
    return f"shape {tuple(weight.shape)} with{'' if bias is not None else 'out'} bias"


def _layers(model: onnx.ModelProto) -> list[Layer]:
    """Weights and biases of the convolutions and fully connected layers, in the order they run.

    The list ends before a layer whose weights are computed and not stored: nothing behind it could be copied.
    """
    values = {constant.name: numpy_helper.to_array(constant) for constant in model.graph.initializer}
    layers: list[Layer] = []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in values:  # stored in 16 bits
            values[node.output[0]] = values[node.input[0]].astype(np.float32)
        if node.op_type not in ("Conv", "Gemm"):
            continue
        if any(name not in values for name in node.input[1:]):
            break
        weight = np.asarray(values[node.input[1]], dtype=np.float32)
        if node.op_type == "Gemm" and not any(a.name == "transB" and a.i == 1 for a in node.attribute):
            weight = np.ascontiguousarray(weight.T)
        bias = np.asarray(values[node.input[2]], dtype=np.float32) if len(node.input) > 2 else None
        layers.append((weight, bias))
    return layers
