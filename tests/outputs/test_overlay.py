from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import overlay
from duchenne.outputs.overlay import Overlay
from duchenne.outputs.palette import DARK, rgb
from duchenne.records import FrameResult, Observation, Picture, Reading
from made_results import broken, face, reading, shown, units_of

GREY = 120


def canvas(width: int = 640, height: int = 360) -> Picture:
    return Picture.from_rgb(np.full((height, width, 3), GREY, dtype=np.uint8))


def draw(picture: Picture, result: FrameResult) -> NDArray[np.uint8]:
    """The first frame of a video."""
    return Overlay().draw(picture, result)


def changed(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.any(image != GREY, axis=2)


def bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is true, the last two exclusive."""
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def at(box: Box, track: int = 0, top: str = "happiness", probability: float = 0.8) -> Observation:
    return Observation(face(track, box=box), reading(top, probability))


def poor_at(box: Box) -> Observation:
    return Observation(face(0, box=box, status=Status.LOW_QUALITY), None)


def has_colour(image: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.all(image == colour, axis=2)


def test_the_picture_itself_is_not_touched() -> None:
    picture = canvas()
    out = draw(picture, shown(0, at(Box(250, 100, 100, 130))))
    assert np.all(picture.planes[0] == GREY)
    assert out.shape == (360, 640, 3)
    assert out.dtype == np.uint8


def test_a_frame_without_a_face_shows_only_the_time_in_a_corner() -> None:
    left, top, right, bottom = bounds(changed(draw(canvas(), shown(0))))
    assert (left, top) == (3, 3) or (left, top) == (5, 5)
    assert right < 200
    assert bottom < 40


def test_only_box_tag_bars_and_time_are_drawn() -> None:
    box = Box(250, 100, 100, 130)
    mask = changed(draw(canvas(), shown(0, at(box))))
    outside = mask.copy()
    outside[:40, :120] = False  # time
    outside[60:240, 245:520] = False  # tag above, box, bars to the right
    assert not outside.any()
    assert mask[165, 300 - 5 : 300 + 5].any()  # mesh
    assert not mask[250:, :].any()


def test_the_box_has_the_colour_of_the_expression_and_lies_where_the_face_is() -> None:
    out = draw(canvas(), shown(0, at(Box(250, 100, 100, 130), top="fear")))
    line = has_colour(out, rgb(DARK.expressions["fear"]))
    assert line[100, 255:345].all()
    assert line[230, 255:345].all()
    assert line[105:225, 250].all()
    assert line[105:225, 350].all()


def test_bars_are_as_long_as_their_probabilities() -> None:
    out = draw(canvas(1280, 720), shown(0, at(Box(500, 200, 200, 260), top="surprise", probability=0.65)))
    beside = out[:, 705:]
    lengths = {}
    for name in EXPRESSIONS:
        rows = has_colour(beside, rgb(DARK.expressions[name]))
        lengths[name] = int(rows.sum(axis=1).max())
    # 84 pixels at 720 lines stand for 1; ends are rounded to whole pixels.
    assert lengths["surprise"] == pytest.approx(0.65 * 84, abs=1)
    assert all(lengths[name] == pytest.approx(0.05 * 84, abs=1) for name in EXPRESSIONS if name != "surprise")


def test_a_poor_face_is_dashed_and_has_no_bars() -> None:
    box = Box(250, 100, 100, 130)
    good, poor = draw(canvas(), shown(0, at(box))), draw(canvas(), shown(0, poor_at(box)))
    line = has_colour(poor, (190, 190, 190))
    assert line[230, 250:350].any()
    assert not line[230, 250:350].all()
    assert changed(good)[120:220, 360:450].any()
    assert not changed(poor)[120:220, 360:450].any()


def test_no_plate_covers_any_face() -> None:
    boxes = [Box(60 + 110 * k, 60 + 20 * (k % 2), 80, 100) for k in range(5)]
    result = shown(0, *(at(box, track) for track, box in enumerate(boxes)))
    out = draw(canvas(), result)
    for box in boxes:
        inside = out[
            int(box.y) + 4 : int(box.y + box.height) - 4, int(box.x) + 4 : int(box.x + box.width) - 4
        ]
        # A plate would darken what it covers; box and mesh are lighter than the picture.
        assert inside.min() >= GREY


def test_a_face_that_fills_the_picture_gets_its_box_and_nothing_over_it() -> None:
    out = draw(canvas(), shown(0, at(Box(-20, -20, 680, 400))))
    assert out.min() >= GREY


def test_a_face_beyond_the_edge_is_drawn_as_far_as_it_goes() -> None:
    out = draw(canvas(), shown(0, at(Box(600, 300, 120, 140))))
    assert has_colour(out, rgb(DARK.expressions["happiness"]))[300, 605:640].all()


def test_a_face_outside_the_picture_has_neither_box_nor_mesh() -> None:
    out = draw(canvas(), shown(0, at(Box(900, 300, 80, 80))))
    # Its bars stand in a corner at the top: there is no doubt whose they are.
    assert not changed(out)[170:, :].any()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 8), (320, 180), (180, 320), (3840, 2160)])
def test_any_size_of_picture(width: int, height: int) -> None:
    box = Box(width * 0.3, height * 0.25, width * 0.25, height * 0.5)
    out = draw(canvas(width, height), shown(0, at(box)))
    assert out.shape == (height, width, 3)


def test_text_is_as_large_in_proportion_at_4k_as_at_720_lines() -> None:
    heights = []
    for width, height in ((1280, 720), (3840, 2160)):
        _, top, _, bottom = bounds(changed(draw(canvas(width, height), shown(0))))
        heights.append((bottom - top) / height)
    # Lengths are rounded to whole pixels.
    assert heights[0] == pytest.approx(heights[1], rel=0.05)


def test_points_of_the_mesh_are_left_out_where_they_would_run_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = []
    monkeypatch.setattr(overlay, "_dots", lambda layer, points, size: drawn.append(len(points)))
    for width in (119, 120):
        draw(canvas(), shown(0, at(Box(200, 100, width, 150))))
    assert drawn == [468]


def test_points_outside_the_picture_are_left_out() -> None:
    layer = np.zeros((20, 30, 3), dtype=np.uint8)
    overlay._dots(layer, np.array([[4.2, 5.8], [-3.0, 5.0], [29.6, 10.0], [10.0, 30.0]]), 2)
    lit = np.argwhere(layer.any(axis=2))
    assert lit.tolist() == [[5, 4], [5, 5], [6, 4], [6, 5], [10, 29], [11, 29]]


def test_plates_stay_in_place_when_a_face_moves_a_little() -> None:
    drawer = Overlay()
    masks = []
    for x in (465.0, 400.0):
        mask = changed(drawer.draw(canvas(), shown(0, at(Box(x, 100, 100, 130)))))
        mask[:40] = False
        masks.append(bounds(mask))
    # At first there is no room on the right; the bars stay on the left when there is.
    assert masks[0][0] < 400
    assert masks[1][0] < 350
    fresh = changed(draw(canvas(), shown(0, at(Box(400.0, 100, 100, 130)))))
    fresh[:40] = False
    assert bounds(fresh)[0] >= 395


def test_a_new_size_of_picture_is_measured_anew() -> None:
    drawer = Overlay()
    drawer.draw(canvas(1280, 720), shown(0))
    assert np.array_equal(drawer.draw(canvas(640, 360), shown(0)), draw(canvas(640, 360), shown(0)))


@pytest.mark.parametrize("result", [shown(0), broken(0), broken(0, 1.0)])
def test_frames_without_anything_to_draw(result: FrameResult) -> None:
    assert changed(draw(canvas(), result)).any()


def test_action_units_get_a_plate_of_their_own_and_tint_the_face() -> None:
    box = Box(500, 200, 200, 260)
    plain = Observation(face(0, box=box), reading("happiness", 0.8))
    acting = Observation(plain.face, Reading(reading("happiness", 0.8).expressions, units_of(AU12=0.9)))
    without, with_units = (draw(canvas(1280, 720), shown(0, one)) for one in (plain, acting))
    difference = np.any(without != with_units, axis=2)
    assert difference[200:460, 500:700].any()
    assert has_colour(with_units, rgb(DARK.units)).any()
    assert not has_colour(without, rgb(DARK.units)).any()
    # The bars of the expressions stay where they are.
    bars = has_colour(without, rgb(DARK.expressions["happiness"]))
    assert has_colour(with_units, rgb(DARK.expressions["happiness"]))[bars].all()
