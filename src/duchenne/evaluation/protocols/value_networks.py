"""Networks that give valence as each of six raters gives it: which outputs they need, and how they read a face.

Takes a `Session`, a picture and a face's landmarks; gives seven numbers. Faces are aligned and cut by the product's
own road. Refuses a network that lacks one of the outputs, or gives more than one number by it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import ModelError
from duchenne.faces import align
from duchenne.models import preprocess
from duchenne.models.card import Card
from duchenne.models.session import Session
from duchenne.records import Picture

N_RATERS: Final = 6
"""RECOLA's: three men and three women."""

MEAN: Final = "mean"
OUTPUTS: Final = (*(f"rater_{number}" for number in range(1, N_RATERS + 1)), MEAN)
"""The six raters in the order of the files' columns, then the mean of all six."""


class ValueNetwork:
    """A valence network behind a session.

    Args:
        session: The loaded network.

    Raises:
        ModelError: if it does not give one number by each of `OUTPUTS`.
    """

    def __init__(self, session: Session) -> None:
        shapes = {spec.name: spec.shape for spec in session.card.outputs}
        wrong = [name for name in OUTPUTS if shapes.get(name) != (1,)]
        if wrong:
            raise ModelError(
                f"'{session.card.name}' gives no valence of {', '.join(wrong)}",
                got=f"outputs {', '.join(shapes)}",
                expected=f"one number by each of {', '.join(OUTPUTS)}",
                remedy="Name a network that was trained with the network quadrant_valence",
            )
        self.session = session

    @property
    def card(self) -> Card:
        """What the network is."""
        return self.session.card

    def read(self, picture: Picture, landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
        """Read one face.

        Args:
            picture: The frame.
            landmarks: (468, 3) in pixels of the frame.

        Returns:
            (7,) in the order of `OUTPUTS`, on the scale of the ratings that were learned; a linear unit may leave
            [-1, 1]. Estimates of ratings, not of what somebody felt.
        """
        spec = self.card.input
        values = self.session.run(preprocess.tensor(picture, align(landmarks, spec.size), spec))
        return np.array([float(values[name][0, 0]) for name in OUTPUTS])
