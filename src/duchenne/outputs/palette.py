"""The one table of colours: plots, report and overlay show an expression in the same hue everywhere.

Gives two themes, `LIGHT` and `DARK`. Each colour of an expression has at least 3:1 contrast with its theme's
background (WCAG 2.1, 1.4.11), text has at least 4.5:1 (1.4.3), and any two expressions stay at least 0.07
apart in OKLab (Ottosson 2020) for normal sight and for the three dichromacies as simulated by Machado et al.
(2009). The tests compute all of this. Colour is never the only sign: names stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from duchenne.labels import EXPRESSIONS, Status


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``.

    Attributes:
        background: Behind everything.
        surface: Behind quiet boxes.
        ink: Text.
        muted: Text of less weight.
        line: Rules and grid lines.
        warning: Text and edge of a warning.
        expressions: One colour per expression.
        statuses: One colour per status of a row.
        units: Of action units.
    """

    background: str
    surface: str
    ink: str
    muted: str
    line: str
    warning: str
    expressions: Mapping[str, str]
    statuses: Mapping[Status, str]
    units: str


LIGHT: Final = Theme(
    background="#fdfcfa",
    surface="#f5f3ef",
    ink="#1d1f23",
    muted="#62666e",
    line="#dedad3",
    warning="#93400b",
    expressions=dict(
        zip(
            EXPRESSIONS,
            ("#8a8f98", "#b88a00", "#1a7f9e", "#2746c7", "#cf3440", "#4a7300", "#532080", "#9c2f6b"),
            strict=True,
        )
    ),
    statuses={
        Status.OK: "#3d6b73",
        Status.NO_FACE: "#e9e5de",
        Status.LOW_QUALITY: "#a0978a",
        Status.DECODE_ERROR: "#4a4d55",
    },
    units="#0b6e69",
)
"""For paper and bright rooms."""

DARK: Final = Theme(
    background="#14161b",
    surface="#1c1f26",
    ink="#eceae6",
    muted="#a3a7af",
    line="#333741",
    warning="#f0a868",
    expressions=dict(
        zip(
            EXPRESSIONS,
            ("#6f7b85", "#d9b84b", "#65ddf7", "#8a9ff1", "#d8383c", "#c4eda4", "#aa52d1", "#fa7fa1"),
            strict=True,
        )
    ),
    statuses={
        Status.OK: "#6fa5ad",
        Status.NO_FACE: "#2a2e36",
        Status.LOW_QUALITY: "#7d766b",
        Status.DECODE_ERROR: "#b9bdc6",
    },
    units="#5fd3c8",
)
"""For screens at night, and for drawing on video."""


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
