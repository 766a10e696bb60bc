"""The conditions of an audit: what is changed about a picture, one thing at a time.

Takes nothing and gives a table. The generator renders the same subjects and scripts under each condition, the
audit compares each with the baseline, and the page draws them in this order. At the baseline the face is frontal,
lit from the front, uncovered, of middle skin tone, sharp and free of noise, with its wrinkles drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BASELINE: Final = "baseline"
"""Stands in the column ``factor`` of clips that nothing was changed in; their ``level`` is empty."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is changed while everything else stays.

    Attributes:
        name: In the column ``factor``.
        title: In words.
        levels: In the order in which they are drawn; their names stand in the column ``level``.
        baseline: Which of the levels the baseline is.
        meaning: What a level says.
    """

    name: str
    title: str
    levels: tuple[str, ...]
    baseline: str
    meaning: str


FACTORS: Final = (
    Factor(
        "yaw",
        "Head turned",
        ("-40", "-20", "0", "20", "40"),
        "0",
        "degrees, positive to the subject's own left",
    ),
    Factor("pitch", "Head raised", ("-20", "0", "20"), "0", "degrees, positive upwards"),
    Factor("skin", "Skin tone", ("light", "middle", "dark"), "middle", "tone of the painted skin"),
    Factor(
        "light", "Light", ("front", "side", "dim"), "front", "from the front, from one side, a third of it"
    ),
    Factor("resolution", "Resolution", ("1", "1/2", "1/4", "1/8"), "1", "share of the picture's side kept"),
    Factor("noise", "Noise", ("0", "8", "16"), "0", "standard deviation, grey levels of 255"),
    Factor(
        "cover", "Cover", ("none", "glasses", "fringe", "hand", "mask"), "none", "what hides part of the face"
    ),
    Factor("wrinkles", "Wrinkles", ("on", "off"), "on", "whether lines deepen with the movement"),
)
"""Every factor of an audit."""


def changes() -> tuple[tuple[str, str], ...]:
    """Factor and level of every condition but the baseline, in drawing order."""
    return tuple((f.name, level) for f in FACTORS for level in f.levels if level != f.baseline)
