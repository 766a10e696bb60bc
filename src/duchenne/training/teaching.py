"""Let one network teach another: mix its answers into the targets (Hinton, Vinyals & Dean 2015, arXiv:1503.02531).

Takes a `TrainingSet` and a `Teacher`, gives a set of the same faces whose targets for the taught head are partly
the teacher's probabilities. The teacher looks at each labelled face and at its mirror image, once, before the
training starts. Refuses a teacher that takes patches of another colour or does not know the head's labels, and a
head of values.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.training.networks import Definition, Head, Kind
from duchenne.training.patches import TrainingSet, resized
from duchenne.training.recipe import Teacher

_BATCH = 256


def taught(data: TrainingSet, teacher: Teacher, definition: Definition) -> TrainingSet:
    """Mix a teacher's answers into the targets of one head.

    Where the head's labels are only some of the teacher's, its probabilities of the others are left out and
    the rest is scaled to sum to 1. Faces whose target is missing are not given one. The answers carry the teacher's
    errors with them: they are no better labels than it is a network.

    Args:
        data: What is learned from.
        teacher: Who teaches which head, and how much.
        definition: The network that is taught.

    Returns:
        A new set; patches, weights and shares are those of ``data``.

    Raises:
        SettingsError: if the head gives values, or the teacher takes patches of another colour or lacks a label.
        ModelError: if the teacher is not installed or has no such output.
    """
    session, head = find_teacher(teacher, definition)
    known = session.card.output(teacher.output).labels
    labelled = np.flatnonzero(data.weights[head.name] > 0)
    answers = _answers(session, data.patches[labelled], teacher.output)[
        :, [known.index(name) for name in head.labels]
    ]
    # A teacher that gives every label of the head the probability 0 says nothing, which is not NaN.
    answers /= np.maximum(answers.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    mixed = np.zeros_like(data.targets[head.name])
    mixed[labelled] = (1 - teacher.share) * data.targets[head.name][labelled] + teacher.share * answers
    return replace(data, targets={**data.targets, head.name: mixed})


def find_teacher(teacher: Teacher, definition: Definition) -> tuple[Session, Head]:
    """Open a teacher that can teach what it is asked to: the network, and the head that it teaches.

    Raises:
        SettingsError: if the head gives values, or the teacher takes patches of another colour or lacks a label.
        ModelError: if the teacher is not installed or has no such output.
    """
    (head,) = (h for h in definition.HEADS if h.name == teacher.head)
    if head.kind is not Kind.CLASSES:
        raise SettingsError(
            f"the head '{head.name}' gives {head.kind}, and a teacher's answers are probabilities",
            expected="a head of classes",
        )
    session = Session.open(teacher.model)
    known = session.card.output(teacher.output).labels
    missing = [label for label in head.labels if label not in known]
    eats, given = session.card.input, definition.INPUT
    if missing or eats.colour != given.colour:
        raise SettingsError(
            f"'{teacher.model}' cannot teach the head '{head.name}'",
            got=f"{eats.colour} patches; labels {', '.join(known)}",
            expected=f"{given.colour} patches; labels {', '.join(head.labels)}",
        )
    return session, head


def _answers(session: Session, patches: NDArray[np.uint8], output: str) -> NDArray[np.float32]:
    """The mean over each face and its mirror image; (N, K)."""
    answers = np.empty((len(patches), len(session.card.output(output).labels)), dtype=np.float32)

    def ask(start: int) -> None:
        # A teacher of another width sees the same faces at its own: the alignment is the same at every width.
        part = np.stack([resized(p, session.card.input.size) for p in patches[start : start + _BATCH]])
        mirrored = np.ascontiguousarray(part[:, :, ::-1])
        sides = [session.run(to_tensor(p, session.card.input))[output] for p in (part, mirrored)]
        answers[start : start + len(part)] = (sides[0] + sides[1]) / 2

    # A session keeps to one core, and tens of thousands of faces would keep the others waiting.
    with ThreadPoolExecutor() as pool:
        deque(pool.map(ask, range(0, len(patches), _BATCH)), maxlen=0)  # raises what a part raised
    return answers
