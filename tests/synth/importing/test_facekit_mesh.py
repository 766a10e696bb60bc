"""Keeping pieces of a mesh, splitting quads, mirror images, and shade in the mouth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.synth.importing import facekit_mesh
from duchenne.synth.importing.facekit_mesh import Topology, keep, mirror_vertices, shade
from duchenne.synth.importing.obj import NO_CORNER, ObjMesh
from procedural_head import arrays

NONE = NO_CORNER
PLACES = np.array(
    [
        *[[0, 0, 0], [3, 0, 0], [4, 1, 0], [1, 1, 0]],  # a slanted quad: 1-3 is the shorter diagonal
        [9, 9, 9],  # between the pieces
        *[[0, 2, 0], [1, 2, 0], [1, 3, 0], [-1, 3, 0]],
    ],
    dtype=np.float64,
)
PIECES = (("one", 0, 4), ("two", 5, 9))


def mesh(faces: list[list[int]], faces_uv: list[list[int]] | None = None) -> ObjMesh:
    """Faces of vertices; the texture is numbered like them unless said otherwise."""
    corners = np.array(faces, dtype=np.int32).reshape(-1, 4)
    corners_uv = corners if faces_uv is None else np.array(faces_uv, dtype=np.int32)
    return ObjMesh(PLACES, np.arange(18.0).reshape(9, 2), corners, corners_uv)


def test_quads_are_split_on_the_shorter_diagonal_and_triangles_stay() -> None:
    topology = keep(mesh([[0, 1, 2, 3], [1, 2, 3, 0], [3, 2, 6, NONE]]), PIECES)
    assert topology.triangles.tolist() == [[0, 1, 3], [1, 2, 3], [1, 2, 3], [1, 3, 0], [3, 2, 5]]


def test_faces_are_sorted_by_piece_and_else_keep_their_order() -> None:
    topology = keep(mesh([[5, 6, 7, NONE], [0, 1, 2, NONE], [5, 7, 8, NONE], [0, 2, 3, NONE]]), PIECES)
    assert topology.triangles.tolist() == [[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]]
    assert topology.ranges == (("one", 0, 4), ("two", 4, 8))
    assert topology.triangle_ranges == (("one", 0, 2), ("two", 2, 4))
    assert topology.source.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
    np.testing.assert_array_equal(topology.vertices, PLACES[topology.source])


def test_a_face_sewn_to_an_earlier_piece_belongs_to_the_later_one() -> None:
    topology = keep(mesh([[0, 1, 2, NONE], [2, 3, 5, NONE]]), PIECES)
    assert topology.triangle_ranges == (("one", 0, 1), ("two", 1, 2))


def test_a_face_that_touches_a_dropped_vertex_is_dropped() -> None:
    topology = keep(mesh([[0, 1, 4, NONE], [0, 1, 2, NONE], [4, 5, 6, 7]]), PIECES)
    assert topology.triangles.tolist() == [[0, 1, 2]]
    assert topology.triangle_ranges == (("one", 0, 1), ("two", 1, 1))


def test_texture_coordinates_that_nothing_uses_are_dropped() -> None:
    topology = keep(mesh([[0, 1, 2, NONE]], [[8, 2, 5, NONE]]), PIECES)
    assert topology.triangles_uv.tolist() == [[2, 0, 1]]
    assert topology.uv.tolist() == [[4, 5], [10, 11], [16, 17]]


def test_a_mesh_without_faces_keeps_its_vertices() -> None:
    topology = keep(mesh([]), PIECES)
    assert topology.triangles.shape == topology.triangles_uv.shape == (0, 3)
    assert topology.triangle_ranges == (("one", 0, 0), ("two", 0, 0))


def test_the_arrays_of_a_model_file_are_compact() -> None:
    made = keep(mesh([[0, 1, 2, 3], [5, 6, 7, NONE]]), PIECES).arrays()
    assert made["part_names"].tolist() == ["one", "two"]
    assert made["part_vertex_ranges"].tolist() == [[0, 4], [4, 8]]
    assert made["part_triangle_ranges"].tolist() == [[0, 2], [2, 3]]
    assert {made[name].dtype for name in ("triangles", "triangles_uv")} == {np.dtype(np.uint16)}
    assert {made[name].dtype for name in ("vertices", "uv")} == {np.dtype(np.float32)}


def test_mirror_images_are_nearest_on_the_same_piece_or_the_other_side(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr(facekit_mesh, "_CHUNK", 7)  # several chunks, the last one not full
    places = rng.normal(size=(40, 3))
    ranges = (("face", 0, 20), ("eyeball_l", 20, 32), ("eyeball_r", 32, 40))
    mirror = mirror_vertices(places, ranges)
    for vertex, candidates in ((0, (0, 20)), (19, (0, 20)), (20, (32, 40)), (31, (32, 40)), (39, (20, 32))):
        image = places[vertex] * [-1, 1, 1]
        distances = [float(np.linalg.norm(places[other] - image)) for other in range(*candidates)]
        assert mirror[vertex] == candidates[0] + int(np.argmin(distances))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.fixture
def head() -> Topology:
    made = arrays()

    def ranges(name: str) -> tuple[tuple[str, int, int], ...]:
        rows = zip(made["part_names"], made[name], strict=True)
        return tuple((str(part), int(first), int(end)) for part, (first, end) in rows)

    return Topology(
        vertices=made["vertices"].astype(np.float64),
        source=np.arange(len(made["vertices"])),
        triangles=made["triangles"].astype(np.int32),
        uv=made["uv"],
        triangles_uv=made["triangles_uv"].astype(np.int32),
        ranges=ranges("part_vertex_ranges"),
        triangle_ranges=ranges("part_triangle_ranges"),
    )


def test_the_mouth_is_shaded_with_the_jaw_open_and_never_black(
    head: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    baked: list[NDArray[Any]] = []

    def bake(vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.float32]:
        baked.append(vertices)
        assert len(triangles) < len(head.triangles), "lashes block nothing"
        return np.full(len(vertices), 0.8 if len(baked) == 1 else 0.01, dtype=np.float32)

    monkeypatch.setattr(facekit_mesh, "bake", bake)
    jaw_open = np.zeros_like(head.vertices)
    jaw_open[:, 1] = -1.0
    occlusion = shade(head, jaw_open, np.arange(len(head.vertices), dtype=np.int32)).astype(np.float64)
    np.testing.assert_allclose(baked[1][:, 1] - baked[0][:, 1], -0.8, atol=1e-5)
    spans = {name: slice(first, end) for name, first, end in head.ranges}
    assert (occlusion[spans["face"]] == np.float16(0.8)).all()
    # The front teeth lie foremost and get the whole of what bounces.
    np.testing.assert_allclose(occlusion[spans["teeth_upper"]], 0.45, atol=1e-3)
    assert (occlusion[spans["mouth_socket"]] > 0.1).all()
    assert (occlusion[spans["mouth_socket"]] < 0.15).all()


def test_both_sides_get_the_mean_of_the_two(head: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facekit_mesh, "bake", lambda vertices, _: (vertices[:, 0] > 0).astype(np.float32))
    mirror = mirror_vertices(head.vertices, head.ranges)
    occlusion = shade(head, np.zeros_like(head.vertices), mirror)
    first, end = head.ranges[0][1:]
    beside = np.abs(head.vertices[first:end, 0]) > 0.1
    assert (occlusion[first:end][beside] == 0.5).all()
