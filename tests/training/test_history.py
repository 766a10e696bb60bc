from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from duchenne.training import history
from duchenne.training.history import HISTORY, History


class Clock:
    """A clock that a test sets."""

    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(history, "time", clock)
    return clock


def trainer(epoch: int, *, is_first: bool = True, **metrics: float) -> Any:
    values = {name: torch.tensor(value) for name, value in metrics.items()}
    return SimpleNamespace(current_epoch=epoch, callback_metrics=values, is_global_zero=is_first)


def test_every_epoch_has_its_row_with_the_seconds_since_the_start(tmp_path: Path, clock: Clock) -> None:
    written = History(tmp_path)
    written.on_train_start(trainer(0), None)  # type: ignore[arg-type]  # the module is not looked at
    for epoch in range(2):
        clock.now_s += 10
        written.on_validation_end(trainer(epoch, loss=2.0, accuracy=0.25 * epoch), None)  # type: ignore[arg-type]
    assert (tmp_path / HISTORY).read_text() == (
        "epoch,seconds,accuracy,loss\n0,10.0,0.00000,2.00000\n1,20.0,0.25000,2.00000\n"
    )


def test_a_resumed_training_goes_on_and_replaces_the_epoch_that_was_cut_off(
    tmp_path: Path, clock: Clock
) -> None:
    first = History(tmp_path)
    first.on_train_start(trainer(0), None)  # type: ignore[arg-type]
    for epoch in range(3):
        clock.now_s += 10
        first.on_validation_end(trainer(epoch, loss=1.0), None)  # type: ignore[arg-type]
    clock.now_s += 5000  # the break
    second = History(tmp_path)
    second.on_train_start(trainer(2), None)  # type: ignore[arg-type]
    clock.now_s += 7
    second.on_validation_end(trainer(2, loss=0.5), None)  # type: ignore[arg-type]
    rows = (tmp_path / HISTORY).read_text().splitlines()
    assert rows == ["epoch,seconds,loss", "0,10.0,1.00000", "1,20.0,1.00000", "2,27.0,0.50000"]


def test_a_new_training_in_an_empty_folder_makes_it(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "new"
    written = History(folder)
    written.on_train_start(trainer(0), None)  # type: ignore[arg-type]
    assert not folder.exists()
    written.on_validation_end(trainer(0), None)  # type: ignore[arg-type]
    assert (folder / HISTORY).read_text() == "epoch,seconds\n0,0.0\n"


def test_of_several_processes_only_the_first_writes(tmp_path: Path, clock: Clock) -> None:
    second = History(tmp_path)
    second.on_train_start(trainer(0, is_first=False), None)  # type: ignore[arg-type]
    second.on_validation_end(trainer(0, is_first=False, loss=1.0), None)  # type: ignore[arg-type]
    assert not (tmp_path / HISTORY).exists()
