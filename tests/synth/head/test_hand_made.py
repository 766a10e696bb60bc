"""Nostrils and the tongue: where they move, how far, and that nothing tears."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.synth.head import action_units
from duchenne.synth.head.hand_made import Mouth, _islands, hand_made_shapes
from duchenne.synth.head.model import FaceModel
from procedural_head import procedural_head


def shape(head: FaceModel, name: str) -> NDArray[np.float64]:
    index, delta = head.shapes.entries(head.shape_number[name])
    dense = np.zeros(head.vertices.shape)
    dense[index] = delta
    return dense


@pytest.mark.parametrize(("name", "landmark", "outward"), [("_L", 35, 1.0), ("_R", 31, -1.0)])
def test_a_nostril_widens_outwards_beside_its_landmark(
    head: FaceModel, name: str, landmark: int, outward: float
) -> None:
    moved = shape(head, f"nostrilDilate{name}")
    assert 0.2 < np.abs(moved[:, 0]).max() <= 0.42
    assert (moved[:, 0] * outward >= 0).all()
    where = np.flatnonzero(moved.any(axis=1))
    assert where.max() < head.parts["face"].vertices.stop
    assert (head.vertices[where, 0] * outward > 0.35).all(), "the septum stands still"
    # A bump of 0.5 cm, cut off at a thousandth: nothing further than 3.8 widths from its middle.
    distance = np.linalg.norm(head.vertices[where] - head.vertices[head.landmarks68[landmark]], axis=1)
    assert distance.max() < 3.8 * 0.5 + 0.7


def test_nostrils_mirror_each_other(head: FaceModel) -> None:
    left, right = shape(head, "nostrilDilate_L"), shape(head, "nostrilDilate_R")
    tolerance = 1e-5 if head.name == "procedural" else 0.02
    np.testing.assert_allclose(left[head.mirror] * [-1, 1, 1], right, atol=tolerance)


def test_the_tongue_alone_comes_out_beyond_the_lips(head: FaceModel) -> None:
    moved = shape(head, "tongueOut")
    inside = head.parts["gums_tongue"].vertices
    outside = np.delete(moved, np.arange(inside.start, inside.stop), axis=0)
    assert not outside.any()
    weights = action_units.weights(head, {19: (1.0, 1.0)})
    shown = head.express(head.vertices, weights)
    tip = shown[inside, 2].max()
    lips = shown[head.landmarks68[[51, 57, 62, 66]], 2].max()
    assert 0.5 < tip - lips < 3.0


@pytest.mark.shared
def test_the_tongue_passes_between_the_teeth_without_a_seam(real_head: FaceModel) -> None:
    head = real_head
    moved = shape(head, "tongueOut")
    part = head.parts["gums_tongue"]
    still = ~moved[part.vertices].any(axis=1)
    assert 0.75 < still.mean() < 0.95, "gums, floor and root of the mouth stand still"
    # No edge of the mesh is torn: it is drawn out to 3.5 times its length at most.
    a, b, c = head.triangles[part.triangles].T
    for one, other in ((a, b), (b, c), (c, a)):
        apart = np.linalg.norm(head.vertices[one] - head.vertices[other], axis=1)
        pulled = np.linalg.norm(moved[one] - moved[other], axis=1)
        assert (pulled < 2.5 * apart + 0.05).all()
    weights = action_units.weights(head, {19: (1.0, 1.0)})
    shown = head.express(head.vertices, weights)
    upper = shown[head.parts["teeth_upper"].vertices]
    lower = shown[head.parts["teeth_lower"].vertices]
    front = upper[:, 2].max()
    tongue = shown[part.vertices][moved[part.vertices].any(axis=1)]
    between = tongue[(np.abs(tongue[:, 2] - front) < 0.3) & (np.abs(tongue[:, 0]) < 0.5)]
    assert len(between) > 0
    # It may sink a little into the edges of the teeth, which nobody sees.
    middle_upper = upper[(np.abs(upper[:, 0]) < 0.5) & (upper[:, 2] > front - 0.5), 1].min()
    middle_lower = lower[(np.abs(lower[:, 0]) < 0.5) & (lower[:, 2] > front - 1.2), 1].max()
    assert middle_lower - 0.35 < between[:, 1].min() < between[:, 1].max() < middle_upper + 0.35


def two_sheets() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Gums that lie across at z = 0 to 1, and a strip sewn to them at z = 1 that reaches to z = 4."""
    vertices = [[x, 0.0, z] for z in (0.0, 1.0) for x in (-1.0, 0.0, 1.0)]
    vertices += [[x, 0.0, z] for z in (2.0, 3.0, 4.0) for x in (-1.0, 0.0, 1.0)]
    triangles = []
    for row in range(4):
        for column in range(2):
            a = row * 3 + column
            triangles += [(a, a + 1, a + 4), (a, a + 4, a + 3)]
    return np.array(vertices, dtype=np.float32), np.array(triangles, dtype=np.int32)


def shapes_of(mouth: Mouth, vertices: NDArray[np.float32]) -> NDArray[np.float32]:
    landmarks = np.zeros(68, dtype=np.int32)
    return hand_made_shapes(vertices, slice(0, 0), mouth, landmarks)["tongueOut"]


def test_the_island_that_reaches_furthest_from_its_seam_is_the_tongue() -> None:
    vertices, triangles = two_sheets()
    in_texture = triangles.copy()
    in_texture[4:] += 100  # the strip has texture coordinates of its own, also along the seam
    moved = shapes_of(Mouth(triangles, in_texture), vertices)
    assert not moved[:6].any(), "gums and seam stand still"
    way = moved[6:].reshape(3, 3, 3)[:, 1, 2]
    # Landmark 57 is vertex 0, at z = 0: the tip goes 2 cm beyond it, which here is back by 2 from 4. Along the
    # strip t = 1/3, 2/3, 1 of the smooth step t^2 (3 - 2t).
    np.testing.assert_allclose(way, -2.0 * np.array([7 / 27, 20 / 27, 1.0]), atol=1e-5)


def test_a_single_island_is_the_tongue_from_its_back_on() -> None:
    vertices, triangles = two_sheets()
    moved = shapes_of(Mouth(triangles, triangles), vertices)
    assert not moved[:3].any()
    np.testing.assert_allclose(moved[13, 2], -2.0, atol=1e-6)


def test_a_patch_without_depth_moves_as_a_whole() -> None:
    head = procedural_head()
    way = shape(head, "tongueOut")[head.parts["gums_tongue"].vertices, 2]
    assert (way == way[0]).all()
    assert way[0] > 1.0


def test_a_mouth_without_triangles_has_no_tongue() -> None:
    nothing = np.zeros((0, 3), dtype=np.int32)
    assert not shapes_of(Mouth(nothing, nothing), np.ones((4, 3), dtype=np.float32)).any()


def by_walking(triangles: NDArray[np.int32]) -> list[set[int]]:
    """Islands found one triangle after another: an independent reference."""
    islands: list[set[int]] = []
    for triangle in triangles.tolist():
        touched = [island for island in islands if island & set(triangle)]
        islands = [island for island in islands if island not in touched]
        islands.append(set(triangle).union(*touched))
    return islands


def test_islands_are_what_walking_from_triangle_to_triangle_finds() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        triangles = rng.integers(0, 60, size=(25, 3)).astype(np.int32)
        found = _islands(triangles)
        expected = by_walking(triangles)
        assert len(np.unique(found)) == len(expected)
        for number in np.unique(found):
            assert set(triangles[found == number].ravel().tolist()) in expected


def test_a_long_chain_is_one_island() -> None:
    chain = np.arange(2000, dtype=np.int32)
    triangles = np.stack([chain, chain + 1, chain + 2], axis=1)[::-1]
    assert len(np.unique(_islands(np.ascontiguousarray(triangles)))) == 1
