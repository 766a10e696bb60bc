"""Score the expression network on cut-out faces as they are: no detector, no alignment, one view.

Takes FER2013's faces in any layout and a network; gives a `Report` with a score for each comparison that the
network's outputs allow: the FER+ majority (8 classes), FER2013's own label (7), and the four labels of paper 003.
Refuses a split in the card's training register and a network without any of these outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.datasets.fer2013 import majority, read_fer2013
from duchenne.datasets.sample import Sample
from duchenne.errors import ModelError
from duchenne.evaluation.provenance import command_of, report_of
from duchenne.evaluation.register import check_split
from duchenne.evaluation.score import Report, Score, score
from duchenne.labels import EXPRESSIONS, FER2013_LABELS, FOUR_EXPRESSIONS
from duchenne.models.card import Card, InputSpec
from duchenne.models.preprocess import to_tensor
from duchenne.models.session import Session
from duchenne.pipeline import FRAME_MODEL

DATASET: Final = "fer2013"
_BATCH = 64

_COMPARISONS = (
    ("fer2013", FER2013_LABELS, FER2013_LABELS, "fer2013 head against FER2013's own label"),
    (
        "expression",
        EXPRESSIONS,
        FER2013_LABELS,
        "expression head, contempt left out, against FER2013's own label",
    ),
    ("four", FOUR_EXPRESSIONS, FOUR_EXPRESSIONS, "four-class head against FER2013's own label"),
    (
        "fer2013",
        FER2013_LABELS,
        FOUR_EXPRESSIONS,
        "fer2013 head, four labels alone, against FER2013's own label",
    ),
)
"""An output, its labels, which of them are scored, and the title: all against FER2013's own label."""


def evaluate_expressions(
    data: Path, *, split: str = "PublicTest", dataset: str = DATASET, session: Session | None = None
) -> Report:
    """Score one split of a table of faces.

    Args:
        data: FER2013 in any layout of `duchenne.datasets.fer2013.read_fer2013`.
        split: A value of the column ``usage``.
        dataset: What the file is; a name in the card's register makes its trained splits untouchable.
        session: The network; None opens the one that reads faces unless told otherwise.

    Raises:
        DataError: if the file does not fit or the network was trained on this split.
        ModelError: if the network has none of the outputs that can be compared.
    """
    session = Session.open(FRAME_MODEL) if session is None else session
    _check_outputs(session.card)
    notes = check_split(session.card, dataset, split)
    samples = read_fer2013(data, split)
    outputs = predict(session, samples)
    return report_of(
        "expressions",
        session.card,
        data,
        dataset=dataset,
        split=split,
        command=command_of(
            "expressions", data, split=split, dataset=dataset, usual=DATASET, models=[session.card.name]
        ),
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


def score_outputs(samples: Sequence[Sample], outputs: Mapping[str, NDArray[np.float32]]) -> tuple[Score, ...]:
    """Compare the outputs that a network has with the votes and with the original labels.

    * ``expression`` against the FER+ majority. A face whose votes have no majority expression
      (`duchenne.datasets.fer2013.majority`) has no right answer and is left out; where no face has one, as in
      FER2013 without FER+, there is no such score. Then against FER2013's own label, on all faces.
    * ``fer2013`` against FER2013's own label, on all faces.
    * ``four``, or ``fer2013`` with the other labels left out, against the four labels of paper 003, on the
      faces that carry one of them; where no face does, there is no such score.
    """
    names = [sample.sample for sample in samples]
    scores = []
    if "expression" in outputs:
        winners = [None if sample.votes is None else majority(sample.votes) for sample in samples]
        voted = [i for i, winner in enumerate(winners) if winner is not None]
        if voted:
            right = np.array([winners[i] for i in voted], dtype=np.int64)
            answers = outputs["expression"][voted].argmax(axis=1)
            groups = [names[i] for i in voted]
            scores.append(
                score("expression head against the FER+ majority", EXPRESSIONS, right, answers, groups)
            )
    for output, known, labels, title in _COMPARISONS:
        if output in outputs:
            columns = outputs[output][:, [known.index(label) for label in labels]]
            scored = [i for i, sample in enumerate(samples) if sample.label in labels]
            if not scored:
                continue
            true = np.array([labels.index(samples[i].label) for i in scored], dtype=np.int64)
            groups = [names[i] for i in scored]
            scores.append(score(title, labels, true, columns[scored].argmax(axis=1), groups))
    return tuple(scores)


def _check_outputs(card: Card) -> None:
    known = {output: None for output, *_ in _COMPARISONS}  # a dictionary keeps their order
    given = [spec.name for spec in card.outputs]
    if not any(name in known for name in given):
        raise ModelError(
            f"'{card.name}' has no output that FER2013's labels can be compared with",
            got=", ".join(given),
            expected=f"one or more of {', '.join(known)}",
        )


def _as_patch(grey: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """The face as the network takes it; only a face of another size is resized."""
    if grey.shape == (spec.size, spec.size):
        return grey
    shrinks = max(grey.shape) > spec.size
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (spec.size, spec.size), interpolation=method), dtype=np.uint8)
