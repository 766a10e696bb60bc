"""Layers that several networks share: standardised input, residual unit, separable convolution, quadrant pooling.

Takes and gives torch tensors in the order N C H W. Knows no task: a network says what its numbers mean.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

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
