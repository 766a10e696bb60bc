"""Made-up results whose every number is known: what tests of `duchenne.outputs` write, add up and draw."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.provenance import ModelRecord, Run, SourceRecord
from duchenne.outputs.summarise import Summariser
from duchenne.outputs.summary import Summary
from duchenne.outputs.tables import MemorySink
from duchenne.records import Face, FrameResult, Observation, Pose, Reading

FPS = 25.0


def reading(top: str, probability: float) -> Reading:
    """One expression at a known probability; the others share the rest evenly."""
    rest = (1 - probability) / (len(EXPRESSIONS) - 1)
    return Reading(np.array([probability if name == top else rest for name in EXPRESSIONS], dtype=np.float32))


def units_of(**intensities: float) -> NDArray[np.float32]:
    """Intensities by column, ``AU12=0.5``; no other unit is measured."""
    return np.array([intensities.get(name, np.nan) for name in UNIT_COLUMNS], dtype=np.float32)


def acting(track: int, **intensities: float) -> Observation:
    """A face that was read as neutral, with these action units."""
    neutral = reading("neutral", 0.9)
    return Observation(face(track), Reading(neutral.expressions, units_of(**intensities)))


def face(track: int = 0, *, box: Box | None = None, status: Status = Status.OK) -> Face:
    """A face whose mesh lies on a grid within its box."""
    box = box or Box(40.0 + 100 * track, 30.0, 60.0, 80.0)
    across, down = np.meshgrid(np.linspace(0, 1, 26), np.linspace(0, 1, 18))
    landmarks = np.zeros((468, 3), dtype=np.float32)
    landmarks[:, 0] = box.x + across.ravel() * box.width
    landmarks[:, 1] = box.y + down.ravel() * box.height
    assert status in (Status.OK, Status.LOW_QUALITY)
    return Face(track, box, 0.9, 0.95, landmarks, Pose(1.5, -2.5, 0.5), status)


def seen(track: int, top: str, probability: float) -> Observation:
    """A face that was read."""
    return Observation(face(track), reading(top, probability))


def poor(track: int) -> Observation:
    """A face that could not be read."""
    return Observation(face(track, status=Status.LOW_QUALITY), None)


def shown(index: int, *observations: Observation, time_s: float | None = None) -> FrameResult:
    """A frame with these faces, or with none."""
    status = Status.OK if observations else Status.NO_FACE
    return FrameResult(index, index / FPS if time_s is None else time_s, status, observations)


def broken(index: int, time_s: float = math.nan) -> FrameResult:
    """A frame that could not be decoded."""
    return FrameResult(index, time_s, Status.DECODE_ERROR, reason="damaged")


def story(n_frames: int = 100, *, n_people: int = 1, seed: int = 0) -> list[FrameResult]:
    """A video with everything in it: readings, gaps, poor faces and broken frames, at random but the same."""
    rng = np.random.default_rng(seed)
    results = []
    for index in range(n_frames):
        kind = rng.random()
        if kind < 0.05:
            results.append(broken(index))
            continue
        observations = []
        for track in range(n_people):
            if kind < 0.2:
                continue
            if rng.random() < 0.1:
                observations.append(poor(track))
            else:
                values = rng.dirichlet(np.full(len(EXPRESSIONS), 0.5)).astype(np.float32)
                observations.append(Observation(face(track), Reading(values)))
        results.append(shown(index, *observations))
    return results


def tabulate(results: list[FrameResult], video: str = "clip.mp4") -> tuple[MemorySink, Summary]:
    """The table and the summary of some results."""
    sink, summariser = MemorySink(video), Summariser(video)
    for result in results:
        sink.write(result)
        summariser.add(result)
    return sink, summariser.result()


def run_of(name: str = "clip.mp4", *, complete: bool = True, reason: str = "", kind: str = "video") -> Run:
    """The record of a run that never was."""
    source = SourceRecord(
        name=name,
        kind=kind,
        sha256="5" * 64,
        size_bytes=1000,
        width=320,
        height=180,
        fps=25.0,
        n_frames=100,
        duration_s=4.0,
        codec="h264",
        pixel_format="yuv420p",
        rotation_deg=90,
        has_audio=False,
    )
    return Run(
        source=source,
        models=(ModelRecord("face_mesh", "A mesh", "1", "Apache-2.0", "a wheel", "7" * 64),),
        settings={"quality": {"min_face_px": 32.0}, "tiles": 2},
        versions={"duchenne": "0.1.0", "onnxruntime": "1.20.0"},
        device="cpu",
        started_at="2025-03-01T12:00:00+00:00",
        frames_decoded=100,
        frames_failed=0,
        seconds=0.5,
        first_row_s=0.25,
        complete=complete,
        reason=reason,
    )
