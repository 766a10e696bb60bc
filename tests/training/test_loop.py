from __future__ import annotations

import dataclasses
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from duchenne.errors import InputError, OutputError
from duchenne.training import loop
from duchenne.training.generated import generate
from duchenne.training.loop import Learner, Machine, train
from duchenne.training.networks.expression import HEADS, INPUT
from duchenne.training.patches import TrainingSet
from duchenne.training.recipe import Recipe, load_recipe

# Without dropout, whose generator starts anew on a resume: everything else then repeats to the last bit.
SHAPE = {"widths": [4, 8], "blocks": [1], "dropout": 0.0}


def recipe(**optimisation: Any) -> Recipe:
    """The expression recipe with a network of a few hundred weights, two epochs of four steps."""
    full = load_recipe("expression")
    small = {"epochs": 2, "batch_size": 16, "average": 0.5, "precision": "32-true", **optimisation}
    return dataclasses.replace(
        full, shape=SHAPE, optimisation=dataclasses.replace(full.optimisation, **small)
    )


def stripes(n: int = 64, seed: int = 0) -> TrainingSet:
    return generate(INPUT, HEADS, n, np.random.default_rng(seed))


def weights(network: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in network.state_dict().items()}


def test_training_learns_what_can_be_learned(tmp_path: Path) -> None:
    # Labels of both heads from two directions only, upright and lying: a turn of 12 degrees confuses nothing.
    data = stripes(256)
    direction = data.targets["expression"].argmax(axis=1)
    two = np.isin(direction, (0, 4))
    data = TrainingSet(
        data.patches[two],
        {name: values[two] for name, values in data.targets.items()},
        {name: values[two] for name, values in data.weights.items()},
        data.shares[two],
    )
    network = train(recipe(epochs=8, learning_rate=0.02), data, data, Machine(tmp_path, "cpu"))
    with torch.inference_mode():
        logits = network(torch.from_numpy(data.patches[:, None].astype(np.float32) / 255))
    for name, values in logits.items():
        assert (values.argmax(dim=1).numpy() == data.targets[name].argmax(axis=1)).mean() > 0.95


def test_resumed_run_ends_where_the_uninterrupted_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(recipe(), stripes(), stripes(16), Machine(tmp_path / "whole", "cpu"))

    def pull_the_plug(self: Learner) -> None:
        if self.current_epoch == 1:
            raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(Learner, "on_train_epoch_start", pull_the_plug)
        with pytest.raises(RuntimeError, match="the power went"):
            train(recipe(), stripes(), stripes(16), Machine(tmp_path / "cut", "cpu"))
    resumed = train(recipe(), stripes(), stripes(16), Machine(tmp_path / "cut", "cpu", resume=True))
    for name, values in weights(whole).items():
        np.testing.assert_array_equal(weights(resumed)[name], values, err_msg=name)


def test_average_of_zero_keeps_the_last_weights(tmp_path: Path) -> None:
    last = train(recipe(average=0.0), stripes(), stripes(16), Machine(tmp_path / "a", "cpu"))
    mean = train(recipe(average=0.9), stripes(), stripes(16), Machine(tmp_path / "b", "cpu"))
    head = "heads.expression.weight"
    assert np.abs(weights(last)[head] - weights(mean)[head]).max() > 1e-3


def test_every_epoch_reports_the_accuracy_of_each_head(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    choose = stripes(16)
    choose.weights["fer2013"][8:] = 0  # half of it has no such label
    with caplog.at_level(logging.INFO, logger=loop.__name__):
        train(recipe(), stripes(), choose, Machine(tmp_path, "cpu"))
    lines = [record.message for record in caplog.records if record.name == loop.__name__]
    assert [line.split(":")[0] for line in lines] == ["epoch 0", "epoch 1"]
    for line in lines:
        values = dict(part.split() for part in line.split(": ")[1].split(", "))
        assert set(values) == {"accuracy_expression", "accuracy_fer2013", "loss"}
        eighths = float(values["accuracy_fer2013"]) * 8  # printed with four digits
        assert eighths == pytest.approx(round(eighths), abs=1e-3)


def test_lightning_says_nothing_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    train(recipe(epochs=1), stripes(32), stripes(16), Machine(tmp_path, "cpu"))
    assert capfd.readouterr() == ("", "")


def test_resume_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no checkpoint to resume from.*last\.ckpt.*without --resume"):
        train(recipe(), stripes(), stripes(), Machine(tmp_path, "cpu", resume=True))


def test_finished_training_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "last.ckpt").write_bytes(b"precious")
    with pytest.raises(OutputError, match=r"holds a training already.*--resume"):
        train(recipe(), stripes(), stripes(), Machine(tmp_path, "cpu"))
    assert (tmp_path / "last.ckpt").read_bytes() == b"precious"
