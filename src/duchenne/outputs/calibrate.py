"""Set a recording's action units against each person's neutral face, once the recording has ended.

Takes a finished frame table, finds each track's neutral face and fills in the columns ``AU01_cal`` and so on.
A table on disk is read in batches and replaced as a whole; of each person only times and units are held, 200
bytes a frame. Who has no neutral face is *not calibrated*: the columns stay missing, and the reason is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from duchenne.errors import DataError
from duchenne.facs import UNIT_COLUMNS
from duchenne.labels import Status
from duchenne.outputs import formats, schema
from duchenne.outputs.batches import Floats, number_column, numbers
from duchenne.outputs.folder import RECORD
from duchenne.outputs.provenance import Run, hash_file
from duchenne.outputs.tables import read_batches
from duchenne.outputs.writing import writing
from duchenne.temporal.baseline import (
    NOT_MEASURED,
    Baseline,
    NotCalibrated,
    calibrated,
    find_baseline,
    levels_of,
)
from duchenne.temporal.calibration import CalibrationOptions, NeutralFace

Baselines = Mapping[int, Baseline | NotCalibrated]
"""What was found of each track."""

NOT_ASKED: Final = NotCalibrated("it was not asked for")
SOMEBODY_ELSE: Final = NotCalibrated(
    "the neutral recording is of one person, and somebody in view at the same time is seen longer"
)

_NAMES: Final = tuple(column.name for column in schema.COLUMNS)
_NOBODY: Final[tuple[Floats, Floats]] = np.empty(0), np.empty((0, len(UNIT_COLUMNS)))


class Calibrator:
    """Finds every track's neutral face and fills in the calibrated columns.

    Args:
        options: Where to look. Another recording is read at once, so that one that cannot be used is refused before
            a long video is read.
        reader_sha256: Of the network that reads the faces now; empty where that is not known. Levels of another
            network are refused, if the other recording has a run record that names it.

    Raises:
        DataError: if the other recording is not a frame table, no action unit was read in it, or another network
            read it.
    """

    def __init__(self, options: CalibrationOptions, reader_sha256: str = "") -> None:
        self._options = options
        self._other: Baseline | NotCalibrated | None = None
        if options.neutral_face is NeutralFace.RECORDING:
            self._other = _levels_of_recording(Path(options.recording), reader_sha256)

    def table(self, frames: pa.Table) -> tuple[pa.Table, Baselines]:
        """A frame table in memory with its calibrated columns, and the neutral face of each track."""
        baselines = self._find(frames)
        if _is_any_found(baselines):
            frames = pa.Table.from_batches(_filled_in(frames, baselines), schema=frames.schema)
        return frames, baselines

    def file(self, frames: Path) -> Baselines:
        """Replace a frame table on disk by one with its calibrated columns, when that is whole.

        Returns:
            The neutral face of each track.

        Raises:
            DataError: if the file is not a frame table.
            OutputError: if it cannot be written.
        """
        baselines = self._find(frames)
        _give_back()
        if _is_any_found(baselines):
            part = frames.with_name(f".calibrated{frames.suffix}")
            try:
                formats.save_batches(_filled_in(frames, baselines), part)
                with writing(frames, "the table"):
                    part.replace(frames)
            finally:
                part.unlink(missing_ok=True)
        _give_back()
        return baselines

    def _find(self, frames: Path | pa.Table) -> Baselines:
        people = _by_track(frames)
        found = {track: self._baseline(times_s, units) for track, (times_s, units) in people.items()}
        if self._other is not None:
            # Another recording shows one person, the one who is seen longest here too.
            others = _somebody_else({track: times_s for track, (times_s, _) in people.items()})
            found |= {track: SOMEBODY_ELSE for track in others if isinstance(found[track], Baseline)}
        return found

    def _baseline(self, times_s: Floats, units: Floats) -> Baseline | NotCalibrated:
        o = self._options
        if o.neutral_face is NeutralFace.NONE:
            return NOT_ASKED
        if not np.isfinite(units).any():
            return NOT_MEASURED
        if self._other is not None:
            return self._other
        if o.begin_s is not None and o.end_s is not None:
            return levels_of(times_s, units, o.begin_s, o.end_s)
        return find_baseline(times_s, units, o.stretch)


def _give_back() -> None:
    """Return what Arrow keeps of a table that was read: the report would come on top of it, 7 MB higher."""
    pa.default_memory_pool().release_unused()


def _is_any_found(baselines: Baselines) -> bool:
    return any(isinstance(baseline, Baseline) for baseline in baselines.values())


def _filled_in(frames: Path | pa.Table, baselines: Baselines) -> Iterator[pa.RecordBatch]:
    for batch in read_batches(frames, _NAMES):
        tracks = numbers(batch, "face")
        units = np.column_stack([numbers(batch, name) for name in UNIT_COLUMNS])
        levels = np.full(units.shape, np.nan)
        for track, baseline in baselines.items():
            if isinstance(baseline, Baseline):
                levels[tracks == track] = baseline.levels
        values = np.round(calibrated(units, levels), schema.UNIT_DECIMALS)
        columns = dict(zip(schema.CALIBRATED_UNITS, values.T, strict=True))
        arrays = [number_column(columns[n]) if n in columns else batch.column(n) for n in _NAMES]
        yield pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _by_track(frames: Path | pa.Table) -> dict[int, tuple[Floats, Floats]]:
    """Times (N,) and units (N, 24) of the frames in which each track was read, tracks in ascending order."""
    pieces: dict[int, list[Floats]] = {}
    for batch in read_batches(frames, ["time_s", "face", "status", *UNIT_COLUMNS]):
        tracks = numbers(batch, "face")
        is_read = np.array([status == Status.OK for status in batch.column("status").to_pylist()], dtype=bool)
        values = np.column_stack([numbers(batch, name) for name in ("time_s", *UNIT_COLUMNS)])
        for track in np.unique(tracks[np.isfinite(tracks)]):
            pieces.setdefault(int(track), []).append(values[(tracks == track) & is_read])
    whole = {track: np.concatenate(mine) for track, mine in sorted(pieces.items())}
    return {track: (values[:, 0], values[:, 1:]) for track, values in whole.items()}


def _somebody_else(times_s: Mapping[int, Floats]) -> list[int]:
    """Tracks that share a frame with a longer one of the person whose tracks, the longest first, share none."""
    others: list[int] = []
    taken: Floats = np.empty(0)
    for track in sorted(times_s, key=lambda track: (-len(times_s[track]), track)):
        if np.isin(times_s[track], taken).any():
            others.append(track)
        else:
            taken = np.concatenate([taken, times_s[track]])
    return others


def _levels_of_recording(path: Path, reader_sha256: str) -> Baseline | NotCalibrated:
    """The levels of the face that was read most often in a recording of a neutral face."""
    tables = [path] if path.is_file() else [path / formats.file_name(name) for name in formats.SINKS]
    table = next((table for table in tables if table.is_file()), None)
    if table is None:
        raise DataError(
            f"the neutral recording {path} holds no frame table",
            expected=" or ".join(table.name for table in tables),
            remedy="Analyze the recording of the neutral face first, and name its result folder",
        )
    people = _by_track(table)
    times_s, units = max(people.values(), key=lambda person: len(person[0]), default=_NOBODY)
    if not np.isfinite(units).any():
        raise DataError(
            f"no action unit was read in the neutral recording {table}",
            got=f"{len(people)} faces, {len(times_s)} frames read",
            remedy="Analyze it again with a network that gives action units, or use --baseline auto",
        )
    _check_reader(table.with_name(RECORD), reader_sha256)
    found = levels_of(times_s, units, float(times_s[0]), float(times_s[-1]))
    if isinstance(found, NotCalibrated):
        return found
    name = path.name if path.is_file() else path.resolve().name
    return replace(found, recording=name, recording_sha256=hash_file(table))


def _check_reader(record: Path, reader_sha256: str) -> None:
    if not reader_sha256 or not record.is_file():
        return
    models = Run.from_json(record.read_text(encoding="utf-8"), record.name).models
    if reader_sha256 not in {model.sha256 for model in models}:
        raise DataError(
            "the neutral recording was read by another network, whose levels are not those of this one",
            got=models[-1].name if models else "no network",
            remedy="Analyze the recording of the neutral face again, with the same --network",
        )
