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
from duchenne.training.coupling import Coupling, units_of
from duchenne.training.generated import generate
from duchenne.training.loop import Learner, Machine, train
from duchenne.training.losses import distribution_matching, unit_cross_entropy
from duchenne.training.networks import quadrant, quadrant_valence, rec
from duchenne.training.networks.expression import INPUT
from duchenne.training.optimisation import Optimisation
from duchenne.training.patches import Batch, TrainingSet
from duchenne.training.recipe import Export, Recipe, Source, load_recipe
from tiny_trainings import recipe, stripes


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


@pytest.mark.parametrize(
    "special",
    [
        {},
        {"early_epochs": 1, "early_size": 24},
        {"restart_epoch": 1},
        {"restart_epoch": 1, "join_cycles": True},
    ],
)
def test_resumed_run_ends_where_the_uninterrupted_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, special: dict[str, int]
) -> None:
    small = recipe(**special)
    whole = train(small, stripes(), stripes(16), Machine(tmp_path / "whole", "cpu"))

    def pull_the_plug(self: Learner) -> None:
        if self.current_epoch == 1:
            raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(Learner, "on_train_epoch_start", pull_the_plug)
        with pytest.raises(RuntimeError, match="the power went"):
            train(small, stripes(), stripes(16), Machine(tmp_path / "cut", "cpu"))
    moved = (tmp_path / "cut").rename(tmp_path / "moved")
    resumed = train(small, stripes(), stripes(16), Machine(moved, "cpu", resume=True))
    for name, values in weights(whole).items():
        np.testing.assert_array_equal(weights(resumed)[name], values, err_msg=name)
    epochs = [row.split(",")[0] for row in (moved / "history.csv").read_text().splitlines()[1:]]
    assert epochs == [str(epoch) for epoch in range(small.optimisation.epochs)]
    assert sorted(path.name for path in moved.glob("last*")) == ["last.ckpt"]


def rates_of(monkeypatch: pytest.MonkeyPatch, folder: Path, **optimisation: Any) -> np.ndarray:
    """The learning rate of every step of a training."""
    rates: list[float] = []
    step = Learner.training_step

    def note_the_rate(self: Learner, batch: Batch, index: int) -> torch.Tensor:
        rates.append(self.trainer.optimizers[0].param_groups[0]["lr"])
        return step(self, batch, index)

    with monkeypatch.context() as patched:
        patched.setattr(Learner, "training_step", note_the_rate)
        train(recipe(**optimisation), stripes(), stripes(16), Machine(folder, "cpu"))
    return np.array(rates)


def test_restart_begins_the_cycle_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 64 faces in batches of 16: four steps an epoch.
    one = rates_of(monkeypatch, tmp_path / "one", epochs=3)
    other = rates_of(monkeypatch, tmp_path / "other", epochs=2)
    both = rates_of(monkeypatch, tmp_path / "both", epochs=5, restart_epoch=3)
    # torch's schedule is a closed formula: exact but for the order of its sums.
    np.testing.assert_allclose(both, np.concatenate([one, other]), rtol=1e-9)
    assert both[11] < 1e-3 * both[12] < 1e-3 * both.max()


def test_mixed_precision_trains_weights_of_32_bits(tmp_path: Path) -> None:
    network = train(
        recipe(epochs=1, precision="bf16-mixed"), stripes(16), stripes(16), Machine(tmp_path, "cpu")
    )
    assert {value.dtype for value in network.parameters()} == {torch.float32}
    assert all(np.isfinite(value).all() for value in weights(network).values())


def test_average_of_zero_keeps_the_last_weights(tmp_path: Path) -> None:
    last = train(recipe(average=0.0), stripes(), stripes(16), Machine(tmp_path / "a", "cpu"))
    mean = train(recipe(average=0.9), stripes(), stripes(16), Machine(tmp_path / "b", "cpu"))
    head = "heads.expression.weight"
    assert np.abs(weights(last)[head] - weights(mean)[head]).max() > 1e-3


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    # Without batch normalisation and dropout, half a batch each gives the same mean gradient.
    full = load_recipe("quadrant")
    small = dataclasses.replace(
        full.optimisation, epochs=2, batch_size=16, average=0.5, early_epochs=0, precision="32-true"
    )
    shape = {"widths": [4, 4, 8], "hidden": 16, "dropout": 0.0, "batch_norm": False}
    tiny = dataclasses.replace(full, shape=shape, optimisation=small, teacher=None)
    made = [generate(quadrant.INPUT, quadrant.HEADS, n, np.random.default_rng(n)) for n in (64, 16)]
    alone = weights(train(tiny, *made, Machine(tmp_path / "one", "cpu")))
    both = weights(train(tiny, *made, Machine(tmp_path / "two", "cpu", devices=2)))
    for name, values in alone.items():
        # float32 sums in another order, over eight steps of AdamW.
        np.testing.assert_allclose(both[name], values, atol=2e-4, err_msg=name)
    assert (
        max(np.abs(alone[name] - weights(quadrant.Network(tiny.options))[name]).max() for name in alone)
        > 1e-2
    )
    rows = [(tmp_path / place / "history.csv").read_text().splitlines() for place in ("one", "two")]
    assert [len(lines) for lines in rows] == [3, 3]
    assert (tmp_path / "two" / "last.ckpt").is_file()


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


def valence_recipe(**optimisation: Any) -> Recipe:
    """The network of seven values, with a few hundred weights."""
    source = Source("recola", "train", {head.name: 1.0 for head in quadrant_valence.HEADS})
    return Recipe(
        network="quadrant_valence",
        learn=(source,),
        choose=(source,),
        export=Export("small", "Small", "1", tolerance=2e-3, limits=("for tests",)),
        shape={"widths": [4, 4, 8], "hidden": 16, "dropout": 0.0},
        optimisation=Optimisation(batch_size=16, precision="32-true", **optimisation),
    )


def rated(n: int, seed: int = 0) -> TrainingSet:
    return generate(INPUT, quadrant_valence.HEADS, n, np.random.default_rng(seed))


def test_values_are_learned_and_every_epoch_reports_their_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data, choose = rated(96), rated(32, seed=1)
    choose.weights["rater_3"][20:] = 0
    choose.targets["rater_3"][20:] = 100  # what a missing target holds is nobody's business
    with caplog.at_level(logging.INFO, logger=loop.__name__):
        network = train(
            valence_recipe(epochs=8, learning_rate=0.02, average=0.5), data, choose, Machine(tmp_path, "cpu")
        )
    with torch.inference_mode():
        values = network(torch.from_numpy(choose.patches[:, None].astype(np.float32) / 255))
    line = [record.message for record in caplog.records if record.name == loop.__name__][-1]
    reported = {
        name: float(value) for name, value in (part.split() for part in line.split(": ")[1].split(", "))
    }
    assert set(reported) == {"loss", *(f"rmse_{head.name}" for head in quadrant_valence.HEADS)}
    for name, value in values.items():
        seen = choose.weights[name] > 0
        error = value.numpy()[seen] - choose.targets[name][seen]
        # The log prints four digits.
        assert reported[f"rmse_{name}"] == pytest.approx(float(np.sqrt((error**2).mean())), abs=1e-3)
        # The values spread by 0.7 about their mean, which is what a network that learned nothing would give.
        assert reported[f"rmse_{name}"] < 0.5


def test_early_epochs_see_smaller_pictures_and_the_validation_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[tuple[int, int]]] = {"training_step": [], "validation_step": []}

    def watch(step: str) -> None:
        plain = getattr(Learner, step)

        def watched(self: Learner, batch: Batch, index: int) -> Any:
            seen[step].append((self.current_epoch, batch.images.shape[-1]))
            return plain(self, batch, index)

        monkeypatch.setattr(Learner, step, watched)

    watch("training_step")
    watch("validation_step")
    small = recipe(epochs=3, early_epochs=2, early_size=24)
    train(small, stripes(32), stripes(16), Machine(tmp_path, "cpu"))
    assert set(seen["training_step"]) == {(0, 24), (1, 24), (2, 48)}
    assert {size for _, size in seen["validation_step"]} == {48}


def test_training_starts_from_the_installed_model_that_the_recipe_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    before: dict[str, np.ndarray] = {}

    def fill(network: torch.nn.Module, model: str, images: torch.Tensor) -> int:
        # As many faces as there are, in the range that the network takes.
        assert images.shape == (16, 1, 48, 48)
        assert 0 <= float(images.min()) < float(images.max()) <= 1
        started.append(model)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.fill_(0.01)
        before.update({name: value.copy() for name, value in weights(network).items()})
        return 1

    monkeypatch.setattr(loop, "load_start", fill)
    small = recipe(epochs=1, learning_rate=1e-9, average=0.0)
    network = train(
        dataclasses.replace(small, start="before"), stripes(16), stripes(16), Machine(tmp_path, "cpu")
    )
    assert started == ["before"]
    for name, parameter in network.named_parameters():
        # One step of a billionth: float32 keeps 0.01.
        np.testing.assert_allclose(parameter.detach().numpy(), before[name], atol=1e-7)


def test_a_training_leaves_its_accuracy_against_time_behind(tmp_path: Path) -> None:
    train(recipe(epochs=2), stripes(16), stripes(16), Machine(tmp_path, "cpu"))
    header, *rows = (tmp_path / "history.csv").read_text().splitlines()
    assert header.split(",")[:4] == ["epoch", "seconds", "accuracy_expression", "accuracy_fer2013"]
    assert [row.split(",")[0] for row in rows] == ["0", "1"]


def test_coupling_asks_unlabelled_faces_for_the_units_of_their_expression() -> None:
    torch.manual_seed(0)
    network = rec.Network(rec.Options(widths=(4, 8), blocks=(0,), dropout=0.0))
    images = torch.rand(3, 1, 48, 48)
    empty = {head.name: torch.zeros(3, len(head.labels)) for head in rec.HEADS}
    nobody = {head.name: torch.zeros(3) for head in rec.HEADS}
    # The first face is labelled whole, the second not at all, the third for its first unit alone.
    empty["units"][2, 1:] = torch.nan
    batch = Batch(images, empty, {**nobody, "units": torch.tensor([1.0, 0.0, 1.0])})
    coupling = Coupling("expression", "units", weight=0.5)
    losses = {}
    later = dataclasses.replace(coupling, from_epoch=1)
    for name, coupled in (("plain", None), ("coupled", coupling), ("coupled later", later)):
        learner = Learner(network.eval(), Optimisation(), rec.HEADS, coupled)
        learner.log = lambda *args, **options: None  # type: ignore[method-assign]  # no trainer writes it down
        losses[name] = float(learner.training_step(batch, 0).detach())
    outputs = network(images)
    labels = {head.name: head.labels for head in rec.HEADS}
    table = torch.from_numpy(units_of(labels["expression"], labels["units"], shares=False))
    unlabelled = torch.ones(3, table.shape[1])
    unlabelled[0], unlabelled[2, 0] = 0.0, 0.0
    matching = distribution_matching(outputs["expression"], outputs["units"], table, unlabelled).detach()
    # One sum of float32 beside another.
    assert losses["coupled"] - losses["plain"] == pytest.approx(0.5 * float(matching), abs=1e-5)
    assert losses["coupled later"] == losses["plain"]  # outside a training it is the first epoch
    assert "_units_of" not in Learner(network, Optimisation(), rec.HEADS, coupling).state_dict()


def test_balance_multiplies_the_loss_of_its_head_alone() -> None:
    torch.manual_seed(0)
    network = rec.Network(rec.Options(widths=(4, 8), blocks=(0,), dropout=0.0)).eval()
    images, ones = torch.rand(3, 1, 48, 48), torch.ones(3)
    targets = {head.name: torch.full((3, len(head.labels)), 1 / len(head.labels)) for head in rec.HEADS}
    batch = Batch(images, targets, {head.name: ones for head in rec.HEADS})
    losses = []
    for balance in ({}, {"units": 5.0}):
        learner = Learner(network, Optimisation(), rec.HEADS, balance=balance)
        learner.log = lambda *args, **options: None  # type: ignore[method-assign]  # no trainer writes it down
        losses.append(float(learner.training_step(batch, 0).detach()))
    units = float(unit_cross_entropy(network(images)["units"], targets["units"], ones).detach())
    # Sums of four float32 numbers of the order of 1.
    assert losses[1] - losses[0] == pytest.approx(4 * units, abs=1e-5)
