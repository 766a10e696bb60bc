"""What each source of the frame model adds, and what coupling does: the recipe ``rec_joint``, one thing changed.

Takes the folder of data files and trains each row of `ROWS` by one short schedule (`--epochs`, and `--share` of
the faces that the recipe draws an epoch); a source that a row keeps is seen as often as in the others. Prints one
table: expressions on FER2013's PublicTest and on photographs of held-out subjects, units of synthetic people
without drawn lines, units by expression and within one. A row that stands in the output folder is not trained
again, so that two processes with `--only` share the work. Short schedules favour what learns fast. `--score` prints
the same table for checkpoints of the recipe and trains nothing.

Run: ``python benchmarks/ablation_frame_model.py --data DATA -o build/ablation`` (DATA as docs/training.md makes it)
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from duchenne.datasets.faces import HELD_OUT
from duchenne.datasets.fer2013 import read_fer2013
from duchenne.evaluation.expressions import score_outputs
from duchenne.evaluation.protocols.frame_model import DRILL, FACES, SIX, SYNTHETIC
from duchenne.evaluation.protocols.unit_faces import followings, separations, units_of_cut_faces
from duchenne.evaluation.protocols.unit_truth import mean_scores, score_units
from duchenne.labels import EXPRESSIONS
from duchenne.models.preprocess import to_tensor
from duchenne.training import kinds, networks
from duchenne.training.cycles import weights_in
from duchenne.training.loop import Machine, train
from duchenne.training.patches import TrainingSet, resized
from duchenne.training.recipe import Recipe, Source, Teacher, load_recipe
from duchenne.training.sources import load_sources
from duchenne.training.teaching import taught
from plain_faces import plain_faces

BEST, COUPLED = "rec_joint", "rec_coupled"
_BATCH, _SPLIT, _UNITS = 256, "PublicTest", "units"

Change = Callable[[Recipe], Recipe]
Numbers = dict[str, float]

SEEN, MINUTES = "faces seen", "minutes"
_TITLES = {
    "FER+ majority": ("expression", "expression head against the FER+ majority"),
    "FER2013's seven labels": ("fer2013", "fer2013 head against FER2013's own label"),
}


def _without(is_left_out: Callable[[Source], bool]) -> Change:
    def change(recipe: Recipe) -> Recipe:
        kept = tuple(source for source in recipe.learn if not is_left_out(source))
        is_taught = any(recipe.teacher and recipe.teacher.head in source.weights for source in kept)
        return replace(recipe, learn=kept, teacher=recipe.teacher if is_taught else None)

    return change


def _without_blendshapes(recipe: Recipe) -> Recipe:
    """Real faces teach no units, which were another tool's."""
    learn = []
    for source in recipe.learn:
        if source.dataset != "synthetic":
            weights = {head: weight for head, weight in source.weights.items() if head != _UNITS}
            source = replace(source, weights=weights, units=())
        learn.append(source)
    return replace(recipe, learn=tuple(learn))


def _units_alone(recipe: Recipe) -> Recipe:
    """From chance: the start has seen real faces."""
    return replace(_without(lambda source: source.dataset != "synthetic")(recipe), start="")


def _coupled(recipe: Recipe) -> Recipe:
    return replace(recipe, coupling=load_recipe(COUPLED).coupling)


ROWS: Mapping[str, Change] = {
    "all": lambda recipe: recipe,
    "no_blendshapes": _without_blendshapes,
    "no_drill": _without(lambda source: (source.dataset, source.split) == ("synthetic", "drill")),
    "no_acting": _without(lambda source: (source.dataset, source.split) == ("synthetic", "train")),
    "no_photographs": _without(lambda source: source.dataset == "faces"),
    "no_fer2013": _without(lambda source: source.dataset == "fer2013"),
    "no_teacher": lambda recipe: replace(recipe, teacher=None),
    "units_alone": _units_alone,
    "coupled": _coupled,
}


def main() -> None:
    """Train what is missing and print the table of what is there."""
    options = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.output.mkdir(parents=True, exist_ok=True)
    faces = Faces(options.data)
    if options.score:
        recipe = load_recipe(BEST)
        print(_table({path.stem: faces.scores(_kept(recipe, path), recipe) for path in options.score}))
        return
    for name in options.only or ROWS:
        path = options.output / f"{name}.json"
        if not path.is_file():
            recipe = _shortened(ROWS[name](load_recipe(BEST)), options.epochs, options.share)
            learn = faces.to_learn_from(recipe)
            begin = time.monotonic()
            machine = Machine(options.output / name, accelerator="cpu")
            network = train(recipe, learn, faces.to_choose_on(recipe), machine)
            minutes = (time.monotonic() - begin) / 60
            seen = float(learn.shares.sum() * options.epochs)
            path.write_text(
                json.dumps({SEEN: seen, MINUTES: minutes, **faces.scores(network, recipe)}, indent=1)
            )
    files = {name: options.output / f"{name}.json" for name in ROWS}
    print(_table({name: json.loads(path.read_text()) for name, path in files.items() if path.is_file()}))


def _kept(recipe: Recipe, checkpoint: Path) -> nn.Module:
    """The network of a checkpoint of that recipe."""
    network: nn.Module = networks.find(recipe.network).Network(recipe.options)
    network.load_state_dict(weights_in(checkpoint))
    return network.eval()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--share", type=float, default=0.4)
    parser.add_argument("--score", nargs="*", type=Path, default=[], help="checkpoints; nothing is trained")
    parser.add_argument("--only", nargs="*", choices=tuple(ROWS), default=[])
    return parser.parse_args()


def _shortened(recipe: Recipe, epochs: int, share: float) -> Recipe:
    """The same recipe in less time; the average reaches back over the same part of the training."""
    o, c = recipe.optimisation, recipe.coupling
    average = o.average ** (o.epochs / (epochs * share))
    return replace(
        recipe,
        optimisation=replace(o, epochs=epochs, restart_epoch=0, join_cycles=False, average=average),
        learn=tuple(replace(source, share=source.share * share) for source in recipe.learn),
        coupling=None if c is None else replace(c, from_epoch=epochs // 2),
    )


class Faces:
    """All faces, each source read once; and the scores of a network on those that no row learns from."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._definition = networks.find(load_recipe(BEST).network)
        self._parts: dict[str, TrainingSet] = {}
        self._cut_faces = read_fer2013(data / FACES, _SPLIT)
        size = self._definition.INPUT.size
        self._cut_patches = np.stack([resized(sample.grey(), size) for sample in self._cut_faces])
        held_out = Source("faces", HELD_OUT, {"expression": 1.0})
        self._photographs = self._read(held_out, learn=False)
        self._synthetic = {
            part: plain_faces(data / part, self._definition.INPUT, self._unit_names())
            for part in (SYNTHETIC, DRILL)
        }

    def to_learn_from(self, recipe: Recipe) -> TrainingSet:
        return TrainingSet.concatenate([self._taught(source, recipe.teacher) for source in recipe.learn])

    def to_choose_on(self, recipe: Recipe) -> TrainingSet:
        return TrainingSet.concatenate([self._read(source, learn=False) for source in recipe.choose])

    def scores(self, network: nn.Module, recipe: Recipe) -> Numbers:
        """Every number of the table for one network as trained, nothing withheld; none of a head never taught."""
        heads = {head for source in recipe.learn for head in source.weights}
        cut = self._answers(network, self._cut_patches)
        by_title = {score.title: score.accuracy for score in score_outputs(self._cut_faces, cut)}
        numbers = {name: by_title[title] for name, (head, title) in _TITLES.items() if head in heads}
        if "expression" in heads:
            answers = self._answers(network, self._photographs.patches)["expression"].argmax(axis=1)
            true = self._photographs.targets["expression"].argmax(axis=1)
            recalls = [float((answers[true == row] == row).mean()) for row in map(EXPRESSIONS.index, SIX)]
            numbers["photographs as cut, mean recall of six"] = float(np.mean(recalls))
        for part, (patches, readings) in self._synthetic.items():
            estimated = self._answers(network, patches)[_UNITS].astype(np.float64)
            r, ap = mean_scores(score_units(replace(readings, estimated=estimated)))
            numbers |= {f"{part}, no drawn lines, mean r": r, f"{part}, no drawn lines, mean AP": ap}
        read = units_of_cut_faces(self._cut_faces, cut, self._unit_names(), self._data / FACES)
        for row in separations(read)[1]:
            numbers[f"{row['unit']}, {row['expression']} against neutral, AUC"] = row["auc"]["value"]
        for row in followings(read)[1]:
            numbers[f"{row['unit']} among {row['expression']}, r with MediaPipe"] = row["r"]["value"]
        return numbers

    def _read(self, source: Source, *, learn: bool) -> TrainingSet:
        if (key := f"{source} {learn}") not in self._parts:
            spec, heads = self._definition.INPUT, self._definition.HEADS
            self._parts[key] = load_sources([source], self._data, spec, heads, learn=learn)[0]
        return self._parts[key]

    def _taught(self, source: Source, teacher: Teacher | None) -> TrainingSet:
        part = self._read(source, learn=True)
        if teacher is None or teacher.head not in source.weights:
            return part
        if (key := f"{source} {teacher}") not in self._parts:
            self._parts[key] = taught(part, teacher, self._definition)
        return self._parts[key]

    def _unit_names(self) -> tuple[str, ...]:
        return next(head.labels for head in self._definition.HEADS if head.name == _UNITS)

    def _answers(self, network: nn.Module, patches: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        parts: list[dict[str, NDArray[np.float32]]] = []
        with torch.inference_mode():
            for start in range(0, len(patches), _BATCH):
                images = torch.from_numpy(to_tensor(patches[start : start + _BATCH], self._definition.INPUT))
                numbers = network(images)
                parts.append(
                    {h.name: kinds.answer(h.kind, numbers[h.name]).numpy() for h in self._definition.HEADS}
                )
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _table(found: Mapping[str, Numbers]) -> str:
    lines = [f"| | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    for measure in dict.fromkeys(measure for numbers in found.values() for measure in numbers):
        digits = {SEEN: 0, MINUTES: 1}.get(measure, 3)
        cells = [
            f"{numbers[measure]:,.{digits}f}" if measure in numbers else "–" for numbers in found.values()
        ]
        lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
