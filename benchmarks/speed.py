"""Measure the product's speed and memory, and MediaPipe's beside it, in turn on the same clips.

Prints medians with their range, ratios and the limits met or missed; ``--json`` keeps every single run with the
machine, the versions and the command. What is measured and what is left out is said in README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import clips
import tables
from contenders import MEDIAPIPE, PRODUCT, Run, run_mediapipe, run_product
from tables import Verdict

ROOT = Path(__file__).resolve().parent.parent
# The promises of this project: on two cores, one face in view.
N_CORES = 2
MIN_RATIO = 1.3
MAX_FIRST_ROW_S = 1.0
MAX_PEAK_MB = 300.0
MAX_GROWTH = 1.10
# Seconds that a clip must last at least, so that a run is long enough to be timed; shorter ones are repeated.
SHORTEST_S = 15.0
LONG_S, SHORT_S = 600.0, 60.0
# Beyond this load of other programs, numbers are worth little.
MAX_LOAD = 0.3


@dataclass(frozen=True, slots=True)
class Rival:
    """MediaPipe's interpreter and model."""

    python: Path
    model: Path


def main() -> None:
    """Measure, print, keep."""
    options = _options()
    load = os.getloadavg()[0]
    machine = _settle_on_cores(options.cores)
    _say(f"{machine['processor']}, {machine['cores']} cores, load {load:.2f} before the start")
    if load > MAX_LOAD:
        _say("Other programs are running: only the ratios mean something.")
    rival = _rival(options)
    with tempfile.TemporaryDirectory() as folder:
        videos = _clips(options.shared, Path(folder))
        _say("warming up")
        run_product(videos[0])
        runs: list[Run] = []
        verdicts: list[Verdict] = []
        if options.part in ("speed", "all"):
            runs += _compare(videos, rival, options.rounds)
            verdicts += _speed_verdicts(runs)
        if options.part in ("memory", "all"):
            memory = _fill_memory(videos, Path(folder), options.long_seconds)
            verdicts += _memory_verdicts(memory)
            runs += memory
    print(f"\nReading: from opening the file to the last row\n\n{tables.reading_table(runs)}")
    print(f"\nWhole process\n\n{tables.process_table(runs)}")
    print(f"\nLimits\n\n{tables.verdict_table(verdicts)}")
    if options.json is not None:
        record = {
            "command": " ".join(["python", *sys.orig_argv[1:]]),
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine | {"load_before": load},
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
    parser.add_argument("--cores", type=int, default=N_CORES, help="how many processor cores may be used")
    parser.add_argument("--json", type=Path, help="where every run is kept")
    return parser.parse_args()


def _settle_on_cores(n_cores: int) -> dict[str, str | int]:
    """Bind this process, and so all it starts, to so many cores; describe the machine."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n_cores])
        n_cores = len(os.sched_getaffinity(0))
    return {
        "processor": _processor(),
        "cores": n_cores,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _rival(options: argparse.Namespace) -> Rival | None:
    model = options.mediapipe_model or options.shared / "peers" / "face_landmarker.task"
    if options.mediapipe_python is None:
        _say(
            "skipped: MediaPipe; --mediapipe-python names the interpreter that has it (see benchmarks/README.md)"
        )
        return None
    if not model.exists():
        _say(f"skipped: MediaPipe; its model {model} is not there, --mediapipe-model names it")
        return None
    return Rival(options.mediapipe_python, model)


def _clips(shared: Path, folder: Path) -> list[Path]:
    """The clips at 640x360, and the first of them at 1280x720."""
    real = shared / "data" / "clips"
    if real.exists():
        small = [real / "WolfgangLanger_Pexels.mp4", real / "single_face.mp4"]
    else:
        _say(f"skipped: the real clips; {real} is not there. The demonstration's clip takes their place")
        demo = folder / "eileen_collins.mp4"
        maker = ROOT / "demo" / "make_clip.py"
        subprocess.run([sys.executable, maker, maker.with_name("eileen_collins.jpg"), demo], check=True)
        small = [demo]
    videos = []
    for source in small:
        path = folder / f"{source.stem}_360.mp4"
        clips.apart(clips.repeat, source, path, SHORTEST_S)
        videos.append(path)
    large = folder / f"{small[0].stem}_720.mp4"
    _say(f"making {large.name}")
    clips.apart(clips.enlarge, videos[0], large, 1280, 720)
    return [*videos, large]


def _compare(videos: Sequence[Path], rival: Rival | None, n_rounds: int) -> list[Run]:
    """Every contender in turn, round by round, so that what disturbs one disturbs all."""
    runs = []
    for video in videos:
        for number in range(n_rounds):
            runs.append(_told(run_product, video))
            if rival is not None:
                for name in MEDIAPIPE:
                    runs.append(_told(run_mediapipe, name, video, rival.python, rival.model))
            _say(f"round {number + 1} of {n_rounds} done")
    return runs


def _fill_memory(videos: Sequence[Path], folder: Path, long_s: float) -> list[Run]:
    """The product with and without the annotated video, and on a clip ten times as long."""
    runs = []
    for video in videos:
        runs += [_told(run_product, video), _told(run_product, video, annotated=True)]
    for seconds in (SHORT_S, long_s):
        path = folder / f"{videos[0].stem}_{seconds:g}s.mp4"
        clips.apart(clips.repeat, videos[0], path, seconds)
        runs += [_told(run_product, path), _told(run_product, path, annotated=True)]
    return runs


def _told(measure: Callable[..., Run], *args: object, **options: object) -> Run:
    run = measure(*args, **options)
    _say(
        f"{run.clip}: {run.contender}: {run.fps:.0f} frames/s, first row {run.first_row_s:.2f} s, "
        f"exit {run.wall_s:.2f} s, peak {run.peak_mb:.0f} MB"
    )
    return run


def _speed_verdicts(runs: Sequence[Run]) -> list[Verdict]:
    verdicts = []
    rival = next(iter(MEDIAPIPE))
    for clip in dict.fromkeys(run.clip for run in runs):
        if any(run.contender == rival for run in runs):
            times = tables.ratio(runs, clip, rival, lambda run: run.fps)
            verdicts.append(Verdict.at_least(f"{clip}: frames/s over MediaPipe's", times, MIN_RATIO, "times"))
        first_s = max(run.first_row_s for run in runs if (run.clip, run.contender) == (clip, PRODUCT))
        verdicts.append(Verdict.at_most(f"{clip}: slowest first row", first_s, MAX_FIRST_ROW_S, "s"))
    return verdicts


def _memory_verdicts(runs: Sequence[Run]) -> list[Verdict]:
    verdicts = [
        Verdict.at_most(f"{run.clip}: peak memory of {run.contender}", run.peak_mb, MAX_PEAK_MB, "MB")
        for run in runs
    ]
    short, long = runs[-4:-2], runs[-2:]
    verdicts += [
        Verdict.at_most(
            f"{b.contender}: memory for {b.clip} over {a.clip}", b.peak_mb / a.peak_mb, MAX_GROWTH, "times"
        )
        for a, b in zip(short, long, strict=True)
    ]
    return verdicts


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
