from __future__ import annotations

import pytest
import torch
from torch import nn

from duchenne.errors import SettingsError
from duchenne.training.networks.mini_xception import HEADS, INPUT, Network, Options


def network(options: Options | None = None) -> Network:
    torch.manual_seed(0)
    return Network(Options() if options is None else options)


def by_hand() -> int:
    """The published network, layer by layer; a batch norm has gain, bias, running mean and running variance."""
    norm = 4
    total = 1 * 9 * 8 + 8 * norm + 8 * 9 * 8 + 8 * norm
    for narrow, wide in ((8, 16), (16, 32), (32, 64), (64, 128)):
        shortcut = narrow * wide + wide * norm
        first = 9 * narrow + narrow * wide + wide * norm
        second = 9 * wide + wide * wide + wide * norm
        total += shortcut + first + second
    return total + 128 * 9 * 7 + 7


def test_it_has_the_published_number_of_parameters() -> None:
    made = network()
    statistics = [m for m in made.modules() if isinstance(m, nn.BatchNorm2d)]
    n_learned = sum(p.numel() for p in made.parameters())
    n_running = sum(m.running_mean.numel() + m.running_var.numel() for m in statistics)
    # 58,423 as the original prints it, which counts the running statistics: see arXiv:1710.07557's own code.
    assert n_learned + n_running == 58_423 == by_hand()
    assert n_running == 2 * (8 + 8 + 3 * (16 + 32 + 64 + 128))


@pytest.mark.parametrize("size", [32, 48, 64])
def test_it_reads_faces_of_other_sizes_too(size: int) -> None:
    logits = network().eval()(torch.rand(3, 1, size, size))
    assert {name: tuple(values.shape) for name, values in logits.items()} == {"fer2013": (3, 7)}
    assert torch.isfinite(logits["fer2013"]).all()
    assert len(HEADS[0].labels) == 7


def test_each_module_halves_the_picture_and_widens_it() -> None:
    made = network().eval()
    x = made.stem(torch.rand(1, *INPUT.shape))
    assert x.shape == (1, 8, 44, 44)  # two convolutions without padding
    sizes = []
    for module in made.body:
        x = module(x)
        sizes.append(tuple(x.shape[1:]))
    assert sizes == [(16, 22, 22), (32, 11, 11), (64, 6, 6), (128, 3, 3)]


def test_answer_is_the_mean_of_the_last_convolution_over_the_picture() -> None:
    made = network().eval()
    maps = []
    made.last.register_forward_hook(lambda *call: maps.append(call[-1]))
    logits = made(torch.rand(2, *INPUT.shape))["fer2013"]
    # Nine places a map: a float32 mean.
    torch.testing.assert_close(logits, maps[0].flatten(2).sum(dim=2) / 9, rtol=0, atol=1e-6)


def test_learning_and_evaluation_differ_by_the_norms_alone() -> None:
    made = network()
    face = torch.rand(2, *INPUT.shape)
    made.train()
    for module in made.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    learning = made(face)["fer2013"]
    # Eight composed kernels in a row, each right to 1e-6 or so.
    torch.testing.assert_close(learning, made.eval()(face)["fer2013"], rtol=0, atol=1e-5)


def test_flat_patch_stays_finite() -> None:
    assert torch.isfinite(network().eval()(torch.full((1, *INPUT.shape), 0.5))["fer2013"]).all()


@pytest.mark.parametrize("widths", [(), (0,), (16, -1)])
def test_modules_without_channels_are_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(SettingsError, match=r"needs modules with channels\. Got: \(.*positive widths"):
        Options(widths=widths)
