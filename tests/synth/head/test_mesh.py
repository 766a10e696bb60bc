"""Head and attachments in one numbering."""

from __future__ import annotations

import numpy as np
import pytest

from duchenne.synth.head.mesh import Attachment, Material, assemble
from duchenne.synth.head.model import FaceModel
from procedural_head import procedural_head


def lash(offset: float, material: Material = Material.LASH) -> Attachment:
    """A triangle that hangs on three vertices of the head, halfway between two of them, and one that floats."""
    return Attachment(
        anchors=np.array([[10, 20, 0], [30, 0, 0], [0, 0, 0]], dtype=np.int32),
        weights=np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], dtype=np.float32),
        offsets=np.full((3, 3), offset, dtype=np.float32),
        triangles=np.array([[0, 1, 2]], dtype=np.int32),
        uv=np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]], dtype=np.float32),
        material=material,
        occlusion=np.array([0.25, 0.5, 0.75], dtype=np.float32),
    )


def test_a_head_alone_is_every_part_but_the_lash_cards(head: FaceModel) -> None:
    mesh = assemble(head, head.vertices)
    np.testing.assert_array_equal(mesh.neutral, head.vertices)
    assert mesh.n_head == len(head.vertices)
    assert mesh.anchors.shape == mesh.weights.shape == mesh.offsets.shape == (0, 3)
    first_card = head.parts["lashes_l"].triangles.start
    np.testing.assert_array_equal(mesh.triangles, head.triangles[:first_card])
    np.testing.assert_array_equal(mesh.triangles_uv, head.triangles_uv[:first_card])
    np.testing.assert_array_equal(mesh.occlusion, head.occlusion)
    np.testing.assert_array_equal(mesh.uv, head.uv)


def test_each_triangle_knows_what_it_is_made_of(head: FaceModel) -> None:
    mesh = assemble(head, head.vertices)
    for part, material in (
        ("face", Material.SKIN),
        ("head_neck", Material.SCALP),
        ("mouth_socket", Material.MOUTH),
        ("eye_socket_r", Material.SOCKET),
        ("gums_tongue", Material.TONGUE),
        ("teeth_upper", Material.TEETH),
        ("teeth_lower", Material.TEETH),
        ("eyeball_l", Material.EYEBALL_L),
        ("eyeball_r", Material.EYEBALL_R),
    ):
        assert set(mesh.material[head.parts[part].triangles].tolist()) == {material}


def test_insides_are_drawn_from_both_sides(head: FaceModel) -> None:
    mesh = assemble(head, head.vertices)
    seen_from_behind = {Material(material) for material in np.unique(mesh.material[~mesh.culled])}
    assert seen_from_behind == {Material.MOUTH, Material.SOCKET, Material.TONGUE}


def test_attachments_come_after_the_head_in_their_order() -> None:
    head = procedural_head()
    mesh = assemble(head, head.vertices, [lash(1.0), lash(2.0, Material.FRAME)])
    n, n_uv = len(head.vertices), len(head.uv)
    assert mesh.n_head == n
    assert mesh.triangles[-2:].tolist() == [[n, n + 1, n + 2], [n + 3, n + 4, n + 5]]
    assert mesh.triangles_uv[-2:].tolist() == [[n_uv, n_uv + 1, n_uv + 2], [n_uv + 3, n_uv + 4, n_uv + 5]]
    assert mesh.material[-2:].tolist() == [Material.LASH, Material.FRAME]
    assert not mesh.culled[-2:].any()
    np.testing.assert_array_equal(mesh.uv[n_uv : n_uv + 3], lash(0.0).uv)
    np.testing.assert_array_equal(mesh.occlusion[n:], [0.25, 0.5, 0.75] * 2)
    assert mesh.triangles.max() < len(mesh.neutral)
    assert mesh.triangles_uv.max() < len(mesh.uv)


def test_attached_vertices_lie_where_their_anchors_say() -> None:
    head = procedural_head()
    neutral = head.identity(np.array([0.5, -1.0, 0.3]))
    mesh = assemble(head, neutral, [lash(1.0)])
    expected = [(neutral[10] + neutral[20]) / 2 + 1.0, neutral[30] + 1.0, [1.0, 1.0, 1.0]]
    np.testing.assert_allclose(mesh.neutral[mesh.n_head :], expected, atol=1e-6)
    np.testing.assert_array_equal(mesh.neutral[: mesh.n_head], neutral)


def test_arrays_are_of_the_types_that_the_renderer_is_compiled_for() -> None:
    head = procedural_head()
    mesh = assemble(head, head.vertices.astype(np.float64), [lash(1.0)])  # type: ignore[arg-type]
    for name, kind in (
        *((name, np.float32) for name in ("neutral", "weights", "offsets", "uv", "occlusion")),
        *((name, np.int32) for name in ("anchors", "triangles", "triangles_uv")),
        ("material", np.uint8),
        ("culled", np.bool_),
    ):
        array = getattr(mesh, name)
        assert array.dtype == kind, name
        assert array.flags.c_contiguous, name


@pytest.mark.parametrize("material", list(Material))
def test_materials_fit_a_byte_below_the_marks_for_background_and_cover(material: Material) -> None:
    assert 0 <= material < 254
