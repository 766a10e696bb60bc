"""From samples to pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.records import Pose
from duchenne.synth.head.mesh import Material
from duchenne.synth.rendering.camera import Camera
from duchenne.synth.rendering.drawing import Drawing
from duchenne.synth.rendering.render import light_up
from duchenne.synth.rendering.resolve import (
    BACKGROUND,
    Samples,
    Surfaces,
    develop,
    resolve,
    sort_samples,
    tone_curve,
)
from duchenne.synth.rendering.surfaces import Paint
from duchenne.synth.surroundings.scene import Framing, Scene
from plain_subject import board, plain_subject

# A picture 40 cm wide, so that cm are pixels, of a board whose right edge is at x = 0.
FLAT = Scene(lights=(), ambient_below=(0.5, 0.5, 0.5), ambient_above=(0.5, 0.5, 0.5))
SIZE = 40


def samples(side: int) -> Samples:
    n = SIZE * side
    return Samples(np.empty((n, n), np.float32), np.empty((n, n), np.int32), np.empty((n, n), np.int32))


def picture(
    *corners: float, side: int, glass: bool = False, interpreted: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A blue wall of two triangles from ``left`` to ``right`` before a white background."""
    left, right = corners
    # Far above the head, so that nothing else is in the picture.
    a, b, c, d = (left, 100.0, 0.0), (right, 100.0, 0.0), (right, 200.0, 0.0), (left, 200.0, 0.0)
    boards = [board([a, b, c, a, c, d], Material.FRAME)]
    if glass:
        boards.append(board([(x + 1.0, y, 5.0) for x, y, _ in (a, b, c, a, c, d)], Material.LENS))
    drawing = Drawing(plain_subject(boards))
    subject = drawing.subject
    drawing.express(np.zeros(len(subject.model.shapes.names), np.float32))
    camera = Camera.place(Pose(0, 0, 0), Framing(1e5, SIZE, (0, -150.0)), (0, 0), SIZE * side)
    found = samples(side)
    drawing.sample(camera, found)
    wall = np.ones((SIZE, SIZE, 3), np.float32)
    none = np.zeros((4, 4), np.float32)
    paint = Paint(
        subject.texture, subject.fine_relief.rest, subject.palette, np.zeros((2, 11)), none, -100.0, 0.0
    )
    rgb, material = np.empty((SIZE, SIZE, 3), np.uint8), np.empty((SIZE, SIZE), np.uint8)
    run = resolve.py_func if interpreted else resolve
    lit = light_up(FLAT, camera, drawing)
    run(found, drawing.mesh, paint, lit, wall, tone_curve(), Surfaces.room(side), rgb, material)
    return rgb, material


def test_the_tone_curve_is_srgb() -> None:
    tone = tone_curve()
    assert tone[0] == 0
    assert tone[-1] == 255
    # Known pairs: middle grey 0.2140 is 127.5, and the straight part ends at 0.0031308.
    assert tone[round(0.2159 * 4095)] == 128
    assert tone[round(0.0031308 * 4095)] == round(12.92 * 0.0031308 * 255)
    assert (np.diff(tone.astype(int)) >= 0).all()


def test_light_beyond_the_range_is_clipped() -> None:
    for run in (develop, develop.py_func):
        assert [run(v, tone_curve()) for v in (-1.0, 0.0, 1.0, 7.0)] == [0, 0, 255, 255]


def test_samples_of_one_surface_are_shaded_together() -> None:
    owner = np.array([[0, 1], [2, -1]], np.int32)
    depth = np.array([[0.0125, 0.0125], [0.0130, 0]], np.float32)
    for run in (sort_samples, sort_samples.py_func):
        for kinds, expected in (([0, 0, 0], [2, 1]), ([0, 5, 0], [1, 1, 1])):
            found = Surfaces.room(2)
            n = run(0, 0, 2, Samples(depth, owner, owner), np.array(kinds, np.uint8), found)
            assert found.place[:n, 0].tolist() == expected
    assert found.place[1].tolist() == [1, 1, 0], "one sample, in column 1 of row 0"


@pytest.mark.parametrize(
    ("side", "shares"), [(1, [1, 0, 0]), (2, [1, 0.5, 0]), (4, [1, 0.5, 0])], ids=["1", "2", "4"]
)
def test_an_edge_is_mixed_in_linear_light(side: int, shares: list[float]) -> None:
    # Pixel 19 spans x from -1 to 0, pixel 20 from 0 to 1: the edge halves pixel 20.
    rgb, _ = picture(-15.0, 0.49 if side > 1 else 0.2, side=side)
    linear = np.array([[1 - s, 1 - s, 1 - s * (1 - 0.45)] for s in shares])
    expected = tone_curve()[np.round(linear * 4095).astype(int)].astype(int)
    np.testing.assert_allclose(rgb[20, [19, 20, 21]].astype(int), expected, atol=1)


def test_the_material_is_that_of_most_samples() -> None:
    _, material = picture(-15.0, 0.9, side=4)
    assert material[20, 19:22].tolist() == [Material.FRAME, Material.FRAME, BACKGROUND]
    _, material = picture(-15.0, 0.2, side=4)
    assert material[20, 20] == BACKGROUND


def test_a_lens_darkens_what_is_behind_and_is_no_material() -> None:
    bare, _ = picture(-15.0, 5.0, side=2)
    glazed, material = picture(-15.0, 5.0, side=2, glass=True)
    assert material[20, 20] == Material.FRAME
    assert material[20, 25] == BACKGROUND
    # Of white, 96.5 % pass and 1.5 % of a sky of 0.5 are added.
    assert glazed[20, 25].tolist() == [tone_curve()[round((0.965 + 0.0075) * 4095)]] * 3
    assert bare[20, 25].tolist() == [255] * 3
    assert glazed[20, 35].tolist() == [255] * 3, "beside the lens"


def test_machine_code_and_python_agree() -> None:
    compiled, interpreted = (picture(-3.0, 0.5, side=1, glass=True, interpreted=i) for i in (False, True))
    np.testing.assert_allclose(compiled[0].astype(int), interpreted[0].astype(int), atol=1)
    np.testing.assert_array_equal(compiled[1], interpreted[1])
