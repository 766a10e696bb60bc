"""A larger network for four expressions, after EmoNets: three stages of 5x5 filters and a wide hidden layer.

Takes (N, 1, 48, 48) luma in [0, 1]; gives logits of anger, happiness, sadness and neutral. It stands for the
"original Kaggle model inspired by EmoNet" that paper 003 compares its small network with. The paper prints no
layers of it and EmoNets (Kahou et al. 2016, doi:10.1007/s12193-015-0195-2) has several networks, so this is a
network of that kind, not a copy: five times the parameters of `duchenne.training.networks.quadrant`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from duchenne.errors import SettingsError
from duchenne.labels import FOUR_EXPRESSIONS
from duchenne.training.layers import standardise
from duchenne.training.networks import Head, quadrant

INPUT = quadrant.INPUT
HEADS = (Head("four", FOUR_EXPRESSIONS, "probability of each of four FER2013 labels; sums to 1"),)


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of the network.

    Attributes:
        widths: Filters of the stages; each halves the picture.
        kernel: Width of the filters, odd.
        hidden: Units of the fully connected layer.
        dropout: Share of the hidden units dropped in training.
    """

    widths: tuple[int, ...] = (64, 64, 128)
    kernel: int = 5
    hidden: int = 512
    dropout: float = 0.5

    def __post_init__(self) -> None:
        if min(self.widths, default=0) < 1 or self.hidden < 1 or self.kernel < 1 or self.kernel % 2 == 0:
            raise SettingsError(
                "the stages do not make a network",
                got=f"widths {self.widths}, kernel {self.kernel}, hidden {self.hidden}",
                expected="positive widths, an odd kernel, hidden at least 1",
            )
        if INPUT.size % 2 ** len(self.widths):
            raise SettingsError(
                "there are more stages than the picture can be halved",
                got=f"{len(self.widths)} stages",
                expected=f"{INPUT.size} pixels divisible by 2 to their number",
            )
        if not 0 <= self.dropout < 1:
            raise SettingsError("dropout is outside its range", got=str(self.dropout), expected="[0, 1)")


class Network(nn.Module):
    """Stages, hidden layer and softmax head; `forward` gives (N, 4) logits.

    Smaller patches, as in a recipe's early epochs, are stretched to the same features before the hidden layer.
    """

    def __init__(self, options: Options) -> None:
        super().__init__()
        channels = (1, *options.widths)
        layers: list[nn.Module] = []
        for narrow, wide in pairwise(channels):
            layers += [
                nn.Conv2d(narrow, wide, options.kernel, padding=options.kernel // 2),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
        side = INPUT.size // 2 ** len(options.widths)
        self.trunk = nn.Sequential(
            *layers,
            nn.AdaptiveAvgPool2d(side),  # at full size it changes nothing
            nn.Flatten(),
            nn.Linear(options.widths[-1] * side * side, options.hidden),
            nn.ReLU(),
            nn.Dropout(options.dropout),
        )
        self.head = nn.Linear(options.hidden, len(FOUR_EXPRESSIONS))

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        return {"four": self.head(self.trunk(standardise(image))).float()}
