"""Contact sheets: many small pictures at once, to see with one's own eyes what the generator makes.

Takes a face model and a seed's generator, gives one RGB array: random people, one person showing every unit with
its name, or one person through an expression over time. `write_sheet` puts it in a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.facs import ACTION_UNITS
from duchenne.outputs.writing import writing
from duchenne.records import Pose
from duchenne.synth.acting import repertoire
from duchenne.synth.clips.scenes import sample_scene, studio_scene
from duchenne.synth.head.action_units import RENDERABLE, UNITS, Sides
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Beard, Glasses, HairStyle, Look
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Renderer
from duchenne.synth.surroundings.scene import Cover, FaceState, Framing, Sensor

Picture = NDArray[np.uint8]
"""(H, W, 3) RGB."""

# Of a portrait: turned far enough to look taken, not enough to hide a side.
_TURN_DEG: Final = (12.0, 6.0, 4.0)
_CLOSE: Final = Framing(width_cm=24.0, shift_cm=(0.0, -0.8))
_LABEL_PX: Final = 18
# Endings of files, and what their encoder is told.
_KINDS: Final = {".png": [], ".jpg": [cv2.IMWRITE_JPEG_QUALITY, 88], ".jpeg": [cv2.IMWRITE_JPEG_QUALITY, 88]}


def people(model: FaceModel, rng: np.random.Generator, *, n_people: int = 48, size: int = 192) -> Picture:
    """Random people in random scenes, eight to a row, as a study would draw them but with nothing in the way.

    Args:
        model: The head.
        rng: Decides everything.
        n_people: At least 1.
        size: Pixels on each side of a cell.
    """
    renderer = Renderer(size)
    cells = []
    for generator in rng.spawn(n_people):
        subject = Subject.sample(model, generator)
        # Noise and blur hide what a sheet is for.
        scene = replace(sample_scene(generator, subject.look), cover=Cover.NONE, sensor=Sensor())
        script = repertoire.sample(generator, 2.0)
        turn = Pose(*(float(generator.normal(0.0, deg)) for deg in _TURN_DEG))
        state = replace(script.state(float(generator.uniform(0.5, 1.5))), pose=turn, shift_cm=(0.0, 0.0))
        cells.append(renderer.frame(subject, state, scene).rgb)
    return grid(cells, 8)


def units(model: FaceModel, rng: np.random.Generator, *, size: int = 192) -> Picture:
    """One person at rest, then with each renderable unit at full strength on both sides, six to a row.

    Args:
        model: The head.
        rng: Decides who it is.
        size: Pixels on each side of a cell.
    """
    renderer, subject = Renderer(size), _sitter(model, rng)
    scene = replace(studio_scene(subject.look), framing=_CLOSE)
    cells = [labelled(renderer.frame(subject, FaceState(), scene).rgb, "at rest")]
    for unit in RENDERABLE:
        frame = renderer.frame(subject, FaceState(units=fully(unit)), scene)
        cells.append(labelled(frame.rgb, f"{unit} {ACTION_UNITS[unit]}"))
    return grid(cells, 6)


def over_time(
    model: FaceModel,
    rng: np.random.Generator,
    *,
    emotion: str = "happiness",
    n_frames: int = 12,
    size: int = 192,
) -> Picture:
    """One person through an expression and back, at even steps, six to a row.

    Args:
        model: The head.
        rng: Decides who it is and the course of the expression.
        emotion: A name of `duchenne.facs.DU_2014`.
        n_frames: At least 1.
        size: Pixels on each side of a cell.
    """
    renderer, subject = Renderer(size), _sitter(model, rng)
    scene = replace(studio_scene(subject.look), framing=_CLOSE)
    script = repertoire.emotion(rng, emotion, 3.0, strength=1.0)
    cells = []
    for time_s in np.linspace(0.0, script.duration_s, n_frames).tolist():
        frame = renderer.frame(subject, script.state(time_s), scene)
        cells.append(labelled(frame.rgb, f"{emotion}  {time_s:.2f} s"))
    return grid(cells, 6)


def grid(cells: Sequence[Picture], columns: int) -> Picture:
    """Put pictures of one size side by side, row by row; what is left over stays black.

    Raises:
        ValueError: if there are none, or their sizes differ.
    """
    if not cells or len({cell.shape for cell in cells}) > 1:
        raise ValueError(f"expected pictures of one size, got {sorted({cell.shape for cell in cells})}")
    height, width, _ = cells[0].shape
    columns = min(columns, len(cells))
    sheet = np.zeros((-(-len(cells) // columns) * height, columns * width, 3), dtype=np.uint8)
    for number, cell in enumerate(cells):
        row, column = divmod(number, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = cell
    return sheet


def labelled(cell: Picture, text: str) -> Picture:
    """A picture with a line of text on a dark strip below it."""
    strip = np.full((_LABEL_PX, cell.shape[1], 3), 24, dtype=np.uint8)
    cv2.putText(strip, text, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (235, 235, 235), 1, cv2.LINE_AA)
    return np.concatenate([cell, strip])


def write_sheet(path: Path, sheet: Picture) -> None:
    """Write a sheet as PNG or JPEG, by the name's ending.

    Raises:
        SettingsError: if the name ends in anything else.
        OutputError: if it cannot be written there.
    """
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise SettingsError(
            f"{path.name} names no kind of picture that a sheet is written as",
            got=kind or "no ending",
            expected=", ".join(_KINDS),
        )
    data = cv2.imencode(kind, cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), _KINDS[kind])[1].tobytes()
    with writing(path, "the sheet"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _sitter(model: FaceModel, rng: np.random.Generator) -> Subject:
    """A person whose whole face is seen, in the middle of the skin tones, and who has lines to show."""
    look = replace(
        Look.sample(rng),
        skin=0.35,
        wrinkles=0.8,
        age=40.0,
        grey=0.0,
        hair_style=HairStyle.SIDE_PARTING,
        beard=Beard.NONE,
        glasses=Glasses.NONE,
    )
    return Subject.make(model, 0.6 * rng.standard_normal(len(model.identity_deltas)), look)


def fully(unit: int) -> dict[int, Sides]:
    """The units at which a unit is seen at its strongest, itself among them."""
    # The jaw's second part follows its first; both directions of the jaw exclude each other.
    if unit == 27:
        return {26: (1.0, 1.0), 27: (1.0, 1.0)}
    return {unit: (1.0, 0.0) if "|" in UNITS[unit].terms[0][0] else (1.0, 1.0)}
