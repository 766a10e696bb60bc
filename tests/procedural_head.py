"""A head made of formulas: an ellipsoid with eyes, a mouth and every shape of the real model as a soft bump.

It stands in for the face model wherever a test needs one, because none comes with the package. Its landmarks lie
where a face has them, in cm; left and right mirror each other exactly; about 2,500 vertices.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.model import PARTS, FaceModel

STEP = 0.5
X = np.arange(-7.5, 7.5 + STEP / 2, STEP)
Y = np.arange(-9.0, 12.0 + STEP / 2, STEP)
MOUTH_Y = -3.25
EYE = np.array([3.0, 3.5])

# Middle (x) of the half face, y: jaw 0-8, brow 17-21, nose 27-30, 31-33, right eye 36-41, lips.
_JAW = [(-7.5, 3.5), (-7.5, 1.5), (-7, -0.5), (-6.5, -2.5), (-5.5, -4.5), (-4.5, -6), (-3, -7), (-1.5, -7.5)]
_BROW = [(-5.5, 5.0), (-5.0, 6.0), (-4.0, 6.5), (-2.5, 6.0), (-1.5, 6.0)]
_NOSE = [(0, 3.5), (0, 2.5), (0, 1.5), (0, 0.5)]
_WING = [(-1.5, -1.0), (-0.5, -1.0)]
_EYE = [(-4.5, 3.5), (-3.5, 4.0), (-2.5, 4.0), (-1.5, 3.5), (-2.5, 3.0), (-3.5, 3.0)]
_OUTER = [(-2.5, -3.5), (-1.5, -2.5), (-0.5, -2.5)]
_INNER = [(-2.0, -3.0), (-1.0, -3.0)]


def _mirrored(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(-x, y) for x, y in reversed(points)]


def landmark_places() -> NDArray[np.float64]:
    """(68, 2) grid places of the landmarks."""
    right_eye = _EYE
    left_eye = [(-x, y) for x, y in (_EYE[3], _EYE[2], _EYE[1], _EYE[0], _EYE[5], _EYE[4])]
    below = [(1.5, -4.0), (1.0, -4.5), (0.0, -4.5), (-1.0, -4.5), (-1.5, -4.0)]
    return np.array(
        [
            *([*_JAW, (0, -7.5), *_mirrored(_JAW)]),
            *(_BROW + _mirrored(_BROW)),
            *_NOSE,
            *([*_WING, (0, -1.0), *_mirrored(_WING)]),
            *(right_eye + left_eye),
            *([*_OUTER, (0, -2.5), *_mirrored(_OUTER)]),
            *below,
            *([*_INNER, (0, -3.0), *_mirrored(_INNER)]),
            *[(1.0, -3.5), (0.0, -3.5), (-1.0, -3.5)],
        ]
    )


def _depth(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    round_ = 11.0 * np.sqrt(np.maximum(1 - (x / 8.2) ** 2 - ((y - 1.5) / 12.5) ** 2, 0.0))
    nose = 1.8 * np.exp(-((x / 0.9) ** 2) - ((y - 0.5) / 1.6) ** 2)
    return round_ + nose


def _grid(columns: int, rows: int, hole: NDArray[np.bool_] | None = None) -> NDArray[np.int32]:
    """Triangles of a grid of vertices numbered row by row, y growing with the row."""
    faces = []
    for row in range(rows - 1):
        for column in range(columns - 1):
            if hole is not None and hole[row, column]:
                continue
            a = row * columns + column
            b, c, d = a + 1, a + columns, a + columns + 1
            # The diagonal leans the other way on the other half, so that the mesh mirrors itself.
            faces += [(a, b, d), (a, d, c)] if column < (columns - 1) / 2 else [(a, b, c), (b, d, c)]
    return np.array(faces, dtype=np.int32)


def _face() -> tuple[NDArray[Any], NDArray[np.int32]]:
    x, y = np.meshgrid(X, Y)
    middle_x, middle_y = (x[:-1, :-1] + STEP / 2), (y[:-1, :-1] + STEP / 2)
    eyes = (np.abs(np.abs(middle_x) - EYE[0]) < 1.5) & (np.abs(middle_y - EYE[1]) < 0.5)
    mouth = (np.abs(middle_x) < 2.0) & (np.abs(middle_y - MOUTH_Y) < 0.1)
    z = _depth(x, y)
    y = y.copy()
    lips = np.abs(x) <= 2.0
    y[lips & (y == -3.0)], y[lips & (y == -3.5)] = MOUTH_Y + 0.02, MOUTH_Y - 0.02
    return np.stack([x, y, z], axis=-1).reshape(-1, 3), _grid(len(X), len(Y), eyes | mouth)


def _patch(
    x: tuple[float, float], y: tuple[float, float], z: float
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    xs, ys = np.meshgrid(np.linspace(*x, 3), np.linspace(*y, 3))
    return np.stack([xs, ys, np.full_like(xs, z)], axis=-1).reshape(-1, 3), _grid(3, 3)


def _ball(
    center: tuple[float, float, float], radius: NDArray[Any] | float, rows: int = 13, columns: int = 25
) -> Any:
    polar, around = np.meshgrid(
        np.linspace(-np.pi / 2, np.pi / 2, rows), np.linspace(0, 2 * np.pi, columns), indexing="ij"
    )
    unit = np.stack(
        [np.cos(polar) * np.sin(around), np.sin(polar), np.cos(polar) * np.cos(around)], axis=-1
    ).reshape(-1, 3)
    return unit * radius + np.array(center), _grid(columns, rows)


def _pieces() -> dict[str, tuple[NDArray[Any], NDArray[np.int32]]]:
    skull, skull_faces = _ball((0, 1.5, -0.5), np.array([8.6, 12.5, 9.0]))
    neck, neck_faces = _ball((0, -11.0, -2.0), np.array([4.5, 8.0, 4.5]))
    eye_z = float(_depth(np.array(EYE[0]), np.array(EYE[1]))) - 1.3
    pieces = {
        "face": _face(),
        "head_neck": (np.concatenate([skull, neck]), np.concatenate([skull_faces, neck_faces + len(skull)])),
        "mouth_socket": _patch((-2.5, 2.5), (-6.0, -2.0), 8.5),
        "gums_tongue": _patch((-1.5, 1.5), (-4.5, -3.6), 8.9),
        "teeth_upper": _patch((-1.5, 1.5), (-3.3, -2.4), 9.2),
        "teeth_lower": _patch((-1.5, 1.5), (-4.3, -3.4), 9.1),
    }
    for side, sign in (("l", 1), ("r", -1)):
        x = tuple(sorted((sign * 1.5, sign * 4.5)))
        pieces[f"eye_socket_{side}"] = _patch((x[0], x[1]), (2.5, 4.5), eye_z - 1.6)
        pieces[f"eyeball_{side}"] = _ball((sign * EYE[0], EYE[1], eye_z), 1.5)
        pieces[f"lashes_{side}"] = _patch((x[0] + 0.5, x[1] - 0.5), (4.0, 4.3), eye_z + 1.9)
    return {name: pieces[name] for name in PARTS}


# What each sided shape does to its own left side: places (x, y), width of the bump, displacement.
_SIDED: dict[str, list[tuple[tuple[float, float], float, tuple[float, float, float]]]] = {
    "browDown": [((2.0, 6.0), 1.5, (-0.2, -0.6, 0.0))],
    "browInnerUp": [((1.5, 6.0), 1.2, (0.0, 0.6, 0.0))],
    "browOuterUp": [((5.0, 6.0), 1.5, (0.0, 0.8, 0.0))],
    "cheekPuff": [((4.5, -2.5), 1.8, (0.5, 0.0, 1.0))],
    "cheekSquint": [((4.0, 1.5), 1.5, (0.0, 0.5, 0.2))],
    "cheekRaiser": [((4.0, 1.5), 1.8, (0.1, 0.7, 0.2))],
    "eyeBlink": [((3.0, 4.0), 0.8, (0.0, -0.9, 0.0))],
    "eyeLookDown": [((3.0, 4.0), 0.8, (0.0, -0.3, 0.0))],
    "eyeLookIn": [((2.0, 3.5), 0.8, (0.0, 0.1, 0.0))],
    "eyeLookOut": [((4.0, 3.5), 0.8, (0.0, 0.1, 0.0))],
    "eyeLookUp": [((3.0, 4.0), 0.8, (0.0, 0.3, 0.0))],
    "eyeSquint": [((3.0, 3.0), 0.8, (0.0, 0.35, 0.0))],
    "eyeWide": [((3.0, 4.0), 0.8, (0.0, 0.35, 0.0))],
    "mouthDimple": [((2.5, -3.5), 0.8, (0.3, 0.0, -0.6))],
    "mouthFrown": [((2.5, -3.5), 0.9, (0.1, -0.6, 0.0))],
    "mouthLowerDown": [((1.0, -4.0), 0.9, (0.0, -0.7, 0.0))],
    "mouthPress": [((1.5, -3.5), 1.0, (0.0, 0.1, -0.4))],
    "mouthSmile": [((2.5, -3.5), 1.2, (0.8, 1.2, -0.3))],
    "mouthStretch": [((2.5, -3.5), 1.1, (1.0, -0.2, -0.2))],
    "mouthUpperUp": [((1.0, -2.8), 0.9, (0.0, 0.8, 0.0))],
    "noseSneer": [((1.2, 0.5), 1.0, (0.0, 0.9, 0.2))],
    "PupilDilate": [],
}
_MIDDLE: dict[str, list[tuple[tuple[float, float], float, tuple[float, float, float]]]] = {
    "jawForward": [((0.0, -6.0), 2.5, (0.0, 0.0, 1.1))],
    "jawLeft": [((0.0, -6.0), 2.5, (0.9, 0.0, 0.0))],
    "jawRight": [((0.0, -6.0), 2.5, (-0.9, 0.0, 0.0))],
    "mouthClose": [((0.0, -3.5), 1.2, (0.0, 0.5, 0.0))],
    "mouthFunnel": [((0.0, -3.5), 1.5, (0.0, 0.0, 1.1))],
    "mouthLeft": [((0.0, -3.5), 1.5, (0.7, 0.0, 0.0))],
    "mouthPucker": [((0.0, -3.5), 1.4, (0.0, 0.1, 0.9))],
    "mouthRight": [((0.0, -3.5), 1.5, (-0.7, 0.0, 0.0))],
    "mouthRollLower": [((0.0, -4.0), 0.8, (0.0, 0.2, -0.8))],
    "mouthRollUpper": [((0.0, -2.8), 0.8, (0.0, -0.2, -0.8))],
    "mouthShrugLower": [((0.0, -6.0), 1.5, (0.0, 0.9, 0.2))],
    "mouthShrugUpper": [((0.0, -2.8), 1.0, (0.0, 0.4, 0.1))],
}


def _bump(
    vertices: NDArray[Any], place: tuple[float, float], width: float, by: tuple[float, float, float]
) -> Any:
    near = np.exp(-(((vertices[:, :2] - np.array(place)) ** 2).sum(axis=1)) / (2 * width**2))
    near[(near < 0.02) | (vertices[:, 2] < 2.0)] = 0.0
    return near[:, None] * np.array(by)


def _shapes(vertices: NDArray[Any], spans: dict[str, slice]) -> dict[str, NDArray[Any]]:
    soft = np.ones(len(vertices), dtype=bool)
    for name in PARTS:
        if not name.startswith(("face", "lashes")):
            soft[spans[name]] = False
    shapes = {}
    for name, bumps in _SIDED.items():
        for side, sign in (("L", 1.0), ("R", -1.0)):
            moved = np.zeros_like(vertices)
            for (x, y), width, (dx, dy, dz) in bumps:
                moved += _bump(vertices, (sign * x, y), width, (sign * dx, dy, dz))
            shapes[f"{name}_{side}"] = moved * soft[:, None]
    for name, bumps in _MIDDLE.items():
        shapes[name] = sum(_bump(vertices, *bump) for bump in bumps) * soft[:, None]
    jaw = np.zeros_like(vertices)
    jaw[soft, 1] = -3.5 * np.clip((MOUTH_Y - vertices[soft, 1]) / 1.0, 0, 1) * (vertices[soft, 2] > 3.0)
    jaw[spans["teeth_lower"], 1] = jaw[spans["gums_tongue"], 1] = -3.2
    shapes["jawOpen"] = jaw
    return shapes


def arrays() -> dict[str, NDArray[Any]]:
    """The arrays of a model file, named as there."""
    pieces = _pieces()
    vertices = np.concatenate([points for points, _ in pieces.values()])
    ends = np.cumsum([len(points) for points, _ in pieces.values()])
    starts = ends - [len(points) for points, _ in pieces.values()]
    triangles = np.concatenate(
        [faces + start for (_, faces), start in zip(pieces.values(), starts, strict=True)]
    )
    face_ends = np.cumsum([len(faces) for _, faces in pieces.values()])
    face_starts = face_ends - [len(faces) for _, faces in pieces.values()]
    spans = {name: slice(int(a), int(b)) for name, a, b in zip(pieces, starts, ends, strict=True)}
    shapes = _shapes(vertices, spans)
    other = {name: name[:-2] + {"_l": "_r", "_r": "_l"}.get(name[-2:], name[-2:]) for name in pieces}
    mirror = np.empty(len(vertices), dtype=np.int32)
    for name, span in spans.items():
        theirs = vertices[spans[other[name]]] * np.array([-1.0, 1.0, 1.0])
        distance = ((vertices[span][:, None] - theirs[None]) ** 2).sum(axis=2)
        mirror[span] = spans[other[name]].start + distance.argmin(axis=1)
    places = landmark_places()
    grid = np.stack(np.meshgrid(X, Y), axis=-1).reshape(-1, 2)
    landmarks = ((grid[None] - places[:, None]) ** 2).sum(axis=2).argmin(axis=1)
    identity = np.stack(
        [
            vertices * np.array([0.03, 0, 0]),
            vertices * np.array([0, 0.03, 0]),
            vertices * np.array([0, 0, 0.03]),
        ]
    )
    return {
        "vertices": vertices.astype(np.float32),
        "triangles": triangles.astype(np.uint16),
        "uv": ((vertices[:, :2] - [X[0], Y[0]]) / [X[-1] - X[0], Y[-1] - Y[0]]).astype(np.float32),
        "triangles_uv": triangles.astype(np.uint16),
        "part_names": np.array(list(pieces)),
        "part_vertex_ranges": np.stack([starts, ends], axis=1).astype(np.int32),
        "part_triangle_ranges": np.stack([face_starts, face_ends], axis=1).astype(np.int32),
        "expression_names": np.array(list(shapes)),
        "expression_deltas": np.stack(list(shapes.values())).astype(np.float16),
        "identity_deltas": identity.astype(np.float16),
        "landmarks68": landmarks.astype(np.int32),
        "mirror_vertex": mirror,
        "ambient_occlusion": np.full(len(vertices), 0.9, dtype=np.float16),
    }


@functools.cache
def procedural_head() -> FaceModel:
    """The head as a model; made once, read by many."""
    return FaceModel.from_arrays(arrays(), name="procedural")


def write_head(folder: Path) -> Path:
    """Write the head as a model file, for commands that take one."""
    path = folder / "head.npz"
    np.savez_compressed(path, **arrays())
    return path
