"""A reading on its frame: bars of its expressions and of its action units, and the regions where units act.

Takes an RGB array, changes it in place. A unit below a tenth tints nothing, so that a still face is not covered.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS
from duchenne.outputs.drawing import COLOURS, Bar, Image, Sizes, clip, draw_bars, grown, plate
from duchenne.outputs.palette import DARK, rgb
from duchenne.outputs.unit_regions import REGIONS
from duchenne.records import Face, Reading

_UNITS: Final = rgb(DARK.units)
# Below this a unit counts as noise: neither tinted nor named in strong letters.
_SHOWN_FROM: Final = 0.1
# Share of the tint in the mixture with the picture where a unit is at full contraction.
_TINT: Final = 0.5
# Longest side of the map of tints, in pixels.
_MAP_PX: Final = 160
_COLUMNS: Final = 2
_ROWS: Final = -(-len(UNIT_COLUMNS) // _COLUMNS)


def draw_expressions(image: Image, reading: Reading, place: Box, sizes: Sizes) -> None:
    """A plate with one bar per expression, as long as its probability."""
    plate(image, place)
    bars = [
        Bar(name, float(probability), COLOURS[name], name == reading.expression)
        for name, probability in zip(EXPRESSIONS, reading.expressions, strict=True)
    ]
    draw_bars(image, bars, place.x, place.y, sizes.expressions, sizes)


def unit_panel(sizes: Sizes) -> tuple[int, int]:
    """Width and height of the plate of `draw_units`."""
    width = _column_width(sizes) * _COLUMNS + sizes.pad
    return width, sizes.row * _ROWS + 2 * sizes.pad


def draw_units(image: Image, reading: Reading, place: Box, sizes: Sizes) -> None:
    """A plate with one bar per action unit, as long as its intensity; one that was not measured has no row.

    Args:
        image: Changed in place.
        reading: With units.
        place: Of the size of `unit_panel`.
        sizes: Of this picture.
    """
    if reading.units is None:
        return
    plate(image, place)
    measured = [
        Bar(name, min(max(value, 0.0), 1.0), _UNITS, value >= _SHOWN_FROM)
        for name, value in zip(UNIT_COLUMNS, reading.units.tolist(), strict=True)
        if not np.isnan(value)
    ]
    for column in range(_COLUMNS):
        rows = measured[column * _ROWS : (column + 1) * _ROWS]
        draw_bars(image, rows, place.x + column * _column_width(sizes), place.y, sizes.units, sizes)


def tint(image: Image, face: Face, units: NDArray[np.float32]) -> None:
    """Colour the regions of the face where units act, the more the stronger the strongest unit of a region.

    Args:
        image: (H, W, 3), changed in place.
        face: Whose mesh places the regions.
        units: (24,) in the order of `duchenne.facs.UNIT_COLUMNS`; NaN tints nothing.
    """
    around = clip(grown(face.box, 2), image)
    if around is None:
        return
    left, top, right, bottom = around
    part = image[top:bottom, left:right]
    # Regions have soft edges: a small map is enough of them, whatever the size of the face.
    scale = min(_MAP_PX / max(part.shape[:2]), 1.0)
    points = (face.landmarks[:, :2] - np.array([left, top], dtype=np.float32)) * scale
    height, width = (max(round(side * scale), 1) for side in part.shape[:2])
    strength = np.zeros((height, width), dtype=np.float32)
    # The weakest first: where regions overlap, the strongest is seen.
    for place in np.argsort(units):
        if units[place] >= _SHOWN_FROM:
            for region in REGIONS[UNIT_COLUMNS[place]]:
                hull = cv2.convexHull(np.rint(points[list(region)]).astype(np.int32))
                cv2.fillConvexPoly(strength, hull, min(float(units[place]), 1.0))
    if not strength.any():
        return
    radius = max(round(face.box.width * scale / 40), 1)
    soft = cv2.blur(strength, (2 * radius + 1, 2 * radius + 1))
    weight = _TINT * cv2.resize(soft, (part.shape[1], part.shape[0]))[..., None]
    part[:] = np.rint(part * (1 - weight) + np.array(_UNITS, dtype=np.float32) * weight).astype(np.uint8)


def expression_panel(sizes: Sizes) -> tuple[int, int]:
    """Width and height of the plate of `draw_expressions`."""
    width = sizes.expressions.label + sizes.expressions.bar + 3 * sizes.pad
    return width, sizes.row * len(EXPRESSIONS) + 2 * sizes.pad


def _column_width(sizes: Sizes) -> int:
    return sizes.units.label + sizes.units.bar + 2 * sizes.pad
