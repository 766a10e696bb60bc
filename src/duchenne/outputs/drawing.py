"""What is drawn onto a picture: text on a plate, bars, dashed boxes, all in sizes that follow the picture.

Takes RGB arrays and changes them in place, within their edges only: what lies outside is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS
from duchenne.outputs.palette import DARK, rgb

Image = NDArray[np.uint8]
Rgb = tuple[int, int, int]

INK: Final = rgb(DARK.ink)
MUTED: Final = rgb(DARK.muted)
COLOURS: Final = {name: rgb(colour) for name, colour in DARK.expressions.items()}
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_PLATE: Final = rgb(DARK.background)
_GROOVE: Final = rgb(DARK.line)
# Share of the plate in the mixture with the picture: muted text keeps 4.5:1 contrast even over white.
_PLATE_WEIGHT: Final = 0.82
# What each value of a pixel becomes under a plate, (1, 256, 3).
_DARKENED: Final = np.rint(
    _PLATE_WEIGHT * np.array(_PLATE) + (1 - _PLATE_WEIGHT) * np.arange(256)[None, :, None]
).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Widths:
    """Of a column of bars, in pixels: the names and the longest bar."""

    label: int
    bar: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in pixels for one picture size."""

    line: int
    fine_line: int
    pad: int
    row: int
    bar_height: int
    font: float
    thickness: int
    text_height: int
    expressions: Widths
    units: Widths

    @classmethod
    def of(cls, width: int, height: int) -> Sizes:
        # Drawn for 720 lines; below 0.6 of that, text would no longer be legible.
        unit = max(min(width, height) / 720, 0.6)
        (_, text_height), _ = cv2.getTextSize("happiness", _FONT, 1.0, 1)
        font = 14 * unit / text_height
        thickness = max(round(font), 1)

        def widest(names: Sequence[str]) -> int:
            return max(cv2.getTextSize(name, _FONT, font, thickness)[0][0] for name in names)

        return cls(
            line=max(round(1.6 * unit), 1),
            fine_line=max(round(unit), 1),
            pad=round(8 * unit),
            row=round(20 * unit),
            bar_height=round(9 * unit),
            font=font,
            thickness=thickness,
            text_height=round(text_height * font),
            expressions=Widths(widest(EXPRESSIONS), round(84 * unit)),
            units=Widths(widest(UNIT_COLUMNS), round(48 * unit)),
        )

    def tag(self, text: str) -> tuple[int, int]:
        """Width and height of a plate holding one line."""
        (width, _), _ = cv2.getTextSize(text, _FONT, self.font, self.thickness)
        return width + 2 * self.pad, self.text_height + 2 * self.pad


def dashed(image: Image, start: tuple[int, int], end: tuple[int, int], colour: Rgb, sizes: Sizes) -> None:
    dash = max(sizes.pad, 3)
    for x in range(start[0], end[0], 2 * dash):
        for y in (start[1], end[1]):
            cv2.line(image, (x, y), (min(x + dash, end[0]), y), colour, sizes.line)
    for y in range(start[1], end[1], 2 * dash):
        for x in (start[0], end[0]):
            cv2.line(image, (x, y), (x, min(y + dash, end[1])), colour, sizes.line)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a plate: its name, how long it is in [0, 1], its colour, and whether its name stands out."""

    name: str
    length: float
    colour: Rgb
    is_strong: bool


def draw_bars(image: Image, bars: Sequence[Bar], x: float, y: float, widths: Widths, sizes: Sizes) -> None:
    """Named bars, one under the other, on a plate that is there already; ``x`` and ``y`` are its corner."""
    left = x + 2 * sizes.pad + widths.label
    for index, bar in enumerate(bars):
        middle = y + sizes.pad + sizes.row * (index + 0.5)
        ink = INK if bar.is_strong else MUTED
        write(image, bar.name, x + sizes.pad, middle - sizes.text_height / 2, sizes, ink)
        # Level with the small letters, whose middle lies below that of the capitals.
        top = middle - sizes.bar_height / 2 + sizes.text_height / 8
        fill(image, Box(left, top, widths.bar, sizes.bar_height), _GROOVE)
        fill(image, Box(left, top, widths.bar * bar.length, sizes.bar_height), bar.colour)


def write(image: Image, text: str, x: float, y: float, sizes: Sizes, ink: Rgb) -> None:
    """One line of text whose capitals begin at ``y``."""
    base = (round(x), round(y + sizes.text_height))
    cv2.putText(image, text, base, _FONT, sizes.font, ink, sizes.thickness, cv2.LINE_AA)


def plate(image: Image, place: Box) -> None:
    """Darken a part of the picture so that text on it has contrast whatever lies below."""
    clipped = clip(place, image)
    if clipped is not None:
        left, top, right, bottom = clipped
        part = image[top:bottom, left:right]
        cv2.LUT(part, _DARKENED, dst=part)


def fill(image: Image, place: Box, colour: Rgb) -> None:
    clipped = clip(place, image)
    if clipped is not None:
        left, top, right, bottom = clipped
        image[top:bottom, left:right] = colour


def grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def clip(box: Box, image: Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom in whole pixels within the picture; None if nothing is left."""
    left, right = (min(max(round(edge), 0), image.shape[1]) for edge in (box.x, box.x + box.width))
    top, bottom = (min(max(round(edge), 0), image.shape[0]) for edge in (box.y, box.y + box.height))
    return (left, top, right, bottom) if left < right and top < bottom else None
