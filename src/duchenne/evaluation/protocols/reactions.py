"""Which of a frame model's tasks tells most about a reaction: Table 2 of paper 002, with one head for all rows.

Takes a folder in the layout of Hume-Reaction and an installed frame model; gives the mean over seven reactions of
Pearson's r on the validation part, with valence and arousal, expressions or action units of each frame as input,
and with each pair and all three. The head is `duchenne.evaluation.temporal_head`, the same for every row. Refuses
people that the network learned from, and a folder without people to learn from or to score.

Source: paper 002 (FaceRNET), section 4 and Table 2. Departures: a closed-form head in place of a GRU with a mask,
and the outputs of the tasks in place of the representations before them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.hume_reaction import REACTIONS, ReactionClip, read_hume_reaction
from duchenne.datasets.made_layouts import NOTE, is_rendered
from duchenne.errors import DataError, ModelError
from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.protocols.outcome import MISSING, Outcome, Table, interval, number
from duchenne.evaluation.provenance import hash_of
from duchenne.evaluation.recording_faces import sampled_faces
from duchenne.evaluation.register import check_subjects
from duchenne.evaluation.temporal_head import fit_head, mean_pcc, statistics
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.pipeline import Networks

DATASET: Final = "hume_reaction"
TASKS: Final = {"VA": "affect", "expressions": "expression", "AUs": "units"}
"""A name for each task, and the output of the frame model that is it."""

PAPER: Final[Mapping[tuple[str, ...], float]] = {
    ("VA",): 0.461,
    ("expressions",): 0.476,
    ("AUs",): 0.480,
    ("VA", "expressions"): 0.485,
    ("VA", "AUs"): 0.491,
    ("AUs", "expressions"): 0.491,
    ("VA", "expressions", "AUs"): 0.494,
}
"""Table 2: on Hume-Reaction's validation part, by a GRU."""

_STEP_S: Final = 0.2
_SEED: Final = 0

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReadClip:
    """What was read of one video: by task (F, K) outputs of the frames with a face that can be read."""

    clip: ReactionClip
    outputs: Mapping[str, Values]


def evaluate_reactions(
    data: Path,
    model: str,
    *,
    networks: Networks | None = None,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> Outcome:
    """Fit and score the head once for each row of Table 2.

    Args:
        data: A folder in the layout of Hume-Reaction, such as ``duchenne synth layout reactions`` makes.
        model: An installed network that gives expressions, units, valence and arousal.
        networks: The loaded networks that find faces; None loads them around the model.
        on_progress: Told how many videos are read, of how many.

    Raises:
        ModelError: if the network is not installed or lacks one of the three tasks.
        DataError: if the folder does not fit, or has too few people in its training or validation part.
    """
    session = _open(model)
    networks = Networks.around(session) if networks is None else networks
    clips = [clip for clip in read_hume_reaction(data) if clip.split in ("Train", "Val")]
    check_subjects(session.card, DATASET, (clip.subject for clip in clips))
    read = []
    for n_done, clip in enumerate(clips):
        on_progress(n_done, len(clips))
        read.append(_read(clip, session, networks))
    on_progress(len(clips), len(clips))
    learn, test = (_usable(read, split, data) for split in ("Train", "Val"))
    _check_apart(learn, test, data)
    rows, record = _scored(learn, test)
    n_unread = len(read) - len(learn) - len(test)
    note = (
        f"{len(learn)} videos to learn from, {len(test)} to score, no person in both as far as the folder says; "
        f"{n_unread} without a face that could be read, left out. Intervals are over people, or over videos where "
        "no list says who is shown."
    )
    made = is_rendered(data)
    columns = ("input", "mean r (95 %)", *REACTIONS, "paper 002, Hume-Reaction, GRU")
    return Outcome(
        protocol="reactions",
        title=f"Which tasks of '{model}' tell a reaction {'of synthetic people ' if made else ''}"
        "(table 2 of paper 002)",
        command=f"duchenne evaluate reactions --data {data.name} --model {model}",
        record={
            "data": data.name,
            "data_sha256": hash_of(data),
            "is_synthetic": made,
            "model": model,
            "version": session.card.version,
            "weights_sha256": session.card.sha256,
            "n_unread": n_unread,
            "rows": record,
        },
        tables=(
            Table(
                "Table 2 of paper 002: which representations are given to the head",
                columns,
                tuple(rows),
                note,
            ),
        ),
        notes=(
            *((NOTE,) if made else ()),
            "the paper's numbers are of another data set and another head: only their order can be compared",
            f"a correlation that does not exist is {MISSING}",
        ),
    )


def _open(model: str) -> Session:
    session = Session.open(model)
    missing = [output for output in TASKS.values() if all(out.name != output for out in session.card.outputs)]
    if missing:
        raise ModelError(
            f"'{model}' lacks a task",
            got=f"no output {', '.join(missing)}",
            expected=", ".join(TASKS.values()),
        )
    return session


def _scored(
    learn: Sequence[ReadClip], test: Sequence[ReadClip]
) -> tuple[list[tuple[str, ...]], list[dict[str, Any]]]:
    """The rows of the table, and the same as plain values."""
    rows, record = [], []
    for tasks, paper in PAPER.items():
        r, ends, each = _score(learn, test, tasks)
        rows.append(
            (" & ".join(tasks), interval(r, ends), *(number(value, 3) for value in each), f"{paper:.3f}")
        )
        record.append(
            {"tasks": tasks, "mean_pcc": r, "interval": ends, "pcc": dict(zip(REACTIONS, each, strict=True))}
        )
    return rows, record


def _read(clip: ReactionClip, session: Session, networks: Networks) -> ReadClip:
    spec = session.card.input
    faces = [
        frame.seen.patch(spec)
        for frame in sampled_faces(clip.media, networks, _STEP_S)
        if frame.seen is not None
    ]
    shapes = {out.name: out.shape for out in session.card.outputs}
    if not faces:
        empty = {task: np.empty((0, *shapes[output])) for task, output in TASKS.items()}
        return ReadClip(clip, empty)
    answers = session.run(to_tensor(np.stack(faces), spec))
    return ReadClip(clip, {task: answers[output].astype(np.float64) for task, output in TASKS.items()})


def _usable(read: Sequence[ReadClip], split: str, data: Path) -> list[ReadClip]:
    part = [one for one in read if one.clip.split == split and len(one.outputs["VA"])]
    n_people = len({one.clip.subject for one in part})
    if n_people < 2:
        raise DataError(
            f"the part '{split}' of {data} has too few people",
            got=f"{n_people} with a face that could be read",
            expected="2 or more",
        )
    return part


def _check_apart(learn: Sequence[ReadClip], test: Sequence[ReadClip], data: Path) -> None:
    both = sorted({one.clip.subject for one in learn} & {one.clip.subject for one in test})
    if both:
        raise DataError(
            f"{data} shows people in both parts, so the score would be of faces that were learned",
            got=", ".join(both[:5]),
            expected="each person in one part",
        )


def _score(
    learn: Sequence[ReadClip], test: Sequence[ReadClip], tasks: Sequence[str]
) -> tuple[float, tuple[float, float], list[float]]:
    """The mean correlation with its interval over people, and that of each reaction."""
    head = fit_head(_features(learn, tasks), _targets(learn), [one.clip.subject for one in learn])
    targets, predicted = _targets(test), head.predict(_features(test, tasks))
    subjects = [one.clip.subject for one in test]
    (ends,) = group_intervals((targets, predicted), subjects, (mean_pcc,), np.random.default_rng(_SEED))
    each = [mean_pcc(targets[:, [k]], predicted[:, [k]]) for k in range(len(REACTIONS))]
    return mean_pcc(targets, predicted), ends, each


def _features(clips: Sequence[ReadClip], tasks: Sequence[str]) -> Values:
    return np.stack([statistics(np.hstack([one.outputs[task] for task in tasks])) for one in clips])


def _targets(clips: Sequence[ReadClip]) -> Values:
    return np.stack([one.clip.intensities for one in clips])
