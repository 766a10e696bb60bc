"""What helped paper 003's small network: one ingredient of the recipe ``quadrant`` after the other, equally long.

Takes the folder of data files, trains the paper's larger network and each row of `STEPS` by one short
schedule (`--epochs`, `--early-epochs`, `--early-size`, and `--share` of the faces an epoch); prints
accuracy with four classes on FER2013's PublicTest, the paired difference to the row before and 95 %
intervals over faces. A row that stands in the output folder is not trained again, so that two processes
with `--only` share the work. Short schedules favour what learns fast.

Run: ``python benchmarks/ablation_four.py --data ../shared/data -o build/ablation``
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from duchenne.evaluation.bootstrap import group_intervals
from duchenne.models.preprocess import to_tensor
from duchenne.training import networks
from duchenne.training.loop import Machine, train
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Recipe, Teacher, load_recipe
from duchenne.training.sources import load_sources
from duchenne.training.teaching import taught

PLAIN, BEST, LARGER, HEAD = "quadrant_plain", "quadrant", "stages_plain", "four"
_BATCH = 256

Change = Callable[[Recipe, Recipe], Recipe]


def _batch_norm(recipe: Recipe, best: Recipe) -> Recipe:
    """With the larger learning rate, which the network does not bear without it, and the best recipe's dropout."""
    rate = best.optimisation.learning_rate
    return replace(recipe, shape=best.shape, optimisation=replace(recipe.optimisation, learning_rate=rate))


def _teacher(recipe: Recipe, best: Recipe) -> Recipe:
    return replace(recipe, teacher=best.teacher)


def _average(recipe: Recipe, best: Recipe) -> Recipe:
    optimisation = replace(recipe.optimisation, average=best.optimisation.average)
    return replace(recipe, optimisation=optimisation)


def _augmentation(recipe: Recipe, best: Recipe) -> Recipe:
    return replace(recipe, augmentation=best.augmentation)


STEPS: tuple[tuple[str, Change | None], ...] = (
    ("plain", None),
    ("batch_norm", _batch_norm),
    ("teacher", _teacher),
    ("average", _average),
    ("augmentation", _augmentation),
)
"""Each row adds its ingredient to all rows above it."""
ROWS = (LARGER, *(name for name, _ in STEPS))


def main() -> None:
    """Train what is missing and print the table of what is there."""
    options = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.output.mkdir(parents=True, exist_ok=True)
    for name, recipe in _recipes(options):
        path = options.output / f"{name}.npz"
        if not path.is_file() and (not options.only or name in options.only):
            learn, choose = _faces(recipe.network, options.data, options.share, recipe.teacher)
            begin = time.monotonic()
            network = train(recipe, learn, choose, Machine(options.output / name, accelerator="cpu"))
            seconds = time.monotonic() - begin
            np.savez(path, right=_right(network, choose, recipe.network), seconds=seconds)
    print(_table(options.output))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--early-epochs", type=int, default=3)
    parser.add_argument("--early-size", type=int, default=24)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--only", nargs="*", choices=ROWS, default=[])
    return parser.parse_args()


def _recipes(options: argparse.Namespace) -> list[tuple[str, Recipe]]:
    """Every row's recipe, all of the same length."""
    schedule = {name: getattr(options, name) for name in ("epochs", "early_epochs", "early_size")}
    schedule["restart_epoch"] = 0  # one short cycle for every row

    def shortened(recipe: Recipe) -> Recipe:
        return replace(recipe, optimisation=replace(recipe.optimisation, **schedule))

    best, recipe = load_recipe(BEST), shortened(load_recipe(PLAIN))
    # The average reaches back over the same part of the training, not over as many steps.
    shorter = best.optimisation.epochs / (options.epochs * options.share)
    average = best.optimisation.average**shorter
    best = replace(best, optimisation=replace(best.optimisation, average=average))
    rows = [(LARGER, shortened(load_recipe(LARGER)))]
    for name, change in STEPS:
        recipe = recipe if change is None else change(recipe, best)
        rows.append((name, recipe))
    return rows


@cache
def _faces(
    network: str, data: Path, share: float, teacher: Teacher | None
) -> tuple[TrainingSet, TrainingSet]:
    """What is learned from and what is scored; a teacher is asked once for all rows that have it."""
    definition, recipe = networks.find(network), load_recipe(PLAIN)
    spec, heads = definition.INPUT, definition.HEADS
    sources = [replace(source, share=share) for source in recipe.learn]
    learn, _ = load_sources(sources, data, spec, heads, learn=True)
    choose, _ = load_sources(recipe.choose, data, spec, heads, learn=False)
    return (learn if teacher is None else taught(learn, teacher, definition)), choose


def _right(network: nn.Module, faces: TrainingSet, name: str) -> NDArray[np.bool_]:
    """(N,) whether each face was named rightly."""
    spec, answers = networks.find(name).INPUT, []
    with torch.inference_mode():
        for start in range(0, len(faces), _BATCH):
            images = torch.from_numpy(to_tensor(faces.patches[start : start + _BATCH], spec))
            answers.append(network(images)[HEAD].argmax(dim=1).numpy())
    right: NDArray[np.bool_] = np.concatenate(answers) == faces.targets[HEAD].argmax(axis=1)
    return right


def _table(folder: Path) -> str:
    lines = ["| recipe | accuracy (95 %) | more than the row above (95 %) | minutes |", "|---|---|---|---|"]
    before: NDArray[np.bool_] | None = None
    for name in ROWS:
        path = folder / f"{name}.npz"
        if not path.is_file():
            before = None
            continue
        with np.load(path) as kept:
            right, minutes = kept["right"], float(kept["seconds"]) / 60
        low, high = _interval(right.astype(float))
        gain = ""
        if before is not None:
            difference = right.astype(float) - before.astype(float)
            lowest, highest = _interval(difference)
            gain = f"{difference.mean():+.3f} ({lowest:+.3f} to {highest:+.3f})"
        label = name if name in ROWS[:2] else f"+ {name}"
        lines.append(f"| {label} | {right.mean():.3f} ({low:.3f} to {high:.3f}) | {gain} | {minutes:.0f} |")
        before = right
    return "\n".join(lines)


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    faces = [str(index) for index in range(len(values))]
    return group_intervals((values,), faces, (np.mean,), np.random.default_rng(0))[0]


if __name__ == "__main__":
    main()
