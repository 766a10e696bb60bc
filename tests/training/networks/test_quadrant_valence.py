from __future__ import annotations

import torch
from torch import nn

from duchenne.training.networks import Kind, quadrant
from duchenne.training.networks.quadrant_valence import HEADS, N_RATERS, Network, Options

SMALL = Options(widths=(2, 2, 4), hidden=5, dropout=0.0)


def network() -> Network:
    torch.manual_seed(0)
    return Network(SMALL)


def test_every_rater_and_the_mean_have_a_value_of_their_own() -> None:
    values = network().eval()(torch.rand(3, 1, 48, 48))
    assert list(values) == [*(f"rater_{n}" for n in range(1, 7)), "mean"]
    assert all(tuple(value.shape) == (3, 1) for value in values.values())
    assert len({value[0, 0].item() for value in values.values()}) == N_RATERS + 1


def test_all_heads_are_values_named_valence() -> None:
    assert all(head.kind is Kind.VALUES and head.labels == ("valence",) for head in HEADS)


def test_trunk_is_that_of_the_four_classes() -> None:
    ours = {name: p.shape for name, p in network().trunk.named_parameters()}
    theirs = {name: p.shape for name, p in quadrant.Network(SMALL).trunk.named_parameters()}
    assert ours == theirs


def test_each_value_is_a_linear_unit_on_the_shared_hidden_ones() -> None:
    made = network().eval()
    face = torch.rand(2, 1, 48, 48)
    hidden = []
    made.trunk.register_forward_hook(lambda *call: hidden.append(call[-1]))
    values = made(face)
    for name, value in values.items():
        unit = made.heads[name]
        assert isinstance(unit, nn.Linear)
        # Five products and a bias in float32.
        torch.testing.assert_close(value, hidden[0] @ unit.weight.T + unit.bias, rtol=0, atol=1e-6)


def test_what_one_rater_says_teaches_no_other_unit() -> None:
    made = network().train()
    made(torch.rand(4, 1, 48, 48))["rater_2"].sum().backward()
    learned = {name for name, unit in made.heads.items() if unit.weight.grad is not None}
    assert learned == {"rater_2"}
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in made.trunk.parameters())
