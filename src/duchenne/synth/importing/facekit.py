"""Turns a clone of ICT-FaceKit into the compact model file that `duchenne.synth.head.model` reads.

Takes the folder of the clone (108 OBJ meshes and a list of vertex numbers), gives one ``.npz``. Refuses a clone
with a file missing, malformed or of another size, and then writes nothing.

Departures from the kit: pieces that the renderer does not draw are dropped, quads are split on their shorter
diagonal, displacements are kept in half precision in steps of 1/2048 cm, and ambient occlusion is baked in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError, SettingsError
from duchenne.outputs.provenance import hash_file
from duchenne.outputs.writing import writing
from duchenne.synth.importing.facekit_layout import (
    ICT_LIGHT,
    INDEX_FILE,
    LANDMARKS_KEY,
    LICENCE_FILE,
    MESH_FOLDER,
    NEUTRAL_FILE,
    RIGID_KEY,
    URL,
    Layout,
    identity_file,
)
from duchenne.synth.importing.facekit_mesh import Topology, keep, mirror_vertices, shade
from duchenne.synth.importing.obj import ObjMesh, read_obj, read_positions

STEP_CM: Final = 1 / 2048
"""To which displacements are rounded: half precision holds it exactly up to 1 cm, and zeros compress well."""
LEAST_CM: Final = 0.001
"""Displacements of an expression shorter than this are noise of the scans' registration, and set to 0."""
DEFAULT_MODES: Final = 50
"""Of the kit's 100: they hold 98.1 % of the variance of its faces."""
_N_LANDMARKS = 68
_REMEDY = f"Get a whole clone: git clone {URL}, and give the folder that holds {MESH_FOLDER}"

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Clone:
    """Where the files lie."""

    folder: Path
    layout: Layout

    def mesh(self, name: str) -> Path:
        return self.folder / MESH_FOLDER / name


def import_facekit(
    folder: Path,
    out: Path,
    *,
    modes: int = DEFAULT_MODES,
    on_progress: Callable[[int, int], None] | None = None,
    layout: Layout = ICT_LIGHT,
) -> Path:
    """Write the model file of a clone.

    Args:
        folder: The clone.
        out: The file to write; one that is there is replaced, its folder is made.
        modes: How many identity modes to keep, at least 1.
        on_progress: Called with the number of meshes read and of all after each.
        layout: How the meshes are numbered.

    Returns:
        ``out``.

    Raises:
        InputError: if the clone is not whole; nothing is written then.
        OutputError: if the file cannot be written.
        SettingsError: if there are no modes.
    """
    if modes < 1:
        raise SettingsError("a face model needs identity modes", got=str(modes), expected="1 or more")
    clone = _Clone(folder, layout)
    n_meshes = 1 + len(layout.expressions) + modes
    n_read = 0

    def read_one() -> None:
        nonlocal n_read
        n_read += 1
        if on_progress is not None:
            on_progress(n_read, n_meshes)

    licence = _licence(folder)
    index = _index(clone)
    neutral = _readable(read_obj, clone.mesh(NEUTRAL_FILE))
    _check_count(clone.mesh(NEUTRAL_FILE), len(neutral.vertices), layout)
    topology = _topology(clone, neutral)
    numbers = _numbers(clone, topology, index)
    read_one()
    expressions = _moved(clone, topology, [f"{name}.obj" for name in layout.expressions], read_one)
    # Noise goes before rounding: what is a little longer than the least keeps its nearest step.
    expressions[np.linalg.norm(expressions, axis=2) < LEAST_CM] = 0
    identity = _moved(clone, topology, [identity_file(mode) for mode in range(modes)], read_one)
    mirror = mirror_vertices(topology.vertices.astype(np.float32), topology.ranges)
    jaw_open = expressions[layout.expressions.index("jawOpen")]
    arrays = {
        **topology.arrays(),
        "expression_names": np.array(layout.expressions),
        "expression_deltas": _stepped(expressions),
        "identity_deltas": _stepped(identity),
        **numbers,
        "mirror_vertex": mirror,
        "ambient_occlusion": shade(topology, jaw_open, mirror),
        "licence": np.array(licence),
        "source": np.array(f"{URL}, {NEUTRAL_FILE} with SHA-256 {hash_file(clone.mesh(NEUTRAL_FILE))}"),
    }
    _write(out, arrays)
    return out


def licence_line(path: Path) -> str:
    """Name and holder of the licence that travels in a model file, on one line.

    Args:
        path: A file that `import_facekit` wrote.
    """
    with np.load(path, allow_pickle=False) as archive:
        lines = [line.strip() for line in str(archive["licence"]).splitlines() if line.strip()]
    return ", ".join([*lines[:1], *(line for line in lines[1:] if line.startswith("Copyright"))])


def _licence(folder: Path) -> str:
    # The first thing that is read: a folder without it is most likely a wrong one.
    path = folder / LICENCE_FILE
    if not path.exists():
        raise InputError(
            f"{folder} is no clone of ICT-FaceKit",
            got=f"no {LICENCE_FILE} in it" if folder.is_dir() else "no such folder",
            remedy=_REMEDY,
        )
    return _text(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the clone has no readable {path.name} at {path}", got=str(error), remedy=_REMEDY
        ) from error


def _index(clone: _Clone) -> dict[str, NDArray[np.int64]]:
    """The lists of vertex numbers that are used, in the kit's numbering."""
    path = clone.mesh(INDEX_FILE)
    try:
        content: Any = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is no JSON", got=str(error), remedy=_REMEDY) from error
    lists = {}
    for key in (LANDMARKS_KEY, RIGID_KEY):
        numbers = content.get(key) if isinstance(content, dict) else None
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise InputError(
                f"{path} has no list of vertices '{key}'",
                got=type(numbers).__name__,
                expected="a list of whole numbers",
                remedy=_REMEDY,
            )
        lists[key] = np.array(numbers, dtype=np.int64)
    if len(lists[LANDMARKS_KEY]) != _N_LANDMARKS:
        raise InputError(
            f"{path} has another number of landmarks",
            got=str(len(lists[LANDMARKS_KEY])),
            expected=str(_N_LANDMARKS),
            remedy=_REMEDY,
        )
    return lists


def _readable(read: Callable[[Path], R], path: Path) -> R:
    try:
        return read(path)
    except InputError as error:
        raise InputError(error.what, got=error.got, expected=error.expected, remedy=_REMEDY) from error


def _check_count(path: Path, n_vertices: int, layout: Layout) -> None:
    if n_vertices != layout.n_vertices:
        raise InputError(
            f"the mesh {path} is not of this face model",
            got=f"{n_vertices} vertices",
            expected=f"{layout.n_vertices}",
            remedy=_REMEDY,
        )


def _topology(clone: _Clone, neutral: ObjMesh) -> Topology:
    topology = keep(neutral, clone.layout.pieces)
    empty = [name for name, first, end in topology.triangle_ranges if first == end]
    if empty:
        raise InputError(
            f"the mesh {clone.mesh(NEUTRAL_FILE)} has no faces for a piece of the head",
            got=f"nothing for {', '.join(empty)}",
            expected="faces in the kit's present numbering of vertices",
            remedy=_REMEDY,
        )
    return topology


def _moved(
    clone: _Clone, topology: Topology, files: list[str], read_one: Callable[[], None]
) -> NDArray[np.float64]:
    """(n, V, 3) float64 displacements of the kept vertices in each of n meshes, cm."""
    moved = np.empty((len(files), len(topology.vertices), 3))
    for number, name in enumerate(files):
        path = clone.mesh(name)
        positions = _readable(read_positions, path)
        _check_count(path, len(positions), clone.layout)
        moved[number] = positions[topology.source] - topology.vertices
        read_one()
    return moved


def _stepped(moved: NDArray[np.float64]) -> NDArray[np.float16]:
    return (np.rint(moved / STEP_CM) * STEP_CM).astype(np.float16)


def _numbers(
    clone: _Clone, topology: Topology, index: dict[str, NDArray[np.int64]]
) -> dict[str, NDArray[np.int32]]:
    """Lists of vertices in the numbering of the model file."""
    kept = dict(zip(topology.source.tolist(), range(len(topology.source)), strict=True))
    landmarks = {
        "landmarks68": index[LANDMARKS_KEY].tolist(),
        "jaw_right": clone.layout.jaw_right,
        "jaw_left": clone.layout.jaw_left,
    }
    lost = [number for numbers in landmarks.values() for number in numbers if number not in kept]
    if lost:
        raise InputError(
            f"{clone.mesh(INDEX_FILE)} names a landmark that is no vertex of the head",
            got=str(lost[0]),
            expected="a vertex of a piece that is kept",
            remedy=_REMEDY,
        )
    named = {name: [kept[number] for number in numbers] for name, numbers in landmarks.items()}
    # Some of these lie on pieces that are dropped.
    named["rigid_vertices"] = [kept[number] for number in index[RIGID_KEY].tolist() if number in kept]
    named["source_vertex_index"] = topology.source.tolist()
    return {name: np.array(numbers, dtype=np.int32) for name, numbers in named.items()}


def _write(out: Path, arrays: dict[str, NDArray[Any]]) -> None:
    part = out.with_name(f"{out.name}.part")
    with writing(out, "the face model"):
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **arrays)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
