"""What the thesis CMU-CS-19-124 reports of EB+ (Expanded BP4D+): units, tasks, and how often each unit occurred.

Takes nothing and gives constants. Source: M. Tlili 2019, "Spontaneous Human Emotion Recognition from Video",
chapter 5 (tasks), figures 6.20 (the 27 units), 7.1 (criteria) and 7.3 (occurrence by emotion). What is ours is said
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CODED_UNITS: Final = (
    *(1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 27, 28, 30, 32, 38, 39),
)
"""The 27 units that two coders marked in every video (figure 6.20)."""
INTENSITY_UNITS: Final = (6, 10, 12, 14, 17)
"""Units with coded intensity in BP4D, the set that EB+ grew from."""


@dataclass(frozen=True, slots=True)
class Task:
    """One way of eliciting an emotion.

    Attributes:
        number: From 1; the order is that of the thesis's sentence. BP4D numbers its eight tasks otherwise.
        emotion: What the task is meant to elicit.
        criteria: Combinations of units that meet the criterion for the emotion; one of them is enough.
        faint: Units that must stay at B or below for the criterion to hold.
        extreme: Units that must reach E where a combination asks for them.
    """

    number: int
    emotion: str
    criteria: tuple[tuple[int, ...], ...]
    faint: tuple[int, ...] = ()
    extreme: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"T{self.number}"


TASKS: Final = (
    Task(1, "happiness", ((12,),)),
    # The criterion's other way, AU11 alone, cannot be rendered.
    Task(2, "sadness", ((1, 4, 15), (6, 15))),
    Task(3, "surprise", ((1, 2), (5,), (1, 2, 5)), faint=(5,)),
    # Neither figure 7.1 nor 7.2 has a criterion for skepticism; one raised brow and a dimple are ours.
    Task(4, "skepticism", ((2, 14),)),
    Task(5, "embarrassment", ((12, 24), (12,), (24,))),
    # "unless AU5 is of intensity E then AU4 can be absent"; figure 7.2 has it as 1+2+5.
    Task(6, "fear", ((1, 2, 4), (1, 2, 5)), extreme=(5,)),
    # Nor for pain: brow, orbit and nose or upper lip, after Prkachin & Solomon 2008, Pain 139(2), 267.
    Task(7, "pain", ((4, 6, 9), (4, 7, 10), (4, 6, 7, 10))),
    Task(8, "anger", ((23, 24),)),
    Task(9, "disgust", ((9,), (10,), (9, 10))),
)
"""The nine tasks of chapter 5, with the criteria of figure 7.1, and of figure 7.2 for embarrassment."""

_COLUMNS = ("happiness", "sadness", "surprise", "embarrassment", "fear", "pain", "anger", "disgust")
# Percent of occurrence by emotion (figure 7.3). Row 39 of the stored text has a ninth number, 33, without a column;
# it is left out. Sadness moves in steps of 1 in 23 there: it was hardly ever labelled.
_PERCENT: Mapping[int, tuple[float, ...]] = {
    1: (21.11, 0.0, 12.39, 30.47, 34.85, 19.35, 22.49, 22.84),
    2: (20.52, 0.0, 3.67, 25.67, 31.75, 10.13, 18.42, 11.21),
    4: (8.58, 26.09, 28.44, 12.41, 17.99, 36.47, 6.22, 31.33),
    5: (0.5, 4.35, 7.8, 4.35, 6.05, 0.71, 0.0, 0.16),
    6: (50.97, 0.0, 38.53, 50.71, 50.94, 36.58, 33.25, 56.31),
    7: (76.45, 39.13, 57.34, 76.16, 73.39, 58.76, 67.46, 77.49),
    9: (6.06, 0.0, 1.38, 4.92, 9.83, 12.06, 1.2, 16.65),
    10: (74.1, 0.0, 49.54, 77.3, 71.73, 63.53, 54.55, 76.67),
    11: (43.4, 0.0, 21.56, 39.74, 45.05, 33.94, 16.03, 39.57),
    12: (73.68, 0.0, 42.66, 69.81, 67.88, 41.84, 59.33, 57.21),
    13: (1.09, 0.0, 0.92, 1.09, 0.23, 1.01, 0.0, 0.08),
    14: (69.13, 52.17, 29.36, 77.82, 71.58, 63.93, 51.91, 42.04),
    15: (33.05, 0.0, 16.06, 36.54, 33.11, 20.36, 23.92, 39.82),
    16: (38.52, 4.35, 27.06, 44.08, 24.64, 25.94, 39.0, 32.89),
    17: (30.28, 34.78, 33.49, 32.53, 31.67, 23.51, 24.88, 40.4),
    18: (2.02, 0.0, 0.92, 2.74, 0.83, 1.62, 3.83, 2.06),
    19: (5.47, 8.7, 5.5, 4.52, 4.38, 3.34, 4.55, 1.32),
    20: (17.33, 4.35, 8.26, 20.75, 15.65, 14.89, 9.57, 10.72),
    22: (10.6, 0.0, 2.29, 17.9, 6.58, 4.56, 12.44, 9.15),
    23: (43.9, 47.83, 31.65, 46.6, 40.06, 35.97, 50.48, 33.55),
    24: (10.43, 8.7, 5.96, 6.35, 12.09, 17.63, 7.89, 7.91),
    27: (0.42, 0.0, 0.92, 0.29, 0.23, 2.23, 0.96, 0.08),
    28: (9.25, 4.35, 10.55, 5.72, 7.94, 15.3, 6.94, 1.65),
    30: (0.42, 0.0, 0.46, 0.23, 0.23, 0.3, 0.48, 0.08),
    32: (12.28, 0.0, 2.29, 10.12, 8.16, 16.31, 5.98, 2.97),
    38: (0.42, 0.0, 0.46, 0.23, 0.3, 1.22, 0.0, 0.08),
    39: (3.03, 0.0, 2.29, 0.63, 3.78, 6.08, 1.67, 0.99),
}


def _shares() -> dict[str, Mapping[int, float]]:
    by_emotion: dict[str, Mapping[int, float]] = {
        emotion: MappingProxyType({unit: row[column] / 100 for unit, row in _PERCENT.items()})
        for column, emotion in enumerate(_COLUMNS)
    }
    mean = {unit: sum(row) / len(row) / 100 for unit, row in _PERCENT.items()}
    return {**by_emotion, "skepticism": MappingProxyType(mean)}


OCCURRENCE: Final[Mapping[str, Mapping[int, float]]] = MappingProxyType(_shares())
"""Share in which each unit occurred, by emotion, in [0, 1]; skepticism has no column and gets the mean of all."""
