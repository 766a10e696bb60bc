from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from duchenne.errors import InputError
from duchenne.training.cycles import FIRST, join_cycles
from duchenne.training.loop import Machine, train
from tiny_trainings import recipe, stripes


def small_network() -> nn.Module:
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
    with torch.no_grad():
        for value in network.state_dict().values():
            value.fill_(1)
    return network.eval()


def test_the_mean_of_both_ends_is_taken_value_by_value(tmp_path: Path) -> None:
    network = small_network()
    kept = {f"network.{name}": torch.full_like(value, 3) for name, value in network.state_dict().items()}
    torch.save({"state_dict": kept}, tmp_path / FIRST)
    join_cycles(network, tmp_path)
    for name, value in network.state_dict().items():
        # A count of batches is no weight: it stays as the second cycle left it.
        assert (value == (1 if name.endswith("num_batches_tracked") else 2)).all(), name


def test_without_the_end_of_the_first_cycle_nothing_is_joined(tmp_path: Path) -> None:
    network = small_network()
    with pytest.raises(InputError, match=r"first_cycle\.ckpt.*join_cycles = false"):
        join_cycles(network, tmp_path)
    assert all((value == 1).all() for value in network.state_dict().values())


def test_a_training_of_two_cycles_gives_the_mean_of_what_each_would_have_ended_with(tmp_path: Path) -> None:
    faces, some = stripes(), stripes(16, seed=1)
    joined = train(
        recipe(epochs=3, restart_epoch=2, join_cycles=True), faces, some, Machine(tmp_path / "joined", "cpu")
    )
    second = train(recipe(epochs=3, restart_epoch=2), faces, some, Machine(tmp_path / "second", "cpu"))
    first = torch.load(tmp_path / "joined" / FIRST, weights_only=True)["state_dict"]
    ends = dict(second.named_parameters())
    assert any(not torch.equal(first[f"network.{name}"], value) for name, value in ends.items())
    for name, value in joined.named_parameters():
        mean = (first[f"network.{name}"] + ends[name]) / 2
        torch.testing.assert_close(value, mean, rtol=0, atol=1e-6)


def test_the_first_cycle_ends_as_a_training_of_its_length(tmp_path: Path) -> None:
    faces, some = stripes(), stripes(16, seed=1)
    train(
        recipe(epochs=3, restart_epoch=2, join_cycles=True), faces, some, Machine(tmp_path / "joined", "cpu")
    )
    alone = train(recipe(epochs=2), faces, some, Machine(tmp_path / "alone", "cpu"))
    first = torch.load(tmp_path / "joined" / FIRST, weights_only=True)["state_dict"]
    for name, value in alone.named_parameters():
        torch.testing.assert_close(first[f"network.{name}"], value, rtol=0, atol=1e-6)
