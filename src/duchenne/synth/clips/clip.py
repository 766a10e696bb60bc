"""A clip from its specification: every frame with its truth, and the video file.

Takes a `ClipSpec` (who, what the face does, the scene, rate, size and seed), gives frames one by one or an MP4.
The same specification gives the same frames, each drawn from a generator of its own: a frame does not depend on
those before it. Refuses rates and sizes that no video has.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.outputs.provenance import hash_file
from duchenne.outputs.whole_files import replace_whole
from duchenne.synth.acting.script import Script
from duchenne.synth.clips.truth import FrameTruth, measure
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Look
from duchenne.synth.people.subject import IDENTITY_SPREAD, Subject
from duchenne.synth.rendering.render import Renderer
from duchenne.synth.surroundings.scene import Scene
from duchenne.video.info import SourceInfo, SourceKind
from duchenne.video.writer import VideoWriter

# A coefficient is written with the digits that it is rendered with.
_IDENTITY_DECIMALS: Final = 4
# Below, no expression can be seen; above, a second of video is larger than the generator is meant for.
_SIZES: Final = (16, 2048)
_RATES: Final = (1.0, 240.0)


@dataclass(frozen=True, slots=True)
class SubjectSpec:
    """A synthetic person in plain numbers.

    Attributes:
        name: Unique within a study; splits by person use it.
        identity: Coefficients of the model's identity modes, in standard deviations.
        look: Skin, hair, glasses and everything else painted or attached.
    """

    name: str
    identity: tuple[float, ...]
    look: Look

    @classmethod
    def sample(cls, model: FaceModel, rng: np.random.Generator, name: str) -> SubjectSpec:
        """Draw a person."""
        identity = rng.normal(0.0, IDENTITY_SPREAD, len(model.identity_deltas))
        return cls(name, tuple(round(float(a), _IDENTITY_DECIMALS) for a in identity), Look.sample(rng))

    def make(self, model: FaceModel) -> Subject:
        """The person ready to be rendered; takes as long as some ten frames."""
        return Subject.make(model, np.array(self.identity, dtype=np.float32), self.look)


class LastSubject:
    """Makes people ready to be rendered and keeps the last one, because neighbouring clips share it."""

    def __init__(self, model: FaceModel) -> None:
        self._model = model
        self._last: tuple[SubjectSpec, Subject] | None = None

    def of(self, spec: SubjectSpec) -> Subject:
        """The person, made anew only if it is another than the last."""
        if self._last is None or self._last[0] != spec:
            self._last = spec, spec.make(self._model)
        return self._last[1]


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """Everything that decides a clip; with the face model's file, its pixels follow.

    Attributes:
        name: Of the clip and its files, without an ending.
        subject: Who is seen.
        script: What the face, the head and the eyes do.
        scene: Lights, background, framing, camera and cover.
        fps: Frames per second.
        size: Height and width in pixels; even, because videos keep one colour for two by two pixels.
        seed: Of the camera's noise.
    """

    name: str
    subject: SubjectSpec
    script: Script
    scene: Scene
    fps: float = 25.0
    size: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.fps) and _RATES[0] <= self.fps <= _RATES[1]):
            raise SettingsError(
                f"the frame rate of {self.name} is outside its range",
                got=f"{self.fps} frames/s",
                expected=f"{_RATES[0]:g} to {_RATES[1]:g}",
            )
        if not _SIZES[0] <= self.size <= _SIZES[1] or self.size % 2:
            raise SettingsError(
                f"{self.name} cannot have this size",
                got=f"{self.size} pixels",
                expected=f"an even number from {_SIZES[0]} to {_SIZES[1]}",
            )
        if self.n_frames < 1:
            raise SettingsError(
                f"{self.name} is shorter than a frame",
                got=f"{self.script.duration_s:g} s at {self.fps:g} frames/s",
                expected="at least one frame",
            )

    @property
    def n_frames(self) -> int:
        """Frames whose time lies before the script's end."""
        return math.ceil(round(self.script.duration_s * self.fps, 6))

    def time_s(self, index: int) -> float:
        """When a frame is shown."""
        return index / self.fps


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrame:
    """One frame of a clip: its 0-based index, its (size, size, 3) uint8 picture and what is true of it."""

    index: int
    rgb: NDArray[np.uint8]
    truth: FrameTruth


def render_clip(spec: ClipSpec, subject: Subject, renderer: Renderer) -> Iterator[ClipFrame]:
    """Render a clip frame by frame.

    Args:
        spec: The clip.
        subject: What ``spec.subject.make`` gave; passed in because several clips share one.
        renderer: Of the clip's size.

    Yields:
        The frames in order of time.

    Raises:
        ValueError: if the renderer has another size.
    """
    if renderer.size != spec.size:
        raise ValueError(f"clip {spec.name} has {spec.size} pixels, the renderer has {renderer.size}")
    for index in range(spec.n_frames):
        time_s = spec.time_s(index)
        state = spec.script.state(time_s)
        rng = np.random.default_rng((spec.seed, index))
        rendered = renderer.frame(subject, state, spec.scene, rng)
        yield ClipFrame(index, rendered.rgb, measure(subject, rendered, state, time_s))


def write_video(path: Path, frames: Iterable[NDArray[np.uint8]], fps: float, size: int) -> int:
    """Write pictures as an MP4; the same pictures give the same bytes.

    Args:
        path: The file; replaced if it exists. It is complete only once this returns.
        frames: (size, size, 3) uint8 pictures.
        fps: Frames per second.
        size: Height and width in pixels.

    Returns:
        How many frames were written; without one, no file is left.

    Raises:
        OutputError: if the file cannot be written.
    """
    n_frames = 0
    info = SourceInfo(path.name, SourceKind.MEMORY, None, size, size, fps, None, None, False, "", 0, "rgb24")
    with VideoWriter(path, info) as writer:
        for rgb in frames:
            writer.write(rgb, n_frames / fps)
            n_frames += 1
    return n_frames


def write_clip(
    spec: ClipSpec, subject: Subject, renderer: Renderer, path: Path
) -> tuple[tuple[FrameTruth, ...], str]:
    """Render a clip into an MP4.

    Args:
        spec: The clip.
        subject: As in `render_clip`.
        renderer: As in `render_clip`.
        path: The video; it appears under this name only when it is complete.

    Returns:
        The truth of every frame, and the SHA-256 of the video.

    Raises:
        OutputError: if the file cannot be written.
    """
    truths: list[FrameTruth] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for frame in render_clip(spec, subject, renderer):
            truths.append(frame.truth)
            yield frame.rgb

    digest = ""

    def write_to(part: Path) -> None:
        nonlocal digest
        write_video(part, pictures(), spec.fps, spec.size)
        digest = hash_file(part)

    replace_whole(path, "the video", write_to)
    return tuple(truths), digest
