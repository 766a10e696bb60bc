from __future__ import annotations

import pytest

from duchenne.errors import SettingsError
from duchenne.strict import read_toml
from duchenne.training.optimisation import PRECISIONS, Optimisation


def parse(text: str) -> Optimisation:
    return read_toml(Optimisation, text, "o.toml", SettingsError, what="the optimisation")


def test_defaults_are_one_cycle_on_patches_of_one_size() -> None:
    o = parse("")
    assert (o.restart_epoch, o.early_epochs) == (0, 0)
    assert o.precision in PRECISIONS


def test_ends_of_the_ranges_are_taken() -> None:
    o = parse(
        "epochs = 2\nearly_epochs = 2\nearly_size = 1\nrestart_epoch = 1\naverage = 0\nweight_decay = 0\n"
    )
    assert (o.early_epochs, o.restart_epoch, o.average, o.weight_decay) == (2, 1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("batch_size = 0", r"optimisation is outside its range.*batch_size 0"),
        ("warmup = 1", r"optimisation is outside its range.*warmup 1"),
        ("early_epochs = 31", r"outside its range\. Got: early_epochs 31.*from 0 to 30"),
        ("restart_epoch = 30", r"Got: restart_epoch 30\. Expected: from 0 to 29"),
        ("restart_epoch = -1", r"Got: restart_epoch -1"),
        ("join_cycles = true", r"no two cycles to join.*Expected: restart_epoch from 1 to 29"),
        ("early_epochs = -1", r"outside its range\. Got: early_epochs -1"),
        ("early_size = 0", r"Got: .*early_size 0\. Expected: .*early_size at least 1"),
        ("precision = '8-bit'", r"unknown precision\. Got: 8-bit\. Expected: 32-true"),
        ("average = 1", r"outside its range.*average 1"),
        ("learning_rate = 0", r"outside its range.*learning_rate 0"),
    ],
)
def test_values_outside_their_range_are_refused(line: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse(line + "\n")
