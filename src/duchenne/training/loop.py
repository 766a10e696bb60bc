"""Train a network: Lightning's Trainer around any network of `duchenne.training.networks`.

Takes a `Recipe`, the data to learn from and the data to choose on, and a folder for checkpoints; gives the
trained network with the moving average of its weights. Refuses to resume from a checkpoint that is not there.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import ModelCheckpoint, WeightAveraging
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, SequentialLR
from torch.utils.data import DataLoader

from duchenne.errors import InputError, OutputError
from duchenne.models.card import InputSpec
from duchenne.models.preprocess import to_tensor
from duchenne.training import kinds, networks
from duchenne.training.coupling import Coupling, units_of
from duchenne.training.cycles import EndOfFirstCycle, join_cycles
from duchenne.training.history import History
from duchenne.training.losses import distribution_matching
from duchenne.training.networks import Head
from duchenne.training.optimisation import Optimisation
from duchenne.training.patches import Batch, Early, EpochSampler, Patches, TrainingSet
from duchenne.training.recipe import Recipe
from duchenne.training.start import load_start

_log = logging.getLogger(__name__)

# Norm of all gradients; usual steps lie below 2, so only a freak batch is held back.
_MAX_GRADIENT = 5.0
# Enough for the mean and variance of each channel.
_START_FACES = 512


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and how to run, which never changes what is learned.

    Attributes:
        folder: For checkpoints and logs.
        accelerator: Lightning's name: "auto", "cpu" or "cuda".
        devices: Number of devices, or of processes on the CPU's cores; a batch is divided among them.
        workers: Processes that load data; 0 loads between the steps.
        resume: Go on from the last checkpoint in the folder.
    """

    folder: Path
    accelerator: str = "auto"
    devices: int = 1
    workers: int = 0
    resume: bool = False


class Learner(lightning.LightningModule):
    """One network under training: the sum of its heads' losses is minimised, each head is measured by its kind.

    With a coupling, faces whose units nobody labelled are asked for the units that go with the expression they are
    given (paper 002, equation 3).
    """

    _units_of: Tensor

    def __init__(
        self,
        network: nn.Module,
        optimisation: Optimisation,
        heads: Sequence[Head],
        coupling: Coupling | None = None,
        balance: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks it
        self._optimisation = optimisation
        self._kinds = {head.name: head.kind for head in heads}
        self._outcomes: dict[str, list[Tensor]] = {}
        self._balance = balance or {}
        self._coupling = coupling
        if coupling is not None:
            labels = {head.name: head.labels for head in heads}
            table = units_of(labels[coupling.classes], labels[coupling.units], shares=coupling.shares)
            self.register_buffer("_units_of", torch.from_numpy(table), persistent=False)

    def training_step(self, batch: Batch, _: int) -> Tensor:
        outputs = self._outputs(batch)
        losses = [
            self._balance.get(name, 1.0)
            * kinds.loss(kind, outputs[name], batch.targets[name], batch.weights[name])
            for name, kind in self._kinds.items()
        ]
        c = self._coupling
        if c is not None and self.current_epoch >= c.from_epoch:
            unlabelled = ((batch.weights[c.units] == 0)[:, None] | batch.targets[c.units].isnan()).float()
            matching = distribution_matching(outputs[c.classes], outputs[c.units], self._units_of, unlabelled)
            losses.append(c.weight * matching)
        loss = torch.stack(losses).sum()
        self.log("loss", loss, batch_size=len(batch.images))
        return loss

    def validation_step(self, batch: Batch, _: int) -> None:
        outputs = self._outputs(batch)
        for name, kind in self._kinds.items():
            outcome = kinds.outcome(kind, outputs[name], batch.targets[name], batch.weights[name])
            self._outcomes.setdefault(name, []).append(outcome)

    def on_validation_epoch_end(self) -> None:
        for name, outcomes in self._outcomes.items():
            measure, value = kinds.measure(self._kinds[name], torch.cat(outcomes))
            self.log(f"{measure}_{name}", value, sync_dist=True)
        self._outcomes.clear()

    def configure_optimizers(self) -> Any:
        o = self._optimisation
        decayed = [p for p in self.parameters() if p.ndim > 1]
        plain = [p for p in self.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": o.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        optimiser = torch.optim.AdamW(groups, lr=o.learning_rate)
        schedule = _schedule(optimiser, o, int(self.trainer.estimated_stepping_batches))
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def _outputs(self, batch: Batch) -> dict[str, Tensor]:
        images = batch.images.contiguous(memory_format=torch.channels_last)
        outputs: dict[str, Tensor] = self.network(images)
        return outputs


def _schedule(optimiser: Optimizer, o: Optimisation, steps: int) -> LRScheduler:
    first = steps * o.restart_epoch // o.epochs
    lengths = [first, steps - first] if first else [steps]
    cycles: list[LRScheduler] = [
        OneCycleLR(optimiser, max_lr=o.learning_rate, total_steps=length, pct_start=o.warmup)
        for length in lengths
    ]
    return SequentialLR(optimiser, cycles, milestones=[first]) if first else cycles[0]


class _Report(lightning.Callback):
    """One line a checked epoch, for logs."""

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        values = {k: float(v) for k, v in trainer.callback_metrics.items()}
        text = ", ".join(f"{name} {value:.4f}" for name, value in sorted(values.items()))
        _log.info("epoch %d: %s", trainer.current_epoch, text)


def train(recipe: Recipe, learn: TrainingSet, choose: TrainingSet, machine: Machine) -> nn.Module:
    """Train to the end of the recipe and give the network back, its averaged weights in place.

    Args:
        recipe: What to do.
        learn: Faces to learn from.
        choose: Faces whose accuracy is reported each epoch; they teach nothing.
        machine: Where to do it.

    Returns:
        The network in evaluation mode on the CPU.

    Raises:
        InputError: if a resume was asked for and the folder holds no checkpoint.
        OutputError: if no resume was asked for and it does hold one.
    """
    o = recipe.optimisation
    last = machine.folder / "last.ckpt"
    if machine.resume and not last.is_file():
        raise InputError(
            f"there is no checkpoint to resume from in {machine.folder}",
            expected=last.name,
            remedy="Start without --resume",
        )
    if not machine.resume and last.is_file():
        raise OutputError(
            f"{machine.folder} holds a training already",
            got=last.name,
            remedy="Go on with --resume, or choose another folder",
        )
    torch.manual_seed(o.seed)
    definition = networks.find(recipe.network)
    network: nn.Module = definition.Network(recipe.options)
    if recipe.start:
        load_start(network, recipe.start, _some(learn, definition.INPUT, o.seed))
    learner = Learner(network, o, definition.HEADS, recipe.coupling, recipe.balance)
    loaders = (
        _loader(
            Patches(
                learn, definition.INPUT, recipe.augmentation, o.seed, Early(o.early_epochs, o.early_size)
            ),
            o,
            machine,
            EpochSampler(learn.shares, o.seed),
        ),
        _loader(Patches(choose, definition.INPUT), o, machine, None),
    )
    with _quiet_lightning():
        trainer = lightning.Trainer(
            accelerator=machine.accelerator,
            devices=machine.devices,
            # Spawned processes train and end; a command that Lightning starts again would export once more, too.
            strategy="ddp_spawn" if machine.devices > 1 else "auto",
            use_distributed_sampler=False,  # `EpochSampler` divides its order itself
            precision=cast(Any, o.precision),  # the recipe has checked the name
            max_epochs=o.epochs,
            callbacks=_callbacks(machine.folder, o),
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
            gradient_clip_val=_MAX_GRADIENT,
        )
        # A checkpoint is data: weights_only keeps a foreign one from running code.
        trainer.fit(learner, *loaders, ckpt_path=last if machine.resume else None, weights_only=True)
    trained: nn.Module = learner.network.float().cpu().eval()
    if o.join_cycles:
        join_cycles(trained, machine.folder)
    return trained


def _callbacks(folder: Path, o: Optimisation) -> list[lightning.Callback]:
    checkpoints = ModelCheckpoint(
        dirpath=folder,
        filename="epoch-{epoch:03d}",
        auto_insert_metric_name=False,
        save_last=True,
        enable_version_counter=False,  # in a folder that was moved too, the newest is last.ckpt
    )
    callbacks: list[lightning.Callback] = [checkpoints, _Report(), History(folder)]
    if o.join_cycles:
        callbacks.append(EndOfFirstCycle(folder, o.restart_epoch))
    if o.average > 0:
        callbacks.append(WeightAveraging(avg_fn=partial(_moved, decay=o.average)))
    return callbacks


def _moved(average: Tensor, current: Tensor, _: Tensor, *, decay: float) -> Tensor:
    """One step of the moving average; Lightning's own cannot be sent to a spawned process."""
    return decay * average + (1 - decay) * current


def _some(faces: TrainingSet, spec: InputSpec, seed: int) -> Tensor:
    """(N, C, H, W) of some faces, as they are."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(faces), min(len(faces), _START_FACES), replace=False)
    return torch.from_numpy(to_tensor(faces.patches[np.sort(chosen)], spec))


@contextlib.contextmanager
def _quiet_lightning() -> Iterator[None]:
    """Keep Lightning's advertisements, and its warnings about its own inside, out of the user's log."""
    log = logging.getLogger("lightning.pytorch")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            # The number of workers is the caller's choice, made with the machine in view.
            warnings.filterwarnings("ignore", message=".*does not have many workers.*")
            # `train` has looked at the folder already.
            warnings.filterwarnings("ignore", message="Checkpoint directory .* exists and is not empty.*")
            # A folder that was moved keeps an older checkpoint more, which does no harm.
            warnings.filterwarnings("ignore", message="The dirpath has changed.*")
            # Lightning 2.6 asks torch 2.13 in an outdated way.
            warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
            yield
    finally:
        log.setLevel(level)


def _loader(
    data: Patches, o: Optimisation, machine: Machine, sampler: EpochSampler | None
) -> DataLoader[Batch]:
    batch_size = max(o.batch_size // machine.devices, 1)
    return DataLoader(
        data,
        batch_size=batch_size,
        sampler=sampler,
        num_workers=machine.workers,
        persistent_workers=machine.workers > 0,
        collate_fn=_as_is,
        drop_last=sampler is not None and len(sampler) > batch_size * machine.devices,
    )


def _as_is(batch: Any) -> Any:
    return batch  # `Patches` hands out whole batches
