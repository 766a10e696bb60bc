from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from duchenne.errors import SettingsError
from duchenne.models import store
from duchenne.models.session import Session
from duchenne.training.export import Exported, export
from duchenne.training.networks.quadrant import HEADS, INPUT, Network, Options
from duchenne.training.recipe import Export
from duchenne.training.start import load_start
from tiny_networks import install

SMALL = {"widths": (4, 8, 16), "hidden": 40}
WORDS = Export("folded", "For tests", "1", tolerance=2e-3, limits=("for tests",))


def network(**options: Any) -> Network:
    torch.manual_seed(0)
    return Network(Options(**options))


def layers(made: nn.Module) -> list[str]:
    """What the network is made of, in order, as a figure would name it."""
    names = []
    for module in made.modules():
        if isinstance(module, nn.Conv2d):
            names.append(f"{module.kernel_size[0]}x{module.kernel_size[1]} {module.out_channels}")
        elif isinstance(module, nn.MaxPool2d):
            names.append(f"pool {module.kernel_size}")
        elif isinstance(module, nn.AdaptiveMaxPool2d):
            names.append("quadrants")
        elif isinstance(module, nn.Linear):
            names.append(f"full {module.out_features}")
        elif isinstance(module, nn.ReLU | nn.BatchNorm2d):
            names.append(type(module).__name__)
    return names


def test_layers_are_those_of_figure_1() -> None:
    # Paper 003: 64, 128, 256 filters of 3x3, 2x2 max pooling after the first two, quadrant pooling after the third,
    # 200 hidden units; four classes in Figure 2. ReLU behind the pooling gives what ReLU before it gives.
    assert layers(network()) == [
        *("3x3 64", "pool 2", "ReLU"),
        *("3x3 128", "pool 2", "ReLU"),
        *("3x3 256", "ReLU", "quadrants"),
        *("full 200", "ReLU", "full 4"),
    ]


def test_parameters_are_those_of_the_layers() -> None:
    convolutions = (1 * 9 + 1) * 64 + (64 * 9 + 1) * 128 + (128 * 9 + 1) * 256
    full = (4 * 256 + 1) * 200 + (200 + 1) * 4
    assert sum(p.numel() for p in network().parameters()) == convolutions + full


def test_batch_norm_stands_between_convolution_and_activation_and_takes_its_bias() -> None:
    made = network(**SMALL, batch_norm=True)
    assert layers(made)[:4] == ["3x3 4", "BatchNorm2d", "pool 2", "ReLU"]
    assert all(m.bias is None for m in made.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize("size", [32, 48])
def test_every_size_gives_four_logits(size: int) -> None:
    logits = network(**SMALL).eval()(torch.rand(3, 1, size, size))
    assert {name: tuple(values.shape) for name, values in logits.items()} == {"four": (3, 4)}


def learned(**options: Any) -> Network:
    """A network whose batch norms have something to fold."""
    made = network(**SMALL, **options).train()
    for _ in range(3):
        made(torch.rand(8, *INPUT.shape))
    return made.eval()


def exported(made: Network) -> Exported:
    patches = np.random.default_rng(1).random((8, *INPUT.shape), dtype=np.float32)
    return export(made, INPUT, HEADS, WORDS, register=(), patches=patches, source="a test")


def test_plain_network_that_starts_from_the_folded_one_is_the_same_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = learned(batch_norm=True)
    folded = exported(made)
    install(tmp_path, folded.card, folded.weights)
    monkeypatch.setattr(store, "_root", lambda: tmp_path)
    plain = network(**SMALL).eval()
    faces = torch.rand(5, *INPUT.shape)
    with torch.inference_mode():
        strange = torch.softmax(plain(faces)["four"], dim=1)
    assert load_start(plain, "folded", faces) == 5
    onnx = Session.open("folded").run(faces.numpy())["four"]
    with torch.inference_mode():
        started = torch.softmax(plain(faces)["four"], dim=1)
        original = torch.softmax(made(faces)["four"], dim=1)
    # The same stored weights in both: float32 sums in another order.
    np.testing.assert_allclose(started.numpy(), onnx, atol=1e-5)
    # Against the network that was trained: the 16 bits in which its weights were stored, 2 ** -11 each.
    np.testing.assert_allclose(started.numpy(), original.numpy(), atol=2e-3)
    assert (strange - original).abs().max() > 1e-2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"widths": (64, 128)},
            r"three convolutions and a hidden layer\. Got: widths \(64, 128\), hidden 200",
        ),
        ({"widths": (64, 128, 0)}, "three convolutions and a hidden layer"),
        ({"hidden": 0}, "hidden 0"),
        ({"dropout": 1.0}, r"dropout is outside its range\. Got: 1\.0"),
    ],
)
def test_shapes_that_make_no_network_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Options(**options)
