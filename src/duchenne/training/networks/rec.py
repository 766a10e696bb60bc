"""REC, the frame model: expressions, action units, valence and arousal of one aligned face, from shared features.

Takes (N, 1, 112, 112) luma in [-1, 1]; gives logits of eight expressions (FER+ votes) and of FER2013's own seven
labels, the logit of each action unit's intensity, and valence and arousal before their tanh. Refuses widths and
blocks that do not pair.

Source: paper 002, section 3.1 and Figure 2: residual units with batch normalisation, and all tasks pooled from the
same features. Widths, depth and halvings are not given there and are ours, decided by what a recipe allows itself.
Other departures: luma in place of colour, because the photographs that teach the expressions have none, and colour
would only tell data sets apart; the eighth expression (contempt); FER2013's own labels as one more task; more
action units than the paper's seventeen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from torch import Tensor, nn

from duchenne.errors import SettingsError
from duchenne.facs import column
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.card import Border, Colour, InputSpec, Layout
from duchenne.training.layers import check_residual_shape, residual_trunk, standardise
from duchenne.training.networks import Head, Kind

PAPER_UNITS: Final = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 24, 25, 26)
"""The seventeen of paper 002."""

UNITS: Final = tuple(sorted((*PAPER_UNITS, 16, 18, 22, 27, 28, 34, 45)))
"""Those and others that the generator renders with confidence; AU45 is the closure of the lids, blink or not."""

INPUT: Final = InputSpec(
    name="image",
    size=112,
    colour=Colour.GREY,
    layout=Layout.NCHW,
    low=-1.0,
    high=1.0,
    border=Border.REPLICATE,
    antialias=True,
)
HEADS: Final = (
    Head("expression", EXPRESSIONS, "probability of each expression, as ten people would vote; sums to 1"),
    Head("fer2013", FER2013_LABELS, "probability of FER2013's original label, for comparison; sums to 1"),
    Head(
        "units",
        tuple(column(unit) for unit in UNITS),
        "intensity of each action unit as a share of its full contraction, in [0, 1]; no probability",
        Kind.UNITS,
    ),
    Head("affect", ("valence", "arousal"), "valence and arousal, in [-1, 1]", Kind.AFFECT),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of the network; the default is the fast one.

    Attributes:
        widths: Channels at 56, 28, 14, 7 and 4 pixels, each reached by a halving convolution (at 112 pixels).
        blocks: Residual units after each halving but the first; one entry fewer than ``widths``.
        dropout: Share of the pooled features dropped in training.
        inner_size: Width in pixels to which a face is reduced before the first convolution; that of the input
            takes faces as they are, of any width. A trunk reads faces of the width it learned on: one that starts
            from another network wants that network's width.
    """

    widths: tuple[int, ...] = (16, 48, 96, 160, 224)
    blocks: tuple[int, ...] = (0, 1, 1, 0)
    dropout: float = 0.2
    inner_size: int = INPUT.size

    def __post_init__(self) -> None:
        check_residual_shape(self.widths, self.blocks, self.dropout)
        if not 1 <= self.inner_size <= INPUT.size:
            raise SettingsError(
                "the network's inner size is outside its range",
                got=str(self.inner_size),
                expected=f"from 1 to {INPUT.size} pixels",
            )


class Network(nn.Module):
    """Trunk and heads; `forward` gives one (N, K) tensor a head. Pictures of any size give as many features."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._inner_size = options.inner_size
        self.trunk = residual_trunk(options.widths, options.blocks, options.dropout, stem_stride=2)
        self.heads = nn.ModuleDict(
            {head.name: nn.Linear(options.widths[-1], len(head.labels)) for head in HEADS}
        )

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        features = self.trunk(standardise(self._resized(image)))
        return {name: head(features).float() for name, head in self.heads.items()}

    def _resized(self, image: Tensor) -> Tensor:
        size = self._inner_size
        if size == INPUT.size:
            return image
        return nn.functional.interpolate(image, size=(size, size), mode="bilinear", align_corners=False)
