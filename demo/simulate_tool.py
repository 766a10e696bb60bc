"""Write what an imperfect tool would say about an audit set, in OpenFace 2's columns.

Takes the folder of a set, writes one CSV file. The tool is made up: its values are the truth, weaker and noisier
where a real tool would be (a turned head, dark skin, few pixels, a covered mouth), and it loses faces turned beyond
about 30 degrees. What the audit says about it can be checked against the numbers below. It is no measurement of
OpenFace or of any other program.

    python demo/simulate_tool.py out/audit/set simulated.csv
    duchenne audit --set out/audit/set --tool openface:simulated.csv -o out/simulated
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duchenne.evaluation.truth_tables import Truth, read_set
from duchenne.facs import column

# How much of a unit's movement gets into its value at the baseline; the rest is noise.
SKILL = {1: 0.80, 2: 0.85, 4: 0.80, 5: 0.70, 6: 0.80, 7: 0.45, 9: 0.75, 10: 0.60, 12: 0.90} | {
    14: 0.40,
    15: 0.50,
    17: 0.55,
    20: 0.40,
    23: 0.30,
    25: 0.90,
    26: 0.80,
    45: 0.85,
}
# What a condition takes away from that, for every unit.
COST = {"dark": 0.25, "side": 0.15, "dim": 0.10, "1/4": 0.15, "1/8": 0.50, "16": 0.20}
MOUTH = {9, 10, 12, 14, 15, 17, 20, 23, 25, 26}
BROWS = {1, 2, 4}
LINES = {4, 6, 7, 9}


def simulate(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """The made-up tool's table: a row a frame, units from 0 to 5, pose in radians with OpenFace's signs."""
    frames = truth.frames
    turned = frames["yaw_deg"].abs().to_numpy()
    lost = rng.random(len(frames)) < 0.9 * np.clip((turned - 28) / 18, 0, 1)
    table = pd.DataFrame(
        {
            "filename": frames["clip"] + ".mp4",
            "frame": frames["frame"] + 1,
            " confidence": np.where(lost, 0.2, 0.97),
            " success": (~lost).astype(int),
            " pose_Rx": -np.radians(frames["pitch_deg"] * 0.9 + rng.normal(0, 1.5, len(frames))),
            " pose_Ry": -np.radians(frames["yaw_deg"] * 0.95 + rng.normal(0, 1.0, len(frames))),
            " pose_Rz": np.radians(frames["roll_deg"] + rng.normal(0, 0.8, len(frames))),
        }
    )
    for unit, skill in SKILL.items():
        share = np.clip(skill - _cost(unit, frames) - 0.5 * np.clip((turned - 10) / 30, 0, 1) ** 1.5, 0.02, 1)
        noise = 0.15 * (1 - share) * rng.normal(0, 1, len(frames))
        value = np.clip(share * frames[column(unit)] + noise + 0.05, 0, 1)
        table[f" {column(unit)}_r"] = np.where(lost, 0.0, 5 * value).round(2)
    return table


def _cost(unit: int, frames: pd.DataFrame) -> NDArray[np.float64]:
    level = frames["level"]
    cost = level.map(COST).fillna(0.0).to_numpy()
    if unit in MOUTH:
        cost = cost + 0.6 * level.isin(["hand", "mask"])
    if unit in BROWS:
        cost = cost + 0.5 * (level == "fringe")
    if unit in LINES:
        cost = cost + 0.2 * (frames["factor"] == "wrinkles")
    return np.asarray(cost, dtype=np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("set", type=Path, help="folder of an audit set")
    parser.add_argument("output", type=Path, help="CSV file to write")
    chosen = parser.parse_args()
    simulate(read_set(chosen.set), np.random.default_rng(0)).to_csv(chosen.output, index=False)


if __name__ == "__main__":
    main()
