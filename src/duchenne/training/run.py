"""A whole training: data, network, export, evaluation, card.

Takes a recipe and folders; gives the `Exported` network after it passed its parity check and was scored.
`smoke` runs the same road on made-up data in seconds. Refuses a recipe, a data file or an evaluation that is
not there before anything is trained.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import duchenne.models
from duchenne.errors import InputError, SettingsError
from duchenne.evaluation.register import TRAINED
from duchenne.evaluation.score import Report
from duchenne.models.card import TrainingSource
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.models.store import load_card
from duchenne.training import networks
from duchenne.training.export import Exported, export, write
from duchenne.training.generated import generate
from duchenne.training.loop import Machine, train
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Recipe, load_recipe
from duchenne.training.scoring import EVALUATIONS, NEEDED, results_of, score_heads
from duchenne.training.sources import load_sources
from duchenne.training.teaching import find_teacher, taught
from duchenne.training.unit_scoring import NEEDED_FOR_UNITS, UNIT_EVALUATIONS

_log = logging.getLogger(__name__)

_PARITY_SAMPLES = 256
_SMOKE_SAMPLES = 256
_SMOKE_EPOCHS = 2
_SMOKE_BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What a training left behind.

    Attributes:
        exported: The network, its card and how closely it follows torch.
        card: Where the card was written.
        weights: Where the weights were written.
        reports: The evaluations that ran.
    """

    exported: Exported
    card: Path
    weights: Path
    reports: tuple[Report, ...]


def run(
    recipe_name: str,
    *,
    data: Path | None,
    machine: Machine,
    smoke: bool = False,
    install: bool = False,
) -> Trained:
    """Train a recipe and write the model below ``machine.folder``.

    Args:
        recipe_name: A recipe of the package, or the path of a ``.toml`` file.
        data: The folder of data files; not needed for a smoke run.
        machine: Where to train, and the folder of checkpoints and results.
        smoke: Train on made-up data for two short epochs, to see that the road is whole.
        install: Also put card and weights among the package's own; never for a smoke run.

    Returns:
        What was written.

    Raises:
        SettingsError: if the recipe is broken, names what is not there, or a smoke run should be installed.
        InputError: if the data folder, or what an evaluation reads in it, is missing.
        ModelError: if the teacher or the start is not installed, or the export does not agree with the trained
            network; then nothing is written.
    """
    recipe = load_recipe(recipe_name)
    if smoke and install:
        raise SettingsError("a smoke run cannot be installed", remedy="Leave out --smoke or --install")
    if not smoke and (data is None or not data.is_dir()):
        raise InputError(
            f"the data folder {data} does not exist", remedy="Name it with --data, or use --smoke"
        )
    _check_evaluations(recipe_name, recipe, None if smoke else data)
    definition = networks.find(recipe.network)
    if smoke:
        recipe, learn, choose, register = _smoke(recipe)
    else:
        assert data is not None
        spec, heads = definition.INPUT, definition.HEADS
        before = _learned_before(recipe)
        if recipe.teacher is not None:
            find_teacher(recipe.teacher, definition)  # before the data are read
        learn, learned = load_sources(recipe.learn, data, spec, heads, learn=True)
        choose, chosen = load_sources(recipe.choose, data, spec, heads, learn=False)
        register = _without_repeats((*learned, *chosen, *before))
        if recipe.teacher is not None:
            n_labelled = int((learn.weights[recipe.teacher.head] > 0).sum())
            _log.info("asking the teacher %s about %d faces", recipe.teacher.model, n_labelled)
            learn = taught(learn, recipe.teacher, definition)
    network = train(recipe, learn, choose, machine)
    command = f"duchenne train {recipe_name}" + (" --smoke" if smoke else "")
    exported = export(
        network,
        definition.INPUT,
        definition.HEADS,
        recipe.export,
        register=register,
        patches=to_tensor(choose.patches[:_PARITY_SAMPLES], definition.INPUT),
        source=command,
    )
    _log.info("ONNX and torch differ by at most %.2g", exported.difference)
    session = Session(exported.card, exported.weights)
    reports: tuple[Report, ...] = ()
    if smoke:
        exported = exported.with_results(score_heads(session, choose, definition.HEADS, command))
    else:
        assert data is not None
        reports = tuple(EVALUATIONS[name](session, data) for name in recipe.evaluate if name in EVALUATIONS)
        results = [r for report in reports for r in results_of(report)]
        for name in recipe.evaluate:
            if name in UNIT_EVALUATIONS:
                results += UNIT_EVALUATIONS[name](session, data)
        exported = exported.with_results(results)
    if install:
        write(exported, Path(duchenne.models.__path__[0]))
    card, weights = write(exported, machine.folder)
    return Trained(exported, card, weights, reports)


def _learned_before(recipe: Recipe) -> list[TrainingSource]:
    """What the teacher and the start were made from: their pupil may not be tested on it either."""
    models = [recipe.teacher.model] if recipe.teacher is not None else []
    if recipe.start:
        models.append(recipe.start)
    return [source for model in models for source in load_card(model).training]


def _check_evaluations(recipe_name: str, recipe: Recipe, data: Path | None) -> None:
    """What would end a training of hours without a card is said before it begins."""
    unknown = sorted(set(recipe.evaluate) - {*EVALUATIONS, *UNIT_EVALUATIONS})
    if unknown:
        raise SettingsError(
            f"the recipe '{recipe_name}' asks for unknown evaluations",
            got=", ".join(unknown),
            expected=", ".join((*EVALUATIONS, *UNIT_EVALUATIONS)),
        )
    needed = {**NEEDED, **NEEDED_FOR_UNITS}
    missing = [
        needed[name] for name in recipe.evaluate if data is not None and not (data / needed[name]).exists()
    ]
    if missing:
        raise InputError(
            f"the evaluations of the recipe '{recipe_name}' lack what they read in {data}",
            got=f"no {', no '.join(dict.fromkeys(missing))}",
            remedy="Put it there, or leave the evaluation out in a recipe of your own",
        )


def _without_repeats(sources: Sequence[TrainingSource]) -> tuple[TrainingSource, ...]:
    """One entry, the first, for the same subjects of the same split in the same use."""
    first: dict[tuple[object, ...], TrainingSource] = {}
    for source in sources:
        key = (source.dataset, source.split, source.use, source.subjects, source.subject_rule)
        first.setdefault(key, source)
    return tuple(first.values())


def _smoke(recipe: Recipe) -> tuple[Recipe, TrainingSet, TrainingSet, tuple[TrainingSource, ...]]:
    """The recipe made small, with made-up data in place of its sources."""
    definition = networks.find(recipe.network)
    rng = np.random.default_rng(recipe.optimisation.seed)
    learn = generate(definition.INPUT, definition.HEADS, _SMOKE_SAMPLES, rng)
    choose = generate(definition.INPUT, definition.HEADS, _SMOKE_SAMPLES // 4, rng)
    o = recipe.optimisation
    small = replace(
        o,
        epochs=_SMOKE_EPOCHS,
        batch_size=_SMOKE_BATCH,
        average=0.5 if o.average > 0 else 0.0,
        restart_epoch=min(o.restart_epoch, _SMOKE_EPOCHS - 1),
        early_epochs=min(o.early_epochs, _SMOKE_EPOCHS - 1),
    )
    register = TrainingSource("generated", "smoke", TRAINED, "Apache-2.0", len(learn))
    c = recipe.coupling
    coupling = None if c is None else replace(c, from_epoch=min(c.from_epoch, _SMOKE_EPOCHS - 1))
    # The teacher and the start are installed models whose labels mean nothing on stripes.
    made_small = replace(recipe, optimisation=small, teacher=None, start="", coupling=coupling)
    return made_small, learn, choose, (register,)
