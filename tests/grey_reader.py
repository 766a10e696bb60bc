"""Stills whose label is their grey level, and a network that reads it: a world in which every answer is known.

Each of FER2013's labels has a level of its own; `reader` names the label whose level is nearest to the mean of a
face. A still that is labelled one way and painted another is misread, as often as a test wants.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.card import TrainingSource
from duchenne.models.session import Device, Session
from labelled_faces import ballot, image, write_table
from tiny_networks import GREY_INPUT, Output, build

LEVELS = {label: 20 + 30 * place for place, label in enumerate((*FER2013_LABELS, "contempt"))}


def reader(
    name: str = "grey",
    *,
    output: str = "fer2013",
    labels: tuple[str, ...] = FER2013_LABELS,
    training: Sequence[TrainingSource] = (),
) -> Session:
    """A network that names the label whose level is nearest: 2 c m - c^2 is largest for the c nearest to m.

    Scaled and moved to probabilities: all c and m lie in [-1, 1], so that no score is further than 4 from the mean.
    """
    centres = np.array([LEVELS[label] / 255 * 2 - 1 for label in labels])
    scale = 1 / (4 * len(labels))
    bias = 1 / len(labels) - scale * (centres**2 - np.mean(centres**2))
    gain = 2 * scale * (centres - centres.mean())
    card, weights = build([Output(output, bias=bias, gain=gain, labels=labels)], name=name, spec=GREY_INPUT)
    return Session(dataclasses.replace(card, training=tuple(training)), weights)


def eight_reader() -> Session:
    """The same with the frame table's eight labels."""
    return reader("eight", output="expression", labels=EXPRESSIONS)


def offer(monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    """Let a network be opened by its name as if it were installed."""
    installed = Session.open

    def open_(name: str, device: Device = Device.CPU) -> Session:
        return session if name == session.card.name else installed(name, device)

    monkeypatch.setattr(Session, "open", open_)


def still_row(number: int, label: str, shown: str, usage: str = "PublicTest") -> dict[str, object]:
    """A row of a table like FER2013's: labelled one way, painted another."""
    return {
        "image_id": f"fer{number}",
        "usage": usage,
        "emotion": label,
        **ballot(),
        "png": image(LEVELS[shown]),
    }


def write_stills(path: Path, n_each: int = 6, n_neutral_angry: int = 0, usage: str = "PublicTest") -> Path:
    """As many stills of each label, of which some neutral ones look angry."""
    rows = []
    for label in FER2013_LABELS:
        for number in range(n_each):
            shown = "anger" if label == "neutral" and number < n_neutral_angry else label
            rows.append(still_row(len(rows), label, shown, usage))
    return write_table(path, rows)
