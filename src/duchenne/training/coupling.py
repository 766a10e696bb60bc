"""Which action units go with which expression, as a table for the distribution-matching loss of paper 002.

Takes the labels of a head of expressions and of a head of units; gives p(AU | expression). The rows are what 230
people *posed* (Du, Tao & Martinez 2014): a network coupled by them has been told what faces of an expression look
like, and its units on faces whose expression it knows are no independent evidence any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.facs import DU_2014, column

_NEUTRAL: Final = "neutral"
_UNITS_OF: Final = {emotion.name: emotion for emotion in DU_2014}


@dataclass(frozen=True, slots=True)
class Coupling:
    """How a network's units are made to fit its expressions on faces whose units nobody labelled.

    Attributes:
        classes: The head of expressions.
        units: The head of action units.
        weight: Of this loss beside the others, above 0.
        shares: Whether a unit that only some people showed counts with their share. Paper 002 lets all count as 1.
        from_epoch: The first epoch, 0-based, in which it counts: an expression that is not read yet says nothing
            about units.
    """

    classes: str
    units: str
    weight: float = 1.0
    shares: bool = False
    from_epoch: int = 0

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise SettingsError(
                "the coupling's weight is outside its range", got=str(self.weight), expected="above 0"
            )
        if self.from_epoch < 0:
            raise SettingsError(
                "the coupling's first epoch is outside its range",
                got=str(self.from_epoch),
                expected="0 or more",
            )


def units_of(expressions: Sequence[str], units: Sequence[str], *, shares: bool) -> NDArray[np.float32]:
    """p(AU | expression), equation (1) of paper 002.

    Args:
        expressions: E labels; neutral has no units.
        units: K columns, ``AU01`` and so on.
        shares: Whether observational units count with their share and not as 1.

    Returns:
        (E, K) in [0, 1]; a row of NaN for an expression that the table does not have (contempt).
    """
    table = np.full((len(expressions), len(units)), np.nan, dtype=np.float32)
    for row, name in zip(table, expressions, strict=True):
        if name == _NEUTRAL:
            row[:] = 0
        elif name in _UNITS_OF:
            known = {column(unit): share for unit, share in _UNITS_OF[name].shares.items()}
            row[:] = [known.get(unit, 0.0) if shares else float(unit in known) for unit in units]
    return table
