"""Reads Wavefront OBJ meshes: positions, texture coordinates and faces of three or four corners.

Takes a file, gives an `ObjMesh`. Strict, because a face model read a little wrong is worse than one not read:
anything but ``v x y z``, ``vt u v``, ``f a/b ...`` and keywords that carry no geometry is refused with its line
number. Relative (negative) corner numbers, faces without texture coordinates and larger polygons are refused too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError

NO_CORNER: Final = -1
"""In place of the fourth corner of a triangle."""

_POSITION, _TEXTURE, _FACE = "v", "vt", "f"
# Names, groups, materials and smoothing change nothing about where the surface is; normals are computed anew.
_WITHOUT_GEOMETRY: Final = frozenset({"vn", "g", "o", "s", "usemtl", "mtllib"})
_CORNERS: Final = (3, 4)


@dataclass(frozen=True, slots=True, eq=False)
class ObjMesh:
    """What an OBJ file holds; corner numbers count from 0.

    Attributes:
        vertices: (V, 3) float64, in the file's unit.
        uv: (U, 2) float64.
        faces: (F, 4) int32 into ``vertices``; `NO_CORNER` ends a triangle.
        faces_uv: (F, 4) int32 into ``uv``, likewise.
    """

    vertices: NDArray[np.float64]
    uv: NDArray[np.float64]
    faces: NDArray[np.int32]
    faces_uv: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of each kind, with their numbers in the file (from 1) beside them."""

    path: Path
    kept: dict[str, list[str]]
    numbers: dict[str, list[int]]


def read_obj(path: Path) -> ObjMesh:
    """Read a whole mesh.

    Raises:
        InputError: if the file cannot be read, a line is malformed or a corner points at nothing.
    """
    lines = _lines(path, (_POSITION, _TEXTURE, _FACE))
    vertices = _floats(lines, _POSITION, 3)
    uv = _floats(lines, _TEXTURE, 2)
    faces, faces_uv = _faces(lines)
    for corners, limit, what in (
        (faces, len(vertices), "vertices"),
        (faces_uv, len(uv), "texture coordinates"),
    ):
        wrong = np.flatnonzero((corners >= limit).any(axis=1))
        if len(wrong):
            raise _malformed(lines, _FACE, int(wrong[0]), f"corners among the {limit} {what}")
    return ObjMesh(vertices, uv, faces, faces_uv)


def read_positions(path: Path) -> NDArray[np.float64]:
    """Read the positions alone, of a mesh whose faces are known from another file.

    Returns:
        (V, 3) float64.

    Raises:
        InputError: if the file cannot be read or a position is malformed.
    """
    return _floats(_lines(path, (_POSITION,)), _POSITION, 3)


def _lines(path: Path, wanted: Sequence[str]) -> _Lines:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the mesh {path} cannot be read",
            got=str(error),
            expected="a Wavefront OBJ file",
        ) from error
    kept: dict[str, list[str]] = {kind: [] for kind in wanted}
    numbers: dict[str, list[int]] = {kind: [] for kind in wanted}
    known = {_POSITION, _TEXTURE, _FACE, *_WITHOUT_GEOMETRY}
    for number, line in enumerate(text.split("\n"), start=1):
        kind, *rest = line.split(maxsplit=1) or ("#",)
        if kind in kept:
            kept[kind].append(rest[0] if rest else "")
            numbers[kind].append(number)
        elif kind not in known and not kind.startswith("#"):
            raise _at_line(path, number, line, "a line that begins with v, vt, f or a comment")
    return _Lines(path, kept, numbers)


def _floats(lines: _Lines, kind: str, width: int) -> NDArray[np.float64]:
    """(n, width) float64 numbers of the lines of a kind."""
    expected = f"{width} finite numbers after {kind}"

    def parse(texts: Sequence[str]) -> NDArray[np.float64]:
        if any(len(text.split()) != width for text in texts):
            raise ValueError(expected)
        values = np.array(" ".join(texts).split(), dtype=np.float64).reshape(-1, width)
        if not np.isfinite(values).all():
            raise ValueError(expected)
        return values

    return _parsed(lines, kind, parse, expected)


def _faces(lines: _Lines) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    expected = "three or four corners like 12/7 or 12/7/3, counted from 1"

    def parse(texts: Sequence[str]) -> NDArray[np.int32]:
        faces = np.full((len(texts), max(_CORNERS), 2), NO_CORNER + 1, dtype=np.int32)
        for row, text in enumerate(texts):
            corners = text.split()
            if len(corners) not in _CORNERS:
                raise ValueError(expected)
            for place, corner in enumerate(corners):
                position, texture, *normal = corner.split("/")
                if len(normal) > 1:
                    raise ValueError(expected)
                faces[row, place] = int(position), int(texture)
                if int(position) < 1 or int(texture) < 1:
                    raise ValueError(expected)
        return faces - 1

    both = _parsed(lines, _FACE, parse, expected)
    return np.ascontiguousarray(both[:, :, 0]), np.ascontiguousarray(both[:, :, 1])


def _parsed(
    lines: _Lines, kind: str, parse: Callable[[Sequence[str]], NDArray[Any]], expected: str
) -> NDArray[Any]:
    """All lines of a kind at once, which is fast; line by line only to find the one that is wrong."""
    texts = lines.kept[kind]
    try:
        return parse(texts)
    except (ValueError, OverflowError) as error:
        row = next(row for row, text in enumerate(texts) if not _parses(parse, text))
        raise _malformed(lines, kind, row, expected) from error


def _parses(parse: Callable[[Sequence[str]], NDArray[Any]], text: str) -> bool:
    try:
        parse([text])
    except (ValueError, OverflowError):
        return False
    return True


def _malformed(lines: _Lines, kind: str, row: int, expected: str) -> InputError:
    return _at_line(lines.path, lines.numbers[kind][row], f"{kind} {lines.kept[kind][row]}", expected)


def _at_line(path: Path, number: int, line: str, expected: str) -> InputError:
    shown = line.strip()[:60]
    return InputError(f"{path}, line {number} is malformed", got=repr(shown), expected=expected)
