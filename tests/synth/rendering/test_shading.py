"""Light on single surfaces, against the formulas in numpy."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.records import Pose
from duchenne.synth.head.mesh import Material
from duchenne.synth.rendering import shading
from duchenne.synth.rendering.camera import Camera, direction
from duchenne.synth.rendering.drawing import Drawing
from duchenne.synth.rendering.render import light_up
from duchenne.synth.rendering.shading import Lights
from duchenne.synth.rendering.surfaces import Paint
from duchenne.synth.surroundings.scene import Framing, Light, Scene
from plain_subject import SKIN, board, plain_subject, square

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)
UP = (0.0, 1.0, 0.0)
AHEAD = (0.0, 0.0, 1.0)
MATT = (0.0, 10.0, 0.0)
EVEN = Scene(lights=(), ambient_below=(0.5, 0.5, 0.5), ambient_above=(0.5, 0.5, 0.5))


def lights(*towards: NDArray[np.float64], colour: float = 1.0, ambient: float = 0.0) -> Lights:
    """Distant white lights seen by a head that is not turned."""
    sources = np.array(towards).reshape(-1, 3)
    halfway = sources + AHEAD
    return Lights(
        towards=sources,
        halfway=halfway / np.linalg.norm(halfway, axis=1, keepdims=True),
        colour=np.full((len(sources), 3), colour),
        ambient=np.array([[0.0, 0.1, 0.2], [1.0, 0.9, 0.8]]) * ambient,
        axes=np.eye(3),
        pinhole=np.array([80.0, 100.0, 31.5]),
        from_light=np.zeros((3, 4)),
        nearest=np.full((4, 4), -1e3, np.float32),
    )


@pytest.fixture(params=["compiled", "python"])
def illuminate(request: pytest.FixtureRequest) -> Any:
    return shading.illuminate if request.param == "compiled" else shading.illuminate.py_func


def test_ambient_light_runs_from_below_to_above(illuminate: Any) -> None:
    sky = lights(ambient=1.0)
    assert illuminate(UP, WHITE, MATT, 1.0, 1.0, sky) == pytest.approx((1.0, 0.9, 0.8))
    assert illuminate((0.0, -1.0, 0.0), WHITE, MATT, 1.0, 1.0, sky) == pytest.approx((0.0, 0.1, 0.2))
    assert illuminate(AHEAD, WHITE, MATT, 0.5, 1.0, sky) == pytest.approx((0.25, 0.25, 0.25))


@pytest.mark.parametrize("angle_deg", [0, 45, 89, 91, 140])
def test_a_matt_surface_follows_the_cosine(illuminate: Any, angle_deg: float) -> None:
    normal = tuple(direction(angle_deg, 0))
    lit = illuminate(normal, (0.5, 0.4, 0.3), MATT, 1.0, 1.0, lights(np.array(AHEAD)))
    expected = np.array([0.5, 0.4, 0.3]) * max(np.cos(np.radians(angle_deg)), 0.0)
    np.testing.assert_allclose(lit, expected, atol=1e-12)


def test_light_creeps_around_an_edge_of_skin_and_red_furthest(illuminate: Any) -> None:
    red, green, blue = illuminate(
        tuple(direction(90, 0)), WHITE, (0.0, 10.0, 0.4), 1.0, 1.0, lights(np.array(AHEAD))
    )
    assert red == pytest.approx(0.4 / 1.4)
    assert red > green > blue > 0.0


def test_only_the_first_light_is_shaded(illuminate: Any) -> None:
    both = lights(np.array(AHEAD), np.array(AHEAD))
    assert illuminate(AHEAD, WHITE, MATT, 1.0, 0.0, both) == pytest.approx(WHITE)
    assert illuminate(AHEAD, WHITE, MATT, 1.0, 0.5, both) == pytest.approx((1.5, 1.5, 1.5))


def test_the_edge_of_a_shadow_on_skin_is_redder(illuminate: Any) -> None:
    red, green, blue = illuminate(AHEAD, WHITE, (0.0, 10.0, 0.4), 1.0, 0.5, lights(np.array(AHEAD)))
    assert green == pytest.approx(blue) == pytest.approx(0.5)
    assert red > green


def test_occlusion_leaves_a_third_of_direct_light(illuminate: Any) -> None:
    lit = illuminate(AHEAD, WHITE, MATT, 0.0, 1.0, lights(np.array(AHEAD)))
    assert lit == pytest.approx((0.35, 0.35, 0.35))


@pytest.mark.parametrize("sharpness", [10.0, 40.0, 200.0])
def test_a_highlight_looks_like_a_cosine_to_a_power(illuminate: Any, sharpness: float) -> None:
    # 8 %: the polynomial that stands in for the power is a little narrower.
    source = direction(40, 0)
    half = direction(20, 0)
    peak = illuminate(tuple(half), BLACK, (0.5, sharpness, 0.0), 1.0, 1.0, lights(source))
    assert peak == pytest.approx((0.5, 0.5, 0.5))
    for off_deg in (2, 5, 8):
        normal = tuple(direction(20 + off_deg, 0))
        lit = illuminate(normal, BLACK, (0.5, sharpness, 0.0), 1.0, 1.0, lights(source))
        assert lit[0] == pytest.approx(0.5 * np.cos(np.radians(off_deg)) ** sharpness, abs=0.04)


def test_no_light_is_black(illuminate: Any) -> None:
    assert illuminate(UP, WHITE, MATT, 1.0, 1.0, lights()) == BLACK


def test_places_within_a_triangle_and_beside_it() -> None:
    screen = np.array([[0, 0, 1], [4, 0, 1], [0, 4, 1]], np.float32)
    for run in (shading.within, shading.within.py_func):
        assert run(screen, (0, 1, 2), 1.0, 2.0) == pytest.approx((0.25, 0.25, 0.5))
        outside = run(screen, (0, 1, 2), 9.0, -3.0)
        assert outside == pytest.approx((0.0, 1.0, 0.0))


def test_a_sheet_shows_the_side_that_is_seen() -> None:
    for run in (shading.towards_camera, shading.towards_camera.py_func):
        assert run((0.0, 0.0, 1.0), 31.5, 31.5, lights()) == (0.0, 0.0, 1.0)
        assert run((0.0, 0.0, -1.0), 31.5, 31.5, lights()) == (0.0, 0.0, 1.0)
        # Edge on ahead, but at the picture's left the camera sees its right side.
        assert run((-1.0, 0.0, 0.0), 10.0, 31.5, lights()) == (1.0, 0.0, 0.0)


def test_the_strongest_light_comes_first_and_is_the_one_that_casts_shadows() -> None:
    strong, weak = Light(60.0, 40.0, (0.8, 0.7, 0.6)), Light(-70.0, 10.0, (0.2, 0.2, 0.3))
    drawing = Drawing(plain_subject())
    drawing.express(np.zeros(len(drawing.subject.model.shapes.names), np.float32))
    camera = Camera.place(Pose(0, 0, 0), Framing(), (0, 0), 8)
    for given in ((strong, weak), (weak, strong)):
        lit = light_up(dataclasses.replace(EVEN, lights=given), camera, drawing)
        np.testing.assert_array_equal(lit.colour, [strong.colour, weak.colour])
        np.testing.assert_allclose(lit.towards, [direction(60, 40), direction(-70, 10)], atol=1e-12)
        np.testing.assert_allclose(lit.from_light[2, :3], direction(60, 40), atol=1e-12)


def shade(
    subject: Any, place: tuple[float, float], scene: Scene = EVEN, **painted: Any
) -> tuple[int, tuple[float, float, float]]:
    """The material and colour at a place of an 81-pixel picture of the head, 1 px to 0.5 cm."""
    drawing = Drawing(subject)
    drawing.express(np.zeros(len(subject.model.shapes.names), np.float32))
    camera = Camera.place(Pose(0, 0, 0), Framing(1e5, 40.5, (0, 0)), (0, 0), 81)
    samples = shading_samples(81)
    drawing.sample(camera, samples)
    seen_from = light_up(scene, camera, drawing)
    flat = np.zeros((4, 4), np.float32)
    paint = Paint(
        subject.texture, subject.fine_relief.rest, subject.palette, np.full((2, 11), 0.5), flat, -100.0, 0.0
    )
    paint = paint._replace(**painted)
    x, y = 40 + 2 * place[0], 40 - 2 * (place[1] - 0.5)
    t = int(samples.owner[round(y), round(x)])
    lit = shading.shade(t, x, y, drawing.mesh, paint, seen_from)
    again = shading.shade.py_func(t, x, y, drawing.mesh, paint, seen_from)
    assert lit == pytest.approx(again, rel=1e-4, abs=1e-6)
    return int(subject.mesh.material[t]), lit


def shading_samples(n: int) -> Any:
    from duchenne.synth.rendering.resolve import Samples

    return Samples(np.empty((n, n), np.float32), np.empty((n, n), np.int32), np.empty((n, n), np.int32))


CHEEK = (4.0, 0.5)


def test_skin_has_its_texture_lit_evenly() -> None:
    # Occlusion 0.9 of a sky of 0.5; a float16 in the model file.
    material, lit = shade(plain_subject(), CHEEK)
    assert material == Material.SKIN
    assert lit == pytest.approx([0.45 * part for part in SKIN], rel=2e-3)


def test_the_darkening_of_a_line_spares_red() -> None:
    relief = np.zeros((512, 512, 3), np.float32)
    relief[..., 2] = 0.2
    _, lit = shade(plain_subject(relief=relief), CHEEK)
    expected = 0.45 * np.array(SKIN) * [0.8, 0.64, 0.64]
    assert lit == pytest.approx(list(expected), rel=2e-3)


def test_a_slope_towards_the_light_is_brighter() -> None:
    relief = np.zeros((512, 512, 3), np.float32)
    side = Scene(lights=(Light(60, 0, WHITE),), ambient_below=BLACK, ambient_above=BLACK)
    brightness = []
    for slope in (-0.4, 0.0, 0.4):
        relief[..., 0] = slope
        brightness.append(shade(plain_subject(relief=relief.copy()), (0.0, 8.0), side)[1][0])
    # Height that grows to the right faces left.
    assert brightness[0] > brightness[1] > brightness[2]


def test_hair_is_painted_on_skin_and_cloth_below_the_collar() -> None:
    n = len(plain_subject().model.vertices)
    _, lit = shade(plain_subject(hair=np.ones(n, np.float32)), CHEEK)
    assert lit == pytest.approx([0.45 * 0.95 * part for part in (0.1, 0.05, 0.02)], rel=2e-3)
    _, lit = shade(plain_subject(), CHEEK, collar_cm=5.0)
    assert lit == pytest.approx([0.0, 0.45 * 0.4, 0.0], rel=2e-3)


def test_eyeballs_teeth_and_attachments_take_their_own_colour() -> None:
    eye = np.array([[3.0, 3.5, 8.0, 0, 0, 1, 0.01, 0.4, 0, 0, 1]] * 2)
    material, lit = shade(plain_subject(), (3.5, 3.5), eyes=eye)
    assert material == Material.EYEBALL_L
    assert lit[0] == pytest.approx(0.7 * 0.45 * 0.7, rel=2e-3), "lids let 0.7 of the sky in"
    for kind, colour in ((Material.FRAME, (0.0, 0.0, 0.9)), (Material.HAIR, (0.095, 0.0475, 0.019))):
        subject = plain_subject([board(square((-1, 1), (1, 3), 16.0), kind)])
        material, lit = shade(subject, (0.0, 2.0))
        assert material == kind
        assert lit == pytest.approx([0.5 * part for part in colour], rel=2e-3)


def test_an_open_mouth_lets_light_in() -> None:
    subject = plain_subject()
    material = subject.mesh.material.copy()
    material[material == Material.SKIN] = Material.TONGUE
    occlusion = np.full_like(subject.mesh.occlusion, 0.1)
    mesh = dataclasses.replace(subject.mesh, material=material, occlusion=occlusion)
    subject = dataclasses.replace(subject, mesh=mesh)
    closed, wide = (shade(subject, CHEEK, mouth_open=share)[1][0] for share in (0.0, 1.0))
    assert closed == pytest.approx(0.5 * 0.1 * 0.5, rel=1e-3)
    assert 2 * closed < wide < 0.5 * 0.55 * 0.5


def test_a_nose_of_cardboard_shades_the_cheek() -> None:
    side = Scene(lights=(Light(-45, 0, WHITE),), ambient_below=BLACK, ambient_above=BLACK)
    # 4 cm in front of the cheek and as far to the light's side.
    wall = board(square((-2, 2), (-2, 3), 14.0), Material.FRAME)
    open_, hidden = (shade(plain_subject(pieces), CHEEK, side)[1][0] for pieces in ([], [wall]))
    assert hidden < 0.05 * open_


@pytest.mark.parametrize("kind", ["compiled", "python"])
def test_a_lens_is_clear_and_reflects_the_sky(kind: str) -> None:
    through = shading.through_glass if kind == "compiled" else shading.through_glass.py_func
    subject = plain_subject([board(square((-9, 9), (-9, 9), 16.0), Material.LENS)])
    drawing = Drawing(subject)
    drawing.express(np.zeros(len(subject.model.shapes.names), np.float32))
    drawing.sample(Camera.place(Pose(0, 0, 0), Framing(), (0, 0), 32), shading_samples(32))
    none = np.zeros((4, 4), np.float32)
    paint = Paint(none, none, subject.palette, np.zeros((2, 11)), none, -100.0, 0.0)
    glass = int(np.flatnonzero(subject.mesh.material == Material.LENS)[0])
    args = (glass, 15.5, 15.5, drawing.mesh, paint)
    assert through(BLACK, *args, lights()) == BLACK
    assert through(WHITE, *args, lights()) == pytest.approx([0.965] * 3)
    # Straight on, the mirrored view is level: half of the sky, 1.5 % of it.
    assert through(BLACK, *args, lights(ambient=1.0)) == pytest.approx([0.0075] * 3)


def test_skin_reads_texture_and_relief_at_its_place() -> None:
    rng = np.random.default_rng(2)
    texture = rng.random((512, 512, 4), dtype=np.float32)
    relief = rng.random((512, 512, 3), dtype=np.float32)
    subject = plain_subject(texture=texture, relief=relief)
    drawing = Drawing(subject)
    drawing.express(np.zeros(len(subject.model.shapes.names), np.float32))
    none = np.zeros((4, 4), np.float32)
    paint = Paint(texture, relief, subject.palette, np.zeros((2, 11)), none, -100.0, 0.0)
    t, at = 300, (0.2, 0.3, 0.5)
    corners = tuple(int(i) for i in subject.mesh.triangles[t])
    found = [run(AHEAD, t, corners, at, drawing.mesh, paint) for run in (shading.skin, shading.skin.py_func)]
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    normal, colour, gloss = found[0]
    u, v = np.array(at) @ subject.mesh.uv[subject.mesh.triangles_uv[t]]
    # Bilinear by hand: texel centres lie half a texel in, rows run down.
    x, y = u * 512 - 0.5, (1 - v) * 512 - 0.5
    left, top = int(x), int(y)
    weight = np.outer([1 - (y - top), y - top], [1 - (x - left), x - left])[..., None]
    expected = (weight * texture[top : top + 2, left : left + 2]).sum(axis=(0, 1))
    dark = (weight * relief[top : top + 2, left : left + 2]).sum(axis=(0, 1))[2]
    light = max(1 - dark, 0.3)
    assert colour == pytest.approx(expected[:3] * [light, light**2, light**2], rel=1e-3)
    assert gloss == pytest.approx(expected[3], rel=1e-3)
    assert np.linalg.norm(normal) == pytest.approx(1.0)
    assert normal[0] < 0.0, "height that grows to the right tilts the normal to the left"
