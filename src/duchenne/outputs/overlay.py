"""Draw a result on its frame: box, track, mesh, expression bars and time.

Takes a `Picture` and its `FrameResult`, gives a new RGB array; the picture itself is not touched, and neither
are pixels away from what is drawn. Sizes follow the picture, from 320x180 to 4K. No plate covers a face:
where there is no room for the bars they are left out, and the tag still says the most probable expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS
from duchenne.models.preprocess import to_rgb
from duchenne.outputs import mesh_lines
from duchenne.outputs.palette import DARK, rgb
from duchenne.outputs.placing import Placer, beside, corners
from duchenne.outputs.rows import is_read
from duchenne.outputs.wording import clock, percent
from duchenne.records import Face, FrameResult, Observation, Picture, Reading

Image = NDArray[np.uint8]
Rgb = tuple[int, int, int]

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_INK: Final = rgb(DARK.ink)
_MUTED: Final = rgb(DARK.muted)
_PLATE: Final = rgb(DARK.background)
_COLOURS: Final = {name: rgb(colour) for name, colour in DARK.expressions.items()}
_GREY: Final = (190, 190, 190)
# Share of the plate in the mixture with the picture: muted text keeps 4.5:1 contrast even over white.
_PLATE_WEIGHT: Final = 0.82
# What each value of a pixel becomes under a plate, (1, 256, 3).
_DARKENED: Final = np.rint(
    _PLATE_WEIGHT * np.array(_PLATE) + (1 - _PLATE_WEIGHT) * np.arange(256)[None, :, None]
).astype(np.uint8)
_GROOVE: Final = rgb(DARK.line)
# Share of the mesh in the mixture with the picture.
_MESH_WEIGHT: Final = 0.55
# Below this width in line widths, single points would run together.
_DOTTED_FROM: Final = 120
# Lines are drawn in eighths of a pixel, so that they do not tremble.
_SHIFT: Final = 3


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Lengths in pixels for one picture size."""

    line: int
    fine_line: int
    pad: int
    row: int
    bar_width: int
    bar_height: int
    font: float
    thickness: int
    text_height: int
    label_width: int

    @classmethod
    def of(cls, width: int, height: int) -> _Sizes:
        # Drawn for 720 lines; below 0.6 of that, text would no longer be legible.
        unit = max(min(width, height) / 720, 0.6)
        (_, text_height), _ = cv2.getTextSize("happiness", _FONT, 1.0, 1)
        font = 14 * unit / text_height
        thickness = max(round(font), 1)
        widths = [cv2.getTextSize(name, _FONT, font, thickness)[0][0] for name in EXPRESSIONS]
        return cls(
            line=max(round(1.6 * unit), 1),
            fine_line=max(round(unit), 1),
            pad=round(8 * unit),
            row=round(20 * unit),
            bar_width=round(84 * unit),
            bar_height=round(9 * unit),
            font=font,
            thickness=thickness,
            text_height=round(text_height * font),
            label_width=max(widths),
        )

    @property
    def panel(self) -> tuple[int, int]:
        """Width and height of the plate with the bars."""
        width = self.label_width + self.bar_width + 3 * self.pad
        return width, self.row * len(EXPRESSIONS) + 2 * self.pad

    def tag(self, text: str) -> tuple[int, int]:
        """Width and height of a plate holding one line."""
        (width, _), _ = cv2.getTextSize(text, _FONT, self.font, self.thickness)
        return width + 2 * self.pad, self.text_height + 2 * self.pad


class Overlay:
    """Draws frame after frame of one video; keeps each plate on the side where it was."""

    def __init__(self) -> None:
        self._placer = Placer()
        # Measuring text takes longer than drawing it, and frames of one video are all of one size.
        self._sizes: tuple[tuple[int, int], _Sizes] | None = None

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
            self._sizes = frame, _Sizes.of(*frame)
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
        self, image: Image, result: FrameResult, sizes: _Sizes, frame: tuple[int, int], taken: list[Box]
    ) -> None:
        text = clock(result.time_s)
        if not result.observations:
            text += f"  {result.status.value.replace('_', ' ')}"
        place = self._placer.place("time", corners(frame, *sizes.tag(text), sizes.pad), frame, taken)
        if place is not None:
            taken.append(place)
            _plate(image, place)
            _write(image, text, place.x + sizes.pad, place.y + sizes.pad, sizes, _INK)

    def _tag(
        self,
        image: Image,
        observation: Observation,
        sizes: _Sizes,
        frame: tuple[int, int],
        taken: list[Box],
    ) -> None:
        face, reading = observation.face, _reading(observation)
        text, colour = f"#{face.track}  low quality", _GREY
        if reading is not None:
            text = f"#{face.track}  {reading.expression} {percent(float(reading.expressions.max()))}"
            colour = _COLOURS[reading.expression]
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
            _plate(image, place)
            _fill(image, Box(place.x, place.y, max(sizes.line * 2, 2), place.height), colour)
            _write(image, text, place.x + sizes.pad, place.y + sizes.pad, sizes, _INK)

    def _bars(
        self,
        image: Image,
        observation: Observation,
        sizes: _Sizes,
        frame: tuple[int, int],
        taken: list[Box],
        *,
        is_alone: bool,
    ) -> None:
        reading = _reading(observation)
        if reading is None:
            return
        places = beside(observation.face.box, *sizes.panel, sizes.pad)
        if is_alone:
            # There is no doubt whose bars these are, even in a corner.
            places |= corners(frame, *sizes.panel, sizes.pad)
        place = self._placer.place(f"bars {observation.face.track}", places, frame, taken)
        if place is not None:
            taken.append(place)
            _plate(image, place)
            _draw_bars(image, reading, place, sizes)


def _reading(observation: Observation) -> Reading | None:
    return observation.reading if is_read(observation) else None


def _draw_face(image: Image, observation: Observation, sizes: _Sizes) -> None:
    reading = _reading(observation)
    colour = _GREY if reading is None else _COLOURS[reading.expression]
    _draw_mesh(image, observation.face, sizes)
    box = observation.face.box
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.x + box.width), round(box.y + box.height)
    if reading is None:
        _dashed(image, (left, top), (right, bottom), colour, sizes)
    else:
        cv2.rectangle(image, (left, top), (right, bottom), colour, sizes.line)


def _draw_mesh(image: Image, face: Face, sizes: _Sizes) -> None:
    around = _clip(_grown(face.box, 4 * sizes.fine_line), image)
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
            layer, [fine[list(line)] for line in lines], is_closed, _INK, sizes.fine_line, cv2.LINE_AA, _SHIFT
        )
    cv2.addWeighted(layer, _MESH_WEIGHT, part, 1 - _MESH_WEIGHT, 0.0, dst=part)


def _dots(layer: Image, points: NDArray[np.float64], size: int) -> None:
    """One square of ``size`` pixels per point; those outside are left out."""
    corner = np.rint(points - (size - 1) / 2).astype(np.intp)
    for dy in range(size):
        for dx in range(size):
            x, y = corner[:, 0] + dx, corner[:, 1] + dy
            inside = (x >= 0) & (y >= 0) & (x < layer.shape[1]) & (y < layer.shape[0])
            layer[y[inside], x[inside]] = _INK


def _dashed(image: Image, start: tuple[int, int], end: tuple[int, int], colour: Rgb, sizes: _Sizes) -> None:
    dash = max(sizes.pad, 3)
    for x in range(start[0], end[0], 2 * dash):
        for y in (start[1], end[1]):
            cv2.line(image, (x, y), (min(x + dash, end[0]), y), colour, sizes.line)
    for y in range(start[1], end[1], 2 * dash):
        for x in (start[0], end[0]):
            cv2.line(image, (x, y), (x, min(y + dash, end[1])), colour, sizes.line)


def _draw_bars(image: Image, reading: Reading, place: Box, sizes: _Sizes) -> None:
    x = place.x + 2 * sizes.pad + sizes.label_width
    for index, (name, probability) in enumerate(zip(EXPRESSIONS, reading.expressions, strict=True)):
        middle = place.y + sizes.pad + sizes.row * (index + 0.5)
        ink = _INK if name == reading.expression else _MUTED
        _write(image, name, place.x + sizes.pad, middle - sizes.text_height / 2, sizes, ink)
        # Level with the small letters, whose middle lies below that of the capitals.
        y = middle - sizes.bar_height / 2 + sizes.text_height / 8
        _fill(image, Box(x, y, sizes.bar_width, sizes.bar_height), _GROOVE)
        _fill(image, Box(x, y, sizes.bar_width * float(probability), sizes.bar_height), _COLOURS[name])


def _write(image: Image, text: str, x: float, y: float, sizes: _Sizes, ink: Rgb) -> None:
    """One line of text whose capitals begin at ``y``."""
    base = (round(x), round(y + sizes.text_height))
    cv2.putText(image, text, base, _FONT, sizes.font, ink, sizes.thickness, cv2.LINE_AA)


def _plate(image: Image, place: Box) -> None:
    """Darken a part of the picture so that text on it has contrast whatever lies below."""
    clipped = _clip(place, image)
    if clipped is not None:
        left, top, right, bottom = clipped
        part = image[top:bottom, left:right]
        cv2.LUT(part, _DARKENED, dst=part)


def _fill(image: Image, place: Box, colour: Rgb) -> None:
    clipped = _clip(place, image)
    if clipped is not None:
        left, top, right, bottom = clipped
        image[top:bottom, left:right] = colour


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _clip(box: Box, image: Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom in whole pixels within the picture; None if nothing is left."""
    left, right = (min(max(round(edge), 0), image.shape[1]) for edge in (box.x, box.x + box.width))
    top, bottom = (min(max(round(edge), 0), image.shape[0]) for edge in (box.y, box.y + box.height))
    return (left, top, right, bottom) if left < right and top < bottom else None
