"""Whole frames: where things are seen, and that the same arguments give the same bytes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import SettingsError
from duchenne.records import Pose
from duchenne.synth.head.action_units import RENDERABLE, UNITS, weights
from duchenne.synth.head.mesh import Material, assemble
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Glasses, HairStyle, Look
from duchenne.synth.people.subject import Subject
from duchenne.synth.rendering.drawing import lid_reach
from duchenne.synth.rendering.render import BACKGROUND, COVER, Rendered, Renderer
from duchenne.synth.surroundings.scene import Background, Cover, FaceState, Framing, Light, Scene, Sensor
from plain_subject import board, plain_subject, square
from procedural_head import procedural_head

SIZE = 64
FRONT = FaceState()
EVEN = Scene(
    lights=(Light(0.0, 0.0, (0.8, 0.8, 0.8)),), background=Background(colours=((0, 0, 1), (0, 0, 1)))
)
SMILE = {12: (1.0, 0.0), 1: (0.5, 0.5)}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(SIZE)


def projected(vertices: NDArray[np.float32], pose: Pose, scene: Scene, size: int) -> NDArray[np.float64]:
    """(N, 2) pixels by an independent pinhole, written from the records' words."""
    yaw, pitch, roll = np.radians([pose.yaw_deg, pose.pitch_deg, pose.roll_deg])
    points = vertices.astype(np.float64) - [0.0, 0.5, 3.0]
    x, y, z = points.T
    # To the subject's left, which is right in the picture; then up; then clockwise as seen.
    x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
    y, z = y * np.cos(pitch) + z * np.sin(pitch), z * np.cos(pitch) - y * np.sin(pitch)
    x, y = x * np.cos(roll) + y * np.sin(roll), y * np.cos(roll) - x * np.sin(roll)
    framing = scene.framing
    scale = size / framing.width_cm * framing.distance_cm / (framing.distance_cm - z)
    middle = (size - 1) / 2
    return np.stack(
        [middle + scale * (x + framing.shift_cm[0]), middle - scale * (y + framing.shift_cm[1])], axis=1
    )


@pytest.mark.parametrize(
    "pose", [Pose(0, 0, 0), Pose(30, 0, 0), Pose(0, 20, 0), Pose(0, 0, 25), Pose(-25, 15, -10)]
)
@pytest.mark.parametrize("supersample", [1, 2, 3])
def test_landmarks_are_where_the_mesh_projects(pose: Pose, supersample: int) -> None:
    scene = dataclasses.replace(EVEN, framing=Framing(70.0, 28.0, (1.0, -0.5)))
    frame = Renderer(SIZE, supersample=supersample).frame(plain_subject(), FaceState(SMILE, pose), scene)
    points = frame.vertices[procedural_head().landmarks68]
    np.testing.assert_allclose(frame.landmarks, projected(points, pose, scene, SIZE), atol=1e-3)


@pytest.mark.parametrize(
    ("pose", "step"), [(Pose(15, 0, 0), (1, 0)), (Pose(0, 15, 0), (0, -1)), (Pose(0, 0, 15), (1, 0))]
)
def test_positive_angles_turn_as_the_pose_module_says(
    renderer: Renderer, pose: Pose, step: tuple[int, int]
) -> None:
    # The nose shows yaw and pitch; the brows, above the pivot, show roll.
    before, after = (renderer.frame(plain_subject(), FaceState(pose=p), EVEN) for p in (FRONT.pose, pose))
    chosen = slice(17, 27) if pose.roll_deg else slice(30, 31)
    moved = (after.landmarks - before.landmarks)[chosen].mean(axis=0)
    assert moved @ np.array(step) > 1.0


@pytest.mark.parametrize("pose", [Pose(0, 0, 0), Pose(20, -10, 15)])
def test_a_coloured_triangle_is_drawn_where_it_projects(renderer: Renderer, pose: Pose) -> None:
    corners = [(-2.0, 6.0, 16.0), (2.0, 6.5, 16.0), (0.0, 9.0, 16.0)]
    frame = renderer.frame(plain_subject([board(corners, Material.FRAME)]), FaceState(pose=pose), EVEN)
    rows, columns = np.nonzero(frame.material == Material.FRAME)
    corners_px = projected(np.array(corners, np.float32), pose, EVEN, SIZE)
    centre = corners_px.mean(axis=0)
    # The centroid of whole pixels of a small triangle: a third of a pixel.
    np.testing.assert_allclose([columns.mean(), rows.mean()], centre, atol=0.35)
    (x0, y0), (x1, y1), (x2, y2) = corners_px
    area = abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2
    # Pixels on the outline count when half of their samples are inside: at most half of them too many or too few.
    outline = sum(np.linalg.norm(corners_px - np.roll(corners_px, 1, axis=0), axis=1))
    assert len(rows) == pytest.approx(area, abs=outline / 3)


def test_the_same_arguments_give_the_same_bytes_whatever_came_before() -> None:
    scene = dataclasses.replace(EVEN, sensor=Sensor(noise=5.0, jpeg_quality=80))
    state = FaceState(SMILE, Pose(10, 5, 0), (5.0, -3.0))
    fresh = Renderer(SIZE).frame(plain_subject(), state, scene, np.random.default_rng(3))
    used = Renderer(SIZE)
    used.frame(plain_subject([board(square((-3, 3), (0, 4), 16.0), Material.LENS)]), FRONT, Scene())
    used.frame(plain_subject(), FaceState({26: (1.0, 1.0)}, Pose(-30, 0, 0)), EVEN)
    again = used.frame(plain_subject(), state, scene, np.random.default_rng(3))
    for field in dataclasses.fields(Rendered):
        assert getattr(fresh, field.name).tobytes() == getattr(again, field.name).tobytes(), field.name


def test_frames_do_not_share_memory(renderer: Renderer) -> None:
    subject = plain_subject()
    first = renderer.frame(subject, FRONT, EVEN)
    kept = {field.name: getattr(first, field.name).copy() for field in dataclasses.fields(Rendered)}
    renderer.frame(subject, FaceState({27: (1.0, 1.0)}, Pose(25, 10, 0)), Scene())
    for name, before in kept.items():
        np.testing.assert_array_equal(getattr(first, name), before)


def test_a_mirrored_state_gives_the_mirrored_picture(renderer: Renderer) -> None:
    subject = plain_subject(finish=(0.05, 14.0, 0.3))
    state = FaceState({12: (1.0, 0.2), 2: (0.0, 0.8), 26: (1.0, 1.0)}, Pose(20, 5, 8), (10.0, 5.0))
    swapped = FaceState({12: (0.2, 1.0), 2: (0.8, 0.0), 26: (1.0, 1.0)}, Pose(-20, 5, -8), (-10.0, 5.0))
    light = dataclasses.replace(EVEN, lights=(Light(0.0, 35.0, (0.8, 0.8, 0.8)),))
    one, other = renderer.frame(subject, state, light), renderer.frame(subject, swapped, light)
    difference = np.abs(one.rgb.astype(int) - other.rgb[:, ::-1].astype(int))
    # Ties between triangles fall the other way in the mirror, and the iris' fibres wind one way.
    assert np.mean(difference > 8) < 0.01
    assert difference.mean() < 0.5
    mirrored = other.landmarks * [-1, 1] + [SIZE - 1, 0]
    by_x = np.lexsort(np.round(one.landmarks, 2).T), np.lexsort(np.round(mirrored, 2).T)
    np.testing.assert_allclose(one.landmarks[by_x[0]], mirrored[by_x[1]], atol=0.02)


def test_background_and_materials_are_told_apart(renderer: Renderer) -> None:
    frame = renderer.frame(plain_subject(), FRONT, EVEN)
    assert frame.material[1, 1] == BACKGROUND
    assert frame.rgb[1, 1].tolist() == [0, 0, 255]
    nose_x, nose_y = np.rint(frame.landmarks[30]).astype(int)
    assert frame.material[nose_y, nose_x] == Material.SKIN
    eye_x, eye_y = np.rint(frame.landmarks[42:48].mean(axis=0)).astype(int)
    assert frame.material[eye_y, eye_x] == Material.EYEBALL_L
    assert eye_x > nose_x, "the subject's own left is right in the picture"


def test_the_iris_moves_with_the_gaze() -> None:
    renderer = Renderer(96)
    scene = dataclasses.replace(EVEN, framing=Framing(width_cm=14.0, shift_cm=(0.0, -3.0)))

    def iris_x(gaze: tuple[float, float]) -> float:
        frame = renderer.frame(plain_subject(), FaceState(gaze_deg=gaze), scene)
        dark = (frame.material == Material.EYEBALL_L) & (frame.rgb[..., 0] < 110)
        return float(np.nonzero(dark)[1].mean())

    assert iris_x((15.0, 0.0)) > iris_x((0.0, 0.0)) + 1.0 > iris_x((-15.0, 0.0)) + 2.0


def test_all_landmarks_of_a_frontal_face_are_visible(renderer: Renderer) -> None:
    # Jaw points of this head lie on the outline where face and skull meet; the others face the camera.
    assert renderer.frame(plain_subject(), FRONT, EVEN).visible[17:].all()


def test_landmarks_behind_something_are_not_visible(renderer: Renderer) -> None:
    bare = renderer.frame(plain_subject(), FRONT, EVEN)
    wall = board(square((0.8, 9.0), (-9.0, 9.0), 16.0), Material.FRAME)
    frame = renderer.frame(plain_subject([wall]), FRONT, EVEN)
    x = procedural_head().vertices[procedural_head().landmarks68, 0]
    np.testing.assert_array_equal(frame.visible[x < 0.5], bare.visible[x < 0.5])
    assert not frame.visible[x > 1.2].any()
    # Glass hides nothing.
    glass = board(square((0.8, 9.0), (-9.0, 9.0), 16.0), Material.LENS)
    np.testing.assert_array_equal(renderer.frame(plain_subject([glass]), FRONT, EVEN).visible, bare.visible)


def test_the_far_side_of_a_turned_face_is_not_visible(renderer: Renderer) -> None:
    frame = renderer.frame(plain_subject(), FaceState(pose=Pose(70, 0, 0)), EVEN)
    right_jaw, left_jaw = frame.visible[:5], frame.visible[12:17]
    assert right_jaw.all()
    assert not left_jaw[-3:].any()


def test_landmarks_outside_the_picture_are_not_visible(renderer: Renderer) -> None:
    scene = dataclasses.replace(EVEN, framing=Framing(shift_cm=(200.0, 0.0)))
    frame = renderer.frame(plain_subject(), FRONT, scene)
    assert not frame.visible.any()
    assert (frame.material == BACKGROUND).all()
    assert (frame.landmarks[:, 0] > SIZE).all()


def test_a_cover_hides_landmarks_and_is_its_own_material(renderer: Renderer) -> None:
    bare = renderer.frame(plain_subject(), FRONT, EVEN)
    frame = renderer.frame(plain_subject(), FRONT, dataclasses.replace(EVEN, cover=Cover.MASK))
    covered = frame.material == COVER
    assert covered.any()
    np.testing.assert_array_equal(frame.material[~covered], bare.material[~covered])
    columns, rows = np.clip(np.rint(frame.landmarks), 0, SIZE - 1).astype(int).T
    np.testing.assert_array_equal(frame.visible, bare.visible & ~covered[rows, columns])


def test_a_hidden_light_leaves_the_ambient_one(renderer: Renderer) -> None:
    dark = dataclasses.replace(EVEN, lights=())
    lit, unlit = (renderer.frame(plain_subject(), FRONT, scene).rgb for scene in (EVEN, dark))
    face = np.s_[25:40, 25:40]
    assert lit[face].mean() > unlit[face].mean() > 0


def test_no_units_at_all_is_the_neutral_head(renderer: Renderer) -> None:
    frame = renderer.frame(plain_subject(), FRONT, EVEN)
    np.testing.assert_array_equal(frame.vertices, procedural_head().vertices)


@pytest.mark.parametrize(
    ("unit", "peak"),
    [(u, (0.6, 0.6)) for u in RENDERABLE if u != 30]
    + [(u, peak) for u in RENDERABLE if UNITS[u].is_sided for peak in ((0.6, 0.0), (0.0, 0.6))],
)
def test_a_frame_moves_the_head_as_far_as_its_units_say(
    renderer: Renderer, unit: int, peak: tuple[float, float]
) -> None:
    head = procedural_head()
    moved = renderer.frame(plain_subject(), FaceState({unit: peak}), EVEN).vertices - head.vertices
    # A complete blink reaches further on eyes that are larger than the mean face's: see `lid_reach`.
    reach = lid_reach(plain_subject())[head.shape_number["eyeBlink_L"]] if unit in (43, 45) else 1.0
    expected = head.express(head.vertices, reach * weights(head, {unit: peak})) - head.vertices
    np.testing.assert_allclose(moved, expected, atol=1e-5)
    assert np.linalg.norm(moved, axis=1).max() > 0.1


def test_stages_are_named_in_order() -> None:
    seen: list[str] = []
    Renderer(8, supersample=1, watch=seen.append).frame(plain_subject(), FRONT, EVEN)
    assert seen == ["shapes and normals", "shadows", "depth samples", "relief", "shading", "cover", "camera"]


@pytest.mark.parametrize(("size", "supersample"), [(0, 2), (64, 0)])
def test_an_empty_picture_is_refused(size: int, supersample: int) -> None:
    with pytest.raises(ValueError, match="at least one pixel and sample"):
        Renderer(size, supersample=supersample)


def test_units_that_cannot_be_rendered_are_refused(renderer: Renderer) -> None:
    with pytest.raises(SettingsError, match="AU11"):
        renderer.frame(plain_subject(), FaceState({11: (1.0, 1.0)}), EVEN)


def test_noise_needs_a_generator(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="needs a generator"):
        renderer.frame(plain_subject(), FRONT, dataclasses.replace(EVEN, sensor=Sensor(noise=3.0)))


@pytest.mark.shared
@pytest.mark.parametrize("unit", [unit for unit in RENDERABLE if UNITS[unit].is_sided and unit != 30])
def test_a_left_unit_moves_the_left_of_a_real_face_which_is_right_in_the_picture(
    shared: Path, unit: int
) -> None:
    model = FaceModel.load(shared / "data" / "ict_facekit.npz")
    mesh = assemble(model, model.vertices)
    subject = dataclasses.replace(plain_subject(), model=model, mesh=mesh, hair=np.zeros(len(mesh.neutral)))
    renderer = Renderer(48)
    neutral, left = (renderer.frame(subject, FaceState(units), EVEN) for units in ({}, {unit: (1.0, 0.0)}))
    moved = np.linalg.norm(left.vertices - neutral.vertices, axis=1)
    right_in_picture = projected(neutral.vertices, FRONT.pose, EVEN, 48)[:, 0] > 23.5
    # Shapes fade out across the middle of the face.
    assert moved[right_in_picture].sum() > 0.75 * moved.sum() > 0.0


@pytest.mark.shared
def test_a_real_head_has_no_holes_and_closes_its_eyes(shared: Path) -> None:
    model = FaceModel.load(shared / "data" / "ict_facekit.npz")
    rng = np.random.default_rng(0)
    renderer = Renderer(128)
    for _ in range(2):
        look = dataclasses.replace(Look.sample(rng), hair_style=HairStyle.BALD, glasses=Glasses.NONE)
        subject = Subject.make(model, 0.75 * rng.standard_normal(len(model.identity_deltas)), look)
        for state in (
            FRONT,
            FaceState({26: (1.0, 1.0), 27: (1.0, 1.0)}),
            FaceState({12: (1.0, 1.0), 25: (1.0, 1.0)}, Pose(35, 10, 5)),
            FaceState({43: (1.0, 1.0)}, Pose(-20, -15, 0)),
        ):
            frame = renderer.frame(subject, state, EVEN)
            hull = cv2.convexHull(np.rint(frame.landmarks).astype(np.int32))
            inside = cv2.fillConvexPoly(np.zeros((128, 128), np.uint8), hull, 1)
            inside = cv2.erode(inside, np.ones((5, 5), np.uint8)) > 0
            assert (frame.material[inside] != BACKGROUND).all()
            is_eye = np.isin(frame.material, (Material.EYEBALL_L, Material.EYEBALL_R))
            assert is_eye.any() == (43 not in state.units)
            if state.pose == FRONT.pose:
                assert frame.visible.all()
