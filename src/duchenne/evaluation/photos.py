"""Score the whole road on photographs: finder, mesh, alignment and expression network together.

Takes a table of photographs with subjects and a set of networks; gives a `Report`. The largest face of a
photograph is the one that is read. A photograph in which no face is found, or whose face is too poor to be
read, counts as wrong. Refuses subjects in the card's training register.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from duchenne.datasets.faces import HELD_OUT, SUBJECT_RULE, read_faces
from duchenne.errors import DataError
from duchenne.evaluation.metrics import MISSED
from duchenne.evaluation.provenance import command_of, report_of
from duchenne.evaluation.register import check_subjects
from duchenne.evaluation.score import Report, Score, score
from duchenne.labels import EXPRESSIONS
from duchenne.pipeline import Networks, Pipeline
from duchenne.records import Frame, FrameResult

ALL = "all"
DATASET: Final = "faces"


def evaluate_photos(
    data: Path,
    *,
    split: str = HELD_OUT,
    dataset: str = DATASET,
    networks: Networks | None = None,
    progress: Callable[[int, int], None] | None = None,
    on_result: Callable[[FrameResult], None] = lambda result: None,
) -> Report:
    """Score the photographs of some subjects.

    Args:
        data: Parquet or CSV with the columns of `duchenne.datasets.faces.COLUMNS`.
        split: "held_out" (the subjects that training leaves out), "train" or "all".
        dataset: What the file is; a name in the card's register makes its trained subjects untouchable.
        networks: The loaded networks; None loads the installed ones.
        progress: Called after each photograph with the number done and the number of all.
        on_result: Given what was read in each photograph, in the order of the file.

    Raises:
        DataError: if the file does not fit or the network was trained on one of the subjects.
    """
    if split not in (HELD_OUT, "train", ALL):
        raise DataError(f"there is no split '{split}'", expected=f"{HELD_OUT}, train or {ALL}")
    networks = Networks.load() if networks is None else networks
    card = networks.reader_card
    samples = read_faces(data, None if split == ALL else split)
    check_subjects(card, dataset, (sample.subject for sample in samples))
    pipeline = Pipeline(networks, still=True)
    predicted, n_found = [], 0
    for done, sample in enumerate(samples, start=1):
        result = pipeline.step(Frame(0, 0.0, sample.picture()))
        n_found += bool(result.observations)
        predicted.append(_answer(result))
        on_result(result)
        if progress is not None:
            progress(done, len(samples))
    true = np.array([EXPRESSIONS.index(sample.label) for sample in samples])
    subjects = [sample.subject for sample in samples]
    title = f"largest face of each photograph against its label, {len(set(subjects))} subjects"
    found = score(title, EXPRESSIONS, true, np.array(predicted), subjects)
    return report_of(
        "photos",
        card,
        data,
        dataset=dataset,
        split=split,
        command=command_of("photos", data, split=split, dataset=dataset, usual=DATASET, models=[card.name]),
        notes=_notes(found, split, n_unfound=len(samples) - n_found),
        scores=[found],
    )


def _answer(result: FrameResult) -> int:
    """The class read from the largest face that can be read, or `MISSED`."""
    readings = [seen.reading for seen in result.observations if seen.reading is not None]
    return int(readings[0].expressions.argmax()) if readings else MISSED


def _notes(found: Score, split: str, *, n_unfound: int) -> tuple[str, ...]:
    """What a reader must know: who was held out, what was missed, and how even the subjects are."""
    held_out = f"training used the subjects whose {SUBJECT_RULE}; these are the others"
    return (
        *((held_out,) if split == HELD_OUT else ()),
        f"photographs without a face found: {n_unfound}; faces too poor to be read: "
        f"{found.n_missed - n_unfound}; all of them count as wrong",
        f"of {found.n_groups} subjects the largest has {found.n_largest_group} photographs; "
        f"with each subject counting once, accuracy is {found.accuracy_by_group:.4f}",
    )
