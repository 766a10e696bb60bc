"""Helpers for tests of data sets: tiny trees of files in the layouts in which the real ones come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from labelled_faces import image


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their relative paths; returns the root."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def pictures(*names: str) -> dict[str, bytes]:
    """A small picture for each name; grey levels 1, 2, 3, ..."""
    return {name: image(level, 8, Path(name).suffix) for level, name in enumerate(names, 1)}


def videos(*names: str) -> dict[str, bytes]:
    """An empty file for each name: no reader of labels looks into a video."""
    return dict.fromkeys(names, b"")
