"""A folder of clips with their tables: rendered by several processes, and gone on with after a stop.

Takes specifications of clips, gives ``CLIP.mp4`` for each, ``frames.parquet``, ``events.parquet``,
``clips.parquet`` and ``study.json``, which says what decided them. While it runs, the truth of every finished clip
lies in a hidden folder; the tables are joined at the end, in the order of the clips. Refuses a folder that holds
something else, or a set that was made with other settings.
"""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from duchenne.errors import OutputError, SettingsError
from duchenne.facs import ACTION_UNITS, column
from duchenne.outputs.schema import Column
from duchenne.outputs.whole_files import remove_leftovers, write_text_whole
from duchenne.outputs.writing import writing
from duchenne.synth.clips.clip import ClipSpec, LastSubject, write_clip
from duchenne.synth.clips.parallel import run_jobs
from duchenne.synth.clips.table_columns import CLIP_COLUMNS, EVENT_COLUMNS, FRAME_COLUMNS, NOTE
from duchenne.synth.clips.tables import (
    CLIPS,
    EVENTS,
    FRAMES,
    clip_row,
    event_rows,
    join,
    to_table,
    video_sha256_of,
    write,
    write_frames,
)
from duchenne.synth.head.action_units import UNITS
from duchenne.synth.head.model import FaceModel, find
from duchenne.synth.rendering.render import Renderer

STUDY: Final = "study.json"
"""What decided a set; a folder that has things in it, but not this, is not ours to write into."""
_PARTS: Final = ".parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How a set is rendered; nothing here changes a single byte of it.

    Attributes:
        face_model: The model file; None for the usual one.
        jobs: Processes. With more than one, a script must start its work under ``if __name__ == "__main__":``,
            because each process imports it anew.
        overwrite: Whether a set that is there may be replaced; an unfinished one of the same settings is gone on
            with all the same.
        on_progress: Told how many clips are done, of how many.
        stopped: Asked between clips; once true, no further clip is started.
    """

    face_model: Path | None = None
    jobs: int = 1
    overwrite: bool = False
    on_progress: Callable[[int, int], None] = lambda n_done, n_total: None
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class ClipSet:
    """What lies in a folder.

    Attributes:
        folder: Where.
        n_clips: Clips that are there.
        n_frames: Frames of all clips.
        is_complete: False if the run was stopped; the tables are then not there yet.
    """

    folder: Path
    n_clips: int
    n_frames: int
    is_complete: bool


def write_set(
    specs: Sequence[ClipSpec],
    folder: Path,
    settings: Mapping[str, object],
    *,
    rendering: Rendering | None = None,
    extra: Mapping[str, Sequence[str]] | None = None,
) -> ClipSet:
    """Render clips into a folder, or go on with it.

    Args:
        specs: The clips, by unique names; clips of one subject one after the other are rendered fastest.
        folder: Where; made if it does not exist.
        settings: What the specifications were made from, as values that JSON has. A run with other settings is
            refused.
        rendering: How; None for the defaults.
        extra: Further columns of the clip table, one text for each clip.

    Raises:
        InputError: if there is no face model.
        OutputError: if the folder holds something else, or cannot be written.
        SettingsError: if it holds a set made with other settings.
        DuchenneError: whatever a clip raised.
    """
    rendering = Rendering() if rendering is None else rendering
    face_model = find(rendering.face_model)
    sha256 = FaceModel.load(face_model).sha256
    _claim(folder, _record(specs, settings, face_model.name, sha256), overwrite=rendering.overwrite)
    whole = ClipSet(folder, len(specs), sum(spec.n_frames for spec in specs), is_complete=True)
    if _is_there(specs, folder):
        rendering.on_progress(len(specs), len(specs))
        return whole
    with writing(folder, "the folder"):
        (folder / _PARTS).mkdir(exist_ok=True)
    all_done = run_jobs(
        specs,
        functools.partial(_prepare, face_model, folder),
        n_workers=rendering.jobs,
        group_of=lambda spec: spec.subject.name,
        is_finished=lambda spec: _is_finished(folder, spec),
        on_progress=rendering.on_progress,
        stopped=rendering.stopped,
    )
    if not all_done:
        done = [spec for spec in specs if _is_finished(folder, spec)]
        return ClipSet(folder, len(done), sum(spec.n_frames for spec in done), is_complete=False)
    _join(specs, folder, sha256, {} if extra is None else extra)
    return whole


def is_whole(
    specs: Sequence[ClipSpec], folder: Path, settings: Mapping[str, object], face_model: Path | None = None
) -> bool:
    """Whether all of a set lies in a folder, made with these settings; arguments as for `write_set`.

    Raises:
        InputError: if there is no face model.
        OutputError: if the folder is none, or cannot be read.
    """
    face_model = find(face_model)
    record = _record(specs, settings, face_model.name, FaceModel.load(face_model).sha256)
    with writing(folder, "the folder"):
        before = _read_record(folder)
    return before is not None and not _differences(before, record) and _is_there(specs, folder)


def _is_there(specs: Sequence[ClipSpec], folder: Path) -> bool:
    return (folder / CLIPS).is_file() and all(video_path(folder, spec.name).is_file() for spec in specs)


def video_path(folder: Path, clip: str) -> Path:
    """The video of a clip."""
    return folder / f"{clip}.mp4"


def _part_path(folder: Path, clip: str) -> Path:
    return folder / _PARTS / f"{clip}.parquet"


def _is_finished(folder: Path, spec: ClipSpec) -> bool:
    """The truth is written after the video, so where it lies the clip is whole."""
    return _part_path(folder, spec.name).is_file() and video_path(folder, spec.name).is_file()


def _prepare(face_model: Path, folder: Path) -> Callable[[ClipSpec], None]:
    return _Worker(FaceModel.load(face_model), folder).render


class _Worker:
    """Renders clips; keeps the last subject and the last renderer, because neighbours share them."""

    def __init__(self, model: FaceModel, folder: Path) -> None:
        self._folder = folder
        self._renderer = Renderer()
        self._subjects = LastSubject(model)

    def render(self, spec: ClipSpec) -> None:
        if self._renderer.size != spec.size:
            self._renderer = Renderer(spec.size)
        truths, digest = write_clip(
            spec, self._subjects.of(spec.subject), self._renderer, video_path(self._folder, spec.name)
        )
        write_frames(_part_path(self._folder, spec.name), spec.name, truths, video_sha256=digest)


def _join(specs: Sequence[ClipSpec], folder: Path, sha256: str, extra: Mapping[str, Sequence[str]]) -> None:
    parts = [_part_path(folder, spec.name) for spec in specs]
    columns = (*CLIP_COLUMNS, *(Column(name, CLIP_COLUMNS[0].kind, "Of the condition") for name in extra))
    rows = []
    for number, (spec, part) in enumerate(zip(specs, parts, strict=True)):
        more = {name: values[number] for name, values in extra.items()}
        rows.append({**clip_row(spec, sha256, video_sha256_of(part)), **more})
    join(parts, FRAME_COLUMNS, folder / FRAMES)
    write(to_table((row for spec in specs for row in event_rows(spec)), EVENT_COLUMNS), folder / EVENTS)
    # Last, because where it lies the set is whole.
    write(to_table(rows, columns), folder / CLIPS)
    remove_leftovers(folder)
    with writing(folder, "the folder"):
        shutil.rmtree(folder / _PARTS)


def _record(
    specs: Sequence[ClipSpec], settings: Mapping[str, object], model: str, sha256: str
) -> dict[str, Any]:
    names = [spec.name for spec in specs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"clips need names of their own, got {', '.join(twice)} more than once")
    return {
        "about": NOTE,
        "settings": dict(settings),
        "generator": f"duchenne {version('duchenne')}",
        "face_model": model,
        "face_model_sha256": sha256,
        "clips": names,
        "action_units": {
            column(unit): {"name": ACTION_UNITS[unit], "kind": rule.kind.value, "note": rule.note}
            for unit, rule in UNITS.items()
        },
    }


def _claim(folder: Path, record: Mapping[str, Any], *, overwrite: bool) -> None:
    """Write what decides the set into its folder, or see that it is there already."""
    with writing(folder, "the folder"):
        folder.mkdir(parents=True, exist_ok=True)
        before = _read_record(folder)
        if before is not None:
            differences = _differences(before, record)
            # Even if it may be replaced: the command that began an unfinished set may have said so.
            if not differences and not (overwrite and (folder / CLIPS).is_file()):
                return
            if not overwrite:
                raise _other_settings(folder, differences)
            _remove(folder, before)
        elif any(folder.iterdir()):
            raise OutputError(
                f"{folder} holds something else",
                expected=f"an empty folder, or one with the {STUDY} of an earlier run",
                remedy="Choose another folder",
            )
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    write_text_whole(folder / STUDY, "the record", text)


def _read_record(folder: Path) -> dict[str, Any] | None:
    try:
        record = json.loads((folder / STUDY).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    is_ours = (
        isinstance(record, dict)
        and isinstance(record.get("settings"), dict)
        and isinstance(record.get("clips"), list)
    )
    return record if is_ours else None


def _remove(folder: Path, record: Mapping[str, Any]) -> None:
    """Remove what an earlier run wrote, and nothing else."""
    # By the last part of each name alone: a record from elsewhere must not reach out of the folder.
    videos = (f"{Path(clip).name}.mp4" for clip in record["clips"])
    for name in (*videos, FRAMES, EVENTS, CLIPS, STUDY):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / _PARTS, ignore_errors=True)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two records differ, for a message."""
    # Through JSON, so that a tuple equals the list that it became.
    then, these = before["settings"], json.loads(json.dumps(now["settings"]))
    pairs = [(key, then.get(key), these.get(key)) for key in sorted({*then, *these})]
    pairs += [(key, before.get(key), now[key]) for key in ("generator", "face_model_sha256")]
    found = [f"{key} {old} there, {new} now" for key, old, new in pairs if old != new]
    if not found and before.get("clips") != now["clips"]:
        return ["other clips there"]
    return found


def _other_settings(folder: Path, differences: Sequence[str]) -> SettingsError:
    return SettingsError(
        f"{folder} holds a set made with other settings",
        got="; ".join(differences),
        remedy="Choose another folder, or replace the set with --overwrite (overwrite=True in Python)",
    )
