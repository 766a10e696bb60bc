"""Valence, arousal and dominance of the *words* for the eight expressions: lexical, not measured on any face.

Takes probabilities of expressions, gives the mean of the words' ratings under them. Students in the 1970s rated the
words; nobody looked at a face. So the values say where the names of what a face shows lie: the mapping that a
measurement of valence and arousal has to beat, and what the frame table holds until one does. Refuses arrays that
are no probabilities.
Source: Russell & Mehrabian 1977, "Evidence for a three-factor theory of emotions", J. Res. Personality 11, 273-294.
Transcribed from several copies, not from the printed page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.labels import EXPRESSIONS

# Probabilities that were rounded to four digits, as in the frame table, sum to 1 within 0.0005.
_SUM_TOLERANCE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class WordRating:
    """Mean ratings of a word, each in [-1, 1].

    Attributes:
        word: As it was rated; empty for neutral, which was not.
        valence: Called pleasure in the source.
        arousal: From sleepy to excited.
        dominance: From controlled to in control.
    """

    word: str
    valence: float
    arousal: float
    dominance: float


WORD_RATINGS: Final[Mapping[str, WordRating]] = MappingProxyType(
    {
        # By convention: the origin stands for no emotion. It is not in the source.
        "neutral": WordRating("", 0.0, 0.0, 0.0),
        "happiness": WordRating("happy", 0.81, 0.51, 0.46),
        "surprise": WordRating("surprised", 0.40, 0.67, -0.13),
        "sadness": WordRating("sad", -0.63, -0.27, -0.33),
        "anger": WordRating("angry", -0.51, 0.59, 0.25),
        "disgust": WordRating("disgusted", -0.60, 0.35, 0.11),
        # Copies often give "terrified" (arousal 0.82) in its place.
        "fear": WordRating("fearful", -0.64, 0.60, -0.43),
        "contempt": WordRating("contemptuous", -0.24, 0.31, 0.21),
    }
)
"""For each of `duchenne.labels.EXPRESSIONS` the rating of the adjective that names it."""

DIMENSIONS: Final = ("valence", "arousal", "dominance")
"""The columns of `lexical_affect`."""

# (8, 3), made once: the frame table asks for every face of every frame.
_TABLE: Final = np.array(
    [[getattr(WORD_RATINGS[name], dimension) for dimension in DIMENSIONS] for name in EXPRESSIONS]
)


def lexical_affect(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The expected word rating under probabilities of expressions.

    An uncertain distribution lies near the origin: the value mixes how sure a network is with what it sees, and a
    broad smile and a faint one that are equally sure give the same value.

    Args:
        probabilities: (..., 8), in the order of `duchenne.labels.EXPRESSIONS`; each row at least 0 and sums to 1.
            A row with a NaN was not read.

    Returns:
        (..., 3) valence, arousal and dominance in [-1, 1]; NaN for a row that was not read.

    Raises:
        ValueError: if the last axis is not eight long, or a row that was read is no distribution.

    Example:
        >>> import numpy as np
        >>> half_happy = np.array([0.5, 0.5, 0, 0, 0, 0, 0, 0])
        >>> lexical_affect(half_happy).round(3).tolist()
        [0.405, 0.255, 0.23]
    """
    if probabilities.ndim == 0 or probabilities.shape[-1] != len(EXPRESSIONS):
        raise ValueError(f"expected (..., {len(EXPRESSIONS)}) probabilities, got shape {probabilities.shape}")
    rows = probabilities.astype(np.float64)
    read = rows[~np.isnan(rows).any(axis=-1)]
    if (read < 0).any() or (np.abs(read.sum(axis=-1) - 1) > _SUM_TOLERANCE).any():
        raise ValueError("expected probabilities of at least 0 that sum to 1")
    return np.asarray(rows @ _TABLE, dtype=np.float64)
