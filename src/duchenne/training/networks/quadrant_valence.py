"""The small network of paper 003 with its linear head: valence as each of six raters gives it, and their mean.

Takes (N, 1, 48, 48) luma in [0, 1]; gives one value for each rater and one for the mean of the six, each from
a linear unit of its own on the shared 200 hidden units, learned by squared error. What a rater did not rate
teaches that rater's unit nothing. The values are estimates of ratings of a face, not of what anybody felt.

Source: paper 003, Figure 1 and Table 2, where "we decided to keep each rater separate".
"""

from __future__ import annotations

from torch import Tensor, nn

from duchenne.training.layers import standardise
from duchenne.training.networks import Head, Kind, quadrant
from duchenne.training.networks.quadrant import Options

__all__ = ["HEADS", "INPUT", "N_RATERS", "Network", "Options"]

N_RATERS = 6  # RECOLA: three men and three women

INPUT = quadrant.INPUT
HEADS = (
    *(
        Head(f"rater_{n}", ("valence",), f"valence as rater {n} gives it, in [-1, 1]", kind=Kind.VALUES)
        for n in range(1, N_RATERS + 1)
    ),
    Head("mean", ("valence",), "mean of the raters' valence, in [-1, 1]", kind=Kind.VALUES),
)


class Network(nn.Module):
    """Trunk and linear units; `forward` gives one (N, 1) tensor for each rater and for the mean."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.trunk = quadrant.Trunk(options)
        self.heads = nn.ModuleDict({head.name: nn.Linear(options.hidden, 1) for head in HEADS})

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        features = self.trunk(standardise(image))
        return {name: head(features).float() for name, head in self.heads.items()}
