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
from duchenne.labels import EXPRESSIONS
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.records import Face, Picture, Reading


class ExpressionReader:
    """The expression network behind a session.

    Raises:
        ModelError: if the network's labels are not the eight of the frame table, in their order.
    """

    def __init__(self, session: Session) -> None:
        labels = session.card.output("expression").labels
        if labels != EXPRESSIONS:
            raise ModelError(
                f"model '{session.card.name}' has other expressions than the frame table",
                got=", ".join(labels),
                expected=", ".join(EXPRESSIONS),
            )
        self._session = session

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
        probabilities = self._session.run(preprocess.to_tensor(np.stack(patches), spec))["expression"]
        return [Reading(row) for row in probabilities]
