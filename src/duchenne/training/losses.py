"""Losses on heads whose targets may be missing.

Takes logits, soft targets and weights per head; gives one scalar. A face that lacks a target (weight 0) adds
nothing to that head's loss: missing is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def total_loss(
    logits: Mapping[str, Tensor], targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> Tensor:
    """The sum of `soft_cross_entropy` over all heads."""
    losses = [soft_cross_entropy(logits[name], targets[name], weights[name]) for name in logits]
    return torch.stack(losses).sum()
