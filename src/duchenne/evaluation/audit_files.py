"""The files of an audit: ``audit.json``, ``audit.csv`` and ``audit.html``.

Takes an `Audit` and a folder. Refuses to replace results unless told to, before any work is done. The same audit
gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pandas as pd

from duchenne.errors import OutputError
from duchenne.evaluation.audit import table
from duchenne.evaluation.audit_page import render_page
from duchenne.evaluation.audit_record import Audit, Origin
from duchenne.evaluation.tool_tables import Layout
from duchenne.evaluation.truth_tables import Truth
from duchenne.outputs.whole_files import write_text_whole

FILES: Final = ("audit.json", "audit.csv", "audit.html")
_SET_RECORD: Final = "study.json"
_DIGITS: Final = 6


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder with results.

    Raises:
        OutputError: if one of the files is there and may not be replaced.
    """
    for name in FILES:
        if (folder / name).exists() and not overwrite:
            raise OutputError(
                f"{folder / name} exists already", remedy="Choose another folder with -o, or pass --overwrite"
            )


def origin_of(
    truth: Truth, layout: Layout, source: Path | None, hashes: Mapping[str, str], *, command: str
) -> Origin:
    """Say where an audit's numbers come from.

    Args:
        truth: The set.
        layout: The tool.
        source: Where its tables lay; None if it was run.
        hashes: SHA-256 of its tables or networks, by name.
        command: What repeats the audit.
    """
    return Origin(
        tool=layout.value,
        source="" if source is None else source.name,
        source_sha256=dict(hashes),
        set_sha256=truth.sha256,
        set_facts=_set_facts(truth.folder),
        command=command,
        versions={name: version(name) for name in ("duchenne", "numpy", "pandas")},
    )


def write_audit(audit: Audit, folder: Path) -> None:
    """Write the files; those that are there are replaced.

    Raises:
        OutputError: if one cannot be written.
    """
    texts = {
        "audit.json": audit.to_json(),
        "audit.csv": pd.DataFrame(table(audit)).round(_DIGITS).to_csv(index=False, lineterminator="\n"),
        "audit.html": render_page(audit),
    }
    for name, text in texts.items():
        write_text_whole(folder / name, "the audit", text)


def _set_facts(folder: Path) -> dict[str, str]:
    """What a set says about itself; a set made by other means may say nothing."""
    try:
        record = json.loads((folder / _SET_RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict):
        return {}
    names = ("generator", "face_model", "face_model_sha256", "settings")
    return {name.replace("_", " "): _words(record[name]) for name in names if name in record}


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {value[name]}" for name in sorted(value))
    return str(value)
