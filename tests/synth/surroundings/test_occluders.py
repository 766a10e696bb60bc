"""What is put in front of a face hides what it should, moves with it and stays itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.synth.surroundings.occluders import draw
from duchenne.synth.surroundings.scene import Cover
from procedural_head import landmark_places

THINGS = [cover for cover in Cover if cover is not Cover.NONE]
SIZE = 128
SKIN = (180, 130, 100)
MOUTH = list(range(48, 68))
BROWS = list(range(17, 27))


def landmarks(scale: float = 4.0, shift: tuple[float, float] = (64.0, 70.0)) -> NDArray[np.float64]:
    """The procedural head's landmarks seen from the front, ``scale`` pixels a centimetre."""
    return landmark_places() * [scale, -scale] + np.array(shift)


def face() -> NDArray[np.uint8]:
    return np.full((SIZE, SIZE, 3), SKIN, dtype=np.uint8)


def hidden(mask: NDArray[np.bool_], points: NDArray[np.float64]) -> float:
    """Share of points that lie under a mask."""
    x, y = np.rint(points).astype(int).T
    return float(mask[y, x].mean())


def middle(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    y, x = np.nonzero(mask)
    return np.array([x.mean(), y.mean()])


def test_nothing_in_front_leaves_the_picture() -> None:
    rgb = face()
    drawn, mask = draw(rgb, Cover.NONE, landmarks(), "a")
    assert drawn is rgb
    assert mask.shape == (SIZE, SIZE)
    assert not mask.any()


@pytest.mark.parametrize("cover", THINGS)
def test_only_what_the_mask_and_its_soft_edge_say_is_changed(cover: Cover) -> None:
    rgb = face()
    drawn, mask = draw(rgb, cover, landmarks(), "a")
    assert drawn.dtype == np.uint8
    changed = (drawn != rgb).any(axis=2)
    near = np.zeros_like(mask)
    for dy in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            near |= np.roll(mask, (dy, dx), axis=(0, 1))
    assert changed[mask].mean() > 0.95
    # Thin loops and tips of hair cover less than half of their pixels and hide nothing.
    assert (changed & ~near).mean() < 0.01
    assert 0.03 < mask.mean() < 0.4


@pytest.mark.parametrize("cover", THINGS)
def test_the_picture_that_is_given_is_not_written_to(cover: Cover) -> None:
    rgb = face()
    draw(rgb, cover, landmarks(), "a")
    np.testing.assert_array_equal(rgb, face())


@pytest.mark.parametrize("cover", THINGS)
def test_the_same_key_draws_the_same_thing_and_another_one_another(cover: Cover) -> None:
    first, again, other = (draw(face(), cover, landmarks(), key)[0] for key in ("a", "a", "c"))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("cover", THINGS)
def test_things_move_with_the_face(cover: Cover) -> None:
    _, here = draw(face(), cover, landmarks(3.0, (60.0, 60.0)), "a")
    _, there = draw(face(), cover, landmarks(3.0, (67.0, 56.0)), "a")
    # Whole pixels, so that it is the same drawing; only what the edge of the picture cuts off differs.
    inner = np.roll(here, (-4, 7), axis=(0, 1))[5:-10, 10:-10]
    np.testing.assert_array_equal(there[5:-10, 10:-10], inner)


@pytest.mark.parametrize("cover", THINGS)
def test_things_grow_with_the_face(cover: Cover) -> None:
    small, large = (draw(face(), cover, landmarks(scale), "a")[1].sum() for scale in (2.0, 3.0))
    # Area goes with the square; arms and handles are cut off by the picture's edge.
    assert 1.4 < large / small < 2.5


@pytest.mark.parametrize(
    ("cover", "places", "share"),
    [
        (Cover.HAND, MOUTH, 0.8),
        (Cover.MASK, MOUTH, 1.0),
        (Cover.FRINGE, BROWS, 0.8),
    ],
)
@pytest.mark.parametrize("key", ["a", "b", "c", "d"])
def test_things_hide_what_they_are_held_before(
    cover: Cover, places: list[int], share: float, key: str
) -> None:
    points = landmarks()
    _, mask = draw(face(), cover, points, key)
    assert hidden(mask, points[places]) >= share


@pytest.mark.parametrize("key", ["a", "b", "c", "d"])
def test_hand_and_microphone_leave_the_eyes_free_and_a_fringe_the_mouth(key: str) -> None:
    points = landmarks()
    for cover in (Cover.HAND, Cover.MASK, Cover.MICROPHONE):
        assert hidden(draw(face(), cover, points, key)[1], points[36:48]) == 0.0
    assert hidden(draw(face(), Cover.FRINGE, points, key)[1], points[MOUTH]) == 0.0


def test_a_microphone_is_held_below_the_nose() -> None:
    points = landmarks()
    _, mask = draw(face(), Cover.MICROPHONE, points, "a")
    assert middle(mask)[1] > points[33, 1]


def test_hands_come_from_both_sides() -> None:
    x = [middle(draw(face(), Cover.HAND, landmarks(), key)[1])[0] for key in "abcdefgh"]
    assert min(x) < 64 < max(x)


def test_a_hand_has_the_colour_of_the_face() -> None:
    drawn, mask = draw(face(), Cover.HAND, landmarks(), "a")
    colour = np.median(drawn[mask], axis=0)
    # Shaded, but of the same hue: the channels keep their proportions.
    np.testing.assert_allclose(colour / colour.sum(), np.array(SKIN) / sum(SKIN), atol=0.02)


def test_a_fringe_has_the_colour_of_the_hair() -> None:
    red, blue = (
        np.median(drawn[mask], axis=0)
        for drawn, mask in (
            draw(face(), Cover.FRINGE, landmarks(), "a", hair=hair)
            for hair in ((0.3, 0.02, 0.02), (0.02, 0.02, 0.3))
        )
    )
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]


def test_things_are_darker_in_the_dark() -> None:
    for cover in THINGS:
        light, dark = (draw(rgb, cover, landmarks(), "a") for rgb in (face(), face() // 2))
        assert dark[0][dark[1]].mean() < light[0][light[1]].mean()


def test_a_turned_head_takes_its_fringe_along() -> None:
    points = landmarks()
    turned = points.copy()
    turned[27:36, 0] += 8.0  # the nose points to the right
    ahead, aside = (draw(face(), Cover.FRINGE, p, "a")[1][:40] for p in (points, turned))
    assert middle(aside)[0] < middle(ahead)[0]


@pytest.mark.parametrize("cover", THINGS)
def test_a_face_outside_the_picture_or_without_extent_draws_nothing_wrong(cover: Cover) -> None:
    for points in (landmarks(shift=(-500.0, -500.0)), np.zeros((68, 2))):
        drawn, mask = draw(face(), cover, points, "a")
        assert drawn.shape == (SIZE, SIZE, 3)
        assert mask.mean() < 0.05


def test_landmarks_of_another_scheme_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(68, 2\) landmarks, got \(468, 3\)"):
        draw(face(), Cover.HAND, np.zeros((468, 3)), "a")
