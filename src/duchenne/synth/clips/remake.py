"""A clip made again from its row in ``clips.parquet``.

Takes a row, gives the `ClipSpec` it was written from; with the same face model and the same version of the
generator, its video has the same bytes. Refuses rows that are not what they should be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from duchenne.errors import DataError
from duchenne.strict import read_record
from duchenne.synth.acting.script import Script
from duchenne.synth.clips.clip import ClipSpec, SubjectSpec
from duchenne.synth.people.look import Look
from duchenne.synth.surroundings.scene import Scene

R = TypeVar("R")


def clip_spec(row: Mapping[str, Any]) -> ClipSpec:
    """The specification of a clip.

    Args:
        row: Column name to value, as from `duchenne.synth.clips.tables.clip_row`.

    Raises:
        DataError: if a column is missing or holds something else.
        SettingsError: if its values are outside their range.
    """
    missing = [name for name in _COLUMNS if name not in row]
    if missing:
        raise DataError(
            "the row is none of a clip table", got=f"no {', '.join(missing)}", expected=", ".join(_COLUMNS)
        )
    where = f"clip {row['clip']}"
    identity = _parsed(row["identity"], f"{where}: identity")
    if not isinstance(identity, list) or not all(isinstance(a, int | float) for a in identity):
        raise DataError(f"{where}: identity is no list of numbers", got=str(row["identity"]))
    return ClipSpec(
        name=row["clip"],
        subject=SubjectSpec(
            row["subject"],
            tuple(float(a) for a in identity),
            _record(Look, row["look"], f"{where}: look"),
        ),
        script=Script.from_json(row["script"], f"{where}: script"),
        scene=_record(Scene, row["scene"], f"{where}: scene"),
        fps=float(row["fps"]),
        size=int(row["size"]),
        seed=int(row["seed"]),
    )


_COLUMNS = ("clip", "subject", "identity", "look", "script", "scene", "fps", "size", "seed")


def _record(kind: type[R], text: str, where: str) -> R:
    return read_record(kind, _without_nulls(_parsed(text, where)), where, DataError)


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{where} is not valid JSON", got=str(error)) from error


def _without_nulls(value: Any) -> Any:
    """Records have None as a default only, so what is null is left out."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
