"""Accuracy against training time: one row of ``history.csv`` for each epoch.

Takes what the loop measured after an epoch and how long the training has run; gives a file beside the checkpoints
that a resumed training goes on writing. So a short run on two cores says how much a longer one on a GPU may gain.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Final

import lightning

HISTORY: Final = "history.csv"


class History(lightning.Callback):
    """Writes epoch, seconds and every measured value after each epoch.

    ``seconds`` counts the time in which a training ran, over all its resumptions, without reading data and without
    the breaks between. It is the time of this machine with whatever else ran on it.

    Args:
        folder: Where ``history.csv`` is or shall be.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / HISTORY
        self._began_s = 0.0
        self._before_s = 0.0

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        # Not at the start of the fit, when Lightning has not yet restored which epoch a resumed training is in.
        self._began_s = time.monotonic()
        kept = [row for row in self._rows() if int(row["epoch"]) < trainer.current_epoch]
        self._before_s = float(kept[-1]["seconds"]) if kept else 0.0
        # An epoch that a stop cut off is trained, and written, again.
        if trainer.is_global_zero and self._path.is_file():
            self._write(kept)

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        if not trainer.is_global_zero:  # of several processes that train one network, one writes
            return
        seconds = self._before_s + time.monotonic() - self._began_s
        row = {"epoch": str(trainer.current_epoch), "seconds": f"{seconds:.1f}"}
        row |= {name: f"{float(value):.5f}" for name, value in sorted(trainer.callback_metrics.items())}
        self._write([*self._rows(), row])

    def _rows(self) -> list[dict[str, str]]:
        if not self._path.is_file():
            return []
        with self._path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def _write(self, rows: list[dict[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        names = list(dict.fromkeys(name for row in rows for name in row))
        with self._path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
