"""Measure expressions and action units: aligned crops in, `Reading` records out.

Takes a `Picture` and the faces in it, gives one `Reading` a face. The crop goes through `models.preprocess`, the
same code that made the crops the network was trained on. A reading is an estimate of what a face shows, not of
what a person feels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from duchenne.errors import ModelError
from duchenne.faces.align import align
from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.records import Face, Picture, Reading

UNITS: Final = "units"
"""The output of a network that gives action units, labelled by their columns."""


class FaceReader:
    """The network behind a session that reads a face: its expression and, if it gives them, its action units.

    Args:
        session: The loaded network. Units that have no column in the frame table are left out.
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
        given = next((out.labels for out in session.card.outputs if out.name == UNITS), ())
        known = [index for index, name in enumerate(given) if name in UNIT_COLUMNS]
        # Where in the network's answer a unit stands, and where in the frame table.
        self._units = known, [UNIT_COLUMNS.index(given[index]) for index in known]

    def read(self, picture: Picture, faces: Sequence[Face]) -> list[Reading]:
        """Read some faces of one picture, in their order.

        Args:
            picture: The frame the faces were found in.
            faces: Any number of faces; none gives an empty list.
        """
        if not faces:
            return []
        spec = self._session.card.input
        patches = [preprocess.patch(picture, align(face.landmarks, spec.size), spec) for face in faces]
        answers = self._session.run(preprocess.to_tensor(np.stack(patches), spec))
        probabilities = np.zeros((len(faces), len(EXPRESSIONS)), dtype=np.float32)
        probabilities[:, self._columns] = answers[self._output]
        given, columns = self._units
        if not given:
            return [Reading(row) for row in probabilities]
        units = np.full((len(faces), len(UNIT_COLUMNS)), np.nan, dtype=np.float32)
        units[:, columns] = answers[UNITS][:, given]
        return [Reading(row, intensities) for row, intensities in zip(probabilities, units, strict=True)]
