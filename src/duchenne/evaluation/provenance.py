"""Where a result comes from: the network, the data file and the command, each pinned by a hash."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from pathlib import Path

from duchenne.evaluation.score import Report, Score
from duchenne.models.card import Card
from duchenne.outputs.provenance import hash_file


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
    return Report(
        evaluation=evaluation,
        model=f"{card.name} {card.version}",
        weights_sha256=card.sha256,
        data=data.name,
        data_sha256=hash_of(data),
        dataset=dataset,
        split=split,
        command=command,
        notes=tuple(notes),
        scores=tuple(scores),
    )


def command_of(
    evaluation: str, data: Path, *, split: str, dataset: str, usual: str, models: Sequence[str]
) -> str:
    """What repeats an evaluation of a split of a table: file names without folders, which are nobody's business.

    Args:
        evaluation: Its name on the command line.
        data: The table.
        split: The part that was scored.
        dataset: What the table is.
        usual: What the command takes it for unless told.
        models: The networks that were scored.
    """
    words = ["duchenne", "evaluate", evaluation, "--data", data.name, "--split", split]
    words += [] if dataset == usual else ["--dataset", dataset]
    return shlex.join([*words, *(word for name in models for word in ("--model", name))])


def hash_of(data: Path) -> str:
    """What pins a file, or everything in a folder.

    Args:
        data: The file or folder.

    Returns:
        SHA-256 in hexadecimal: of the file's bytes, as ``sha256sum`` prints it; of a folder, of one line for each
        file below it, sorted, with its hash, two blanks and its path from the folder.
    """
    if data.is_dir():
        paths = sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())
        lines = "".join(f"{hash_of(data / path)}  {path}\n" for path in paths)
        return hashlib.sha256(lines.encode()).hexdigest()
    return hash_file(data)
