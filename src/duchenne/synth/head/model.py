"""The parametric face: a neutral head, what makes people differ, and what expressions move.

Takes the compact model file that ``duchenne synth import-facekit`` writes, gives a `FaceModel`. Refuses a file
that is missing, damaged or no face model, and says how to get one: no face model comes with the package.

A face is ``vertices + sum_i a_i * identity_deltas[i] + sum_k w_k * shape_k`` with ``a_i`` drawn from a standard
normal and ``w_k`` in [0, 1]. One unit is about a centimetre; x points to the subject's own left (to the right in
the picture), y up, z to the camera. Source of the geometry: ICT-FaceKit (MIT), Li et al. 2020, "Learning
Formation of Physically-Based Face Attributes", CVPR.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import InputError
from duchenne.synth.head.hand_made import Mouth, hand_made_shapes

MODEL_VARIABLE: Final = "DUCHENNE_FACE_MODEL"
"""The environment variable that names the model file."""

PARTS: Final = (
    "face",
    "head_neck",
    "mouth_socket",
    "eye_socket_l",
    "eye_socket_r",
    "gums_tongue",
    "teeth_upper",
    "teeth_lower",
    "eyeball_l",
    "eyeball_r",
    "lashes_l",
    "lashes_r",
)
"""The pieces of the head, in the order of their vertices and triangles; ``_l`` is the subject's own left."""

_ARRAYS = (
    *("vertices", "triangles", "uv", "triangles_uv", "part_names", "part_vertex_ranges"),
    *("part_triangle_ranges", "expression_names", "expression_deltas", "identity_deltas", "landmarks68"),
    *("mirror_vertex", "ambient_occlusion"),
)
# What numpy and zipfile raise for other and damaged files; TypeError: a single array is no archive.
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Part:
    """Where a piece of the head lies in the arrays."""

    vertices: slice
    triangles: slice


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """S expression shapes, kept sparse because most move few vertices.

    Attributes:
        names: S of them, sided ones ending in ``_L`` and ``_R``.
        start: (S + 1,) int64; entries ``start[k]`` to ``start[k + 1]`` belong to shape k.
        index: (M,) int32 vertex numbers.
        delta: (M, 3) float32 displacements at weight 1, in cm.
    """

    names: tuple[str, ...]
    start: NDArray[np.int64]
    index: NDArray[np.int32]
    delta: NDArray[np.float32]

    @classmethod
    def from_dense(cls, names: tuple[str, ...], deltas: NDArray[np.floating[Any]]) -> Shapes:
        """Keep what moves of (S, V, 3) displacements."""
        moved = np.abs(deltas).sum(axis=2) > 0
        shape, vertex = np.nonzero(moved)
        start = np.concatenate([[0], np.cumsum(moved.sum(axis=1))]).astype(np.int64)
        delta = np.ascontiguousarray(deltas[shape, vertex], dtype=np.float32)
        return cls(names, start, vertex.astype(np.int32), delta)

    def entries(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The vertices that a shape moves and their displacements at weight 1."""
        span = slice(int(self.start[number]), int(self.start[number + 1]))
        return self.index[span], self.delta[span]


@dataclass(frozen=True, eq=False)
class FaceModel:
    """A parametric head with V vertices and T triangles.

    Attributes:
        name: Of the file it was read from.
        sha256: Of that file.
        vertices: (V, 3) float32, the mean neutral face in cm.
        triangles: (T, 3) int32, counter-clockwise seen from outside.
        uv: (U, 2) float32; the face's own tile is 0 to 1, v upwards.
        triangles_uv: (T, 3) int32 into ``uv``.
        parts: The pieces named in `PARTS`.
        shapes: What expressions move; see `duchenne.synth.head.action_units` for what they mean in FACS.
        identity_deltas: (K, V, 3) float32 displacements for one standard deviation.
        landmarks68: (68,) int32 vertices of the Multi-PIE points, right jaw first.
        mirror: (V,) int32, the vertex on the other side of each.
        occlusion: (V,) float32 in [0, 1]: how much of the sky a vertex sees.
    """

    name: str
    sha256: str
    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]
    uv: NDArray[np.float32]
    triangles_uv: NDArray[np.int32]
    parts: Mapping[str, Part]
    shapes: Shapes
    identity_deltas: NDArray[np.float32]
    landmarks68: NDArray[np.int32]
    mirror: NDArray[np.int32]
    occlusion: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path | None = None) -> FaceModel:
        """Read a model file.

        Args:
            path: The file; None for the one that `MODEL_VARIABLE` names, else the one at `default_path`.

        Raises:
            InputError: if there is none, or the file is no face model.
        """
        path = find(path)
        try:
            data = path.read_bytes()
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in _ARRAYS}
        except _UNREADABLE as error:
            raise _no_model(path, str(error)) from error
        return cls.from_arrays(arrays, name=path.name, sha256=hashlib.sha256(data).hexdigest())

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, name: str, sha256: str = "") -> FaceModel:
        """Build a model from the arrays of a model file, named as there.

        Raises:
            InputError: if their sizes do not belong together.
        """
        _check(arrays, name)
        vertices = arrays["vertices"].astype(np.float32)
        parts = {
            str(part): Part(slice(int(v[0]), int(v[1])), slice(int(t[0]), int(t[1])))
            for part, v, t in zip(
                arrays["part_names"],
                arrays["part_vertex_ranges"],
                arrays["part_triangle_ranges"],
                strict=True,
            )
        }
        landmarks = arrays["landmarks68"].astype(np.int32)
        triangles = np.ascontiguousarray(arrays["triangles"], dtype=np.int32)
        triangles_uv = np.ascontiguousarray(arrays["triangles_uv"], dtype=np.int32)
        inside = parts["gums_tongue"].triangles
        mouth = Mouth(triangles[inside], triangles_uv[inside])
        made = hand_made_shapes(vertices, parts["face"].vertices, mouth, landmarks)
        names = (*(str(shape) for shape in arrays["expression_names"]), *made)
        deltas = [arrays["expression_deltas"].astype(np.float32), *(delta[None] for delta in made.values())]
        return cls(
            name=name,
            sha256=sha256,
            vertices=vertices,
            triangles=triangles,
            uv=arrays["uv"].astype(np.float32),
            triangles_uv=triangles_uv,
            parts=MappingProxyType(parts),
            shapes=Shapes.from_dense(names, np.concatenate(deltas)),
            identity_deltas=arrays["identity_deltas"].astype(np.float32),
            landmarks68=landmarks,
            mirror=arrays["mirror_vertex"].astype(np.int32),
            occlusion=arrays["ambient_occlusion"].astype(np.float32),
        )

    @cached_property
    def shape_number(self) -> Mapping[str, int]:
        """The number of each shape by its name."""
        return MappingProxyType({name: number for number, name in enumerate(self.shapes.names)})

    def identity(self, coefficients: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """A person's neutral face.

        Args:
            coefficients: (up to K,) in standard deviations; missing ones are 0.

        Returns:
            (V, 3) float32 vertices.

        Raises:
            ValueError: if there are more than K.
        """
        if coefficients.ndim != 1 or len(coefficients) > len(self.identity_deltas):
            raise ValueError(
                f"expected up to {len(self.identity_deltas)} identity coefficients, got {coefficients.shape}"
            )
        moved = np.tensordot(coefficients.astype(np.float32), self.identity_deltas[: len(coefficients)], 1)
        return np.asarray(self.vertices + moved, dtype=np.float32)

    def express(
        self, neutral: NDArray[np.float32], weights: NDArray[np.floating[Any]]
    ) -> NDArray[np.float32]:
        """A face with an expression.

        Args:
            neutral: (V, 3) float32 vertices, as from `identity`.
            weights: (S,) shape weights.

        Returns:
            (V, 3) float32 vertices.

        Raises:
            ValueError: if the sizes are not the model's.
        """
        if neutral.shape != self.vertices.shape or weights.shape != (len(self.shapes.names),):
            raise ValueError(
                f"expected {self.vertices.shape} vertices and {(len(self.shapes.names),)} weights, "
                f"got {neutral.shape} and {weights.shape}"
            )
        moved = np.array(neutral, dtype=np.float32)
        for number in np.flatnonzero(weights):
            index, delta = self.shapes.entries(int(number))
            moved[index] += np.float32(weights[number]) * delta
        return moved


def default_path() -> Path:
    """Where ``import-facekit`` puts the model file and `FaceModel.load` looks last."""
    home = os.environ.get("XDG_DATA_HOME")
    base = Path(home) if home else Path.home() / ".local" / "share"
    return base / "duchenne" / "face_model.npz"


def find(path: Path | None = None) -> Path:
    """The model file to use: the given one, else the one that `MODEL_VARIABLE` names, else the default one.

    Raises:
        InputError: if it does not exist.
    """
    named = os.environ.get(MODEL_VARIABLE)
    chosen = path if path is not None else Path(named) if named else default_path()
    if not chosen.is_file():
        raise _no_model(chosen, "there is no such file")
    return chosen


def _no_model(path: Path, reason: str) -> InputError:
    return InputError(
        f"{path} is no face model",
        got=reason,
        expected="the file that 'duchenne synth import-facekit' writes",
        remedy="Get the head once (MIT licence): git clone https://github.com/ICT-VGL/ICT-FaceKit, then "
        "duchenne synth import-facekit ICT-FaceKit. Another file is named by --face-model FILE "
        f"or the variable {MODEL_VARIABLE}",
    )


def _check(arrays: Mapping[str, NDArray[Any]], name: str) -> None:
    missing = [key for key in _ARRAYS if key not in arrays or not arrays[key].ndim]
    if missing:
        raise _no_model(Path(name), f"no array {', '.join(missing)}")
    n, t = len(arrays["vertices"]), len(arrays["triangles"])
    expected = {
        "vertices": (n, 3),
        "triangles": (t, 3),
        "triangles_uv": (t, 3),
        "uv": (len(arrays["uv"]), 2),
        "part_names": (len(PARTS),),
        "part_vertex_ranges": (len(PARTS), 2),
        "part_triangle_ranges": (len(PARTS), 2),
        "expression_deltas": (len(arrays["expression_names"]), n, 3),
        "identity_deltas": (len(arrays["identity_deltas"]), n, 3),
        "landmarks68": (68,),
        "mirror_vertex": (n,),
        "ambient_occlusion": (n,),
    }
    for key, shape in expected.items():
        if arrays[key].shape != shape:
            raise _no_model(Path(name), f"array {key} is {arrays[key].shape}, not {shape}")
    if tuple(str(part) for part in arrays["part_names"]) != PARTS:
        raise _no_model(Path(name), f"its parts are {', '.join(map(str, arrays['part_names']))}")
    limits = {"triangles": n, "triangles_uv": len(arrays["uv"]), "landmarks68": n, "mirror_vertex": n}
    for key, limit in {**limits, "part_vertex_ranges": n + 1, "part_triangle_ranges": t + 1}.items():
        if arrays[key].size and not 0 <= int(arrays[key].min()) <= int(arrays[key].max()) < limit:
            raise _no_model(Path(name), f"array {key} points outside 0 to {limit - 1}")
