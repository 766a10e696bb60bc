"""Do the action units of real clips move as MediaPipe's blendshapes do, and are they quiet while a face is still?

Takes clips and an installed network with action units; prints, for each clip, Pearson's r of each unit with the
blendshape nearest in meaning, the blinks that AU45 and eyeBlink find of each other, and the deviation of a unit
over stretches in which the blendshape hardly moves, as measured and behind the One-Euro filter. Nobody coded these
clips: agreement of two tools is no proof of either.

Run: ``python benchmarks/clip_units.py CLIP.mp4 ... --mediapipe-python .venv-mediapipe/bin/python --mediapipe-model
face_landmarker.task`` (see README.md for that interpreter).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from duchenne.facs import UNIT_COLUMNS
from duchenne.models.session import Session
from duchenne.offline import OutputOptions, analyze
from duchenne.pipeline import Networks
from duchenne.temporal.filters import smooth

NEAREST = {
    "AU01": ("browInnerUp",),
    "AU02": ("browOuterUpLeft", "browOuterUpRight"),
    "AU04": ("browDownLeft", "browDownRight"),
    "AU12": ("mouthSmileLeft", "mouthSmileRight"),
    "AU18": ("mouthPucker",),
    "AU26": ("jawOpen",),
    "AU45": ("eyeBlinkLeft", "eyeBlinkRight"),
}
# A blink is a peak that stands out by so much, of eyes that open again within half a second.
BLINK = 0.2
BLINK_S = 0.5
# Two tools mean the same blink if their peaks are so near.
SAME_S = 0.12
# A stretch is still if the blendshape moves by no more than this in a second.
STILL = 0.03
STILL_S = 1.0
# Below this deviation of the blendshape a clip does not show the unit, and a correlation is one of noise.
MOVES = 0.03

Values = NDArray[np.float64]


def main() -> None:
    """Compare and print, clip by clip."""
    options = _arguments()
    networks = Networks.around(Session.open(options.model))
    for clip in options.clips:
        frames = analyze(
            clip, networks=networks, options=OutputOptions(annotated=False, report=False, thumbnails=False)
        ).frames
        shapes = _blendshapes(clip, options)
        own = frames.sort_values("score").drop_duplicates("frame", keep="last").sort_values("frame")
        own = own[own["status"] == "ok"]
        both = [index for index in own["frame"] if index in shapes]
        own = own.set_index("frame").loc[both]
        times_s = own["time_s"].to_numpy(dtype=np.float64)
        units = own[list(UNIT_COLUMNS)].to_numpy(dtype=np.float64)
        smoothed = smooth(times_s, units)
        print(f"\n{clip.name}: {len(both)} frames with a face in both, {len(frames)} rows")
        print("| unit | blendshape | r | r, smoothed | still: deviation | smoothed | blendshape's |")
        print("|---|---|---|---|---|---|---|")
        for unit, names in NEAREST.items():
            place = UNIT_COLUMNS.index(unit)
            score = np.array([np.mean([shapes[index][name] for name in names]) for index in both])
            print(_row(unit, names[0], times_s, units[:, place], smoothed[:, place], score))
        score = np.array([(shapes[k]["eyeBlinkLeft"] + shapes[k]["eyeBlinkRight"]) / 2 for k in both])
        print(_blinks(times_s, units[:, UNIT_COLUMNS.index("AU45")], score))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--model", default="rec_joint")
    parser.add_argument("--mediapipe-python", type=Path, required=True)
    parser.add_argument("--mediapipe-model", type=Path, required=True)
    return parser.parse_args()


def _blendshapes(clip: Path, options: argparse.Namespace) -> dict[int, dict[str, float]]:
    """By frame what MediaPipe saw; frames without a face are left out."""
    worker = Path(__file__).with_name("mediapipe_blendshapes.py")
    with tempfile.TemporaryDirectory() as folder:
        # The worker reads a folder of videos whose names end in .mp4.
        (Path(folder) / "clip.mp4").symlink_to(clip.resolve())
        done = subprocess.run(
            [str(options.mediapipe_python), str(worker), folder, "--model", str(options.mediapipe_model)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    (line,) = done.stdout.splitlines()
    seen = json.loads(line)
    return {
        int(frame): dict(zip(seen["names"], scores, strict=True))
        for frame, scores in seen["frames"].items()
        if scores is not None
    }


def _row(unit: str, name: str, times_s: Values, values: Values, smoothed: Values, score: Values) -> str:
    correlations = ["", ""]
    if score.std() >= MOVES and np.isfinite(values).all():
        correlations = [f"{np.corrcoef(one, score)[0, 1]:.3f}" for one in (values, smoothed)]
    deviations = ["", "", ""]
    still = _still(times_s, score)
    if still:
        deviations = [
            f"{np.mean([one[first:last].std() for first, last in still]):.4f}"
            for one in (values, smoothed, score)
        ]
    return f"| {unit} | {name} | {' | '.join((*correlations, *deviations))} |"


def _still(times_s: Values, score: Values) -> list[tuple[int, int]]:
    """Stretches of a second, one behind the other, in which a curve hardly moves."""
    stretches, first = [], 0
    while first < len(times_s):
        last = int(np.searchsorted(times_s, times_s[first] + STILL_S))
        if last >= len(times_s):
            break
        if np.ptp(score[first:last]) <= STILL:
            stretches.append((first, last))
            first = last
        else:
            first += 1
    return stretches


def _blinks(times_s: Values, own: Values, other: Values) -> str:
    ours, theirs = (_peaks_s(times_s, values) for values in (own, other))
    matched = [any(abs(time_s - one) <= SAME_S for one in ours) for time_s in theirs]
    confirmed = [any(abs(time_s - one) <= SAME_S for one in theirs) for time_s in ours]
    return (
        f"blinks: AU45 finds {sum(matched)} of MediaPipe's {len(theirs)}; "
        f"MediaPipe finds {sum(confirmed)} of AU45's {len(ours)}"
    )


def _peaks_s(times_s: Values, values: Values) -> Values:
    step_s = float(np.median(np.diff(times_s)))
    peaks, _ = find_peaks(values, prominence=BLINK, width=(None, max(BLINK_S / step_s, 1)))
    return np.asarray(times_s[peaks])


if __name__ == "__main__":
    main()
