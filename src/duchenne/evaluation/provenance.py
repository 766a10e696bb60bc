"""Where a result comes from: the network, the data file and the command, each pinned by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from duchenne.evaluation.score import Report, Score
from duchenne.models.card import Card


def report_of(
    evaluation: str,
    card: Card,
    data: Path,
    *,
    dataset: str,
    split: str,
    command: str,
    notes: Sequence[str],
    scores: Sequence[Score],
) -> Report:
    """Bind scores to what they were measured with; ``data`` is read once more for its hash."""
    with data.open("rb") as file:
        data_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Report(
        evaluation=evaluation,
        model=f"{card.name} {card.version}",
        weights_sha256=card.sha256,
        data=data.name,
        data_sha256=data_sha256,
        dataset=dataset,
        split=split,
        command=command,
        notes=tuple(notes),
        scores=tuple(scores),
    )
