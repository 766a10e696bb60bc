"""The tool's side of an audit: what any tool measured, in one shape.

Takes a table with the columns of OpenFace 2, of Py-Feat or of this tool; gives `Readings`, one row a frame of the
audit set that the tool reported on. Missing stays missing, with its reason: the tool saw no face, or it failed; a
unit without a column is not measured at all. Where a tool saw several faces in a frame, the one it is surest of is
kept, because a set shows one. Refuses tables without the columns, clips that the set does not have and frames
beyond a clip's end.

Columns of OpenFace 2: its wiki page "Output Format". Of Py-Feat: its class ``Fex``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from duchenne.errors import DataError
from duchenne.evaluation.truth_tables import POSE
from duchenne.facs import ACTION_UNITS, column
from duchenne.labels import Status


class Outcome(StrEnum):
    """What became of a frame."""

    SEEN = "seen"
    NOT_DETECTED = "not detected"
    """The tool looked and found no face."""
    FAILED = "failed"
    """The tool gave no answer: the clip is not in its tables, or the frame could not be decoded."""


class Layout(StrEnum):
    """Whose columns a table has."""

    DUCHENNE = "duchenne"
    OPENFACE = "openface"
    PYFEAT = "pyfeat"


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What a tool measured on some clips.

    Attributes:
        layout: Whose columns they were.
        units: Units that have a column, in ascending order; all others were not measured.
        frames: One row a frame: ``clip``, ``frame`` (0-based), ``outcome``, the measured units as ``AU01``... and
            the angles of `duchenne.evaluation.truth_tables.POSE`; values are NaN unless a face was seen.
        has_pose: Whether the angles mean anything.
        notes: What was done to the values, for the report.
        n_further: Faces that were left out, because a surer one stands in the same frame.
    """

    layout: Layout
    units: tuple[int, ...]
    frames: pd.DataFrame
    has_pose: bool
    notes: tuple[str, ...]
    n_further: int = 0


OPENFACE_SCALE: Final = 5.0
"""OpenFace's intensities (``AU01_r``) go from 0 to 5."""

_DEGREES: Final = 180 / math.pi
_UNIT = re.compile(r"^AU(\d{1,2})(_r|_c)?$")


def tabulate(layout: Layout, table: pd.DataFrame, origin: str) -> Readings:
    """Bring a table with a column ``clip`` into one shape; ``origin`` names it in messages.

    Raises:
        DataError: if a column that the layout needs is missing or is not a number.
    """
    needed = {
        Layout.OPENFACE: ("frame", "success"),
        Layout.PYFEAT: ("frame", "FaceScore"),
        Layout.DUCHENNE: ("frame", "status", "score", *POSE),
    }[layout]
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise DataError(
            f"{origin} has not the columns of {layout.value}",
            got=f"no {', '.join(missing)} among {', '.join(map(str, table.columns[:12]))}...",
            expected=", ".join(needed) + ", and action units as columns",
            remedy="Say which tool wrote it: --tool openface:FILE, pyfeat:FILE or duchenne:FILE",
        )
    outcome, sureness, first_frame = _outcomes(layout, table, origin)
    values, notes = _values(layout, table, origin)
    pose, pose_note = _pose(layout, table, origin)
    frames = pd.concat(
        [
            table["clip"].astype(str),
            _frame_numbers(table, first_frame, origin).rename("frame"),
            outcome.rename("outcome"),
            # A value beside "no face" is a placeholder, often 0: it must not be taken for a measurement.
            pd.concat([values, pose], axis=1).where(outcome == Outcome.SEEN),
        ],
        axis=1,
    )
    order = sureness.fillna(-1.0).sort_values(ascending=False, kind="stable").index
    best = frames.loc[order].drop_duplicates(["clip", "frame"])
    if len(best) < len(frames):
        notes += (
            f"{len(frames) - len(best)} further faces were left out: the set shows one, the surest is kept",
        )
    return Readings(
        layout,
        tuple(sorted(_unit_of(name) for name in values.columns)),
        best.sort_values(["clip", "frame"], ignore_index=True),
        bool(pose.notna().any(axis=None)),
        (*notes, pose_note),
        len(frames) - len(best),
    )


def check_fit(readings: Readings, clip_lengths: Mapping[str, int]) -> None:
    """Refuse readings that cannot belong to a set.

    Args:
        readings: Of a tool.
        clip_lengths: Frames of each clip of the set.

    Raises:
        DataError: if the readings have clips that the set does not have, frames outside of a clip, or no clip.
    """
    named = list(dict.fromkeys(readings.frames["clip"]))
    unknown = [clip for clip in named if clip not in clip_lengths]
    if unknown or not named:
        raise DataError(
            "the tool's table names clips that the set does not have"
            if named
            else "the tool's table is empty",
            got=_some(unknown) or "no rows",
            expected=_some(list(clip_lengths)),
            remedy="Run the tool on the .mp4 files of the set, and keep their names",
        )
    for clip, span in readings.frames.groupby("clip")["frame"].agg(["min", "max"]).iterrows():
        length = clip_lengths[str(clip)]
        if span["min"] < 0 or span["max"] >= length:
            raise DataError(
                f"the tool's frames of {clip} do not fit the clip",
                got=f"frames {span['min']} to {span['max']}, counted from 0",
                expected=f"0 to {length - 1}",
                remedy="Run the tool on the set's own file, without skipping or repeating frames",
            )


def _numbers(table: pd.DataFrame, name: str, origin: str) -> pd.Series[float]:
    try:
        numbers = pd.to_numeric(table[name]).astype(np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(f"column {name} of {origin} is not a number", got=str(error)) from error
    if np.isinf(numbers).any():
        raise DataError(
            f"column {name} of {origin} is infinite somewhere",
            got=f"{int(np.isinf(numbers).sum())} such values",
            expected="finite numbers; an empty cell where there is no value",
        )
    return numbers


def _frame_numbers(table: pd.DataFrame, first: int, origin: str) -> pd.Series[int]:
    numbers = _numbers(table, "frame", origin)
    if numbers.isna().any():
        raise DataError(f"column frame of {origin} has gaps", expected="a number in every row")
    if (numbers % 1 != 0).any():
        raise DataError(
            f"column frame of {origin} does not count frames",
            got=f"{numbers[numbers % 1 != 0].iloc[0]:g}",
            expected=f"whole numbers from {first}",
        )
    return (numbers - first).astype(np.int64)


def _outcomes(
    layout: Layout, table: pd.DataFrame, origin: str
) -> tuple[pd.Series[str], pd.Series[float], int]:
    """What became of each row, how sure the tool is of its face, and the number of a clip's first frame."""
    if layout is Layout.DUCHENNE:
        status = table["status"].astype(str)
        outcome: pd.Series[str] = status.map(
            {
                Status.OK.value: Outcome.SEEN.value,
                Status.LOW_QUALITY.value: Outcome.SEEN.value,
                Status.NO_FACE.value: Outcome.NOT_DETECTED.value,
                Status.DECODE_ERROR.value: Outcome.FAILED.value,
            }
        )
        return outcome, _numbers(table, "score", origin), 0
    if layout is Layout.OPENFACE:
        seen = _numbers(table, "success", origin) == 1
        sureness = _numbers(table, "confidence", origin) if "confidence" in table else seen.astype(float)
        # A failed tracker may still be confident; a face that was seen goes first.
        return _seen(seen), sureness + seen, 1
    score = _numbers(table, "FaceScore", origin)
    # Where there is no face, FaceScore is empty until version 0.6 and 0 from 0.7 on.
    return _seen(score > 0), score, 0


def _seen(is_seen: pd.Series[bool]) -> pd.Series[str]:
    return is_seen.map({True: Outcome.SEEN.value, False: Outcome.NOT_DETECTED.value})


def _unit_of(name: str) -> int:
    return int(name[2:])


def _values(layout: Layout, table: pd.DataFrame, origin: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The measured units on a scale from 0 to 1, and what was done to them."""
    found: dict[int, dict[str, str]] = {}
    strange = []
    for name in map(str, table.columns):
        match = _UNIT.match(name)
        if match is None:
            continue
        unit = int(match.group(1))
        if unit not in ACTION_UNITS:
            strange.append(name)
            continue
        found.setdefault(unit, {})[match.group(2) or ""] = name
    values, present_only = {}, []
    for unit, names in sorted(found.items()):
        if "_r" in names:
            values[column(unit)] = _numbers(table, names["_r"], origin) / OPENFACE_SCALE
        elif "" in names:
            values[column(unit)] = _numbers(table, names[""], origin)
        else:
            values[column(unit)] = _numbers(table, names["_c"], origin)
            present_only.append(column(unit))
    notes = []
    if layout is Layout.OPENFACE and len(values) > len(present_only):
        notes.append("intensities (AUxx_r, 0 to 5) were divided by 5")
    if present_only:
        notes.append(f"{', '.join(present_only)}: presence (0 or 1), because the tool gives no intensity")
    if strange:
        notes.append(f"{', '.join(strange)}: not known to FACS as used here, left out")
    if layout is Layout.DUCHENNE:
        # The frame table has a column for each unit, whether the network gives it or not.
        values = {name: numbers for name, numbers in values.items() if numbers.notna().any()}
    return pd.DataFrame(values, index=table.index), tuple(notes)


def _pose(layout: Layout, table: pd.DataFrame, origin: str) -> tuple[pd.DataFrame, str]:
    """Head pose with the signs of `duchenne.faces.pose`, and what to say about it."""
    nothing = pd.DataFrame(np.nan, index=table.index, columns=list(POSE))
    if layout is Layout.DUCHENNE:
        angles = {name: _numbers(table, name, origin) for name in POSE}
        return pd.DataFrame(angles), "pose as measured"
    if layout is Layout.PYFEAT:
        # Its maintainers: radians, though its own plots took degrees until 0.7 (issue 248); signs are not written.
        return nothing, "pose is not compared: units and signs differ between versions of Py-Feat"
    names = ("pose_Ry", "pose_Rx", "pose_Rz")
    if not set(names) <= set(table.columns):
        return nothing, "the table has no pose"
    # x right, y down, z away from the camera: positive Ry turns to the subject's right, positive Rx looks down.
    signs = (-1.0, -1.0, 1.0)
    turned = {
        axis: _numbers(table, name, origin) * (sign * _DEGREES)
        for axis, name, sign in zip(POSE, names, signs, strict=True)
    }
    return pd.DataFrame(turned), "pose was turned from radians into degrees with this package's signs"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
