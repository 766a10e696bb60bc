"""Made-up audit sets and tools whose every agreement is known: tables only, no pictures.

Three subjects do the same things under every condition; a tool is a function of the truth. `write_openface` and
`write_pyfeat` lay its answers out as those programs do.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from duchenne.evaluation.audit import run_audit
from duchenne.evaluation.audit_record import Audit, Origin
from duchenne.evaluation.conditions import BASELINE, changes
from duchenne.evaluation.tool_files import read_tool
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import read_set

SUBJECTS = ("s0", "s1", "s2")
N_FRAMES = 24
UNITS = (1, 2, 4, 6, 12, 25, 28, 43, 45)
Answer = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]
"""Takes the truth of all frames (one row each, a column a unit), gives the tool's values or NaN for no face."""


def clip_name(subject: str, factor: str, level: str) -> str:
    return f"{subject}_{factor}_{level.replace('/', '_')}".rstrip("_")


def _strengths(subject: int, unit: int) -> np.ndarray:
    """One rise and fall a unit, at a time and strength of its own for each subject."""
    middle = 4 + (unit * 7 + subject * 11) % (N_FRAMES - 8)
    peak = (0.25, 0.5, 0.75, 1.0)[(unit + subject) % 4]
    return peak * np.clip(1 - np.abs(np.arange(N_FRAMES) - middle) / 4, 0, 1)


def truth_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame and clip tables of a set with every condition."""
    frames, clips = [], []
    for number, subject in enumerate(SUBJECTS):
        for factor, level in ((BASELINE, ""), *changes()):
            clip = clip_name(subject, factor, level)
            clips.append(
                {"clip": clip, "subject": subject, "factor": factor, "level": level, "frames": N_FRAMES}
            )
            angle = {"yaw": 0.0, "pitch": 0.0} | (
                {factor: float(level)} if factor in ("yaw", "pitch") else {}
            )
            units = {}
            for unit in UNITS:
                strength = _strengths(number, unit)
                # One unit on one side only.
                units[f"AU{unit:02d}_L"] = strength
                units[f"AU{unit:02d}_R"] = strength * (unit != 12)
            frames.append(
                pd.DataFrame(
                    {
                        "clip": clip,
                        "frame": np.arange(N_FRAMES),
                        "time_s": np.arange(N_FRAMES) / 15,
                        **units,
                        "AU11_L": np.nan,
                        "AU11_R": np.nan,
                        "yaw_deg": angle["yaw"] + np.sin(np.arange(N_FRAMES)),
                        "pitch_deg": angle["pitch"] + np.cos(np.arange(N_FRAMES)),
                        "roll_deg": np.sin(np.arange(N_FRAMES) / 3),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True), pd.DataFrame(clips)


def write_set(folder: Path) -> Path:
    """Write the tables of a set."""
    folder.mkdir(parents=True, exist_ok=True)
    frames, clips = truth_tables()
    frames.to_parquet(folder / "frames.parquet")
    clips.to_parquet(folder / "clips.parquet")
    return folder


def known() -> pd.DataFrame:
    """One row a frame: clip, frame, subject, factor, level, pose and the larger side of each unit."""
    frames, clips = truth_tables()
    table = clips.drop(columns="frames").merge(frames, on="clip")
    for unit in UNITS:
        table[f"AU{unit:02d}"] = table[[f"AU{unit:02d}_L", f"AU{unit:02d}_R"]].max(axis=1)
    table["AU43"] = table["AU45"] = table[["AU43", "AU45"]].max(axis=1)
    return table.drop(columns=[name for name in table if name[-2:] in ("_L", "_R")])


def columns_of(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if name.startswith("AU")]


def perfect(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table[columns_of(table)].copy()


def shuffled(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    values = table[columns_of(table)]
    return values.sample(frac=1, random_state=rng).set_axis(values.index)


def blind_when_turned(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Perfect, but it sees no face beyond 30 degrees of yaw."""
    return perfect(table, rng).where(table["yaw_deg"].abs() < 30)


def weak_on_dark_skin(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Perfect, but half as strong and noisy on dark skin."""
    values = perfect(table, rng)
    dark = (table["level"] == "dark").to_numpy()
    values[dark] = values[dark] / 2 + rng.normal(0, 0.2, (int(dark.sum()), values.shape[1]))
    return values


def answers(tool: Answer) -> pd.DataFrame:
    """What a tool says about every frame: clip, frame, pose and its units; NaN throughout for no face."""
    table = known()
    values = tool(table, np.random.default_rng(0))
    pose = table[["yaw_deg", "pitch_deg", "roll_deg"]].where(values.notna().all(axis=1))
    return pd.concat([table[["clip", "frame"]], pose, values], axis=1)


def write_openface(path: Path, tool: Answer, *, one_file: bool = True) -> Path:
    """As OpenFace 2: blanks in the header, frames from 1, 0 to 5, zeros where there is no face."""
    said = answers(tool)
    seen = said["AU01"].notna()
    table = pd.DataFrame(
        {
            "frame": said["frame"] + 1,
            " face_id": 0,
            " timestamp": said["frame"] / 15,
            " confidence": np.where(seen, 0.98, 0.1),
            " success": seen.astype(int),
            " pose_Rx": -np.radians(said["pitch_deg"]),
            " pose_Ry": -np.radians(said["yaw_deg"]),
            " pose_Rz": np.radians(said["roll_deg"]),
            **{
                f" {name}_r": said[name] * 5
                for name in columns_of(said)
                if name not in ("AU28", "AU43")  # OpenFace has neither as an intensity
            },
            " AU28_c": (said["AU28"] >= 0.2).astype(float),
        }
    ).fillna(0.0)
    if one_file:
        table.insert(0, "filename", said["clip"] + ".mp4")
        table.to_csv(path, index=False)
        return path
    path.mkdir()
    for clip, rows in table.groupby(said["clip"]):
        rows.to_csv(path / f"{clip}.csv", index=False)
    return path


def write_pyfeat(path: Path, tool: Answer) -> Path:
    """As Py-Feat: 0 to 1, the input's path in a column, a row without a score where there is no face."""
    said = answers(tool)
    seen = said["AU01"].notna()
    units = [name for name in columns_of(said) if name != "AU45"]
    table = said[units].assign(
        FaceScore=np.where(seen, 0.99, np.nan),
        Yaw=said["yaw_deg"],
        frame=said["frame"],
        input="videos/" + said["clip"] + ".mp4",
    )
    table.to_csv(path, index=False)
    return path


def write_duchenne(path: Path, tool: Answer, *, units: bool = False) -> Path:
    """As this tool's frame tables: statuses, degrees, and action units only where asked for."""
    said = answers(tool)
    seen = said["AU01"].notna()
    table = said.drop(columns=[] if units else columns_of(said)).rename(columns={"clip": "video"})
    table = table.assign(
        video=said["clip"] + ".mp4",
        status=np.where(seen, "ok", "no_face"),
        score=np.where(seen, 0.9, np.nan),
    )
    table.to_parquet(path)
    return path


@functools.cache
def audited(tool: Answer, *, layout: Layout = Layout.OPENFACE, units: bool = True) -> Audit:
    """The audit of a tool, by the road that its files take; ``units`` is for this tool's own tables.

    Made once for each tool: many tests look at the same one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = write_set(Path(name))
        table = folder / f"{layout}.{'parquet' if layout is Layout.DUCHENNE else 'csv'}"
        if layout is Layout.OPENFACE:
            write_openface(table, tool)
        elif layout is Layout.PYFEAT:
            write_pyfeat(table, tool)
        else:
            write_duchenne(table, tool, units=units)
        source = {table.name: "0" * 64}
        origin = Origin(layout.value, table.name, source, {}, {}, "duchenne audit", {"duchenne": "1"})
        return run_audit(read_set(folder), read_tool(layout, table), origin)
