from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from duchenne.errors import SettingsError
from duchenne.training.networks import quadrant
from duchenne.training.networks.stages import HEADS, INPUT, Network, Options

SMALL = Options(widths=(2, 4), kernel=3, hidden=5)


def n_parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_parameters_are_those_of_the_stages_and_the_full_layers() -> None:
    stages = (1 * 25 + 1) * 64 + (64 * 25 + 1) * 64 + (64 * 25 + 1) * 128
    full = (128 * 6 * 6 + 1) * 512 + (512 + 1) * 4
    assert n_parameters(Network(Options())) == stages + full
    # "five times the parameters" of the small network of the same paper.
    assert (stages + full) / n_parameters(quadrant.Network(quadrant.Options())) == pytest.approx(5, abs=0.5)


def test_every_stage_halves_the_picture() -> None:
    sizes = []
    network = Network(SMALL).eval()
    for module in network.modules():
        if isinstance(module, nn.MaxPool2d):
            module.register_forward_hook(lambda *call: sizes.append(tuple(call[-1].shape[1:])))
    logits = network(torch.rand(3, *INPUT.shape))
    assert sizes == [(2, 24, 24), (4, 12, 12)]
    assert {name: tuple(values.shape) for name, values in logits.items()} == {HEADS[0].name: (3, 4)}


def test_smaller_patches_give_logits_and_the_full_size_is_not_pooled() -> None:
    network = Network(SMALL).eval()
    assert network(torch.rand(2, 1, 24, 24))["four"].shape == (2, 4)
    features = torch.rand(2, 4, 12, 12)
    pools = [module for module in network.modules() if isinstance(module, nn.AdaptiveAvgPool2d)]
    assert [torch.equal(pool(features), features) for pool in pools] == [True]


def test_flat_patch_stays_finite() -> None:
    assert torch.isfinite(Network(SMALL).eval()(torch.full((1, *INPUT.shape), 0.5))["four"]).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widths": ()}, r"stages do not make a network\. Got: widths \(\)"),
        ({"widths": (64, 0)}, "stages do not make a network"),
        ({"kernel": 4}, r"kernel 4.*an odd kernel"),
        ({"kernel": -1}, r"kernel -1"),
        ({"hidden": 0}, r"hidden 0"),
        (
            {"widths": (1,) * 5},
            r"more stages than the picture can be halved\. Got: 5 stages\. Expected: 48 pixels",
        ),
        ({"dropout": 1.0}, "dropout is outside its range"),
    ],
)
def test_shapes_that_make_no_network_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Options(**options)
