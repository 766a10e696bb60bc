from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from duchenne.errors import SettingsError
from duchenne.training.export import export
from duchenne.training.layers import Residual
from duchenne.training.networks import Kind
from duchenne.training.networks.rec import HEADS, INPUT, PAPER_UNITS, UNITS, Network, Options
from duchenne.training.recipe import Export

SMALL = Options(widths=(4, 8, 8), blocks=(1, 0), dropout=0.5)


def network(options: Options = SMALL) -> Network:
    torch.manual_seed(0)
    return Network(options).eval()


@pytest.mark.parametrize("size", [56, 112])
def test_every_head_gives_one_number_per_label_for_every_size(size: int) -> None:
    outputs = network()(torch.rand(3, 1, size, size))
    assert {name: tuple(values.shape) for name, values in outputs.items()} == {
        head.name: (3, len(head.labels)) for head in HEADS
    }


def test_units_are_the_paper_s_and_more_each_once_and_in_order() -> None:
    assert len(PAPER_UNITS) == 17
    assert set(PAPER_UNITS) < set(UNITS)
    assert list(UNITS) == sorted(set(UNITS))
    (units,) = (head for head in HEADS if head.kind is Kind.UNITS)
    assert units.labels[:3] == ("AU01", "AU02", "AU04")


def test_all_tasks_are_pooled_from_the_same_features_of_residual_units() -> None:
    made = Network(Options(widths=(4, 8, 8, 8), blocks=(1, 2, 0)))
    assert sum(isinstance(module, Residual) for module in made.modules()) == 3
    assert {head.in_features for head in made.heads.values() if isinstance(head, nn.Linear)} == {8}
    sizes: list[int] = []
    for layer in made.trunk:
        layer.register_forward_hook(lambda *call: sizes.append(call[-1].shape[-1]))
    made.eval()(torch.rand(1, *INPUT.shape))
    assert sizes[:3] == [56, 28, 28]  # stem, halving, unit


def test_fast_shape_stays_within_six_megabytes_of_sixteen_bit_weights() -> None:
    assert sum(p.numel() for p in Network(Options()).parameters()) * 2 < 6e6


def test_a_face_is_brought_to_the_inner_size() -> None:
    options = dataclasses.replace(SMALL, inner_size=56)
    inner, plain = network(options), network()
    large = torch.rand(2, 1, 112, 112)
    # Without a shift, bilinear halving is the mean of each four pixels.
    halved = torch.nn.functional.avg_pool2d(large, 2)
    with torch.no_grad():
        for name, values in inner(large).items():
            torch.testing.assert_close(values, plain(halved)[name], atol=1e-5, rtol=0)
            torch.testing.assert_close(inner(halved)[name], plain(halved)[name])


@pytest.mark.parametrize("inner_size", [INPUT.size, 96, 45])
def test_exported_network_gives_every_kind_in_its_range(inner_size: int) -> None:
    words = Export("small", "Small", "1", tolerance=2e-3, limits=("for tests",), mirrored=True)
    rng = np.random.default_rng(0)
    patches = rng.uniform(-1, 1, (6, *INPUT.shape)).astype(np.float32)
    trained = network(dataclasses.replace(SMALL, inner_size=inner_size))
    made = export(trained, INPUT, HEADS, words, register=(), patches=patches, source="a test")
    assert 0 < made.difference <= words.tolerance  # ONNX Runtime and torch agree for all four heads
    assert [out.name for out in made.card.outputs] == ["expression", "fer2013", "units", "affect"]


def test_flat_patch_stays_finite() -> None:
    outputs = network()(torch.zeros(1, *INPUT.shape))
    assert all(torch.isfinite(values).all() for values in outputs.values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widths": (4, 8), "blocks": (1, 1)}, r"do not pair\. Got: 2 widths, 2 blocks"),
        ({"widths": (), "blocks": ()}, "do not pair"),
        ({"widths": (0, 8), "blocks": (1,)}, "do not pair"),
        ({"dropout": 1.0}, "dropout is outside its range"),
        ({"inner_size": 0}, r"inner size is outside its range\. Got: 0\. Expected: from 1 to 112 pixels"),
        ({"inner_size": 113}, r"inner size is outside its range\. Got: 113"),
    ],
)
def test_shapes_that_make_no_network_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Options(**options)
