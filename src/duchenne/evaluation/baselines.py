"""Predictions of somebody who never looks at a face: what a network has to beat.

Each takes what the training part says, never the test part, and gives one prediction for each test sample, so
that any metric can score it beside the network's. What chance and majority reach on a test set, without
training part and without dice, are `duchenne.evaluation.metrics.chance_baseline` and `majority_baseline`.
Refuses an empty training part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def chance(n_samples: int, n_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Guess evenly among the classes.

    One draw is one throw of the dice: its scores move from seed to seed by as much as its interval says.

    Args:
        n_samples: N.
        n_classes: K, at least 1.
        rng: The source of randomness.

    Returns:
        (N,) class numbers.

    Raises:
        ValueError: if there is no class to guess.
    """
    if n_classes < 1:
        raise ValueError(f"expected at least one class, got {n_classes}")
    return rng.integers(0, n_classes, n_samples, dtype=np.int64)


def majority(training: NDArray[np.int64], n_samples: int) -> NDArray[np.int64]:
    """Always the class that is most frequent in training; of equally frequent ones, the lowest number.

    Its balanced accuracy is 1 / K, whatever its accuracy.

    Args:
        training: (M,) class numbers from 0 on.
        n_samples: N.

    Returns:
        (N,) class numbers, all the same.

    Raises:
        ValueError: if there is no training sample, or a class number is negative.
    """
    _check_some(training)
    if training.min() < 0:
        raise ValueError(f"training classes must be 0 or above, got {training.min()}")
    return np.full(n_samples, np.bincount(training).argmax(), dtype=np.int64)


def training_mean(training: NDArray[np.floating[Any]], n_samples: int) -> NDArray[np.float64]:
    """Always the mean of the training values: the constant with the smallest squared error in training.

    It never changes, so its correlation is NaN and its concordance 0; its RMSE is what a network has to beat.

    Args:
        training: (M,) finite values.
        n_samples: N.

    Returns:
        (N,) values, all the same.

    Raises:
        ValueError: if there is no training sample, or a value is missing or infinite.
    """
    _check_some(training)
    if not np.isfinite(training).all():
        raise ValueError(
            "training values are missing or infinite: leave those samples out and say how many they are"
        )
    return np.full(n_samples, training.astype(np.float64).mean())


def _check_some(training: NDArray[Any]) -> None:
    if training.ndim != 1 or not training.size:
        raise ValueError(f"expected (M,) training samples, at least one, got {training.shape}")
