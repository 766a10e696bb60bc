from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.geometry import IDENTITY, Box, Matrix, Region, apply, compose, invert, scale_of, similarity


def turned(angle_deg: float, scale: float, shift: tuple[float, float]) -> Matrix:
    """The textbook rotation matrix: x right, y down, so a positive angle turns clockwise as seen."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[scale * cos, -scale * sin, shift[0]], [scale * sin, scale * cos, shift[1]]])


numbers = st.floats(-100, 100)
maps = st.builds(
    turned, st.floats(-180, 180), st.floats(0.1, 10), st.tuples(st.floats(-500, 500), st.floats(-500, 500))
)
points = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5).map(np.array)

SQUARE = Box(0, 0, 10, 10)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 10, 10), 50 / 150),
        (Box(2, 2, 5, 5), 25 / 100),
        (Box(10, 0, 10, 10), 0.0),
        (Box(-20, -20, 5, 5), 0.0),
        (Box(3, 3, 0, 0), 0.0),
        (Box(8, 3, -5, 5), 0.0),
    ],
    ids=["same", "half", "inside", "touching", "apart", "empty", "inverted"],
)
def test_overlap_is_shared_area_over_joint_area(other: Box, expected: float) -> None:
    assert SQUARE.overlap(other) == pytest.approx(expected)
    assert other.overlap(SQUARE) == pytest.approx(expected)


def test_two_empty_boxes_do_not_overlap() -> None:
    assert Box(1, 1, 0, 0).overlap(Box(1, 1, 0, 0)) == 0.0


def test_inverted_box_has_no_area() -> None:
    assert Box(0, 0, -3, 4).area == 0.0


def test_box_around_points_ignores_depth() -> None:
    box = Box.around(np.array([[3.0, 8.0, -50.0], [1.0, 9.0, 70.0], [2.0, 4.0, 0.0]]))

    assert box == Box(1.0, 4.0, 2.0, 5.0)
    assert box.center == (2.0, 6.5)


def test_box_around_one_point_is_empty() -> None:
    assert Box.around(np.array([[3.0, 8.0]])) == Box(3.0, 8.0, 0.0, 0.0)


def test_region_maps_patch_corners_to_the_corners_of_the_square() -> None:
    matrix = Region(center_x=50, center_y=40, side_px=20).to_picture(192)

    corners = apply(matrix, np.array([[0, 0], [192, 0], [192, 192], [96, 96]]))

    np.testing.assert_allclose(corners, [[40, 30], [60, 30], [60, 50], [50, 40]], atol=1e-12)


def test_region_turned_by_a_quarter_shows_its_top_on_the_right() -> None:
    matrix = Region(center_x=50, center_y=40, side_px=20, angle_deg=90).to_picture(10)

    # The middle of the patch's upper edge lies right of the centre when the head leans to the right.
    np.testing.assert_allclose(apply(matrix, np.array([[5, 0]])), [[60, 40]], atol=1e-12)


def test_region_box_ignores_rotation() -> None:
    assert Region(50, 40, 20, angle_deg=33).box == Box(40, 30, 20, 20)


def test_compose_applies_the_inner_map_first() -> None:
    double = np.array([[2.0, 0, 0], [0, 2.0, 0]])
    right = np.array([[1.0, 0, 5], [0, 1.0, 0]])

    np.testing.assert_array_equal(apply(compose(double, right), np.array([[1.0, 1.0]])), [[12.0, 2.0]])
    np.testing.assert_array_equal(apply(compose(right, double), np.array([[1.0, 1.0]])), [[7.0, 2.0]])


@given(maps, maps, points)
def test_composed_map_is_one_after_the_other(outer: Matrix, inner: Matrix, where: np.ndarray) -> None:
    # Values reach 1e5; float64 keeps them to about 1e-11.
    np.testing.assert_allclose(
        apply(compose(outer, inner), where), apply(outer, apply(inner, where)), atol=1e-8
    )


@given(maps, points)
def test_inverse_brings_points_back(matrix: Matrix, where: np.ndarray) -> None:
    np.testing.assert_allclose(apply(invert(matrix), apply(matrix, where)), where, atol=1e-8)


def test_map_onto_a_line_has_no_inverse() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        invert(np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0]]))


def test_apply_to_no_points_gives_no_points() -> None:
    assert apply(IDENTITY, np.zeros((0, 2))).shape == (0, 2)


def test_identity_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        IDENTITY[0, 0] = 2.0


@given(maps)
def test_scale_is_the_length_of_a_mapped_unit_step(matrix: Matrix) -> None:
    step = apply(matrix, np.array([[1.0, 0.0]])) - apply(matrix, np.array([[0.0, 0.0]]))

    assert scale_of(matrix) == pytest.approx(float(np.hypot(*step[0])))


@given(maps)
def test_similarity_recovers_a_known_map(matrix: Matrix) -> None:
    source = np.array([[0.0, 0.0], [10.0, 0.0], [3.0, 7.0], [-4.0, 2.0]])

    # Coefficients reach 500 and are sums of a few float64 products.
    np.testing.assert_allclose(similarity(source, apply(matrix, source)), matrix, atol=1e-9)


def test_similarity_is_fixed_by_two_points() -> None:
    source = np.array([[0.0, 0.0], [1.0, 0.0]])
    target = np.array([[5.0, 5.0], [5.0, 7.0]])

    np.testing.assert_allclose(similarity(source, target), turned(90, 2, (5, 5)), atol=1e-12)


def test_similarity_of_a_noisy_target_has_the_smallest_error() -> None:
    rng = np.random.default_rng(0)
    source = rng.normal(size=(20, 2)) * 10
    target = apply(turned(25, 1.7, (3, -8)), source) + rng.normal(size=(20, 2))
    # Independent reference: the same least-squares problem, linear in (a, b, tx, ty), solved by numpy.
    x, y = source.T
    zero, one = np.zeros(20), np.ones(20)
    system = np.vstack([np.column_stack([x, -y, one, zero]), np.column_stack([y, x, zero, one])])
    a, b, tx, ty = np.linalg.lstsq(system, target.T.ravel(), rcond=None)[0]

    np.testing.assert_allclose(similarity(source, target), [[a, -b, tx], [b, a, ty]], atol=1e-10)


def test_similarity_never_mirrors() -> None:
    source = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    mirrored = source * [-1, 1]

    assert np.linalg.det(similarity(source, mirrored)[:, :2]) >= 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (np.zeros((1, 2)), np.zeros((1, 2))),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (np.zeros((3, 2)), np.zeros((4, 2))),
        (np.zeros((3, 3)), np.zeros((3, 3))),
        (np.zeros(4), np.zeros(4)),
    ],
    ids=["one point", "no points", "different counts", "three axes", "flat"],
)
def test_similarity_refuses_wrong_shapes(source: np.ndarray, target: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"need two \(N, 2\) arrays of one shape"):
        similarity(source, target)


def test_similarity_refuses_points_that_coincide() -> None:
    with pytest.raises(ValueError, match="all source points coincide"):
        similarity(np.ones((3, 2)), np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("box", "share"),
    [
        (Box(10, 10, 20, 20), 1.0),
        (Box(-10, 10, 20, 20), 0.5),
        (Box(-10, -10, 20, 20), 0.25),
        (Box(90, 10, 20, 20), 0.5),
        (Box(200, 10, 20, 20), 0.0),
        (Box(10, 10, 0, 0), 0.0),
    ],
)
def test_share_of_a_box_inside_the_picture(box: Box, share: float) -> None:
    assert box.share_inside(100, 50) == pytest.approx(share)
