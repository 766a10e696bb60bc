"""The tables beside synthetic clips: rows from truth and specifications, and Parquet files from rows.

Takes the truth of frames and the specifications of clips, gives Parquet files with the columns of
`duchenne.synth.clips.table_columns`. Numbers are rounded and NaN is null; the same truth gives the same
bytes. A file appears whole or not at all. Refuses places that cannot be written.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet

from duchenne.facs import LEFT, RIGHT, column
from duchenne.outputs.schema import Column
from duchenne.outputs.whole_files import replace_whole
from duchenne.synth.clips.clip import ClipSpec
from duchenne.synth.clips.table_columns import FRAME_COLUMNS, SIDES, schema
from duchenne.synth.clips.truth import FrameTruth

FRAMES: Final = "frames.parquet"
EVENTS: Final = "events.parquet"
CLIPS: Final = "clips.parquet"
# Rows of a row group: each costs some 60 kB of description, because the frame table has 200 columns.
_GROUP_ROWS: Final = 8192
VIDEO_SHA256: Final = "duchenne.video_sha256"
"""Key in the metadata of a clip's own frame table."""

Row = Mapping[str, Any]


def frame_rows(clip: str, truths: Iterable[FrameTruth]) -> Iterable[Row]:
    """Rows of the frame table.

    Args:
        clip: Its name.
        truths: Of its frames, in order.
    """
    for index, truth in enumerate(truths):
        left, right = truth.eye_opening_cm
        yield {
            "clip": clip,
            "frame": index,
            "time_s": truth.time_s,
            **{
                column(unit, side): strength
                for unit, sides in truth.units.items()
                for side, strength in zip(SIDES, sides, strict=True)
            },
            "yaw_deg": truth.pose.yaw_deg,
            "pitch_deg": truth.pose.pitch_deg,
            "roll_deg": truth.pose.roll_deg,
            "gaze_yaw_deg": truth.gaze_deg[0],
            "gaze_pitch_deg": truth.gaze_deg[1],
            "lip_gap_cm": truth.lip_gap_cm,
            f"eye_opening_{LEFT}_cm": left,
            f"eye_opening_{RIGHT}_cm": right,
            **{f"x_{k}": float(x) for k, x in enumerate(truth.landmarks[:, 0])},
            **{f"y_{k}": float(y) for k, y in enumerate(truth.landmarks[:, 1])},
            "visible_share": truth.visible_share,
        }


def event_rows(spec: ClipSpec) -> Iterable[Row]:
    """Rows of the event table: each event of the script, once for each side that moves, by time."""
    for event in sorted(spec.script.events, key=lambda event: (event.start_s, event.unit)):
        for side, peak in zip(SIDES, event.peak, strict=True):
            if peak > 0.0:
                yield {
                    "clip": spec.name,
                    "unit": event.unit,
                    "side": side,
                    "start_s": event.start_s,
                    "apex_start_s": event.apex_start_s,
                    "apex_end_s": event.apex_end_s,
                    "end_s": event.end_s,
                    "peak": peak,
                }


def clip_row(spec: ClipSpec, face_model_sha256: str, video_sha256: str) -> Row:
    """The row of the clip table.

    Args:
        spec: The clip.
        face_model_sha256: Of the face model's file.
        video_sha256: Of the video.
    """
    return {
        "clip": spec.name,
        "subject": spec.subject.name,
        "kind": spec.script.kind.value,
        "label": spec.script.label,
        "frames": spec.n_frames,
        "fps": spec.fps,
        "size": spec.size,
        "seed": spec.seed,
        "skin": spec.subject.look.skin,
        "wrinkles": spec.subject.look.wrinkles,
        "identity": _json(spec.subject.identity),
        "look": _json(dataclasses.asdict(spec.subject.look)),
        "script": spec.script.to_json(),
        "scene": _json(dataclasses.asdict(spec.scene)),
        "generator": f"duchenne {version('duchenne')}",
        "face_model_sha256": face_model_sha256,
        "video_sha256": video_sha256,
    }


def to_table(
    rows: Iterable[Row], columns: Sequence[Column], metadata: Mapping[str, str] | None = None
) -> pa.Table:
    """Rows as a table: numbers rounded to their column's digits, NaN as null.

    Args:
        rows: Each with a value for every column.
        columns: Of the table.
        metadata: What else the file shall carry.
    """
    rows = list(rows)
    arrays = [[_value(row[one.name], one.decimals) for row in rows] for one in columns]
    return pa.Table.from_arrays(
        [pa.array(values, type=one.arrow.type) for values, one in zip(arrays, columns, strict=True)],
        schema=schema(columns, metadata),
    )


def write(table: pa.Table, path: Path) -> None:
    """Write a table; it appears under its name only when it is whole.

    Raises:
        OutputError: if it cannot be written.
    """

    def write_to(part: Path) -> None:
        pa.parquet.write_table(table, str(part), compression="zstd")

    replace_whole(path, "the table", write_to)


def write_frames(path: Path, clip: str, truths: Iterable[FrameTruth], *, video_sha256: str = "") -> None:
    """Write the frame table of one clip.

    Args:
        path: The file.
        clip: The clip's name.
        truths: Of its frames, in order.
        video_sha256: Kept in the file's metadata under `VIDEO_SHA256`.

    Raises:
        OutputError: if it cannot be written.
    """
    write(to_table(frame_rows(clip, truths), FRAME_COLUMNS, {VIDEO_SHA256: video_sha256}), path)


def video_sha256_of(frames: Path) -> str:
    """The hash of the video that a clip's own frame table carries; empty where there is no video."""
    return str(pa.parquet.read_schema(str(frames)).metadata[VIDEO_SHA256.encode()], "utf-8")


def join(parts: Iterable[Path], columns: Sequence[Column], path: Path) -> None:
    """Join tables into one, in the order given; memory does not grow with their number.

    Raises:
        OutputError: if the table cannot be written.
    """

    def write_to(part_path: Path) -> None:
        joined = schema(columns)
        held = joined.empty_table()
        with pa.parquet.ParquetWriter(str(part_path), joined, compression="zstd") as writer:
            for part in parts:
                held = pa.concat_tables([held, pa.parquet.read_table(str(part)).cast(joined)])
                if len(held) >= _GROUP_ROWS:
                    writer.write_table(held.combine_chunks())
                    held = joined.empty_table()
            if len(held):
                writer.write_table(held.combine_chunks())

    replace_whole(path, "the table", write_to)


def _value(value: Any, decimals: int | None) -> Any:
    if decimals is None:
        return value
    return None if math.isnan(value) else round(float(value), decimals)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
