"""The mesh of the compact face model: kept pieces, triangles, mirror images and baked shade.

Takes the kit's neutral mesh and the ranges of the pieces to keep, gives arrays in a numbering of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.importing.obj import NO_CORNER, ObjMesh
from duchenne.synth.importing.occlusion import bake

Range = tuple[str, int, int]
"""A piece's name, its first entry and one past its last."""

_CHUNK = 1024
"""Vertices whose distances to all others are held at once: 1024 x 9409 x 8 bytes are 77 MB."""

_BAKED_OPEN: Final = 0.8
"""Share of the jaw's way at which the inside of the mouth is baked: closed, it would be black."""
_MOUTH: Final = ("mouth_socket", "gums_tongue", "teeth_upper", "teeth_lower")
_TEETH: Final = ("teeth_upper", "teeth_lower")
_MOUTH_DEPTH_CM = 5.5
"""From the front teeth to where the mouth is as dark as its throat."""


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The kept part of a mesh: V vertices, T triangles, U texture coordinates.

    Attributes:
        vertices: (V, 3) float64, cm.
        source: (V,) int64, the number of each vertex in the kit.
        triangles: (T, 3) int32, piece after piece.
        uv: (U, 2) float64.
        triangles_uv: (T, 3) int32.
        ranges: Where each piece's vertices lie.
        triangle_ranges: Where each piece's triangles lie.
    """

    vertices: NDArray[np.float64]
    source: NDArray[np.int64]
    triangles: NDArray[np.int32]
    uv: NDArray[np.float64]
    triangles_uv: NDArray[np.int32]
    ranges: tuple[Range, ...]
    triangle_ranges: tuple[Range, ...]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of a model file that say what the mesh is."""
        return {
            "vertices": self.vertices.astype(np.float32),
            "triangles": self.triangles.astype(np.uint16),
            "uv": self.uv.astype(np.float32),
            "triangles_uv": self.triangles_uv.astype(np.uint16),
            "part_names": np.array([name for name, _, _ in self.ranges]),
            "part_vertex_ranges": np.array([span for _, *span in self.ranges], dtype=np.int32),
            "part_triangle_ranges": np.array([span for _, *span in self.triangle_ranges], dtype=np.int32),
        }


def keep(mesh: ObjMesh, pieces: Sequence[Range]) -> Topology:
    """Keep some pieces of a mesh and split their quads.

    The face's border vertices are shared by the head, the mouth and the sockets that are sewn to it, so a face
    belongs to the piece of its highest vertex.

    Args:
        mesh: The kit's neutral head.
        pieces: Ranges of its vertices, ascending.
    """
    source = np.concatenate([np.arange(first, end) for _, first, end in pieces])
    own = np.full(len(mesh.vertices) + 1, NO_CORNER, dtype=np.int32)  # NO_CORNER points at the last entry
    own[source] = np.arange(len(source))
    ends = np.cumsum([end - first for _, first, end in pieces])
    ranges = _named(pieces, ends)
    corners = own[mesh.faces]
    chosen = np.flatnonzero(((corners != NO_CORNER) | (mesh.faces == NO_CORNER)).all(axis=1))
    piece = np.searchsorted(ends, corners[chosen].max(axis=1), side="right")
    chosen = chosen[np.argsort(piece, kind="stable")]
    vertices = mesh.vertices[source]
    triangles, triangles_uv = _split(vertices, corners[chosen], mesh.faces_uv[chosen])
    used, renumbered = np.unique(triangles_uv, return_inverse=True)
    counts = np.bincount(np.searchsorted(ends, triangles.max(axis=1), side="right"), minlength=len(pieces))
    return Topology(
        vertices=vertices,
        source=source,
        triangles=triangles,
        uv=mesh.uv[used],
        triangles_uv=renumbered.reshape(triangles.shape).astype(np.int32),
        ranges=ranges,
        triangle_ranges=_named(pieces, np.cumsum(counts)),
    )


def _named(pieces: Sequence[Range], ends: NDArray[np.int64]) -> tuple[Range, ...]:
    starts = [0, *ends[:-1]]
    return tuple(
        (name, int(start), int(end)) for (name, _, _), start, end in zip(pieces, starts, ends, strict=True)
    )


def _split(
    vertices: NDArray[np.float64], corners: NDArray[np.int32], corners_uv: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Triangles of (F, 4) faces, in their order; a quad is split on the shorter diagonal."""
    is_quad = corners[:, 3] != NO_CORNER
    a, b, c, d = (vertices[corners[:, corner]] for corner in range(4))
    first_is_shorter = np.linalg.norm(a - c, axis=1) <= np.linalg.norm(b - d, axis=1)
    # Corners of the two triangles of each face; a triangle has one.
    along_ac, along_bd = ((0, 1, 2), (0, 2, 3)), ((0, 1, 3), (1, 2, 3))
    order = np.where((first_is_shorter | ~is_quad)[:, None, None], along_ac, along_bd)
    exists = np.stack([np.ones_like(is_quad), is_quad], axis=1).ravel()
    rows = np.arange(len(corners))[:, None, None]
    return (
        np.ascontiguousarray(corners[rows, order].reshape(-1, 3)[exists]),
        np.ascontiguousarray(corners_uv[rows, order].reshape(-1, 3)[exists]),
    )


def mirror_vertices(vertices: NDArray[np.floating[Any]], ranges: Sequence[Range]) -> NDArray[np.int32]:
    """(V,) int32: the vertex nearest to each one's mirror image, on the same piece or its other-side twin.

    Args:
        vertices: (V, 3), left and right mirrored about x = 0.
        ranges: The pieces; names ending in ``_l`` and ``_r`` are twins.
    """
    spans = {name: (first, end) for name, first, end in ranges}
    mirror = np.empty(len(vertices), dtype=np.int32)
    for name, (first, end) in spans.items():
        other = name[:-2] + {"_l": "_r", "_r": "_l"}.get(name[-2:], name[-2:])
        start, stop = spans[other]
        theirs = vertices[start:stop].astype(np.float64)
        for low in range(first, end, _CHUNK):
            high = min(low + _CHUNK, end)
            image = vertices[low:high] * np.array([-1.0, 1.0, 1.0])
            # The square of the image's own place is the same for all candidates and left out.
            distance = (theirs**2).sum(axis=1) - 2 * image @ theirs.T
            mirror[low:high] = start + distance.argmin(axis=1)
    return mirror


def shade(
    topology: Topology, jaw_open: NDArray[np.float64], mirror: NDArray[np.int32]
) -> NDArray[np.float16]:
    """Ambient occlusion of the head, (V,) float16 in [0, 1].

    Baked on the neutral face, and inside the mouth with the jaw open. The bake counts no light that bounces between
    teeth, tongue and lips, which is most of the light in there: vertices inside get at least a share that falls
    with depth (not from the kit; chosen by eye). Lashes block nothing. Both sides get the mean of the two, since
    the directions of the bake do not mirror each other.

    Args:
        topology: The mesh.
        jaw_open: (V, 3) displacements of the jaw at weight 1.
        mirror: (V,) as from `mirror_vertices`.
    """
    spans = {name: slice(first, end) for name, first, end in topology.ranges}
    solid = [topology.triangles[a:b] for name, a, b in topology.triangle_ranges if "lashes" not in name]
    triangles = np.concatenate(solid)
    baked = bake(topology.vertices.astype(np.float32), triangles)
    opened = bake((topology.vertices + _BAKED_OPEN * jaw_open).astype(np.float32), triangles)
    front = topology.vertices[spans["teeth_upper"], 2].max()
    for name in _MOUTH:
        z = topology.vertices[spans[name], 2]
        near = np.clip(1 - (front - z) / _MOUTH_DEPTH_CM, 0, 1)
        bounced = 0.45 * (0.25 + 0.75 * near) if name in _TEETH else 0.15 * (0.12 + 0.88 * near)
        baked[spans[name]] = np.maximum(opened[spans[name]], bounced)
    return ((baked + baked[mirror]) / 2).astype(np.float16)
