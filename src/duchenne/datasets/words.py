"""What data sets call an expression, translated into this project's words.

Takes a word as a data set writes it, gives a word of `duchenne.labels.EXPRESSIONS` or of `OTHER`. Refuses
every other word, naming where it stands. The table is data: a set that uses one more word needs one more
entry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS

OTHER: Final = ("embarrassment", "pride")
"""Labels that a data set has and no network of this project reads; see `duchenne.datasets.clips.overlap`."""

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "neutral": ("neutral",),
        "happiness": ("happiness", "happy"),
        # FER2013's code 5 is spelt so in the label lists of several public programs.
        "surprise": ("surprise", "surprised", "suprise"),
        "sadness": ("sadness", "sad"),
        "anger": ("anger", "angry"),
        "disgust": ("disgust", "disgusted"),
        "fear": ("fear", "fearful", "afraid"),
        "contempt": ("contempt", "contemptuous"),
        "embarrassment": ("embarrassment", "embarrassed"),
        "pride": ("pride", "proud"),
    }
)
"""For each of our words what data sets write for it, in lower case."""

_OURS: Final = {spelling: label for label, spellings in SPELLINGS.items() for spelling in spellings}
# Words within a file name: runs of letters, a capital beginning a new one (S01HappyA, d12_happy-2).
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def translate(word: str, where: str, allowed: Collection[str] = EXPRESSIONS) -> str:
    """Translate a label.

    Args:
        word: As the data set writes it; case and blanks around it do not matter.
        where: The place in messages: ``line 7 of labels.csv``.
        allowed: Which of our words may stand there.

    Raises:
        DataError: if it is no known word, or not one of those allowed.
    """
    label = label_of(word)
    if label is None or label not in allowed:
        raise DataError(
            f"{where} has an unknown label",
            got=repr(word),
            expected=", ".join(allowed),
            remedy="Correct the label, or leave the entry out",
        )
    return label


def label_of(word: str) -> str | None:
    """Our word for a data set's word; None if it is none."""
    return _OURS.get(word.strip().lower())


def labels_in(name: str) -> tuple[str, ...]:
    """The labels whose words occur in a file's name, each once, in the order of the name.

    Words are runs of letters, or begin with a capital; ``unhappy`` is one word and no label.
    """
    found = (label_of(word) for word in _WORD.findall(name))
    return tuple(dict.fromkeys(label for label in found if label is not None))
