"""AUC and average precision by their definitions, slow and plain: what the fast ones are compared with."""

from __future__ import annotations

from itertools import product

import numpy as np


def auc_by_pairs(is_positive: np.ndarray, score: np.ndarray) -> float:
    """The share of pairs in the right order, counted one by one; a tie is half."""
    pairs = list(product(score[is_positive], score[~is_positive]))
    return sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)


def average_precision_by_thresholds(is_positive: np.ndarray, score: np.ndarray) -> float:
    """The definition, step by step: precision at each threshold times what recall gains there."""
    total, before = 0.0, 0.0
    for threshold in sorted(set(score), reverse=True):
        taken = score >= threshold
        recall = is_positive[taken].sum() / is_positive.sum()
        total += (recall - before) * is_positive[taken].mean()
        before = recall
    return total
