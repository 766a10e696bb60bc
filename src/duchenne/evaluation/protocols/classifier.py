"""Which output of a network names expressions, and what it says about stills and about faces in video.

Takes a loaded network; gives the output that answers, the label of each still, and the networks that read a video
with it. An output ``fer2013`` with FER2013's seven labels goes first, because paper 004's network has those; else
``expression`` with the frame table's eight. Refuses a network with neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from duchenne.datasets.sample import Sample
from duchenne.errors import ModelError
from duchenne.evaluation.expressions import predict
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models.card import Card, OutputSpec
from duchenne.models.session import Session
from duchenne.pipeline import Networks

_ANSWERING: Final = (("fer2013", FER2013_LABELS), ("expression", EXPRESSIONS))
_CHUNK: Final = 256  # stills between two signs of life


def open_classifier(model: str) -> tuple[Session, OutputSpec]:
    """Load a network by name, with the output that answers.

    Args:
        model: ``NAME``, or ``NAME:OUTPUT`` where another output than the first of both shall answer.

    Raises:
        ModelError: if it is not installed, or has no such output that names expressions.
    """
    name, _, output = model.partition(":")
    session = Session.open(name)
    return session, answering_output(session.card, output)


def answering_output(card: Card, wanted: str = "") -> OutputSpec:
    """The output that names expressions.

    Args:
        card: Of the network.
        wanted: The name of the output; empty for the first of both that it has.

    Raises:
        ModelError: if the network has none.
    """
    for known in _ANSWERING:
        for spec in card.outputs:
            if (spec.name, spec.labels) == known and wanted in ("", spec.name):
                return spec
    raise ModelError(
        f"'{card.name}' does not name expressions" + (f" with an output '{wanted}'" if wanted else ""),
        got=f"outputs {', '.join(spec.name for spec in card.outputs)}",
        expected=f"an output 'fer2013' with {', '.join(FER2013_LABELS)}, or 'expression' with the frame table's",
        remedy="Choose another network with --model",
    )


def networks_with(classifier: Session, output: OutputSpec) -> Networks:
    """The networks that read a video, with this output naming the expressions of the aligned faces.

    Raises:
        ModelError: if a face network cannot be loaded.
    """
    return Networks.around(classifier, output.name)


def read_stills(
    classifier: Session,
    output: OutputSpec,
    stills: Sequence[Sample],
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
) -> tuple[str, ...]:
    """The most probable label of each still, as it is: no detector and no alignment.

    Args:
        classifier: The network, loaded.
        output: Which of its outputs answers.
        stills: Faces, cut out.
        on_progress: Told how many stills are done, of how many.

    Raises:
        DataError: if a still cannot be decoded.
    """
    read: list[str] = []
    for start in range(0, len(stills), _CHUNK):
        on_progress(start, len(stills))
        answers = predict(classifier, stills[start : start + _CHUNK])[output.name].argmax(axis=1)
        read += [output.labels[place] for place in answers]
    on_progress(len(stills), len(stills))
    return tuple(read)
