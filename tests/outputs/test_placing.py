from __future__ import annotations

from duchenne.geometry import Box
from duchenne.outputs.placing import Placer, beside, corners

FRAME = (100, 80)


def test_the_first_free_place_is_taken() -> None:
    places = corners(FRAME, 20, 10, 2)
    assert Placer().place("a", places, FRAME, []) == Box(2, 2, 20, 10)
    assert Placer().place("a", places, FRAME, [Box(0, 0, 5, 5)]) == Box(78, 2, 20, 10)


def test_touching_edges_are_free_and_overlaps_are_not() -> None:
    places = {"here": Box(10, 10, 10, 10)}
    assert Placer().place("a", places, FRAME, [Box(20, 10, 10, 10)]) is not None
    assert Placer().place("a", places, FRAME, [Box(19.5, 10, 10, 10)]) is None


def test_a_place_outside_the_picture_is_no_place() -> None:
    for box in (Box(-1, 0, 5, 5), Box(0, -1, 5, 5), Box(96, 0, 5, 5), Box(0, 76, 5, 5)):
        assert Placer().place("a", {"here": box}, FRAME, []) is None


def test_a_plate_stays_on_its_side_while_that_is_free() -> None:
    placer = Placer()
    blocked = [Box(0, 0, 30, 30)]
    places = corners(FRAME, 20, 10, 2)
    assert placer.place("a", places, FRAME, blocked) == places["top right"]
    assert placer.place("a", places, FRAME, []) == places["top right"]
    assert placer.place("other", places, FRAME, []) == places["top left"]
    assert placer.place("a", places, FRAME, [Box(70, 0, 30, 30)]) == places["top left"]


def test_places_beside_a_face_do_not_touch_it() -> None:
    face = Box(40, 30, 20, 25)
    for box in beside(face, 15, 10, 2).values():
        assert box.overlap(face) == 0
        assert (box.width, box.height) == (15, 10)


def test_corners_lie_inside() -> None:
    for box in corners(FRAME, 20, 10, 2).values():
        assert box.x >= 2
        assert box.y >= 2
        assert box.x + box.width <= 98
        assert box.y + box.height <= 78
