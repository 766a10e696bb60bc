"""Measure the product's speed and memory, and MediaPipe's beside it, in turn on the same clips.

Prints tables of medians with their range, ratios, and promises kept or broken; ``--json`` keeps every single run
with machine, versions and command. README.md says what is measured and what is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import clips
import promises
import tables
from contenders import MEDIAPIPE, Run, run_mediapipe, run_product
from machine import hold_to_cores

ROOT = Path(__file__).resolve().parent.parent
# Seconds that a clip lasts at least, so that one run is long enough to be timed; a shorter one is repeated.
SHORTEST_S = 15.0
# Between these two lengths, memory must not grow.
MINUTE_S, LONG_S = 60.0, 600.0
# With more programs than this waiting for a core, seconds are worth little.
MAX_LOAD = 0.3


@dataclass(frozen=True, slots=True)
class Rival:
    """MediaPipe's interpreter and model."""

    python: Path
    model: Path


def main() -> None:
    """Measure, print, keep."""
    options = _options()
    machine = hold_to_cores(options.cores)
    _say(f"{machine.processor}, {machine.cores} cores, load {machine.load:.2f} before the start")
    if machine.load > MAX_LOAD:
        _say("other programs are running: only the ratios mean something")
    rival = _rival(options)
    runs: list[Run] = []
    verdicts: list[promises.Verdict] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        videos = _clips(options.shared, folder)
        _say("warming up")
        run_product(videos[0])
        if options.part in ("speed", "all"):
            runs += _compare(videos, rival, options.rounds)
            verdicts += promises.judge_speed(runs)
            print(f"## Reading: from opening the file to the last row\n\n{tables.reading_table(runs)}\n")
        if options.part in ("memory", "all"):
            lengths = [_of_length(videos[0], folder, seconds) for seconds in (MINUTE_S, options.long_seconds)]
            memory = _fill_memory([*videos * options.rounds, *lengths])
            verdicts += promises.judge_memory(memory, *(path.name for path in lengths))
            runs += memory
    print(f"## Whole processes\n\n{tables.process_table(runs)}\n")
    print(f"## Promises\n\n{tables.verdict_table(verdicts)}")
    if options.json is not None:
        record = {
            "command": " ".join(["python", *sys.orig_argv[1:]]),
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": asdict(machine),
            "verdicts": [asdict(verdict) for verdict in verdicts],
            "runs": [asdict(run) | {"fps": run.fps} for run in runs],
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mediapipe-python", type=Path, help="the interpreter that has MediaPipe")
    parser.add_argument(
        "--mediapipe-model", type=Path, help="face_landmarker.task; from --shared if left out"
    )
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", help="the project's data folder"
    )
    parser.add_argument("--part", choices=("all", "speed", "memory"), default="all", help="what to measure")
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender reads each clip")
    parser.add_argument("--long-seconds", type=float, default=LONG_S, help="length of the long clip")
    parser.add_argument("--cores", type=int, default=2, help="how many processor cores may be used")
    parser.add_argument("--json", type=Path, help="where every run is kept")
    options = parser.parse_args()
    if options.long_seconds <= MINUTE_S:
        parser.error(f"--long-seconds must be more than {MINUTE_S:g}, the length it is compared with")
    if options.rounds < 1 or options.cores < 1:
        parser.error("--rounds and --cores must be at least 1")
    return options


def _rival(options: argparse.Namespace) -> Rival | None:
    model = options.mediapipe_model or options.shared / "peers" / "face_landmarker.task"
    if options.mediapipe_python is None:
        _say("skipped: MediaPipe; --mediapipe-python names the interpreter that has it (see README.md)")
        return None
    if not model.exists():
        _say(f"skipped: MediaPipe; its model {model} is not there, --mediapipe-model names it")
        return None
    return Rival(options.mediapipe_python, model)


def _clips(shared: Path, folder: Path) -> list[Path]:
    """The clips at 640x360, and the first of them at 1280x720."""
    real = shared / "data" / "clips"
    if real.exists():
        sources = [real / "WolfgangLanger_Pexels.mp4", real / "single_face.mp4"]
    else:
        _say(f"skipped: the real clips; {real} is not there, the demonstration's clip takes their place")
        sources = [folder / "eileen_collins.mp4"]
        maker = ROOT / "demo" / "make_clip.py"
        photograph = maker.with_name("eileen_collins.jpg")
        subprocess.run([sys.executable, maker, photograph, sources[0]], check=True)
    videos = []
    for source in sources:
        path = folder / f"{source.stem}_360p.mp4"
        clips.apart(clips.repeat, source, path, SHORTEST_S)
        videos.append(path)
    large = folder / f"{sources[0].stem}_720p.mp4"
    _say(f"making {large.name}")
    clips.apart(clips.enlarge, videos[0], large, 1280, 720)
    return [*videos, large]


def _of_length(video: Path, folder: Path, seconds: float) -> Path:
    path = folder / f"{video.stem}_{seconds:g}s.mp4"
    clips.apart(clips.repeat, video, path, seconds)
    return path


def _compare(videos: Sequence[Path], rival: Rival | None, n_rounds: int) -> list[Run]:
    """Every contender in turn, round by round, so that what disturbs one disturbs all."""
    runs = []
    for video in videos:
        for number in range(n_rounds):
            _say(f"round {number + 1} of {n_rounds}")
            runs.append(_told(run_product, video))
            if rival is not None:
                for name in MEDIAPIPE:
                    runs.append(_told(run_mediapipe, name, video, rival.python, rival.model))
    return runs


def _fill_memory(videos: Sequence[Path]) -> list[Run]:
    """The product without and with the annotated video."""
    runs = []
    for video in videos:
        runs += [_told(run_product, video), _told(run_product, video, annotated=True)]
    return runs


def _told(measure: Callable[..., Run], *args: object, **options: object) -> Run:
    run = measure(*args, **options)
    _say(
        f"{run.clip}: {run.contender}: {run.fps:.0f} frames/s, first row {run.first_row_s:.2f} s, "
        f"exit {run.wall_s:.2f} s, {run.peak_mb:.0f} MB"
    )
    return run


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
