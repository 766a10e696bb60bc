"""The columns of the tables beside synthetic clips: frames, events and clips.

Takes nothing, gives the columns with type, unit, range and meaning, and Arrow schemas whose fields carry all that.
Units that the face model cannot show are null, never 0. Labels are shares of displacement, not a coder's scores;
`NOTE` says so in every file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from duchenne.facs import ACTION_UNITS, LEFT, RIGHT, column
from duchenne.outputs.schema import Column, Kind
from duchenne.synth.head.action_units import UNITS
from duchenne.synth.head.action_units import Kind as UnitKind

NOTE: Final = (
    "Synthetic faces: nobody was recorded. A unit's strength is the share of the displacement that the face model "
    "gives it, from 0 to 1; it is not a FACS coder's score, and no coder has checked it."
)
SIDES: Final = MappingProxyType({LEFT: "left", RIGHT: "right"})
"""Names of the subject's own sides, in the order of strengths."""


def _number(name: str, meaning: str, unit: str, decimals: int, span: str = "", missing: str = "") -> Column:
    return Column(name, Kind.NUMBER, meaning, missing, unit, span, decimals)


def _text(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXT, meaning)


def _unit_columns() -> Iterable[Column]:
    for unit, rule in UNITS.items():
        missing = f"always: {rule.note}" if rule.kind is UnitKind.NOT_RENDERABLE else ""
        note = f" ({rule.kind}{f'; {rule.note}' if rule.note else ''})"
        for side, words in SIDES.items():
            meaning = f"{ACTION_UNITS[unit]}, subject's own {words} side: share of its displacement{note}"
            yield _number(column(unit, side), meaning, "share", 5, "0 to 1", missing)


_CLIP = _text("clip", "Name of the clip and, with .mp4, of its video")

FRAME_COLUMNS: Final = (
    _CLIP,
    Column("frame", Kind.COUNT, "0-based index", span="0 and up"),
    _number("time_s", "When the frame is shown", "s", 6),
    *_unit_columns(),
    _number("yaw_deg", "Head turned to the subject's own left", "degree", 3),
    _number("pitch_deg", "Head raised", "degree", 3),
    _number("roll_deg", "Head tilted to the subject's own left shoulder", "degree", 3),
    _number("gaze_yaw_deg", "Eyes turned in the head to the subject's own left", "degree", 3),
    _number("gaze_pitch_deg", "Eyes turned in the head upwards", "degree", 3),
    _number("lip_gap_cm", "Height between the lips, measured on the mesh", "cm", 4, "0 and up"),
    *(
        _number(
            f"eye_opening_{side}_cm", f"Height between the {words} lids, on the mesh", "cm", 4, "0 and up"
        )
        for side, words in SIDES.items()
    ),
    *(_number(f"x_{k}", f"Landmark {k} of the 68 of Multi-PIE, to the right", "px", 3) for k in range(68)),
    *(_number(f"y_{k}", f"Landmark {k} of the 68 of Multi-PIE, downwards", "px", 3) for k in range(68)),
    _number("visible_share", "Landmarks in the picture and not hidden", "share", 4, "0 to 1"),
)
"""One row a frame; angles have the signs of `duchenne.faces.pose`."""

EVENT_COLUMNS: Final = (
    _CLIP,
    Column("unit", Kind.COUNT, "Number of the action unit"),
    _text("side", "L or R, subject's own; a unit without sides has a row for each"),
    _number("start_s", "Begin of the onset", "s", 6),
    _number("apex_start_s", "When the peak is reached", "s", 6),
    _number("apex_end_s", "When the peak is left", "s", 6),
    _number("end_s", "End of the offset", "s", 6),
    _number("peak", "Strength at the apex, as scripted", "share", 5, "0 to 1"),
)
"""One row an event and side; AU25 as scripted, while the frame table has it as measured on the mesh."""

CLIP_COLUMNS: Final = (
    _CLIP,
    _text("subject", "Name of the person: split by it"),
    _text("kind", "What the script is an example of"),
    _text("label", "Which one: a unit's column, an emotion's name, a strength"),
    Column("frames", Kind.COUNT, "Number of frames"),
    # What the clip is made again from is not rounded.
    Column("fps", Kind.NUMBER, "Frames per second", unit="Hz"),
    Column("size", Kind.COUNT, "Height and width in pixels"),
    Column("seed", Kind.COUNT, "Of the camera's noise"),
    Column("skin", Kind.NUMBER, "Skin tone, 0 lightest to 1 darkest", unit="share", span="0 to 1"),
    Column("wrinkles", Kind.NUMBER, "Strength of drawn lines; 0 where the subject has none", span="0 to 2"),
    _text("identity", "JSON list: coefficients of the face model's identity modes, standard deviations"),
    _text("look", "JSON: the person's skin, hair, eyes, glasses and lines"),
    _text("script", "JSON: events, head motion and gaze"),
    _text("scene", "JSON: lights, background, framing, camera and cover"),
    _text("generator", "Name and version of what made it"),
    _text("face_model_sha256", "Of the face model's file"),
    _text("video_sha256", "Of the video"),
)
"""One row a clip; with the face model, `duchenne.synth.clips.remake` makes the clip again from it."""


def schema(columns: Sequence[Column], metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table, each field with its meaning, unit and range.

    Args:
        columns: Of the table.
        metadata: What else the file shall carry.
    """
    fields = []
    for one in columns:
        said = {"meaning": one.meaning, "unit": one.unit, "range": one.span, "missing": one.missing}
        fields.append(one.arrow.with_metadata({key: value for key, value in said.items() if value}))
    about = {"duchenne.version": version("duchenne"), "duchenne.note": NOTE, **(metadata or {})}
    return pa.schema(fields, metadata=about)
