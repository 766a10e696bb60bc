"""Draw a result on its frame: box, track, mesh, bars of expressions and action units, and time.

Takes a `Picture` and its `FrameResult`, gives a new RGB array; the picture itself is not touched, and neither
are pixels away from what is drawn. Sizes follow the picture, from 320x180 to 4K. No plate covers a face:
where there is no room for bars they are left out, and the tag still says the most probable expression.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.geometry import Box
from duchenne.models.preprocess import to_rgb
from duchenne.outputs import mesh_lines
from duchenne.outputs.drawing import COLOURS, INK, Image, Sizes, clip, dashed, fill, grown, plate, write
from duchenne.outputs.placing import Placer, beside, corners
from duchenne.outputs.reading_plates import draw_expressions, draw_units, expression_panel, tint, unit_panel
from duchenne.outputs.rows import is_read
from duchenne.outputs.wording import clock, percent
from duchenne.records import Face, FrameResult, Observation, Picture, Reading

_GREY: Final = (190, 190, 190)
# Share of the mesh in the mixture with the picture.
_MESH_WEIGHT: Final = 0.55
# Below this width in line widths, single points would run together.
_DOTTED_FROM: Final = 120
# Lines are drawn in eighths of a pixel, so that they do not tremble.
_SHIFT: Final = 3


class Overlay:
    """Draws frame after frame of one video; keeps each plate on the side where it was."""

    def __init__(self) -> None:
        self._placer = Placer()
        # Measuring text takes longer than drawing it, and frames of one video are all of one size.
        self._sizes: tuple[tuple[int, int], Sizes] | None = None

    def draw(self, picture: Picture, result: FrameResult) -> Image:
        """Draw one frame.

        Args:
            picture: The frame, upright.
            result: What was found in it.

        Returns:
            (height, width, 3) uint8 RGB, a new array.
        """
        image = to_rgb(picture)
        frame = picture.width, picture.height
        if self._sizes is None or self._sizes[0] != frame:
            self._sizes = frame, Sizes.of(*frame)
        sizes = self._sizes[1]
        taken = [observation.face.box for observation in result.observations]
        for observation in result.observations:
            _draw_face(image, observation, sizes)
        self._stamp(image, result, sizes, frame, taken)
        for observation in result.observations:
            self._tag(image, observation, sizes, frame, taken)
        is_alone = len(result.observations) == 1
        for observation in result.observations:
            self._bars(image, observation, sizes, frame, taken, is_alone=is_alone)
        return image

    def _stamp(
        self, image: Image, result: FrameResult, sizes: Sizes, frame: tuple[int, int], taken: list[Box]
    ) -> None:
        text = clock(result.time_s)
        if not result.observations:
            text += f"  {result.status.value.replace('_', ' ')}"
        place = self._placer.place("time", corners(frame, *sizes.tag(text), sizes.pad), frame, taken)
        if place is not None:
            taken.append(place)
            plate(image, place)
            write(image, text, place.x + sizes.pad, place.y + sizes.pad, sizes, INK)

    def _tag(
        self,
        image: Image,
        observation: Observation,
        sizes: Sizes,
        frame: tuple[int, int],
        taken: list[Box],
    ) -> None:
        face, reading = observation.face, _reading(observation)
        text, colour = f"#{face.track}  low quality", _GREY
        if reading is not None:
            text = f"#{face.track}  {reading.expression} {percent(float(reading.expressions.max()))}"
            colour = COLOURS[reading.expression]
        width, height = sizes.tag(text)
        sides = {
            "above": Box(face.box.x, face.box.y - height, width, height),
            "below": Box(face.box.x, face.box.y + face.box.height, width, height),
            "above, left": Box(face.box.x + face.box.width - width, face.box.y - height, width, height),
        }
        # Its own box touches the tag along an edge, which is what joins them.
        place = self._placer.place(f"tag {face.track}", sides, frame, taken)
        if place is not None:
            taken.append(place)
            plate(image, place)
            fill(image, Box(place.x, place.y, max(sizes.line * 2, 2), place.height), colour)
            write(image, text, place.x + sizes.pad, place.y + sizes.pad, sizes, INK)

    def _bars(
        self,
        image: Image,
        observation: Observation,
        sizes: Sizes,
        frame: tuple[int, int],
        taken: list[Box],
        *,
        is_alone: bool,
    ) -> None:
        reading = _reading(observation)
        if reading is None:
            return
        panels = [("bars", expression_panel(sizes), draw_expressions)]
        if reading.units is not None:
            panels.append(("units", unit_panel(sizes), draw_units))
        for name, size, draw in panels:
            places = beside(observation.face.box, *size, sizes.pad)
            if is_alone:
                # There is no doubt whose bars these are, even in a corner.
                places |= corners(frame, *size, sizes.pad)
            place = self._placer.place(f"{name} {observation.face.track}", places, frame, taken)
            if place is not None:
                taken.append(place)
                draw(image, reading, place, sizes)


def _reading(observation: Observation) -> Reading | None:
    return observation.reading if is_read(observation) else None


def _draw_face(image: Image, observation: Observation, sizes: Sizes) -> None:
    reading = _reading(observation)
    colour = _GREY if reading is None else COLOURS[reading.expression]
    if reading is not None and reading.units is not None:
        tint(image, observation.face, reading.units)
    _draw_mesh(image, observation.face, sizes)
    box = observation.face.box
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.x + box.width), round(box.y + box.height)
    if reading is None:
        dashed(image, (left, top), (right, bottom), colour, sizes)
    else:
        cv2.rectangle(image, (left, top), (right, bottom), colour, sizes.line)


def _draw_mesh(image: Image, face: Face, sizes: Sizes) -> None:
    around = clip(grown(face.box, 4 * sizes.fine_line), image)
    if around is None:
        return
    left, top, right, bottom = around
    part = image[top:bottom, left:right]
    layer = part.copy()
    points = face.landmarks[:, :2].astype(np.float64) - (left, top)
    if face.box.width >= _DOTTED_FROM * sizes.fine_line:
        _dots(layer, points, sizes.fine_line)
    fine = np.rint(points * (1 << _SHIFT)).astype(np.int32)
    for lines, is_closed in ((mesh_lines.CLOSED, True), (mesh_lines.OPEN, False)):
        cv2.polylines(
            layer, [fine[list(line)] for line in lines], is_closed, INK, sizes.fine_line, cv2.LINE_AA, _SHIFT
        )
    cv2.addWeighted(layer, _MESH_WEIGHT, part, 1 - _MESH_WEIGHT, 0.0, dst=part)


def _dots(layer: Image, points: NDArray[np.float64], size: int) -> None:
    """One square of ``size`` pixels per point; those outside are left out."""
    corner = np.rint(points - (size - 1) / 2).astype(np.intp)
    for dy in range(size):
        for dx in range(size):
            x, y = corner[:, 0] + dx, corner[:, 1] + dy
            inside = (x >= 0) & (y >= 0) & (x < layer.shape[1]) & (y < layer.shape[0])
            layer[y[inside], x[inside]] = INK
