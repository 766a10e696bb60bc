"""A training of seconds: the expression recipe with a tiny network, on made-up stripes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from duchenne.training.generated import generate
from duchenne.training.networks.expression import HEADS, INPUT
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Recipe, load_recipe

# Without dropout, whose generator starts anew on a resume: everything else then repeats to the last bit.
SHAPE = {"widths": [4, 8], "blocks": [1], "dropout": 0.0}


def recipe(**optimisation: Any) -> Recipe:
    """The expression recipe with a network of a few hundred weights, two epochs of four steps."""
    full = load_recipe("expression")
    small = {"epochs": 2, "batch_size": 16, "average": 0.5, "precision": "32-true", **optimisation}
    return dataclasses.replace(
        full, shape=SHAPE, optimisation=dataclasses.replace(full.optimisation, **small)
    )


def stripes(n: int = 64, seed: int = 0) -> TrainingSet:
    return generate(INPUT, HEADS, n, np.random.default_rng(seed))
