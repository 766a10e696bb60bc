"""mini-Xception: the classifier of paper 004, 58,423 parameters on a grey face.

Takes (N, 1, 48, 48) luma in [0, 1]; gives logits of FER2013's seven labels. Two plain 3x3 convolutions,
then four modules of two separable convolutions with a 1x1 shortcut, each halving the picture, then one
convolution to as many channels as labels, averaged over the picture.

Source: Arriaga, Valdenegro-Toro & Plöger 2017, arXiv:1710.07557; written anew and trained anew. Departures:
48 pixels, FER2013's own size, where the original enlarges to 64; each face is standardised.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from duchenne.errors import SettingsError
from duchenne.labels import FER2013_LABELS
from duchenne.training.layers import SeparableConvolution, standardise
from duchenne.training.networks import GREY_FACE, Head

INPUT = GREY_FACE
HEADS = (Head("fer2013", FER2013_LABELS, "probability of FER2013's original label; sums to 1"),)

_STEM = 8  # channels of the two convolutions in front


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of the network; the default is the published one.

    Attributes:
        widths: Channels of the modules.
    """

    widths: tuple[int, ...] = (16, 32, 64, 128)

    def __post_init__(self) -> None:
        if min(self.widths, default=0) < 1:
            raise SettingsError(
                "mini-Xception needs modules with channels",
                got=str(self.widths),
                expected="positive widths, one or more",
            )


class Network(nn.Module):
    """Stem, modules and the convolution that is averaged; `forward` gives (N, 7) logits."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.stem = nn.Sequential(*_valid_convolution(1, _STEM), *_valid_convolution(_STEM, _STEM))
        channels = (_STEM, *options.widths)
        self.body = nn.Sequential(*(_Module(narrow, wide) for narrow, wide in pairwise(channels)))
        self.last = nn.Conv2d(channels[-1], len(FER2013_LABELS), 3, padding=1)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        features = self.body(self.stem(standardise(image)))
        return {"fer2013": self.last(features).mean(dim=(2, 3)).float()}


def _valid_convolution(narrow: int, wide: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(narrow, wide, 3, bias=False), nn.BatchNorm2d(wide), nn.ReLU()


class _Module(nn.Module):
    """Two separable convolutions and a halving, beside a 1x1 shortcut that halves as well."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        self.shortcut = nn.Sequential(nn.Conv2d(narrow, wide, 1, stride=2, bias=False), nn.BatchNorm2d(wide))
        self.main = nn.Sequential(
            SeparableConvolution(narrow, wide),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
            SeparableConvolution(wide, wide),
            nn.BatchNorm2d(wide),
            nn.MaxPool2d(3, stride=2, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = self.main(x) + self.shortcut(x)
        return total
