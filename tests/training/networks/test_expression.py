from __future__ import annotations

import pytest
import torch

from duchenne.errors import SettingsError
from duchenne.training.networks.expression import HEADS, INPUT, Network, Options

SMALL = Options(widths=(4, 8, 8), blocks=(1, 0), dropout=0.5)


def network(options: Options = SMALL) -> Network:
    torch.manual_seed(0)
    return Network(options).eval()


def test_every_head_gives_one_number_per_label() -> None:
    logits = network()(torch.rand(3, *INPUT.shape))
    assert {name: tuple(values.shape) for name, values in logits.items()} == {
        head.name: (3, len(head.labels)) for head in HEADS
    }


def test_brightness_and_contrast_change_next_to_nothing() -> None:
    face = torch.rand(1, 1, 48, 48)
    plain, dim = network()(face), network()(0.2 + 0.5 * face)
    for name in plain:
        # The floor under the deviation, now against half of it.
        torch.testing.assert_close(plain[name], dim[name], rtol=0, atol=2e-2)


def test_flat_patch_stays_finite() -> None:
    logits = network()(torch.full((1, 1, 48, 48), 0.5))
    assert all(torch.isfinite(values).all() for values in logits.values())


def test_full_size_stays_within_five_megabytes_of_sixteen_bit_weights() -> None:
    assert sum(p.numel() for p in Network(Options()).parameters()) * 2 <= 5e6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widths": (4, 8), "blocks": (1, 1)}, r"do not pair\. Got: 2 widths, 2 blocks"),
        ({"widths": (), "blocks": ()}, "do not pair"),
        ({"widths": (0, 8), "blocks": (1,)}, "do not pair"),
        ({"dropout": 1.0}, "dropout is outside its range"),
    ],
)
def test_shapes_that_make_no_network_are_refused(options: dict[str, tuple[int, ...]], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Options(**options)
