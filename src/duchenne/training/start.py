"""Start a network from the layers of an installed one.

Takes a torch network, the name of an installed model and some faces; copies weights layer by layer, in the order
both list their convolutions and fully connected layers, for as long as the shapes agree. What an export folded
together (a batch normalisation into its convolution) is taken as it is by a convolution with a bias; where the
network has a batch normalisation, this is set so that it changes nothing but adds the bias. Refuses a model of
which already the first layer does not fit.
"""

from __future__ import annotations

import logging
from itertools import pairwise

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


def load_start(network: nn.Module, model: str, images: Tensor) -> int:
    """Copy the first layers of an installed model into a network.

    Args:
        network: Changed in place. Copying stops at the first layer whose shape differs, or that has a bias where
            the model's has none, or neither bias nor batch normalisation where it has one; all behind it stay as
            they were.
        model: Name of an installed model.
        images: (N, C, H, W) of what the network will see, N in the hundreds: their statistics are the first that
            its batch normalisations hold.

    Returns:
        How many layers were copied.

    Raises:
        ModelError: if the model is not installed.
        SettingsError: if already the first layer does not fit.
    """
    known = _layers(onnx.load_from_string(load_weights(load_card(model))))
    own = _own_layers(network)
    folded: dict[nn.BatchNorm2d, Tensor] = {}
    n_copied = 0
    for (layer, norm), (weight, bias) in zip(own, known, strict=False):
        if tuple(layer.weight.shape) != weight.shape or _has_bias(layer, norm) != (bias is not None):
            break
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            if bias is not None and layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(bias.copy()))
            elif bias is not None and norm is not None:
                folded[norm] = torch.from_numpy(bias.copy())
        n_copied += 1
    if n_copied == 0:
        layer, norm = own[0]
        raise SettingsError(
            f"the network cannot start from '{model}': no layer fits",
            got=f"a first layer of {_in_words(*known[0])}" if known else "a model without layers",
            expected=_in_words(layer.weight, layer.bias if norm is None else norm.bias),
        )
    _unfold(network, folded, images)
    _log.info("started from %d layers of %s", n_copied, model)
    return n_copied


def _own_layers(network: nn.Module) -> list[tuple[nn.Conv2d | nn.Linear, nn.BatchNorm2d | None]]:
    """Convolutions and fully connected layers, each with the batch normalisation right behind it."""
    found: list[tuple[nn.Conv2d | nn.Linear, nn.BatchNorm2d | None]] = []
    for module, following in pairwise([*network.modules(), None]):
        if isinstance(module, nn.Conv2d | nn.Linear):
            found.append((module, following if isinstance(following, nn.BatchNorm2d) else None))
    return found


def _has_bias(layer: nn.Conv2d | nn.Linear, norm: nn.BatchNorm2d | None) -> bool:
    return layer.bias is not None or norm is not None


def _unfold(network: nn.Module, folded: dict[nn.BatchNorm2d, Tensor], images: Tensor) -> None:
    """Let each batch normalisation expect what comes to it, undo its scaling, and add the bias of the model."""

    def set_up(norm: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        variance, mean = torch.var_mean(arguments[0], dim=(0, 2, 3), correction=0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(torch.sqrt(variance + norm.eps))
        norm.bias.copy_(mean + folded[norm])

    if not folded:
        return
    # One pass will do: those in front are set up before what they give reaches those behind.
    handles = [norm.register_forward_pre_hook(set_up) for norm in folded]
    was_training = network.training
    with torch.no_grad():
        network.eval()(images)
    network.train(was_training)
    for handle in handles:
        handle.remove()


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
