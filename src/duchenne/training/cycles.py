"""Join what two cycles of a training found: the mean of the weights at the end of each.

Takes a network trained to the end of its second cycle and the folder of its checkpoints, gives the mean in place.
Weights that one run passes through one after the other lie in one basin, and the middle of a basin generalises
better than its rim (Izmailov et al. 2018, Averaging Weights Leads to Wider Optima, arXiv:1803.05407). Statistics of
batch normalisation are meaned as well. Refuses a folder without the end of the first cycle.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import lightning
import torch
from torch import Tensor, nn

from duchenne.errors import InputError

FIRST: Final = "first_cycle.ckpt"
_PREFIX: Final = "network."


class EndOfFirstCycle(lightning.Callback):
    """Keeps a checkpoint of the epoch that ends the first cycle.

    Args:
        folder: Of the checkpoints.
        restart_epoch: Where the second cycle begins, at least 1.
    """

    def __init__(self, folder: Path, restart_epoch: int) -> None:
        self._path = folder / FIRST
        self._last_epoch = restart_epoch - 1

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        if trainer.current_epoch == self._last_epoch:
            trainer.save_checkpoint(self._path)


def join_cycles(network: nn.Module, folder: Path) -> None:
    """Set a network to the mean of itself and the end of the first cycle.

    Args:
        network: On the CPU, at the end of the second cycle; changed in place.
        folder: Of the checkpoints.

    Raises:
        InputError: if the folder does not hold the end of the first cycle.
    """
    path = folder / FIRST
    if not path.is_file():
        raise InputError(
            f"{folder} does not hold the end of the first cycle",
            expected=path.name,
            remedy="Train from the beginning, or set join_cycles = false",
        )
    first = weights_in(path)
    joined = {
        name: (value + first[name].to(value.dtype)) / 2 if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(joined)


def weights_in(checkpoint: Path) -> dict[str, Tensor]:
    """What a checkpoint of `duchenne.training.loop` holds of the network: the average, where there is one."""
    kept: dict[str, Tensor] = torch.load(checkpoint, map_location="cpu", weights_only=True)["state_dict"]
    return {name.removeprefix(_PREFIX): value for name, value in kept.items() if name.startswith(_PREFIX)}
