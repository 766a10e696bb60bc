"""Colours and normals of painted and carved surfaces."""

from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.synth.rendering import surfaces
from duchenne.synth.rendering.surfaces import Paint

EYE = np.array([1.0, 2.0, 3.0, 0.0, 0.0, 1.0, 0.4, 0.4, 0.1, 0.2, 0.6])
WHITE = (0.7, 0.7, 0.7)
# A flat triangle whose u runs with x and whose v runs with y.
VERTICES = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0]], np.float32)
UV = np.array([[0, 0], [1, 0], [0, 1]], np.float32)
ALL = (0, 1, 2)


@pytest.mark.parametrize("run", [surfaces.ramp, surfaces.ramp.py_func])
def test_ramps_rise_and_fall(run: surfaces.ramp) -> None:
    assert [run(v, 1.0, 3.0) for v in (0.0, 1.0, 2.0, 3.0, 9.0)] == [0, 0, 0.5, 1, 1]
    assert [run(v, 3.0, 1.0) for v in (0.0, 1.5, 3.0, 4.0)] == [1, 0.75, 0, 0]


@pytest.mark.parametrize("kind", ["compiled", "python"])
def test_values_within_a_triangle_are_weighted_means(kind: str) -> None:
    weigh, weigh3 = surfaces.weigh, surfaces.weigh3
    if kind == "python":
        weigh, weigh3 = weigh.py_func, weigh3.py_func
    at = (0.5, 0.25, 0.25)
    assert weigh(np.array([1, 2, 4], np.float32), ALL, at) == pytest.approx(2.0)
    assert weigh3(VERTICES, ALL, at) == pytest.approx((0.5, 0.5, 0.0))


def test_unit_vectors_have_length_one_and_nothing_stays_nothing() -> None:
    for run in (surfaces.unit, surfaces.unit.py_func):
        assert run(3.0, 0.0, 4.0) == pytest.approx((0.6, 0.0, 0.8))
        assert run(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)


def test_a_picture_is_read_between_its_texels() -> None:
    y, x = np.mgrid[:8, :8].astype(np.float32)
    picture = np.stack([x, y], axis=-1)
    for between, texel in (
        (surfaces.between_texels, surfaces.texel),
        (surfaces.between_texels.py_func, surfaces.texel.py_func),
    ):
        # v runs upwards from the last row; a texel's centre lies half a texel in.
        row, column, share = between(3.25 / 8, 1 - 5.5 / 8, 8)
        assert sum(share) == pytest.approx(1.0)
        assert texel(picture, row, column, share, 0) == pytest.approx(2.75)
        assert texel(picture, row, column, share, 1) == pytest.approx(5.0)
        for u, v, expected in ((-1.0, 2.0, (0, 0)), (2.0, -1.0, (7, 7))):
            row, column, share = between(u, v, 8)
            found = [texel(picture, row, column, share, channel) for channel in (0, 1)]
            assert found == pytest.approx(expected, abs=2e-3), "the edge goes on outside"


@pytest.mark.parametrize("run", [surfaces.carve, surfaces.carve.py_func])
def test_a_slope_tilts_the_normal_against_it(run: surfaces.carve) -> None:
    normal = run((0.0, 0.0, 1.0), (0.5, 0.0), VERTICES, ALL, UV, ALL)
    assert normal == pytest.approx((-0.5 / math.sqrt(1.25), 0.0, 1 / math.sqrt(1.25)))
    normal = run((0.0, 0.0, 1.0), (0.0, -0.5), VERTICES, ALL, UV, ALL)
    assert normal == pytest.approx((0.0, 0.5 / math.sqrt(1.25), 1 / math.sqrt(1.25)))


def test_a_mirrored_texture_mirrors_the_slope() -> None:
    mirrored = UV * np.array([-1, 1], np.float32)
    normal = surfaces.carve((0.0, 0.0, 1.0), (0.5, 0.0), VERTICES, ALL, mirrored, ALL)
    assert normal == pytest.approx((0.5 / math.sqrt(1.25), 0.0, 1 / math.sqrt(1.25)))


def on_eyeball(angle_deg: float, around_deg: float = 40.0) -> tuple[float, float, float]:
    """A place on an eyeball of 1.2 cm, so far from its axis."""
    angle, around = math.radians(angle_deg), math.radians(around_deg)
    return (
        float(EYE[0] + 1.2 * math.sin(angle) * math.cos(around)),
        float(EYE[1] + 1.2 * math.sin(angle) * math.sin(around)),
        float(EYE[2] + 1.2 * math.cos(angle)),
    )


@pytest.mark.parametrize("run", [surfaces.eyeball, surfaces.eyeball.py_func])
def test_an_eye_is_black_then_coloured_then_white(run: surfaces.eyeball) -> None:
    pupil, iris, white = (run(on_eyeball(a), EYE, WHITE) for a in (2.0, 16.0, 30.0))
    assert max(pupil) == 0.0
    assert iris[2] > iris[1] > iris[0] > 0.0
    assert iris[2] < 0.7
    assert white == pytest.approx(WHITE, abs=0.01)
    corner, far = run(on_eyeball(70.0), EYE, WHITE), run(on_eyeball(170.0), EYE, WHITE)
    assert corner[0] == 0.7 > corner[1]
    assert far == WHITE


def test_the_iris_follows_the_gaze() -> None:
    turned = EYE.copy()
    turned[3:6] = math.sin(0.5), 0.0, math.cos(0.5)
    there = surfaces.eyeball(on_eyeball(math.degrees(0.5), 0.0), turned, WHITE)
    ahead = surfaces.eyeball(on_eyeball(0.0), turned, WHITE)
    assert max(there) == 0.0
    assert min(ahead) > 0.6


def paint(strands: np.ndarray) -> Paint:
    none = np.zeros((1, 1, 4), np.float32)
    palette, eyes = np.zeros((13, 6), np.float32), np.stack([EYE, EYE])
    return Paint(none, none, palette, eyes, strands.astype(np.float32), -10.0, 0.0)


def test_the_pattern_of_strands_repeats_itself() -> None:
    pattern = np.arange(16).reshape(4, 4)
    for run in (surfaces.strand, surfaces.strand.py_func):
        assert run(1.5, 2.5, pattern.astype(np.float32)) == 9
        assert run(1.5 - 8, 2.5 + 4, pattern.astype(np.float32)) == 9


@pytest.mark.parametrize("run", [surfaces.painted_hair, surfaces.painted_hair.py_func])
def test_painted_hair_covers_by_its_share(run: surfaces.painted_hair) -> None:
    flat = paint(np.zeros((4, 4)))
    shares = [run(hair, (0.1, 0.2, 0.3), flat)[0] for hair in (0.0, 0.3, 0.4, 0.5, 1.0)]
    assert shares == pytest.approx([0, 0, 0.5, 1, 1])
    dark, light = (run(0.4, (0.1, 0.2, 0.3), paint(np.full((4, 4), v))) for v in (-1.0, 1.0))
    assert dark[0] < 0.5 < light[0]
    assert dark[1] < light[1]
