"""Measure expressions: aligned crops in, `Reading` records out.

Takes a `Picture` and the faces in it, gives one `Reading` a face. The crop goes through `models.preprocess`, the
same code that made the crops the network was trained on. A reading is an estimate of what a face shows, not of
what a person feels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from duchenne.errors import ModelError
from duchenne.faces.align import align
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.records import Face, Picture, Reading


class ExpressionReader:
    """The expression network behind a session.

    Args:
        session: The loaded network.
        output: Which of its outputs answers. One with FER2013's seven labels never answers contempt, whose
            probability is then 0: the network cannot tell it, which says nothing about the face.

    Raises:
        ModelError: if the output's labels are neither the eight of the frame table nor FER2013's seven, in their
            order.
    """

    def __init__(self, session: Session, output: str = "expression") -> None:
        labels = session.card.output(output).labels
        if labels not in (EXPRESSIONS, FER2013_LABELS):
            raise ModelError(
                f"model '{session.card.name}' has other expressions than the frame table",
                got=", ".join(labels),
                expected=", ".join(EXPRESSIONS),
            )
        self._session = session
        self._output = output
        self._columns = [EXPRESSIONS.index(label) for label in labels]

    def read(self, picture: Picture, faces: Sequence[Face]) -> list[Reading]:
        """Read the expressions of some faces of one picture, in their order.

        Args:
            picture: The frame the faces were found in.
            faces: Any number of faces; none gives an empty list.
        """
        if not faces:
            return []
        spec = self._session.card.input
        patches = [preprocess.patch(picture, align(face.landmarks, spec.size), spec) for face in faces]
        answers = self._session.run(preprocess.to_tensor(np.stack(patches), spec))[self._output]
        probabilities = np.zeros((len(faces), len(EXPRESSIONS)), dtype=np.float32)
        probabilities[:, self._columns] = answers
        return [Reading(row) for row in probabilities]
