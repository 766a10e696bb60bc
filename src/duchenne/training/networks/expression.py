"""The expression network: a small residual CNN on 48-pixel grey faces, with two heads on one trunk.

Takes (N, 1, 48, 48) luma in [0, 1]; gives logits of eight expressions (learned from FER+ votes) and of
FER2013's own seven labels. Only 3x3 convolutions, batch norms that export folds away, and ReLU, because these
run fastest on a CPU. Refuses widths and blocks that do not pair.

The two heads exist because the two labellings contradict each other: on PublicTest the FER+ majority and the
original label agree on only 62 % of the faces, so no single answer can be right under both.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.training.layers import check_residual_shape, residual_trunk, standardise
from duchenne.training.networks import GREY_FACE, Head

INPUT = GREY_FACE
HEADS = (
    Head("expression", EXPRESSIONS, "probability of each expression, as ten people would vote; sums to 1"),
    Head("fer2013", FER2013_LABELS, "probability of FER2013's original label, for comparison; sums to 1"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The shape of the network.

    Attributes:
        widths: Channels of the stem (48x48) and after each halving (24, 12, 6, 3).
        blocks: Residual blocks after each halving; one entry fewer than ``widths``.
        dropout: Share of the pooled features dropped in training.
    """

    widths: tuple[int, ...] = (16, 64, 128, 192, 256)
    blocks: tuple[int, ...] = (0, 1, 2, 0)
    dropout: float = 0.3

    def __post_init__(self) -> None:
        check_residual_shape(self.widths, self.blocks, self.dropout)


class Network(nn.Module):
    """Trunk and heads; `forward` gives one (N, K) logit tensor per head."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.trunk = residual_trunk(options.widths, options.blocks, options.dropout)
        self.heads = nn.ModuleDict({h.name: nn.Linear(options.widths[-1], len(h.labels)) for h in HEADS})

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        features = self.trunk(standardise(image))
        return {name: head(features).float() for name, head in self.heads.items()}
