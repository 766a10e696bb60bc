"""A layout on the disk: its label files, its videos or pictures, the exact truth beside them, and what it is.

Takes a planned `LayoutStudy`, gives a folder. Can be stopped and gone on with: labels are written again, clips
whose truth is there are kept. Refuses a folder that holds another study, because their files would mix.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

import duchenne
from duchenne.errors import OutputError
from duchenne.outputs.writing import writing
from duchenne.synth.clips.clip import ClipSpec, LastSubject, render_clip, write_clip
from duchenne.synth.clips.parallel import run_jobs
from duchenne.synth.clips.table_columns import CLIP_COLUMNS, EVENT_COLUMNS
from duchenne.synth.clips.tables import (
    CLIPS,
    EVENTS,
    clip_row,
    event_rows,
    to_table,
    video_sha256_of,
    write,
    write_frames,
)
from duchenne.synth.clips.truth import FrameTruth
from duchenne.synth.head.model import FaceModel, find
from duchenne.synth.layouts.planned import PlannedClip
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.render import Renderer

TRUTH: Final = "truth"
_STUDY: Final = f"{TRUTH}/study.json"
_README: Final = "README.txt"
# Above it, JPEG files grow fast and nothing more is seen.
_JPEG_QUALITY: Final = 95

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LayoutStudy:
    """Everything that a layout's folder is made of.

    Attributes:
        layout: Which one.
        about: What a reader of the folder must know, as paragraphs.
        options: Of the layout; a record of plain values.
        seed: Of the plan.
        clips: What is rendered.
        files: Gives the label files, as path relative to the folder and text.
    """

    layout: str
    about: tuple[str, ...]
    options: Any
    seed: int
    clips: tuple[PlannedClip, ...]
    files: Callable[[], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How a study is rendered.

    Attributes:
        face_model: The model file; None for the usual one.
        size: Height and width in pixels.
        jobs: Processes.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked between clips; once true, no further clip is started.
    """

    face_model: Path | None = None
    size: int = 256
    jobs: int = 1
    on_progress: Progress = lambda n_done, n_total: None
    stopped: Callable[[], bool] = lambda: False


def write_study(study: LayoutStudy, folder: Path, rendering: Rendering | None = None) -> bool:
    """Write a layout.

    Args:
        study: What it is made of.
        folder: Where; made if it does not exist. Files of an earlier, unfinished run are used.
        rendering: How; None for the defaults.

    Returns:
        Whether all of it is there; False after ``stopped``.

    Raises:
        InputError: if there is no face model.
        SettingsError: if no video has such a size.
        OutputError: if the folder holds another study, or cannot be written.
        DuchenneError: whatever a clip raised.
    """
    rendering = Rendering() if rendering is None else rendering
    face_model = find(rendering.face_model)
    model = FaceModel.load(face_model)
    # Before anything is written, because they refuse sizes that no video has.
    specs = [clip.specify(model, rendering.size) for clip in study.clips]
    _claim(study, folder, rendering.size, model.sha256)
    for path, text in study.files():
        _write(folder / path, text)
    _write(folder / _README, _readme(study, rendering.size))
    is_whole = run_jobs(
        study.clips,
        functools.partial(prepare, face_model, folder, rendering.size),
        n_workers=rendering.jobs,
        group_of=lambda clip: clip.person.name,
        is_finished=lambda clip: truth_path(folder, clip).is_file(),
        on_progress=rendering.on_progress,
        stopped=rendering.stopped,
    )
    if is_whole:
        _write_tables(study, folder, specs, model.sha256)
    return is_whole


def _write_tables(study: LayoutStudy, folder: Path, specs: Sequence[ClipSpec], model_sha256: str) -> None:
    events = [row for spec in specs for row in event_rows(spec)]
    clips = [
        clip_row(spec, model_sha256, video_sha256_of(truth_path(folder, clip)))
        for clip, spec in zip(study.clips, specs, strict=True)
    ]
    write(to_table(events, EVENT_COLUMNS), folder / TRUTH / EVENTS)
    write(to_table(clips, CLIP_COLUMNS), folder / TRUTH / CLIPS)


def truth_path(folder: Path, clip: PlannedClip) -> Path:
    """The table of a clip's frames; it is written last, so that it tells that the clip is finished."""
    return folder / TRUTH / "frames" / f"{clip.name}.parquet"


def prepare(face_model: Path, folder: Path, size: int) -> Callable[[PlannedClip], None]:
    """Load what all clips of a worker need.

    Args:
        face_model: The model file.
        folder: The layout's.
        size: Of the pictures.

    Returns:
        A function that renders a clip into the folder.
    """
    worker = _Worker(FaceModel.load(face_model), folder, Renderer(size))
    return worker.render


class _Worker:
    """Renders clips; keeps the last subject, because a layout's clips come subject by subject."""

    def __init__(self, model: FaceModel, folder: Path, renderer: Renderer) -> None:
        self._model = model
        self._folder = folder
        self._renderer = renderer
        self._subjects = LastSubject(model)

    def render(self, clip: PlannedClip) -> None:
        spec = clip.specify(self._model, self._renderer.size)
        subject = self._subjects.of(spec.subject)
        media = self._folder / clip.media
        media.parent.mkdir(parents=True, exist_ok=True)
        if clip.is_video:
            truths, digest = write_clip(spec, subject, self._renderer, media)
        else:
            truths, digest = self._write_pictures(spec, subject, media), ""
        path = truth_path(self._folder, clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_frames(path, clip.name, truths, video_sha256=digest)

    def _write_pictures(self, spec: ClipSpec, subject: Subject, folder: Path) -> tuple[FrameTruth, ...]:
        # Pictures of an interrupted run are made again: they may lack their end.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        truths = []
        for frame in render_clip(spec, subject, self._renderer):
            # BP4D numbers frames from 1, with at least four digits.
            _write_jpeg(folder / f"{frame.index + 1:04d}.jpg", frame.rgb)
            truths.append(frame.truth)
        return tuple(truths)


def _write_jpeg(path: Path, rgb: NDArray[np.uint8]) -> None:
    _, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    with writing(path, "the picture"):
        path.write_bytes(data.tobytes())


def _claim(study: LayoutStudy, folder: Path, size: int, model_sha256: str) -> None:
    """Write what decides the study into its folder, or refuse a folder that was made by something else."""
    record = {
        "layout": study.layout,
        "options": dataclasses.asdict(study.options),
        "seed": study.seed,
        "size": size,
        "duchenne": duchenne.__version__,
        "face_model_sha256": model_sha256,
        "synthetic": True,
    }
    text = json.dumps(record, indent=2, sort_keys=True) + "\n"
    path = folder / _STUDY
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        raise OutputError(
            f"{folder} holds a study made with other settings",
            got=", ".join(_differences(path.read_text(encoding="utf-8"), record)),
            remedy="Choose another folder, or remove this one",
        )
    if not path.is_file() and folder.is_dir() and any(folder.iterdir()):
        raise OutputError(
            f"{folder} is not empty and holds no study of this tool",
            expected="an empty folder, or one that an earlier run of the same study made",
            remedy="Choose another folder",
        )
    _write(path, text)


def _differences(text: str, record: dict[str, Any]) -> Iterator[str]:
    try:
        before = json.loads(text)
    except json.JSONDecodeError:
        before = {}
    for key, value in sorted(record.items()):
        if not isinstance(before, dict) or before.get(key) != json.loads(json.dumps(value)):
            yield f"another {key}"


def _write(path: Path, text: str) -> None:
    with writing(path, "the file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _readme(study: LayoutStudy, size: int) -> str:
    options = ", ".join(f"{key} {value}" for key, value in dataclasses.asdict(study.options).items())
    first = (
        "SYNTHETIC. Every face in this folder is computed; nobody was recorded. Only the arrangement of folders, "
        f"files and columns is that of a data set (layout '{study.layout}'). A result on it is a result on "
        "synthetic data and must be called so."
    )
    last = (
        f"{TRUTH}/ holds what no recording has: {TRUTH}/frames/CLIP.parquet gives for every frame the strength of "
        "each unit on both sides (a share of its displacement, not a coder's score), pose, gaze and landmarks. "
        "Missing values are units that the generator cannot show apart from others (11, 13, 32). "
        f"{TRUTH}/events.parquet and {TRUTH}/clips.parquet have the scripts' events and what decides each clip."
    )
    made = f"Made by duchenne {duchenne.__version__}, seed {study.seed}, size {size}, {options}."
    return "\n\n".join([first, *study.about, last, made]) + "\n"
