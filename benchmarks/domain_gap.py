"""Can a small classifier tell synthetic faces from photographs, as they are and degraded as a recipe degrades them?

Takes the folder of data files and a recipe of the frame model; trains a small network on one half of each world's
faces to say which world they come from, and prints the area under the ROC curve on the other half: 0.5 is what
cannot be told apart, 1 is what always can. Where it is near 1, a network can learn what the worlds look like in
place of what the faces show.

Run: ``python benchmarks/domain_gap.py --data DATA --recipe rec_joint``
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from duchenne.evaluation.ranking import roc_auc
from duchenne.models.preprocess import to_tensor
from duchenne.training import networks
from duchenne.training.augment import Augmentation, augment
from duchenne.training.layers import convolution, standardise
from duchenne.training.recipe import load_recipe
from duchenne.training.sources import load_sources

SYNTHETIC = "synthetic"
_BATCH = 64


def main() -> None:
    """Train and print, once for each way of showing the faces."""
    options = _arguments()
    recipe = load_recipe(options.recipe)
    definition = networks.find(recipe.network)
    worlds: dict[str, NDArray[np.uint8]] = {}
    for source in recipe.learn:
        # The set that the recipe chooses on is a tenth as large, and of the same kind.
        source = replace(source, split=options.synthetic_split) if source.dataset == SYNTHETIC else source
        faces, _ = load_sources([source], options.data, definition.INPUT, definition.HEADS, learn=True)
        rng = np.random.default_rng(0)
        worlds[source.dataset] = faces.patches[rng.permutation(len(faces))[: options.faces]]
    made = worlds.pop(SYNTHETIC)
    spec = replace(definition.INPUT, size=options.size)
    print("| against | as they are | degraded as the recipe does |\n|---|---|---|")
    for name, real in worlds.items():
        cells = []
        for augmentation in (None, recipe.augmentation):
            cells.append(f"{_auc(made, real, augmentation, spec.size, options.epochs):.3f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipe", default="rec_joint")
    parser.add_argument("--synthetic-split", default="dev")
    parser.add_argument("--faces", type=int, default=2000, help="of each world")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--size", type=int, default=56, help="pixels that the classifier sees")
    return parser.parse_args()


class _Classifier(nn.Module):
    """Four convolutions, averaged over the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            *(convolution(a, b, stride=2) for a, b in ((1, 16), (16, 32), (32, 64), (64, 64))),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(64, 1),
        )

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.trunk(standardise(image))[:, 0]
        return logits


def _auc(
    made: NDArray[np.uint8],
    real: NDArray[np.uint8],
    augmentation: Augmentation | None,
    size: int,
    epochs: int,
) -> float:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    faces = np.concatenate([made, real])
    is_made = np.concatenate([np.ones(len(made)), np.zeros(len(real))])
    order = rng.permutation(len(faces))
    learn, test = order[: len(order) // 2], order[len(order) // 2 :]
    network = _Classifier()
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(learn), max(len(learn) // _BATCH, 1)):
            images = torch.from_numpy(_shown(faces[rows], augmentation, size, rng))
            target = torch.from_numpy(is_made[rows].astype(np.float32))
            loss = nn.functional.binary_cross_entropy_with_logits(network(images), target)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
            optimiser.step()
    network.eval()
    with torch.inference_mode():
        scores = [
            network(torch.from_numpy(images)).numpy()
            for images in _tests(faces, test, augmentation, size, rng)
        ]
    return roc_auc(is_made[test] > 0, np.concatenate(scores).astype(np.float64))


def _tests(
    faces: NDArray[np.uint8],
    test: NDArray[np.int64],
    augmentation: Augmentation | None,
    size: int,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(test), _BATCH):
        yield _shown(faces[test[start : start + _BATCH]], augmentation, size, rng)


def _shown(
    faces: NDArray[np.uint8], augmentation: Augmentation | None, size: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    if augmentation is not None:
        faces = np.stack([augment(face, augmentation, rng) for face in faces])
    small = np.stack([cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA) for face in faces])
    return to_tensor(small, replace(networks.find("rec").INPUT, size=size))


if __name__ == "__main__":
    main()
