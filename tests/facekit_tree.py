"""Writes a folder like a clone of ICT-FaceKit from the arrays of a model file, to be imported again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.importing.facekit_layout import Layout, identity_file

LICENCE = "MIT License\n\nCopyright (c) 2020 Somebody\n\nPermission is hereby granted\n"
GAP = 4
"""Vertices between two pieces that an import must drop, with a face among them and one that touches the face."""


def layout_of(arrays: Mapping[str, NDArray[Any]]) -> Layout:
    """A layout whose pieces have a gap before each but the first."""
    pieces = [
        (str(name), int(first) + GAP * number, int(end) + GAP * number)
        for number, (name, (first, end)) in enumerate(
            zip(arrays["part_names"], arrays["part_vertex_ranges"], strict=True)
        )
    ]
    return Layout(
        n_vertices=pieces[-1][2],
        pieces=tuple(pieces),
        expressions=tuple(str(name) for name in arrays["expression_names"]),
        jaw_right=(3, 4),
        jaw_left=(6, 5),
    )


def write_tree(folder: Path, arrays: Mapping[str, NDArray[Any]], layout: Layout, *, modes: int) -> Path:
    """Write the clone of a head: quads where an import splits them as the arrays have them, else triangles."""
    meshes = folder / "FaceXModel"
    meshes.mkdir(parents=True)
    (folder / "LICENSE").write_text(LICENCE, encoding="utf-8")
    source = np.concatenate([np.arange(first, end) for _, first, end in layout.pieces])
    gaps = np.setdiff1d(np.arange(layout.n_vertices), source)
    index = {
        "idx_to_landmark_verts": source[arrays["landmarks68"]].tolist(),
        "idx_to_rigid_verts": [0, 2, *gaps[:1].tolist()],
    }
    (meshes / "vertex_indices.json").write_text(json.dumps(index), encoding="utf-8")
    vertices = arrays["vertices"].astype(np.float64)
    faces = _faces(vertices, arrays["triangles"], arrays["triangles_uv"])
    lines = [f"vt {u:.9g} {v:.9g}" for u, v in arrays["uv"]]
    lines += ["f " + " ".join(f"{source[v] + 1}/{uv + 1}" for v, uv in face) for face in faces]
    if len(gaps):
        lines += ["f " + " ".join(f"{v + 1}/1" for v in corners) for corners in (gaps[:3], (0, 1, gaps[0]))]

    def write(name: str, moved: NDArray[Any] | float, rest: str = "") -> None:
        positions = np.zeros((layout.n_vertices, 3))
        positions[source] = vertices + moved
        text = "# a mesh\n" + "".join(f"v {x!r} {y!r} {z!r}\n" for x, y, z in positions.tolist())
        (meshes / name).write_text(text + rest, encoding="utf-8")

    write("generic_neutral_mesh.obj", 0.0, "\n".join(lines) + "\n")
    for name, delta in zip(layout.expressions, arrays["expression_deltas"], strict=True):
        moved = delta.astype(np.float64)
        if moved.any():
            write(f"{name}.obj", moved)
        else:
            (meshes / f"{name}.obj").hardlink_to(meshes / "generic_neutral_mesh.obj")
    for mode in range(modes):
        write(identity_file(mode), arrays["identity_deltas"][mode].astype(np.float64))
    return folder


def _faces(vertices: NDArray[Any], triangles: NDArray[Any], triangles_uv: NDArray[Any]) -> list[Any]:
    """Corners (vertex, texture) of each face: two triangles that follow each other are a quad where it is safe."""

    def length(a: Any, b: Any) -> float:
        return float(np.linalg.norm(vertices[a[0]] - vertices[b[0]]))

    corners = np.stack([triangles, triangles_uv], axis=2).astype(int).tolist()
    faces = []
    number = 0
    while number < len(corners):
        a, b, c = corners[number]
        following = corners[number + 1] if number + 1 < len(corners) else None
        quad = None
        if following is not None and following[:2] == [a, c]:
            quad = [a, b, c, following[2]] if length(a, c) <= length(b, following[2]) else None
        elif following is not None and following[0] == b and following[2] == c:
            quad = [a, b, following[1], c] if length(b, c) < length(a, following[1]) else None
        faces.append(quad if quad is not None else [a, b, c])
        number += 2 if quad is not None else 1
    return faces
