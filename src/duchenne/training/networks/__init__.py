"""The networks that recipes can name: each file of this package is one.

Such a file defines four things, and nothing else has to know it: ``INPUT`` (what it eats), ``HEADS`` (what
it gives), ``Options`` (a frozen dataclass of its shape, with defaults) and ``Network(options)``, whose
``forward`` takes a batch and gives a dictionary by head: the numbers that `duchenne.training.kinds.answer`
makes probabilities, intensities or values of. Refuses a name without a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, cast

from torch import nn

from duchenne.errors import SettingsError
from duchenne.models.card import Border, Colour, InputSpec, Layout, OutputSpec

GREY_FACE: Final = InputSpec(
    name="image",
    size=48,
    colour=Colour.GREY,
    layout=Layout.NCHW,
    low=0.0,
    high=1.0,
    border=Border.REPLICATE,
    antialias=True,
)
"""An aligned face of FER2013's own size: (N, 1, 48, 48) luma in [0, 1]."""


class Kind(StrEnum):
    """What the numbers of a head are; `duchenne.training.kinds` says how each kind is learned and measured."""

    CLASSES = "classes"
    """Probabilities of labels of which one is right; they sum to 1."""
    UNITS = "units"
    """Intensities in [0, 1], each for itself; any of them may be unknown (NaN) for a face."""
    AFFECT = "affect"
    """Values in [-1, 1] that should agree with ratings in level, spread and order."""
    VALUES = "values"
    """Values of any size."""


@dataclass(frozen=True, slots=True)
class Head:
    """One output of a network.

    Attributes:
        name: Of the output.
        labels: Of its numbers, in order.
        meaning: What they are.
        kind: What sort of numbers.
    """

    name: str
    labels: tuple[str, ...]
    meaning: str
    kind: Kind = Kind.CLASSES

    @property
    def output(self) -> OutputSpec:
        """The head as a model card describes it."""
        return OutputSpec(self.name, (len(self.labels),), self.meaning, self.labels)


class Definition(Protocol):
    """What a file of this package offers."""

    INPUT: InputSpec
    HEADS: tuple[Head, ...]
    Options: type[Any]
    Network: Callable[[Any], nn.Module]


def names() -> tuple[str, ...]:
    """The networks there are, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find(name: str) -> Definition:
    """The definition of a network.

    Raises:
        SettingsError: if no file of this package is called so.
    """
    if name not in names():
        raise SettingsError(f"no network is called '{name}'", expected=", ".join(names()))
    return cast(Definition, importlib.import_module(f"{__name__}.{name}"))
