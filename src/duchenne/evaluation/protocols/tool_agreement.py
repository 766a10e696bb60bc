"""Two tools on the same recording: how far their curves agree, with no truth beside them.

Takes two tables of any of the layouts of `duchenne.evaluation.tool_tables`; gives, for each action unit that both
measured and for the head's angles, Pearson's r, ICC(3,1), the mean absolute difference, and by how many frames one
runs behind the other. Frames that only one of them read are counted and left out. That two tools agree does not
make either of them right. Refuses tables that share no frame.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from duchenne.errors import DataError
from duchenne.evaluation.continuous_metrics import icc_3_1, mae, pcc
from duchenne.evaluation.protocols.outcome import Outcome, Table, number
from duchenne.evaluation.provenance import hash_of
from duchenne.evaluation.tool_files import detect_layout, read_tool
from duchenne.evaluation.tool_tables import Outcome as FrameOutcome
from duchenne.evaluation.tool_tables import Readings
from duchenne.evaluation.truth_tables import POSE
from duchenne.facs import column

MAX_LAG: Final = 15
"""Frames either way in which the best match is looked for: half a second."""


@dataclass(frozen=True, slots=True)
class CurveAgreement:
    """How far two curves agree on N frames that both tools read; NaN where a measure is not defined.

    Attributes:
        name: A unit's column or an angle.
        n_frames: N.
        pcc: Pearson's r, blind to offset and scale.
        icc: ICC(3,1), blind to offset.
        difference: Mean absolute difference.
        lag: Frames by which the second curve runs behind the first at their best match; None without one.
        pcc_at_lag: Pearson's r there.
    """

    name: str
    n_frames: int
    pcc: float
    icc: float
    difference: float
    lag: int | None
    pcc_at_lag: float


def evaluate_agreement(first: Path, second: Path) -> Outcome:
    """Compare two tables.

    Args:
        first: CSV or Parquet of OpenFace 2, Py-Feat or this tool.
        second: Another of the same recording.

    Raises:
        DataError: if one cannot be read, is of an unknown layout or holds several faces of one frame, they share no
            clip or no frame, or both measure nothing in common.
    """
    tools = [read_tool(detect_layout(path), path) for path in (first, second)]
    for path, tool in zip((first, second), tools, strict=True):
        if tool.n_further:
            raise DataError(
                f"{path.name} holds several faces of one frame, and two tools may mean different people",
                got=f"{tool.n_further} rows beside the first of their frame",
                expected="one face a frame",
                remedy="Leave the rows of one person in each table, in this tool's those of one number in 'face'",
            )
    joined, n_only = _join(*tools)
    names = _common(*tools)
    if not names:
        raise DataError(
            "the two tables measure nothing in common",
            got="; ".join(
                ", ".join(column(unit) for unit in tool.units) or "no action units" for tool in tools
            ),
        )
    found = [curve_agreement(name, joined, "clip") for name in names]
    return Outcome(
        protocol="agreement",
        title=f"How far {tools[0].layout.value} and {tools[1].layout.value} agree",
        command=f"duchenne evaluate agreement {first.name} {second.name}",
        record={
            "files": [
                {"name": path.name, "sha256": hash_of(path), "layout": tool.layout.value}
                for path, tool in zip((first, second), tools, strict=True)
            ],
            "n_frames_both": len(joined),
            "n_frames_first_only": n_only[0],
            "n_frames_second_only": n_only[1],
            "curves": [dataclasses.asdict(one) for one in found],
        },
        tables=(_table(found),),
        notes=(
            "that two tools agree does not make either of them right",
            f"frames that both read: {len(joined)}; only the first: {n_only[0]}; only the second: {n_only[1]}",
            *(f"first: {note}" for note in tools[0].notes),
            *(f"second: {note}" for note in tools[1].notes),
        ),
    )


def curve_agreement(name: str, joined: pd.DataFrame, clip: str = "clip") -> CurveAgreement:
    """Compare one curve.

    Args:
        name: The curve; the table has it as ``NAME_first`` and ``NAME_second``.
        joined: One row a frame, with ``frame`` and the column ``clip``.
        clip: The column that tells clips apart: no lag reaches from one into another.
    """
    pair = joined[[clip, "frame", f"{name}_first", f"{name}_second"]].dropna()
    a, b = (pair[f"{name}_{which}"].to_numpy(dtype=np.float64) for which in ("first", "second"))
    if len(a) < 2:
        nothing = float("nan")
        return CurveAgreement(name, len(a), nothing, nothing, nothing, None, nothing)
    lags = {lag: _shifted(name, pair, clip, lag) for lag in range(-MAX_LAG, MAX_LAG + 1)}
    defined = {lag: r for lag, r in lags.items() if np.isfinite(r)}
    # Of equal matches the smallest lag: a curve that repeats itself is not half a second late.
    best = min(defined, key=lambda lag: (-round(defined[lag], 9), abs(lag))) if defined else None
    return CurveAgreement(
        name,
        len(a),
        pcc(a, b),
        icc_3_1(np.column_stack([a, b])),
        mae(a, b),
        best,
        float("nan") if best is None else defined[best],
    )


def _shifted(name: str, pair: pd.DataFrame, clip: str, lag: int) -> float:
    """Pearson's r of the first curve with the second one so many frames later."""
    second = pair[[clip, "frame", f"{name}_second"]].assign(frame=pair["frame"] - lag)
    met = pair[[clip, "frame", f"{name}_first"]].merge(second, on=[clip, "frame"])
    if len(met) < max(2, len(pair) // 2):
        return float("nan")  # too few frames are left to be called a match
    return pcc(met[f"{name}_first"].to_numpy(), met[f"{name}_second"].to_numpy())


def _join(first: Readings, second: Readings) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Frames that both tools read, and how many only one did."""
    frames = [tool.frames for tool in (first, second)]
    if all(table["clip"].nunique() == 1 for table in frames):
        # Tools name a single recording as they like.
        frames = [table.assign(clip="recording") for table in frames]
    seen = [table[table["outcome"] == FrameOutcome.SEEN.value] for table in frames]
    joined = seen[0].merge(seen[1], on=["clip", "frame"], suffixes=("_first", "_second"))
    if not len(joined):
        raise DataError(
            "the two tables share no frame in which both tools read a face",
            got=f"{len(seen[0])} and {len(seen[1])} such frames; clips {_clips(frames[0])} and {_clips(frames[1])}",
            remedy="Run both tools on the same file, and keep its name",
        )
    return joined, (len(seen[0]) - len(joined), len(seen[1]) - len(joined))


def _clips(table: pd.DataFrame) -> str:
    return ", ".join(map(str, table["clip"].unique()[:3]))


def _common(first: Readings, second: Readings) -> list[str]:
    units = [column(unit) for unit in sorted(set(first.units) & set(second.units))]
    return units + (list(POSE) if first.has_pose and second.has_pose else [])


def _table(found: list[CurveAgreement]) -> Table:
    rows = [
        (
            one.name,
            number(one.pcc, 3),
            number(one.icc, 3),
            number(one.difference, 3),
            number(None if one.lag is None else float(one.lag), 0, signed=True),
            number(one.pcc_at_lag, 3),
            str(one.n_frames),
        )
        for one in found
    ]
    columns = ("curve", "r", "ICC(3,1)", "mean difference", "second is behind by", "r there", "frames")
    note = "Units on a scale from 0 to 1, angles in degrees; lags in frames."
    return Table("Agreement, curve by curve", columns, tuple(rows), note)
