"""How a training finds its weights: the length, the rate and its course, the average, the early epochs.

Takes the values of a recipe's table ``[optimisation]``; refuses those outside their range.
"""

from __future__ import annotations

from dataclasses import dataclass

from duchenne.errors import SettingsError

PRECISIONS = ("32-true", "bf16-mixed", "16-mixed")


@dataclass(frozen=True, slots=True)
class Optimisation:
    """How the weights are found: AdamW under a one-cycle schedule, and a moving average of the weights.

    Attributes:
        epochs: Passes over the drawn samples.
        batch_size: Samples a step.
        learning_rate: Peak of the cycle.
        weight_decay: AdamW's decoupled decay, on weights of two or more axes only.
        warmup: Share of a cycle's steps in which the rate rises.
        restart_epoch: Epoch at which the cycle begins anew from the weights reached, as in Loshchilov & Hutter
            2017, SGDR, arXiv:1608.03983; 0 for one cycle.
        join_cycles: Whether the trained network is the mean of what both cycles ended with
            (`duchenne.training.cycles`).
        average: Decay of the moving average a step; 0 keeps the last weights.
        precision: One of `PRECISIONS`, Lightning's names.
        seed: Of everything random in the training.
        early_epochs: Epochs at the start that see smaller patches; the validation never does. For networks that
            take any size.
        early_size: Width of a patch in these epochs, in pixels.
    """

    epochs: int = 30
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    warmup: float = 0.2
    restart_epoch: int = 0
    join_cycles: bool = False
    average: float = 0.998
    precision: str = "bf16-mixed"
    seed: int = 0
    early_epochs: int = 0
    early_size: int = 32

    def __post_init__(self) -> None:
        if min(self.epochs, self.batch_size) < 1 or self.learning_rate <= 0 or self.weight_decay < 0:
            raise SettingsError(
                "the optimisation is outside its range",
                got=f"epochs {self.epochs}, batch_size {self.batch_size}, "
                f"learning_rate {self.learning_rate}, weight_decay {self.weight_decay}",
                expected="epochs and batch_size at least 1, learning_rate above 0, weight_decay at least 0",
            )
        if self.precision not in PRECISIONS:
            raise SettingsError("unknown precision", got=self.precision, expected=", ".join(PRECISIONS))
        if not 0 <= self.early_epochs <= self.epochs or self.early_size < 1:
            raise SettingsError(
                "the optimisation is outside its range",
                got=f"early_epochs {self.early_epochs}, early_size {self.early_size}",
                expected=f"early_epochs from 0 to {self.epochs}, early_size at least 1",
            )
        if not 0 <= self.restart_epoch < self.epochs:
            raise SettingsError(
                "the optimisation is outside its range",
                got=f"restart_epoch {self.restart_epoch}",
                expected=f"from 0 to {self.epochs - 1}",
            )
        if self.join_cycles and self.restart_epoch == 0:
            raise SettingsError(
                "there are no two cycles to join",
                got="join_cycles without restart_epoch",
                expected=f"restart_epoch from 1 to {self.epochs - 1}",
            )
        if not 0 < self.warmup < 1 or not 0 <= self.average < 1:
            raise SettingsError(
                "the optimisation is outside its range",
                got=f"warmup {self.warmup}, average {self.average}",
                expected="warmup in (0, 1), average in [0, 1)",
            )
