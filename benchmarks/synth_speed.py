"""How fast synthetic faces are drawn: processor time a frame by stage, frames a second and core, the first frame.

Takes the face model, prints Markdown tables. Everything runs in one thread with everything on: wrinkles, shadows,
hair, glasses, three lights, a room behind, and a camera with blur, noise and JPEG. Several persons, each with a
random mixture of action units; the mean over all frames counts, because no frame is like another. Processor
time rather than wall time, so that another program's load is seen less; it still slows caches, so close the others.

Run: ``python benchmarks/synth_speed.py --face-model FILE``, or name the file in ``DUCHENNE_FACE_MODEL``.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from duchenne.synth.acting import repertoire
from duchenne.synth.head.model import FaceModel, find
from duchenne.synth.people.look import Glasses, Look
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Renderer
from duchenne.synth.surroundings.scene import Background, FaceState, Light, Scene, Sensor, Wall

SIZES = (256, 128)
SECONDS = 4.0
PROMISED = 40.0
"""Frames a second and core at 256 pixels."""
PROMISED_SETUP_S = 0.5
SCENE = Scene(
    lights=(
        Light(35.0, 30.0, (0.7, 0.7, 0.65)),
        Light(-60.0, 10.0, (0.2, 0.2, 0.25)),
        Light(150.0, 40.0, (0.3, 0.3, 0.3)),
    ),
    background=Background(Wall.ROOM, ((0.3, 0.3, 0.25), (0.2, 0.25, 0.3)), 3),
    sensor=Sensor(gain=1.05, blur_px=0.6, noise=4.0, jpeg_quality=75),
)
# Started anew for each: what a first frame takes depends on what was compiled before.
_FIRST_FRAME = """
import sys, time
from pathlib import Path
started_s = time.perf_counter()
import numpy as np
from duchenne.synth.head.model import FaceModel, find
from duchenne.synth.rendering.render import Renderer
from duchenne.synth.surroundings.scene import FaceState, Scene
from duchenne.synth.people.subject import Subject
subject = Subject.sample(FaceModel.load(Path(sys.argv[1])), np.random.default_rng(0))
ready_s = time.perf_counter()
Renderer(256).frame(subject, FaceState(), Scene())
print(ready_s - started_s, time.perf_counter() - ready_s)
"""


class Clock:
    """Adds up the processor time of stages, each from the end of the one before."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._last_s = 0.0

    def start(self) -> None:
        """Begin a frame."""
        self._last_s = time.thread_time()

    def __call__(self, stage: str) -> None:
        """End a stage."""
        now_s = time.thread_time()
        self.seconds[stage] += now_s - self._last_s
        self._last_s = time.thread_time()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--face-model", type=Path, help="default: as for 'duchenne synth'")
    parser.add_argument("--subjects", type=int, default=8)
    parser.add_argument("--frames", type=int, default=40, help="of each subject")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    model = FaceModel.load(options.face_model)
    subjects, setup_s = make_subjects(model, options.subjects)
    stages = {size: draw(subjects, size, options.frames) for size in SIZES}
    print(f"{options.subjects} persons, {options.frames} frames each, {os.cpu_count()} cores, one used\n")
    print("| stage | " + " | ".join(f"ms at {size}x{size}" for size in SIZES) + " |")
    print("|---|" + "---:|" * len(SIZES))
    for stage in stages[SIZES[0]]:
        print(f"| {stage} | " + " | ".join(f"{stages[size][stage] * 1000:.2f}" for size in SIZES) + " |")
    totals_s = [sum(stages[size].values()) for size in SIZES]
    print("| **all** | " + " | ".join(f"**{total_s * 1000:.2f}**" for total_s in totals_s) + " |")
    print("| frames a second and core | " + " | ".join(f"{1 / total_s:.0f}" for total_s in totals_s) + " |\n")
    verdict = "kept" if 1 / totals_s[0] >= PROMISED else "NOT kept"
    print(f"Promise of {PROMISED:.0f} frames a second and core at {SIZES[0]} pixels: {verdict}.")
    worst_s = max(setup_s)
    verdict = "kept" if worst_s < PROMISED_SETUP_S else "NOT kept"
    print(
        f"A person is ready after {np.mean(setup_s):.2f} s, {worst_s:.2f} s at most; "
        f"promise of {PROMISED_SETUP_S} s: {verdict}."
    )
    with tempfile.TemporaryDirectory() as cache:
        for name in ("compiling", "compiled before"):
            start_s, frame_s = first_frame(options.face_model, Path(cache))
            print(f"First frame, {name}: {frame_s:.2f} s, after {start_s:.2f} s of loading.")


def make_subjects(model: FaceModel, n: int) -> tuple[list[Subject], list[float]]:
    """Persons with wrinkles and glasses, and the seconds of processor time that each took."""
    rng = np.random.default_rng(0)
    subjects, seconds = [], []
    for _ in range(n):
        frames = [kind for kind in Glasses if kind is not Glasses.NONE]
        glasses = frames[int(rng.integers(len(frames)))]
        look = dataclasses.replace(Look.sample(rng), wrinkles=1.0, glasses=glasses)
        identity = 0.75 * rng.standard_normal(len(model.identity_deltas))
        started_s = time.thread_time()
        subjects.append(Subject.make(model, identity, look))
        seconds.append(time.thread_time() - started_s)
    return subjects, seconds


def draw(subjects: list[Subject], size: int, n_frames: int) -> dict[str, float]:
    """Seconds of processor time that each stage takes a frame."""
    clock, rng = Clock(), np.random.default_rng(1)
    renderer = Renderer(size, watch=clock)
    renderer.frame(subjects[0], FaceState(), SCENE, rng)  # compiles, or loads what was compiled
    clock.seconds.clear()
    for subject in subjects:
        script = repertoire.mixture(rng, SECONDS)
        for time_s in np.linspace(0.0, SECONDS, n_frames, endpoint=False):
            state = script.state(float(time_s))
            clock.start()
            renderer.frame(subject, state, SCENE, rng)
            clock("the record")
    return {stage: seconds / (len(subjects) * n_frames) for stage, seconds in clock.seconds.items()}


def first_frame(face_model: Path | None, cache: Path) -> tuple[float, float]:
    """Seconds until a subject is ready and then until its first frame is drawn, in a new process."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", _FIRST_FRAME, str(find(face_model))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    start_s, frame_s = map(float, done.stdout.split())
    return start_s, frame_s


if __name__ == "__main__":
    main()
