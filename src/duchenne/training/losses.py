"""Losses on heads whose targets may be missing.

Takes outputs, targets and weights per head; gives one scalar. A face that lacks a target (weight 0) adds
nothing to that head's loss: missing is never zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor


def soft_cross_entropy(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the cross-entropy between soft labels and predictions.

    Args:
        logits: (N, K) float32.
        target: (N, K) float32 distributions; rows of weight 0 may hold anything finite.
        weight: (N,) float32, at least 0.

    Returns:
        The scalar ``sum(weight * CE) / sum(weight)``; 0 where all weights are 0.
    """
    entropy = -(target * torch.log_softmax(logits, dim=1)).sum(dim=1)
    return (weight * entropy).sum() / weight.sum().clamp_min(torch.finfo(weight.dtype).tiny)


def squared_error(values: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the squared difference between values and targets.

    Args:
        values: (N, K) float32.
        target: (N, K) float32; rows of weight 0 may hold anything finite.
        weight: (N,) float32, at least 0.

    Returns:
        The scalar ``sum(weight * mean over K of (value - target)^2) / sum(weight)``; 0 where all weights are 0.
    """
    error = (values - target).square().mean(dim=1)
    return (weight * error).sum() / weight.sum().clamp_min(torch.finfo(weight.dtype).tiny)


def total_loss(
    outputs: Mapping[str, Tensor],
    targets: Mapping[str, Tensor],
    weights: Mapping[str, Tensor],
    values: Collection[str] = (),
) -> Tensor:
    """The sum over all heads of `soft_cross_entropy`, or of `squared_error` for the heads named ``values``."""
    losses = [
        (squared_error if name in values else soft_cross_entropy)(output, targets[name], weights[name])
        for name, output in outputs.items()
    ]
    return torch.stack(losses).sum()
