"""The small network of paper 003 with its four-class head: three convolutions, quadrant pooling, 200 units.

Takes (N, 1, 48, 48) luma in [0, 1]; gives logits of anger, happiness, sadness and neutral. `Trunk` is shared
with the network of the same paper that gives valence (`duchenne.training.networks.quadrant_valence`).

Source: paper 003, Figure 1. What the figure leaves open: convolutions keep the size, quadrant pooling takes the
largest value, each face is standardised, dropout stands before the head. Batch normalisation is an option for
training; export folds it into the convolutions, so the exported network is the figure's either way.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from duchenne.errors import SettingsError
from duchenne.labels import FOUR_EXPRESSIONS
from duchenne.training.layers import QuadrantPooling, standardise
from duchenne.training.networks import GREY_FACE, Head

INPUT = GREY_FACE
HEADS = (Head("four", FOUR_EXPRESSIONS, "probability of each of four FER2013 labels; sums to 1"),)


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of the network; the default is Figure 1.

    Attributes:
        widths: Filters of the three convolutions.
        hidden: Units of the fully connected layer.
        dropout: Share of the hidden units dropped in training.
        batch_norm: Whether each convolution is followed by a batch normalisation while it learns.
    """

    widths: tuple[int, ...] = (64, 128, 256)
    hidden: int = 200
    dropout: float = 0.5
    batch_norm: bool = False

    def __post_init__(self) -> None:
        if len(self.widths) != 3 or min(self.widths) < 1 or self.hidden < 1:
            raise SettingsError(
                "the quadrant network has three convolutions and a hidden layer",
                got=f"widths {self.widths}, hidden {self.hidden}",
                expected="three positive widths, hidden at least 1",
            )
        if not 0 <= self.dropout < 1:
            raise SettingsError("dropout is outside its range", got=str(self.dropout), expected="[0, 1)")


class Trunk(nn.Sequential):
    """From a standardised face to the hidden units: (N, 1, H, W) to (N, hidden)."""

    def __init__(self, options: Options) -> None:
        first, second, third = options.widths
        super().__init__(
            *_convolution(1, first, options.batch_norm),
            *_halved_relu(),
            *_convolution(first, second, options.batch_norm),
            *_halved_relu(),
            *_convolution(second, third, options.batch_norm),
            nn.ReLU(),
            QuadrantPooling(),
            nn.Linear(4 * third, options.hidden),
            nn.ReLU(),
            nn.Dropout(options.dropout),
        )


class Network(nn.Module):
    """Trunk and softmax head; `forward` gives (N, 4) logits."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.trunk = Trunk(options)
        self.head = nn.Linear(options.hidden, len(FOUR_EXPRESSIONS))

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        return {"four": self.head(self.trunk(standardise(image))).float()}


def _convolution(narrow: int, wide: int, batch_norm: bool) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(narrow, wide, 3, padding=1, bias=not batch_norm)
    return (convolution, nn.BatchNorm2d(wide)) if batch_norm else (convolution,)


def _halved_relu() -> tuple[nn.Module, ...]:
    # The largest of four and ReLU commute; this order gives ReLU a quarter of the work, a tenth of the training.
    return nn.MaxPool2d(2), nn.ReLU()
