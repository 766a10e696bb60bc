"""Losses on numbers whose targets may be missing.

Takes outputs, targets and weights; gives one scalar. A face that lacks a target (weight 0), and a unit that lacks
one (NaN), adds nothing: missing is never zero. A batch without any target has loss 0 and a gradient of 0.
"""

from __future__ import annotations

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
    return _weighted_mean(entropy, weight)


def squared_error(values: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the squared difference between values and targets.

    Args:
        values: (N, K) float32.
        target: (N, K) float32; rows of weight 0 may hold anything finite.
        weight: (N,) float32, at least 0.

    Returns:
        The scalar ``sum(weight * mean over K of (value - target)^2) / sum(weight)``; 0 where all weights are 0.
    """
    return _weighted_mean((values - target).square().mean(dim=1), weight)


def unit_cross_entropy(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the binary cross-entropy between intensities and predictions, unit by unit.

    With a target between 0 and 1 the loss is least where the sigmoid of the logit is that target, so it learns
    intensities as well as presence (paper 002, equation 3, L_BCE).

    Args:
        logits: (N, K) float32.
        target: (N, K) float32 in [0, 1]; NaN where a unit is unknown.
        weight: (N,) float32, at least 0.

    Returns:
        The scalar ``sum(weight * BCE) / sum(weight)`` over all known units of all faces; 0 where there are none.
    """
    known = torch.isfinite(target)
    return _unit_entropy(logits, torch.where(known, target, 0.0), weight[:, None] * known)


def concordance_loss(values: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """One minus the concordance correlation coefficient, meaned over the columns (paper 002, equation 3, L_CCC).

    Means, variances and covariance (over N, as Lin 1989 defines the coefficient) are weighted by face. A column
    in which neither values nor targets vary and both are equal has no coefficient; it counts as 0, with a loss
    of 1.

    Args:
        values: (N, K) float32.
        target: (N, K) float32; rows of weight 0 may hold anything finite.
        weight: (N,) float32, at least 0.

    Returns:
        The scalar ``1 - mean over K of CCC``, in [0, 2]; 0 where fewer than two faces have a weight.
    """
    if int((weight > 0).sum()) < 2:
        return values.sum() * 0
    share = (weight / weight.sum())[:, None]
    mean_value, mean_target = (share * values).sum(dim=0), (share * target).sum(dim=0)
    value, true = values - mean_value, target - mean_target
    covariance = (share * value * true).sum(dim=0)
    spread = (share * (value.square() + true.square())).sum(dim=0) + (mean_value - mean_target).square()
    return 1 - (2 * covariance / spread.clamp_min(torch.finfo(spread.dtype).eps)).mean()


def distribution_matching(
    class_logits: Tensor, unit_logits: Tensor, units_of: Tensor, weight: Tensor
) -> Tensor:
    """Binary cross-entropy between the units that the predicted expressions call for and the predicted units.

    Paper 002, equations (1) and (2): ``p'_AU = sum over expressions of p_emo * p(AU | emo)`` is the target. The
    printed equation (2) is ``-p' log p'``, which has no prediction in it; the text beside it says "binary cross
    entropy with soft targets" between ``p_AU`` and ``p'_AU``, and that is what is computed here, with the
    term for the absence of a unit. The target is a target: no gradient goes through it to the expressions.

    Args:
        class_logits: (N, E) float32.
        unit_logits: (N, K) float32.
        units_of: (E, K) float32 in [0, 1], p(AU | emo); a row of NaN for an expression of which nothing is known,
            whose probability is shared among the others.
        weight: (N, K) float32, at least 0; of each face and unit.

    Returns:
        The scalar weighted mean over faces and units; 0 where all weights are 0.
    """
    known = torch.isfinite(units_of).all(dim=1)
    target = torch.softmax(class_logits.detach()[:, known], dim=1) @ units_of[known]
    return _unit_entropy(unit_logits, target, weight)


def _unit_entropy(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the binary cross-entropy of known targets; all three are (N, K)."""
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return _weighted_mean(entropy, weight)


def _weighted_mean(loss: Tensor, weight: Tensor) -> Tensor:
    return (weight * loss).sum() / weight.sum().clamp_min(torch.finfo(weight.dtype).tiny)
