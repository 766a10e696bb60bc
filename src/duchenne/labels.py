"""Label sets: the names of expressions, in the one order each of them has everywhere.

Takes nothing and gives constants. Networks name their outputs with these, tables take their columns from
them, and data sets translate into them at the border.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

EXPRESSIONS: Final = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)
"""The eight expressions of the frame table, in the order of the FER+ votes (Barsoum et al. 2016)."""

FER2013_LABELS: Final = (
    "anger",
    "disgust",
    "fear",
    "happiness",
    "sadness",
    "surprise",
    "neutral",
)
"""FER2013's own seven labels in the order of its published codes 0 to 6 (Goodfellow et al. 2013)."""

FOUR_EXPRESSIONS: Final = ("anger", "happiness", "sadness", "neutral")
"""The four of FER2013's labels that paper 003 tells apart, in the paper's order."""

FERPLUS_VOTES: Final = (*EXPRESSIONS, "unknown", "nf")
"""What ten taggers could vote for in FER+; ``nf`` means "not a face"."""


class Status(StrEnum):
    """Why a row of the frame table has, or lacks, its measurements."""

    OK = "ok"
    NO_FACE = "no_face"
    LOW_QUALITY = "low_quality"
    DECODE_ERROR = "decode_error"
