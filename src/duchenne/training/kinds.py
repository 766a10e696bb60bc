"""How each kind of head is answered, learned and measured: the one place that tells kinds apart.

Takes a network's numbers for one head, targets and weights; gives answers, losses and measures. A face without
a target (weight 0), and a unit without one (NaN), teaches nothing and is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from duchenne.training.losses import (
    concordance_loss,
    soft_cross_entropy,
    squared_error,
    unit_cross_entropy,
)
from duchenne.training.networks import Kind


def answer(kind: Kind, numbers: Tensor) -> Tensor:
    """What a network's numbers say: (N, K) probabilities, intensities in [0, 1] or values."""
    if kind is Kind.CLASSES:
        return torch.softmax(numbers, dim=1)
    if kind is Kind.UNITS:
        return torch.sigmoid(numbers)
    if kind is Kind.AFFECT:
        return torch.tanh(numbers)
    return numbers


_LOSSES: Mapping[Kind, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    Kind.CLASSES: soft_cross_entropy,
    Kind.UNITS: unit_cross_entropy,
    Kind.AFFECT: lambda numbers, target, weight: concordance_loss(torch.tanh(numbers), target, weight),
    Kind.VALUES: squared_error,
}


def loss(kind: Kind, numbers: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """The scalar that is minimised for one head.

    Args:
        kind: Of the head.
        numbers: (N, K) float32, before `answer`.
        target: (N, K) float32; NaN where a unit is unknown.
        weight: (N,) float32, at least 0.
    """
    return _LOSSES[kind](numbers, target, weight)


def outcome(kind: Kind, numbers: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """What one batch brings to a head's measure: right (1) or wrong (0) by face, or squared errors by value."""
    seen = weight > 0
    if kind is Kind.CLASSES:
        return (numbers.argmax(dim=1) == target.argmax(dim=1))[seen].float()
    error = (answer(kind, numbers) - target)[seen].square()
    return error[torch.isfinite(error)]


def measure(kind: Kind, outcomes: Tensor) -> tuple[str, Tensor]:
    """The name and value of a head's measure over all outcomes: accuracy, or the root of the mean squared error."""
    mean = outcomes.mean()
    return ("accuracy", mean) if kind is Kind.CLASSES else ("rmse", mean.sqrt())
