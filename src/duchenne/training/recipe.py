"""Recipes: everything that decides how a network is trained, as one TOML file.

Takes the text of a recipe and gives a frozen `Recipe`. Refuses unknown keys, missing keys and values of the
wrong kind, naming the recipe and the key, so that a misspelt option never trains silently with its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from duchenne.datasets.rating_shifts import RatingSampling
from duchenne.errors import DataError, SettingsError
from duchenne.strict import read_record, read_toml
from duchenne.training import networks
from duchenne.training.augment import Augmentation
from duchenne.training.coupling import Coupling
from duchenne.training.networks import Kind
from duchenne.training.optimisation import Optimisation


@dataclass(frozen=True, slots=True)
class Source:
    """One part of a data set in the mixture.

    Attributes:
        dataset: Name of a reader in `duchenne.training.sources`.
        split: Which part, in the data set's own words.
        weights: Weight of its samples in the loss of each head; a head not named learns nothing from it.
        smoothing: For each head, the share of each label spread evenly over all labels, in [0, 1).
        share: Part of its samples drawn each epoch, in (0, 1].
        ratings: For recordings, which frames are learned from and, if people rated them, with which ratings.
        units: The only action units that are learned from it, ``AU45`` and so on; empty for all that it has.
        evenness: How far rare classes count more, in [0, 1]: a face of a class of share f weighs f to the power
            of minus this, times what keeps the mean weight. 1 gives every class as much weight in all.
    """

    dataset: str
    split: str
    weights: Mapping[str, float]
    smoothing: Mapping[str, float] = field(default_factory=dict)
    share: float = 1.0
    ratings: RatingSampling = field(default_factory=RatingSampling)
    units: tuple[str, ...] = ()
    evenness: float = 0.0

    def __post_init__(self) -> None:
        if (
            not 0 < self.share <= 1
            or not 0 <= self.evenness <= 1
            or any(not 0 <= s < 1 for s in self.smoothing.values())
            or any(w <= 0 for w in self.weights.values())
        ):
            raise SettingsError(
                f"the source '{self.dataset}' is outside its range",
                got=f"share {self.share}, evenness {self.evenness}, smoothing {dict(self.smoothing)}, "
                f"weights {dict(self.weights)}",
                expected="share in (0, 1], evenness in [0, 1], smoothing in [0, 1), weights above 0",
            )
        unknown = sorted(set(self.smoothing) - set(self.weights))
        if unknown:
            raise SettingsError(
                f"the source '{self.dataset}' smooths labels that it teaches nothing with",
                got=", ".join(unknown),
                expected=f"some of {', '.join(sorted(self.weights))}",
            )


@dataclass(frozen=True, slots=True)
class Teacher:
    """A network whose answers stand in for part of the labels (distillation, Hinton et al. 2015).

    Attributes:
        model: An installed model.
        output: Which of its outputs teaches; it must hold the taught head's labels.
        head: The head that is taught.
        share: Part of each target that is the teacher's answer, in (0, 1]; the rest is the label.
    """

    model: str
    output: str
    head: str
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise SettingsError(
                "the teacher's share is outside its range", got=str(self.share), expected="(0, 1]"
            )


@dataclass(frozen=True, slots=True)
class Export:
    """What the exported model is called and how closely it must follow the trained one.

    Attributes:
        name: Name of the card and the weight file.
        title: One line for people.
        version: Of the weights.
        tolerance: Largest difference of any probability between ONNX Runtime and torch.
        limits: Honest lines about what the network does not do.
        citation: What to cite for the data and the method.
        withhold: Action units, ``AU23`` and so on, that the exported model leaves out: learned, and not well enough
            to be worth a column.
        mirrored: Whether the exported model gives the mean of its answers for a face and for the face's mirror
            image, for twice the time: left and right do not change an expression.
    """

    name: str
    title: str
    version: str
    tolerance: float
    limits: tuple[str, ...]
    citation: str = ""
    withhold: tuple[str, ...] = ()
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recipe gave when it was run in full; says nothing about other hardware or data.

    Attributes:
        hardware: On what.
        minutes: How long the training took.
        measured: Each measure with its value.
    """

    hardware: str
    minutes: float
    measured: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training, from data to card.

    Attributes:
        network: A file of `duchenne.training.networks`.
        learn: What the network learns from.
        choose: What its accuracy is reported on while it learns; teaches nothing.
        evaluate: Evaluations of `duchenne.training.run` whose numbers go on the card.
        export: The card's words.
        shape: The network's own options.
        optimisation: How the weights are found.
        augmentation: How patches are changed.
        outcome: What came out, once somebody ran it.
        start: An installed model whose layers the network starts from; empty starts from chance.
        teacher: A network that teaches beside the labels.
        coupling: Whether units are made to fit expressions where nobody labelled units.
        balance: Factor of each head's loss in their sum, above 0; 1 for a head not named. A loss is a mean over
            faces and values, so without it rare and weak units move the shared layers far less than classes do.
    """

    network: str
    learn: tuple[Source, ...]
    choose: tuple[Source, ...]
    export: Export
    evaluate: tuple[str, ...] = ()
    shape: Mapping[str, Any] = field(default_factory=dict)
    optimisation: Optimisation = field(default_factory=Optimisation)
    augmentation: Augmentation = field(default_factory=Augmentation)
    outcome: Outcome | None = None
    start: str = ""
    teacher: Teacher | None = None
    coupling: Coupling | None = None
    balance: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        definition, o = networks.find(self.network), self.optimisation
        if o.early_epochs > 0 and o.early_size > definition.INPUT.size:
            raise SettingsError(
                f"the early patches of '{self.network}' are larger than the others",
                got=f"early_size {o.early_size}",
                expected=f"at most {definition.INPUT.size} pixels",
            )
        kinds = {head.name: head.kind for head in definition.HEADS}
        heads = set(kinds)
        named = {name for s in (*self.learn, *self.choose) for name in s.weights} | set(self.balance)
        if self.teacher is not None:
            named.add(self.teacher.head)
        if self.coupling is not None:
            named |= {self.coupling.classes, self.coupling.units}
        unknown = sorted(named - heads)
        if not self.learn or not self.choose or unknown:
            raise SettingsError(
                f"the recipe for '{self.network}' does not say what its heads learn from",
                got=f"unknown heads {', '.join(unknown)}" if unknown else "no sources",
                expected=f"[[learn]] and [[choose]] with weights for {', '.join(sorted(heads))}",
            )
        self._check_units()
        if any(factor <= 0 for factor in self.balance.values()):
            raise SettingsError(
                f"the balance of '{self.network}' is outside its range",
                got=str(dict(self.balance)),
                expected="factors above 0",
                remedy="For a head that learns nothing, name it in no source",
            )
        c = self.coupling
        if c is not None and (kinds[c.classes], kinds[c.units]) != (Kind.CLASSES, Kind.UNITS):
            raise SettingsError(
                f"the heads of '{self.network}' cannot be coupled",
                got=f"'{c.classes}' ({kinds[c.classes]}) and '{c.units}' ({kinds[c.units]})",
                expected="a head of classes and a head of units",
            )
        if c is not None and c.from_epoch >= o.epochs:
            raise SettingsError(
                f"the coupling of '{self.network}' would never begin",
                got=f"from_epoch {c.from_epoch}",
                expected=f"from 0 to {o.epochs - 1}",
            )

    def _check_units(self) -> None:
        """Units that are withheld, or chosen in a source, must be the network's and be taught."""
        heads = [head for head in networks.find(self.network).HEADS if head.kind is Kind.UNITS]
        units = [label for head in heads for label in head.labels]
        if self.export.withhold and not set(self.export.withhold) < set(units):
            raise SettingsError(
                f"'{self.export.name}' cannot withhold these units",
                got=", ".join(self.export.withhold),
                expected=f"some of {', '.join(units)}" if units else "none: the network gives no units",
            )
        unit_heads = {head.name for head in heads}
        idle = [s.dataset for s in (*self.learn, *self.choose) if s.units and not unit_heads & set(s.weights)]
        if idle:
            raise SettingsError(
                f"a source of '{self.network}' chooses units and teaches none",
                got=", ".join(idle),
                expected=f"weights for {' or '.join(sorted(unit_heads))}"
                if unit_heads
                else "a network with units",
            )

    @property
    def options(self) -> Any:
        """The network's own options, made from ``shape``.

        Raises:
            SettingsError: if the network does not exist or does not know an option.
        """
        return read_record(networks.find(self.network).Options, self.shape, "shape", SettingsError)

    @classmethod
    def parse(cls, text: str, origin: str) -> Self:
        """Read a recipe from TOML text; ``origin`` names the file in messages.

        Raises:
            SettingsError: if the text is not TOML, or a key is unknown, missing or of the wrong kind.
        """
        recipe = read_toml(cls, text, origin, SettingsError, what="the recipe")
        _ = recipe.options  # a misspelt option shows itself here, not an hour later
        return recipe


def names() -> tuple[str, ...]:
    """The recipes that come with the package, sorted."""
    folder = files("duchenne.training") / "recipes"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_recipe(name_or_path: str) -> Recipe:
    """Read a recipe of the package by name, or any recipe by the path of its ``.toml`` file.

    Raises:
        SettingsError: if there is no such recipe or it is broken.
    """
    if name_or_path in names():
        text = (files("duchenne.training") / "recipes" / f"{name_or_path}.toml").read_text(encoding="utf-8")
        return Recipe.parse(text, f"recipes/{name_or_path}.toml")
    path = Path(name_or_path)
    if path.suffix != ".toml" or not path.is_file():
        raise SettingsError(
            f"no recipe is called '{name_or_path}'",
            expected=f"{', '.join(names())}, or the path of a .toml file",
        )
    try:
        return Recipe.parse(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise DataError(f"the recipe {path.name} is not UTF-8 text", got=str(error)) from error
