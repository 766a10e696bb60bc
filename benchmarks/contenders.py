"""Who is measured: the product's command line and MediaPipe's FaceLandmarker, each as a process of its own.

Takes a clip, gives a `Run`. Both decode the same file with PyAV; the time of reading runs from opening the file
to the last row, after the networks have been loaded. What each one writes and leaves out is said in README.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import child

WORKER = Path(__file__).with_name("mediapipe_worker.py")
PRODUCT = "duchenne"
# The plain loop comes first: it is what the ratio is taken against.
MEDIAPIPE = {
    "mediapipe": (),
    "mediapipe, blendshapes": ("--blendshapes",),
    "mediapipe, decoding ahead": ("--read-ahead",),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One process on one clip.

    Attributes:
        contender: Who ran.
        clip: Name of the clip.
        n_frames: Frames that were read.
        n_faces: Frames in which a face was found.
        read_s: From opening the file to the last row, networks loaded before.
        wall_s: From starting the process to its end.
        first_row_s: From starting the process to the first frame's result.
        cpu_s: Seconds of all threads together.
        peak_mb: Peak resident memory, 10^6 bytes.
        versions: Package to version.
    """

    contender: str
    clip: str
    n_frames: int
    n_faces: int
    read_s: float
    wall_s: float
    first_row_s: float
    cpu_s: float
    peak_mb: float
    versions: Mapping[str, str]

    @property
    def fps(self) -> float:
        """Frames per second while reading."""
        return self.n_frames / self.read_s


def run_product(clip: Path, *, annotated: bool = False) -> Run:
    """Analyze a clip into a folder that is thrown away: rows, summary, run record and report with thumbnails.

    Args:
        clip: The video.
        annotated: Whether the annotated video is made too.

    Raises:
        RuntimeError: if the product fails or stops early.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "duchenne.cli", "analyze", str(clip), "-o", folder]
        if not annotated:
            command.append("--no-annotated")
        process = child.run(command, mark="first row after")
        (record,) = Path(folder).glob("*/run.json")
        run = json.loads(record.read_text(encoding="utf-8"))
        summary = json.loads(record.with_name("summary.json").read_text(encoding="utf-8"))
    if not run["complete"] or process.marked_s is None:
        raise RuntimeError(f"the run over {clip.name} was not complete: {run['reason']}")
    return Run(
        contender=f"{PRODUCT}, annotated" if annotated else PRODUCT,
        clip=clip.name,
        n_frames=run["frames_decoded"],
        n_faces=summary["n_frames"] - summary["n_failed"] - summary["n_no_face"],
        read_s=run["seconds"],
        wall_s=process.wall_s,
        first_row_s=process.marked_s,
        cpu_s=process.cpu_s,
        peak_mb=process.peak_mb,
        versions=run["versions"],
    )


def run_mediapipe(name: str, clip: Path, python: Path, model: Path) -> Run:
    """Read a clip with MediaPipe.

    Args:
        name: A key of `MEDIAPIPE`.
        clip: The video.
        python: The interpreter that has MediaPipe.
        model: ``face_landmarker.task``.

    Raises:
        RuntimeError: if the worker fails.
    """
    flags: Sequence[str] = MEDIAPIPE[name]
    process = child.run(
        [str(python), str(WORKER), str(clip), "--model", str(model), *flags], mark="first row"
    )
    result = json.loads(process.output)
    if process.marked_s is None:
        raise RuntimeError(f"MediaPipe read no frame of {clip.name}")
    return Run(
        contender=name,
        clip=clip.name,
        n_frames=result["n_frames"],
        n_faces=result["n_faces"],
        read_s=result["seconds"],
        wall_s=process.wall_s,
        first_row_s=process.marked_s,
        cpu_s=process.cpu_s,
        peak_mb=process.peak_mb,
        versions=result["versions"],
    )
