"""Does another tool see what the generator says it drew? MediaPipe's FaceLandmarker on a synthetic set.

Takes a folder that ``duchenne synth make`` wrote; prints in how many frames MediaPipe finds the face, how its
mouthSmile follows AU12 in each smiling clip, and how each of its blendshapes follows the unit nearest in meaning.
Agreement says that the faces are readable; it does not say that either is right about real ones.

Run: ``python benchmarks/synth_mediapipe.py SET --mediapipe-python .venv-mediapipe/bin/python --model
face_landmarker.task`` (see README.md for that interpreter).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

# MediaPipe's names of the shape nearest to each unit; sided ones end in Left and Right.
NEAREST = {
    1: "browInnerUp",
    2: "browOuterUp*",
    4: "browDown*",
    5: "eyeWide*",
    7: "eyeSquint*",
    10: "mouthUpperUp*",
    12: "mouthSmile*",
    14: "mouthDimple*",
    15: "mouthFrown*",
    16: "mouthLowerDown*",
    17: "mouthShrugLower",
    18: "mouthPucker",
    20: "mouthStretch*",
    22: "mouthFunnel",
    24: "mouthPress*",
    26: "jawOpen",
    28: "mouthRollLower",
    43: "eyeBlink*",
}
# A clip in which the unit hardly moves has no correlation worth the name.
MIN_SPREAD = 0.05
# MediaPipe's score stays at 0 for weak smiles: below this peak, what is not followed may be its deafness.
CLEAR = 0.5
HIDES_THE_MOUTH = ("hand", "mask", "microphone")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("set", type=Path, help="what `duchenne synth make` wrote")
    parser.add_argument("--mediapipe-python", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="face_landmarker.task")
    parser.add_argument("--every", type=int, default=1, help="look at every Nth frame")
    options = parser.parse_args()
    truth = pd.read_parquet(options.set / "frames.parquet")
    clips = pd.read_parquet(options.set / "clips.parquet").set_index("clip")
    joined = truth.merge(seen(options), on=["clip", "frame"], how="inner", validate="one_to_one")
    found = joined["found"]
    print(f"found in {found.sum()} of {len(found)} frames ({found.mean():.4f})")
    for clip, share in joined.groupby("clip")["found"].mean().items():
        if share < 1:
            print(f"  {clip}: {share:.2f} ({clips.loc[clip, 'kind']})")
    joined = joined[found]
    smiles(joined, clips)
    each_unit(joined)


def seen(options: argparse.Namespace) -> pd.DataFrame:
    """What MediaPipe saw: one row a frame with ``found`` and its scores."""
    done = subprocess.run(
        [
            *(str(options.mediapipe_python), str(Path(__file__).with_name("mediapipe_blendshapes.py"))),
            *(str(options.set), "--model", str(options.model), "--every", str(options.every)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows = []
    for line in done.stdout.splitlines():
        clip = json.loads(line)
        for frame, scores in clip["frames"].items():
            row = {"clip": clip["clip"], "frame": int(frame), "found": scores is not None}
            rows.append({**row, **dict(zip(clip["names"], scores or [], strict=False))})
    return pd.DataFrame(rows)


def score_of(joined: pd.DataFrame, name: str) -> pd.Series:
    """A blendshape's score, the mean of both sides where it has them."""
    if name.endswith("*"):
        return (joined[name[:-1] + "Left"] + joined[name[:-1] + "Right"]) / 2
    return joined[name]


def unit_of(joined: pd.DataFrame, unit: int) -> pd.Series:
    """A unit's label, the mean of both sides; eyes closed counts blinks too."""
    label = (joined[f"AU{unit:02d}_L"] + joined[f"AU{unit:02d}_R"]) / 2
    return label if unit != 43 else np.maximum(label, (joined["AU45_L"] + joined["AU45_R"]) / 2)


def smiles(joined: pd.DataFrame, clips: pd.DataFrame) -> None:
    """How mouthSmile follows AU12 within each posed smile."""
    correlations, is_clear = {}, {}
    for clip, rows in joined.groupby("clip"):
        label = unit_of(rows, 12)
        if clips.loc[clip, "kind"] == "posed smile" and label.std() > MIN_SPREAD:
            correlations[clip] = np.corrcoef(label, score_of(rows, "mouthSmile*"))[0, 1]
            hidden = json.loads(clips.loc[clip, "scene"])["cover"] in HIDES_THE_MOUTH
            is_clear[clip] = label.max() >= CLEAR and not hidden
    values, clear = pd.Series(correlations, dtype=float), pd.Series(is_clear, dtype=bool)
    for name, chosen in (("all", values), (f"peak of {CLEAR} or more, mouth in view", values[clear])):
        print(
            f"mouthSmile against AU12 within {len(chosen)} posed smiles ({name}): r median "
            f"{chosen.median():.3f}, lowest {chosen.min():.3f}; at least 0.95 in {(chosen >= 0.95).sum()}"
        )


def each_unit(joined: pd.DataFrame) -> None:
    """How each blendshape follows its unit over all frames together."""
    for unit, name in NEAREST.items():
        label, score = unit_of(joined, unit), score_of(joined, name)
        if label.std() > 0:
            print(
                f"AU{unit:02d} {name:18s} r {np.corrcoef(label, score)[0, 1]:6.3f}   "
                f"score {score[label < 0.05].mean():.2f} below 0.05, {score[label > 0.8].mean():.2f} above 0.8"
            )


if __name__ == "__main__":
    main()
