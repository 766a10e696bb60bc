"""Valence and arousal that a script's emotions stand for: positions of words, posed by a face.

Takes posed emotions, gives a curve. The positions are ratings of *words* by students in the 1970s (Russell &
Mehrabian 1977, J. Res. Personality 11, 273), so that the curve is lexical and posed: it says what was meant to be
shown, not what a face shows and never what somebody feels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.emotion.lexical import WORD_RATINGS
from duchenne.facs import BASIC_EMOTIONS
from duchenne.synth.layouts.acting import Act

DIMENSIONS: Final = ("valence", "arousal")

LEXICAL: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {name: (WORD_RATINGS[name].valence, WORD_RATINGS[name].arousal) for name in BASIC_EMOTIONS}
)
"""Valence and arousal in [-1, 1] of the words for the six emotions; neutral is (0, 0) by convention."""


@dataclass(frozen=True, slots=True)
class PosedEmotion:
    """An emotion that a face poses.

    Attributes:
        emotion: A key of `LEXICAL`.
        strength: In [0, 1]; how far the curve goes towards the word's position.
        act: What the face does.
    """

    emotion: str
    strength: float
    act: Act


def latent_affect(posed: Iterable[PosedEmotion], times_s: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The curve of valence and arousal that posed emotions stand for.

    Each emotion pulls from neutral towards its word's position, by its strength and its act's course; several at
    once add up.

    Args:
        posed: In any order.
        times_s: (T,) seconds from the script's begin.

    Returns:
        (T, 2) valence and arousal, clipped to [-1, 1].
    """
    total = np.zeros((len(times_s), 2))
    for one in posed:
        course = np.array([one.act.share_at(float(time_s)) for time_s in times_s])
        total += one.strength * course[:, None] * np.array(LEXICAL[one.emotion])
    return np.clip(total, -1.0, 1.0)
