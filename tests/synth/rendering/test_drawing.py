"""A subject's geometry, brought to one frame."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from duchenne.records import Pose
from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering import raster, shadow
from duchenne.synth.rendering.camera import Camera
from duchenne.synth.rendering.drawing import Drawing, lid_reach, strands
from duchenne.synth.rendering.resolve import Samples
from duchenne.synth.surroundings.scene import Framing
from plain_subject import board, plain_subject, square
from procedural_head import procedural_head


def no_weights() -> np.ndarray:
    return np.zeros(len(procedural_head().shapes.names), np.float32)


def samples(n: int = 64) -> Samples:
    return Samples(np.empty((n, n), np.float32), np.empty((n, n), np.int32), np.empty((n, n), np.int32))


def front(n: int = 64) -> Camera:
    return Camera.place(Pose(0, 0, 0), Framing(), (0, 0), n)


def test_an_expression_moves_the_head_and_what_hangs_on_it() -> None:
    model = procedural_head()
    tip = int(model.landmarks68[8])
    pendant = Attachment(
        anchors=np.full((3, 3), tip, np.int32),
        weights=np.array([[1, 0, 0]] * 3, np.float32),
        offsets=np.array([[0, -1, 1], [1, -1, 1], [0, 0, 1]], np.float32),
        triangles=np.array([[0, 1, 2]], np.int32),
        uv=np.zeros((3, 2), np.float32),
        material=Material.FRAME,
        occlusion=np.ones(3, np.float32),
    )
    drawing = Drawing(plain_subject([pendant]))
    weights = no_weights()
    weights[model.shape_number["jawOpen"]] = 0.7
    drawing.express(weights)
    np.testing.assert_allclose(drawing.head, model.express(model.vertices, weights), atol=1e-5)
    np.testing.assert_allclose(drawing.mesh.vertices[-3:], drawing.head[tip] + pendant.offsets, atol=1e-5)
    lengths = np.linalg.norm(drawing.mesh.normals[drawing.subject.mesh.triangles.ravel()], axis=1)
    assert lengths.max() == pytest.approx(1.0, abs=1e-4)


def with_eyes(opening: float) -> Subject:
    """The plain person with the upper lids' landmarks moved up, cm."""
    subject = plain_subject()
    neutral = subject.mesh.neutral.copy()
    neutral[procedural_head().landmarks68[[37, 38, 43, 44]], 1] += opening
    return dataclasses.replace(subject, mesh=dataclasses.replace(subject.mesh, neutral=neutral))


def test_lids_reach_further_where_a_blink_would_leave_a_gap() -> None:
    # The head of formulas: lids 1 cm apart, of which its blink closes some; by hand from the shape's own deltas.
    model = procedural_head()
    number = model.shape_number["eyeBlink_L"]
    index, delta = model.shapes.entries(number)
    by = np.zeros(len(model.vertices))
    by[index] = delta[:, 1]
    upper, lower = model.landmarks68[[43, 44]], model.landmarks68[[47, 46]]
    closing = by[lower] - by[upper]
    for opening in (-0.9, -0.6, -0.55, 0.5):
        factors = lid_reach(with_eyes(opening))
        needed = float(((1.0 + opening + 0.03) / closing).max())
        assert factors[number] == pytest.approx(min(max(needed, 1.0), 1.4), abs=1e-3)
        assert factors[number] == pytest.approx(factors[model.shape_number["eyeBlink_R"]], abs=1e-3)
        others = [k for name, k in model.shape_number.items() if not name.startswith("eyeBlink")]
        assert (factors[others] == 1.0).all()


def test_a_complete_blink_brings_the_lids_together() -> None:
    model = procedural_head()
    drawing, weights = Drawing(with_eyes(-0.55)), no_weights()
    weights[[model.shape_number[f"eyeBlink_{side}"] for side in "LR"]] = 1.0
    drawing.express(weights)
    lids = drawing.head[model.landmarks68, 1]
    assert (lids[[37, 38, 43, 44]] <= lids[[41, 40, 47, 46]]).all()


def test_a_frame_leaves_nothing_to_the_next() -> None:
    drawing, found = Drawing(plain_subject()), samples()
    weights = no_weights()
    drawing.express(weights)
    drawing.sample(front(), found)
    first = [part.copy() for part in found]
    vertices = drawing.mesh.vertices.copy()
    drawing.express(weights + 0.5)
    drawing.sample(Camera.place(Pose(30, 10, 5), Framing(), (1, 1), 64), found)
    drawing.express(weights)
    drawing.sample(front(), found)
    np.testing.assert_array_equal(drawing.mesh.vertices, vertices)
    for before, after in zip(first, found, strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_lens_is_kept_apart_and_only_where_it_is_in_front() -> None:
    clear = board(square((-3, 3), (-3, 3), 16.0), Material.LENS)
    behind = board(square((-3, 3), (-3, 3), -30.0), Material.LENS)
    bare, found = samples(), samples()
    for pieces, into in (([], bare), ([clear, behind], found)):
        drawing = Drawing(plain_subject(pieces))
        drawing.express(no_weights())
        drawing.sample(front(), into)
    np.testing.assert_array_equal(bare.owner, found.owner)
    np.testing.assert_array_equal(bare.depth, found.depth)
    assert (bare.glass == raster.NOTHING).all()
    n = len(procedural_head().triangles) - 2 * 8  # the lash cards are not drawn
    assert set(np.unique(found.glass)) == {raster.NOTHING, n, n + 1}
    assert found.glass[32, 32] >= 0
    assert found.glass[2, 2] < 0


def test_only_what_casts_is_in_the_depth_map() -> None:
    view = shadow.frame_towards(np.array([0.0, 0.0, 1.0]))
    nearest = {}
    for kind in (Material.FRAME, Material.LENS):
        drawing = Drawing(plain_subject([board(square((-3, 3), (-3, 3), 16.0), kind)]))
        drawing.express(no_weights())
        nearest[kind] = drawing.cast_shadows(view).max()
    assert nearest[Material.FRAME] == pytest.approx(14.0, abs=1e-4), "16 cm, from the map's middle at 2 cm"
    assert nearest[Material.LENS] < 12.0


@pytest.mark.parametrize(("gap_cm", "share"), [(0.0, 0.0), (1.0, 0.5), (4.0, 1.0), (7.0, 1.0)])
def test_a_mouth_is_open_by_the_root_of_the_gap_between_the_lips(gap_cm: float, share: float) -> None:
    drawing, points = Drawing(plain_subject()), procedural_head().landmarks68
    drawing.express(no_weights())
    drawing.head[points[66]] = drawing.head[points[62]] - [0.0, gap_cm, 0.0]
    assert drawing.mouth_open() == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(("pixels_per_cm", "size"), [(30.0, 512), (8.5, 256), (4.3, 128), (0.1, 64)])
def test_small_pictures_take_small_textures(pixels_per_cm: float, size: int) -> None:
    rng = np.random.default_rng(1)
    texture = rng.random((512, 512, 4), dtype=np.float32)
    relief = rng.random((512, 512, 3), dtype=np.float32)
    relief.setflags(write=False)
    painted, carved = Drawing(plain_subject(texture=texture, relief=relief)).painted(
        no_weights(), pixels_per_cm
    )
    step = 512 // size
    for found, full in ((painted, texture), (carved, relief)):
        assert found.shape[:2] == (size, size)
        expected = full.reshape(size, step, size, step, -1).mean(axis=(1, 3))
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_strands_are_rough_across_smooth_along_and_repeat() -> None:
    pattern = strands()
    np.testing.assert_array_equal(pattern, strands())
    across = np.abs(np.diff(pattern, axis=1, append=pattern[:, :1]))
    along = np.abs(np.diff(pattern, axis=0, append=pattern[:1]))
    assert across.mean() > 4 * along.mean()
    assert across[:, -1].mean() < 1.5 * across.mean(), "the last column goes on into the first"
    assert along[-1].mean() < 1.5 * along.mean()
    assert np.abs(pattern).max() <= 1.6


def test_eyeballs_are_drawn_a_little_behind_so_that_lids_do_not_cut_through() -> None:
    drawing, camera = Drawing(plain_subject()), front()
    drawing.express(no_weights())
    drawing.sample(camera, samples())
    away = camera.distance_cm - (drawing.mesh.vertices @ camera.rotation.T + camera.turn[:, 3])[:, 2]
    parts = procedural_head().parts
    for part, behind in (("eyeball_l", 0.12), ("eyeball_r", 0.12), ("face", 0.0)):
        vertices = parts[part].vertices
        # To first order; and 1/depth in float32.
        np.testing.assert_allclose(1 / drawing.mesh.screen[vertices, 2], away[vertices] + behind, atol=1e-3)
