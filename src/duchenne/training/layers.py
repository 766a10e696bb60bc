"""Layers that several networks share: standardised input, residual unit, separable convolution, quadrant pooling.

Takes and gives torch tensors in the order N C H W. Knows no task: a network says what its numbers mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from duchenne.errors import SettingsError

_FLOOR = 0.02  # 5 of 255 grey levels: a flatter patch holds no face to enlarge


def standardise(image: Tensor) -> Tensor:
    """Give each face zero mean and unit deviation, so that lighting and contrast cancel.

    Args:
        image: (N, C, H, W) in [0, 1].

    Returns:
        The same shape; a patch flatter than 0.02 is enlarged no further than by 50.
    """
    centred = image - image.mean(dim=(1, 2, 3), keepdim=True)
    variance = (centred * centred).mean(dim=(1, 2, 3), keepdim=True)
    return centred / torch.sqrt(variance + _FLOOR**2)


def convolution(narrow: int, wide: int, stride: int = 1) -> nn.Sequential:
    """A 3x3 convolution that keeps the size, or halves it with ``stride=2``; batch norm and ReLU behind it."""
    return nn.Sequential(
        nn.Conv2d(narrow, wide, 3, stride, padding=1, bias=False), nn.BatchNorm2d(wide), nn.ReLU()
    )


class Residual(nn.Module):
    """A residual unit of two 3x3 convolutions (He et al. 2016, arXiv:1512.03385), channels and size unchanged.

    Args:
        width: Channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


def check_residual_shape(widths: Sequence[int], blocks: Sequence[int], dropout: float) -> None:
    """Refuse options that `residual_trunk` cannot be made of.

    Raises:
        SettingsError: if widths and blocks do not pair, or the dropout is outside [0, 1).
    """
    if len(blocks) != len(widths) - 1 or min(widths, default=0) < 1:
        raise SettingsError(
            "the network's widths and blocks do not pair",
            got=f"{len(widths)} widths, {len(blocks)} blocks",
            expected="positive widths, and one block count after each but the first",
        )
    if not 0 <= dropout < 1:
        raise SettingsError("dropout is outside its range", got=str(dropout), expected="[0, 1)")


def residual_trunk(
    widths: Sequence[int], blocks: Sequence[int], dropout: float, *, stem_stride: int = 1
) -> nn.Sequential:
    """A stem on one channel, then halving convolutions with residual units behind each, averaged over the picture.

    Args:
        widths: Channels of the stem and after each halving.
        blocks: Residual units after each halving.
        dropout: Share of the averaged features dropped in training.
        stem_stride: 2 for a stem that halves the picture as well.

    Returns:
        From (N, 1, H, W) of any size to (N, widths[-1]).
    """
    layers: list[nn.Module] = [convolution(1, widths[0], stem_stride)]
    for (narrow, wide), n_blocks in zip(pairwise(widths), blocks, strict=True):
        layers.append(convolution(narrow, wide, stride=2))
        layers.extend(Residual(wide) for _ in range(n_blocks))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))


class SeparableConvolution(nn.Module):
    """A 3x3 convolution of each channel, then a 1x1 convolution across channels, nothing between them.

    Two linear maps in a row are one, so while it learns the layer multiplies its two kernels into one dense
    3x3 kernel: the same function and gradient, several times faster on a CPU, where the gradient of a
    depthwise convolution is slow. In evaluation mode, and so in the exported file, it is the cheap pair.

    Source: Chollet 2017, Xception, arXiv:1610.02357; without bias as in Arriaga et al. 2017, arXiv:1710.07557.

    Args:
        narrow: Channels in.
        wide: Channels out.
    """

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(narrow, narrow, 3, padding=1, groups=narrow, bias=False)
        self.pointwise = nn.Conv2d(narrow, wide, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            pair: Tensor = self.pointwise(self.depthwise(x))
            return pair
        # (wide, narrow, 1, 1) times (1, narrow, 3, 3)
        dense = self.pointwise.weight * self.depthwise.weight.transpose(0, 1)
        return nn.functional.conv2d(x, dense, padding=1)


class QuadrantPooling(nn.Module):
    """The largest value of each channel in each quarter of the picture: (N, C, H, W) to (N, 4C).

    The order is channel by channel, and within a channel top left, top right, bottom left, bottom right.
    With H and W even, the quarters do not overlap. Any size gives 4C features, so a network behind it can be
    trained on smaller pictures than it reads.

    Source: paper 003, Figure 1, which names the layer and not the operation; the largest value is what its
    own pooling layers before take (and Khorrami et al. 2015, arXiv:1510.02969, its reference for regions).
    """

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AdaptiveMaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(self.pool(x), start_dim=1)
