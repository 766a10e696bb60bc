"""Model cards: what a network eats, what it gives, where it comes from and what it does not mean.

Takes the text of a ``cards/NAME.toml`` and gives a frozen `Card`. Refuses unknown keys, missing keys and
values of the wrong kind, naming the card and the key. A network without a card cannot be run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from duchenne.errors import ModelError
from duchenne.strict import read_toml


class Colour(StrEnum):
    """What a network's input channels are."""

    RGB = "rgb"
    GREY = "grey"


class Layout(StrEnum):
    """The order of a network's input axes."""

    NHWC = "NHWC"
    NCHW = "NCHW"


class Border(StrEnum):
    """What a patch shows where it reaches beyond the picture."""

    BLACK = "black"
    REPLICATE = "replicate"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """Everything needed to turn a patch of a picture into a network's input.

    Attributes:
        name: Input name in the ONNX file.
        size: Height and width in pixels.
        colour: RGB or grey (BT.601 luma).
        layout: Axis order.
        low: Value that an 8-bit 0 becomes.
        high: Value that an 8-bit 255 becomes.
        border: What lies outside the picture.
        antialias: Whether a patch much smaller than its source is averaged down rather than sampled.
    """

    name: str
    size: int
    colour: Colour
    layout: Layout
    low: float
    high: float
    border: Border
    antialias: bool

    @property
    def channels(self) -> int:
        """3 for RGB, 1 for grey."""
        return 3 if self.colour is Colour.RGB else 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one sample, without the batch axis."""
        if self.layout is Layout.NCHW:
            return self.channels, self.size, self.size
        return self.size, self.size, self.channels


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One named output: shape of one sample, what it means and, for classes, their labels in order."""

    name: str
    shape: tuple[int, ...]
    meaning: str
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.labels and self.shape != (len(self.labels),):
            raise ValueError(f"output '{self.name}' has shape {self.shape} but {len(self.labels)} labels")


@dataclass(frozen=True, slots=True)
class Probe:
    """A known input and output, so that a wrong file or runtime shows itself.

    The input is ``numpy.random.default_rng(seed).random((1, *shape), float32)`` mapped to [low, high]; of
    each output the first values, flattened, are kept.
    """

    seed: int
    tolerance: float
    expected: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class TrainingSource:
    """One data set a network learned from; an empty ``subjects`` means every subject of the split."""

    dataset: str
    split: str
    use: str
    licence: str
    samples: int
    subjects: tuple[str, ...] = ()
    subject_rule: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured number: on what, by which command."""

    measure: str
    value: float
    data: str
    command: str


@dataclass(frozen=True, slots=True)
class Card:
    """A network as data."""

    name: str
    title: str
    version: str
    licence: str
    source: str
    weights: str
    sha256: str
    input: InputSpec
    outputs: tuple[OutputSpec, ...]
    probe: Probe
    citation: str = ""
    limits: tuple[str, ...] = ()
    parameters: int = 0
    training: tuple[TrainingSource, ...] = ()
    results: tuple[Result, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.probe.expected) - {spec.name for spec in self.outputs}
        if unknown:
            raise ValueError(
                f"the probe of '{self.name}' names outputs it lacks: {', '.join(sorted(unknown))}"
            )

    def output(self, name: str) -> OutputSpec:
        """The output of that name.

        Raises:
            ModelError: if the card has none.
        """
        for spec in self.outputs:
            if spec.name == name:
                return spec
        raise ModelError(
            f"model '{self.name}' has no output '{name}'",
            expected=", ".join(spec.name for spec in self.outputs),
        )

    def constant(self, name: str) -> float:
        """A number that belongs to the network, such as a threshold.

        Raises:
            ModelError: if the card has none of that name.
        """
        if name not in self.constants:
            raise ModelError(
                f"model '{self.name}' has no constant '{name}'",
                expected=", ".join(sorted(self.constants)) or "none",
            )
        return self.constants[name]

    def __str__(self) -> str:
        spec = self.input
        lines = [
            f"{self.name} {self.version}: {self.title}",
            f"  licence  {self.licence}",
            f"  input    {spec.name}: {spec.size}x{spec.size} {spec.colour}, {spec.low:g} to {spec.high:g}",
        ]
        for out in self.outputs:
            labels = f" [{', '.join(out.labels)}]" if out.labels else ""
            lines.append(f"  output   {out.name} {out.shape}: {out.meaning}{labels}")
        lines += [f"  result   {r.measure} {r.value:g} on {r.data}" for r in self.results]
        lines += [f"  limit    {text}" for text in self.limits]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str, origin: str) -> Self:
        """Read a card from TOML text; ``origin`` names the file in messages.

        Raises:
            ModelError: if the text is not TOML, or a key is unknown, missing or of the wrong kind.
        """
        return read_toml(cls, text, origin, ModelError, what="the model card")
