"""Score the expression network on cut-out faces as they are: no detector, no alignment, one view.

Takes FER2013's faces in any layout and a network; gives a `Report` with three scores: the FER+
majority (8 classes), FER2013's label from the head that learned it, and FER2013's label from the expression
head, which is what the product reads. Refuses a split in the card's training register.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.fer2013 import majority, read_fer2013
from duchenne.datasets.sample import Sample
from duchenne.evaluation.provenance import report_of
from duchenne.evaluation.register import check_split
from duchenne.evaluation.score import Report, Score, score
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.card import InputSpec
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session

_BATCH = 64


def evaluate_expressions(
    data: Path, *, split: str = "PublicTest", dataset: str = "fer2013", session: Session | None = None
) -> Report:
    """Score one split of a table of faces.

    Args:
        data: FER2013 in any layout of `duchenne.datasets.fer2013.read_fer2013`.
        split: A value of the column ``usage``.
        dataset: What the file is; a name in the card's register makes its trained splits untouchable.
        session: The network; None opens the installed one.

    Raises:
        DataError: if the file does not fit or the network was trained on this split.
    """
    session = Session.open("expression") if session is None else session
    notes = check_split(session.card, dataset, split)
    samples = read_fer2013(data, split)
    outputs = predict(session, samples)
    return report_of(
        "expressions",
        session.card,
        data,
        dataset=dataset,
        split=split,
        command=f"duchenne evaluate expressions --data {data.name} --split {split}",
        notes=notes,
        scores=score_outputs(samples, outputs),
    )


def predict(session: Session, samples: Sequence[Sample]) -> dict[str, NDArray[np.float32]]:
    """Run the network on the faces as they are; (N, K) probabilities by output."""
    patches = np.stack([_as_patch(sample.grey(), session.card.input) for sample in samples])
    parts = [
        session.run(to_tensor(patches[start : start + _BATCH], session.card.input))
        for start in range(0, len(patches), _BATCH)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def score_outputs(samples: Sequence[Sample], outputs: dict[str, NDArray[np.float32]]) -> tuple[Score, ...]:
    """Compare the network's outputs with the votes and with the original labels.

    A face whose votes have no majority expression (`duchenne.datasets.fer2013.majority`) has no right answer
    and is left out of the first score; where no face has one, as in FER2013 without FER+, there is no first
    score. The other two hold all faces.
    """
    names = [sample.sample for sample in samples]
    original = np.array([FER2013_LABELS.index(sample.label) for sample in samples])
    winners = [None if sample.votes is None else majority(sample.votes) for sample in samples]
    voted = [i for i, winner in enumerate(winners) if winner is not None]
    expression = outputs["expression"]
    as_fer2013 = expression[:, [EXPRESSIONS.index(label) for label in FER2013_LABELS]]
    scores = []
    if voted:
        right = np.array([winners[i] for i in voted], dtype=np.int64)
        answers = expression[voted].argmax(axis=1)
        groups = [names[i] for i in voted]
        scores.append(score("expression head against the FER+ majority", EXPRESSIONS, right, answers, groups))
    for title, columns in (
        ("fer2013 head against FER2013's own label", outputs["fer2013"]),
        ("expression head, contempt left out, against FER2013's own label", as_fer2013),
    ):
        scores.append(score(title, FER2013_LABELS, original, columns.argmax(axis=1), names))
    return tuple(scores)


def _as_patch(grey: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """The face as the network takes it; only a face of another size is resized."""
    if grey.shape == (spec.size, spec.size):
        return grey
    shrinks = max(grey.shape) > spec.size
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (spec.size, spec.size), interpolation=method), dtype=np.uint8)
