"""Make the set of an audit: videos, their truth, and which condition each shows.

Takes a folder and a face model, writes one MP4 a clip of `duchenne.synth.audit_set`, ``frames.parquet`` and
``clips.parquet`` with the columns of `duchenne.synth.table_columns` plus ``factor`` and ``level``, and ``set.json``
with what decides the set. What is finished is kept: the same call goes on where an earlier one stopped. Refuses a
folder that holds another set.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from duchenne.errors import OutputError
from duchenne.outputs.schema import Column, Kind
from duchenne.outputs.writing import writing
from duchenne.synth import tables
from duchenne.synth.audit_set import N_SUBJECTS, condition_of, plan
from duchenne.synth.clip import ClipSpec, write_clip
from duchenne.synth.model import FaceModel, find
from duchenne.synth.parallel import run_jobs
from duchenne.synth.render import Renderer
from duchenne.synth.subject import Subject
from duchenne.synth.table_columns import CLIP_COLUMNS, FRAME_COLUMNS

RECORD: Final = "set.json"
"""What decides a set; in every set's folder."""

CONDITION_COLUMNS: Final = (
    Column("factor", Kind.TEXT, "What was changed; 'baseline' where nothing was"),
    Column("level", Kind.TEXT, "To what; empty at the baseline"),
)
"""What the clip table of an audit has beside the columns of every clip table."""

_PARTS: Final = "parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOptions:
    """What decides a set, beside the face model and the generator's version.

    Attributes:
        n_subjects: How many people.
        seed: Of people, scripts and noise.
    """

    n_subjects: int = N_SUBJECTS
    seed: int = 0


def make_set(
    folder: Path,
    face_model: Path | None = None,
    *,
    options: SetOptions | None = None,
    n_workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Make a set, or what is missing of it.

    Args:
        folder: Where; made if it is not there.
        face_model: As for `duchenne.synth.model.find`.
        options: What decides the set.
        n_workers: Processes that render.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked between clips.

    Returns:
        Whether the set is whole; False after `stopped`.

    Raises:
        InputError: if there is no face model.
        SettingsError: if there are fewer than two subjects.
        OutputError: if the folder holds another set, or cannot be written.
    """
    options = options or SetOptions()
    path = find(face_model)
    model = FaceModel.load(path)
    specs = plan(model, n_subjects=options.n_subjects, seed=options.seed)
    _claim(folder, _facts(options, model))
    if (folder / tables.CLIPS).is_file():
        on_progress(len(specs), len(specs))
        return True
    parts = folder / _PARTS
    is_whole = run_jobs(
        specs,
        functools.partial(_prepare, folder, path),
        n_workers=n_workers,
        is_finished=lambda spec: _part(parts, spec).is_file(),
        on_progress=on_progress,
        stopped=stopped,
    )
    if is_whole:
        _finish(folder, specs, model)
    return is_whole


def _facts(options: SetOptions, model: FaceModel) -> dict[str, str]:
    return {
        "face model": f"{model.name}, SHA-256 {model.sha256}",
        "generator": f"duchenne {version('duchenne')}",
        "seed": str(options.seed),
        "subjects": str(options.n_subjects),
    }


def _claim(folder: Path, facts: dict[str, str]) -> None:
    """Make the folder this set's own.

    Raises:
        OutputError: if it holds another set or other things.
    """
    record = folder / RECORD
    text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
    with writing(record, "the set"):
        if record.is_file():
            if (held := record.read_text(encoding="utf-8")) != text:
                raise OutputError(
                    f"{folder} holds another audit set",
                    got=", ".join(held.split()).strip("{}, "),
                    expected=", ".join(text.split()).strip("{}, "),
                    remedy="Choose another folder, or give the options that it was made with",
                )
            return
        if folder.is_dir() and any(folder.iterdir()):
            raise OutputError(
                f"{folder} holds something else", expected="an empty folder, or an audit set to go on with"
            )
        (folder / _PARTS).mkdir(parents=True, exist_ok=True)
        record.write_text(text, encoding="utf-8")


def _part(parts: Path, spec: ClipSpec) -> Path:
    """The truth of one clip; it is written last, so it tells that the clip is finished."""
    return parts / f"{spec.name}.parquet"


def _prepare(folder: Path, face_model: Path) -> Callable[[ClipSpec], None]:
    """What a worker does with a clip; it keeps the last person, whom the next clip often shows too."""
    model = FaceModel.load(face_model)
    subjects: dict[str, Subject] = {}
    renderers: dict[int, Renderer] = {}

    def work(spec: ClipSpec) -> None:
        who = repr(spec.subject)
        if who not in subjects:
            subjects.clear()
            subjects[who] = spec.subject.make(model)
        renderer = renderers.setdefault(spec.size, Renderer(spec.size))
        truths, digest = write_clip(spec, subjects[who], renderer, folder / f"{spec.name}.mp4")
        tables.write_frames(_part(folder / _PARTS, spec), spec.name, truths, video_sha256=digest)

    return work


def _finish(folder: Path, specs: tuple[ClipSpec, ...], model: FaceModel) -> None:
    """Join the truth of all clips, and say which clip shows what; the clip table is written last."""
    parts = folder / _PARTS
    tables.join((_part(parts, spec) for spec in specs), FRAME_COLUMNS, folder / tables.FRAMES)
    rows = []
    for spec in specs:
        video = folder / f"{spec.name}.mp4"
        with writing(video, "the video"):
            digest = hashlib.sha256(video.read_bytes()).hexdigest()
        factor, level = condition_of(spec.name)
        rows.append({**tables.clip_row(spec, model.sha256, digest), "factor": factor, "level": level})
    tables.write(tables.to_table(rows, (*CLIP_COLUMNS, *CONDITION_COLUMNS)), folder / tables.CLIPS)
    with writing(parts, "the set"):
        for spec in specs:
            _part(parts, spec).unlink()
        parts.rmdir()
