"""Made-up training data for a smoke run: stripes whose direction is the label.

Takes a network's input and heads; gives patches that any network which learns at all can tell apart. Says
nothing about faces, and a card made from it says that it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from duchenne.models.card import Colour, InputSpec
from duchenne.training.networks import Head, Kind
from duchenne.training.patches import TrainingSet

_CYCLES = 2  # stripes across the patch; seen well at 8 pixels and at 224
_NOISE = 0.1  # standard deviation as a share of the range


def generate(spec: InputSpec, heads: Sequence[Head], n_samples: int, rng: np.random.Generator) -> TrainingSet:
    """Draw striped patches.

    Args:
        spec: Size and colour of the patches.
        heads: Each head's label is the direction's number modulo its number of labels.
        n_samples: How many.
        rng: The source of randomness.
    """
    n_directions = max(4, *(len(head.labels) for head in heads))
    direction = rng.integers(0, n_directions, n_samples)
    angle = direction * np.pi / n_directions
    axis = np.arange(spec.size) / spec.size
    along = (
        np.cos(angle)[:, None, None] * axis[None, None, :]
        + np.sin(angle)[:, None, None] * axis[None, :, None]
    )
    phase = rng.uniform(0, 1, (n_samples, 1, 1))
    grey = 0.5 + 0.3 * np.sin(2 * np.pi * (_CYCLES * along + phase)) + rng.normal(0, _NOISE, along.shape)
    patches = np.clip(grey * 255, 0, 255).astype(np.uint8)
    if spec.colour is Colour.RGB:
        patches = np.repeat(patches[..., None], 3, axis=-1)
    return TrainingSet(
        patches=patches,
        targets={head.name: _targets(head, direction, angle) for head in heads},
        weights={h.name: np.ones(n_samples, dtype=np.float32) for h in heads},
        shares=np.ones(n_samples, dtype=np.float32),
    )


def _targets(head: Head, direction: NDArray[np.int64], angle: NDArray[np.float64]) -> NDArray[np.float32]:
    """The class of each direction; or else a number in the kind's range that a half turn keeps."""
    n_labels = len(head.labels)
    if head.kind is not Kind.CLASSES:
        values = np.cos(2 * angle) if head.kind is not Kind.UNITS else np.cos(angle) ** 2
        return np.repeat(values[:, None], n_labels, axis=1).astype(np.float32)
    return np.eye(n_labels, dtype=np.float32)[direction % n_labels]
