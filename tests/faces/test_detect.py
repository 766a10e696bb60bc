from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import ModelError
from duchenne.faces.detect import Detector, _anchors, tiles
from duchenne.geometry import Box
from duchenne.models.session import Session
from duchenne.models.store import load_card
from duchenne.records import Picture
from tiny_networks import Output, build
from worlds import PORTRAIT_FACE, blank, portrait


class FakeSession:
    """Answers every window with the same anchors' boxes: {anchor: (logit, 16 values in input pixels)}."""

    def __init__(
        self, answers: dict[int, tuple[float, list[float]]], name: str = "face_detector_short"
    ) -> None:
        self.card = load_card(name)
        self._answers = answers
        self.batches: list[NDArray[np.float32]] = []

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.batches.append(batch)
        count = self.card.output("scores").shape[0]
        scores = np.full((1, count), -20, np.float32)
        values = np.zeros((1, count, 16), np.float32)
        for anchor, (logit, value) in self._answers.items():
            scores[0, anchor], values[0, anchor] = logit, value
        return {"scores": scores, "regressors": values}


def detector(answers: dict[int, tuple[float, list[float]]]) -> Detector:
    return Detector(FakeSession(answers))  # type: ignore[arg-type]  # a fake with the same methods


# Anchor 0 of the short-range network is the centre of the first of 16 x 16 cells: 1/32 of the side.
FACE = [12.0, 12.0, 32.0, 16.0, *[0.0] * 12]


def test_nothing_above_the_threshold_is_no_detection() -> None:
    assert detector({}).detect(blank()) == []


def test_box_and_score_are_decoded_into_picture_pixels() -> None:
    (found,) = detector({0: (2.0, FACE)}).detect(blank(256, 256))
    # The input has 128 pixels a side, the picture 256: everything doubles. Centre (4 + 12) * 2 = 32.
    assert (found.box.x, found.box.y, found.box.width, found.box.height) == pytest.approx((0, 16, 64, 32))
    assert found.score == pytest.approx(1 / (1 + np.exp(-2.0)))
    np.testing.assert_allclose(found.keypoints, 8.0, atol=1e-5)


def test_a_wide_picture_is_letterboxed_around_its_centre() -> None:
    (found,) = detector({0: (2.0, FACE)}).detect(blank(256, 128))
    assert found.box.y == pytest.approx(16 - 64)


def test_overlapping_boxes_are_blended_by_score() -> None:
    shifted = [14.0, *FACE[1:]]
    (found,) = detector({0: (3.0, FACE), 1: (1.0, shifted)}).detect(blank(128, 128))
    scores = 1 / (1 + np.exp([-3.0, -1.0]))
    assert found.box.center[0] == pytest.approx(np.average([16, 18], weights=scores))
    assert found.score == pytest.approx(scores[0])


def test_boxes_apart_stay_apart_and_come_by_score() -> None:
    far = [80.0, 80.0, *FACE[2:]]
    found = detector({0: (1.0, FACE), 1: (3.0, far)}).detect(blank(128, 128))
    assert [round(d.box.center[0]) for d in found] == [84, 16]


def test_an_empty_box_ends_the_blending() -> None:
    (found,) = detector({0: (3.0, [12.0, 12.0, 0.0, 0.0, *[0.0] * 12])}).detect(blank(128, 128))
    assert found.box.area == 0


def test_each_tile_is_looked_at_and_cut_boxes_are_left_to_the_neighbour() -> None:
    session = FakeSession({0: (2.0, [0.0, 60.0, 32.0, 16.0, *[0.0] * 12])})
    found = Detector(session).detect(blank(256, 128), tiles(blank(256, 128), 2))  # type: ignore[arg-type]
    assert len(session.batches) == 3
    # The box reaches over the left edge of every tile; only at the picture's own edge is it kept.
    assert [d.box.center[0] for d in found] == pytest.approx([4])


@pytest.mark.parametrize(
    ("width", "height", "per_side"), [(640, 360, 2), (360, 640, 3), (100, 100, 4), (8, 8, 2)]
)
def test_tiles_cover_every_pixel(width: int, height: int, per_side: int) -> None:
    covered = np.zeros((height, width), bool)
    for tile in tiles(blank(width, height), per_side):
        assert tile.width == tile.height == max(width, height) / per_side
        rows = slice(max(round(tile.y), 0), round(tile.y + tile.height))
        covered[rows, max(round(tile.x), 0) : round(tile.x + tile.width)] = True
    assert covered.all()


def test_one_tile_is_the_whole_picture() -> None:
    assert tiles(blank(64, 48), 1) == [Box(0, -8, 64, 64)]


@pytest.mark.parametrize(("per_side", "overlap"), [(0, 0.25), (2, 1.0), (2, -0.1)])
def test_tiles_outside_their_range_are_refused(per_side: int, overlap: float) -> None:
    with pytest.raises(ValueError, match="need per_side >= 1 and 0 <= overlap < 1"):
        tiles(blank(), per_side, overlap)


def test_a_card_without_thresholds_is_refused() -> None:
    card, weights = build([Output("scores", np.zeros(896)), Output("regressors", np.zeros((896, 16)))])
    with pytest.raises(
        ModelError, match=r"has no constant 'overlap_threshold'|has no constant 'score_threshold'"
    ):
        Detector(Session(card, weights))


def test_anchors_are_cell_centres_in_the_networks_order() -> None:
    short, full = _anchors(896), _anchors(2304)
    np.testing.assert_allclose(short[:3], [[1 / 32, 1 / 32], [1 / 32, 1 / 32], [3 / 32, 1 / 32]])
    np.testing.assert_allclose(short[512:518], 1 / 16)
    np.testing.assert_allclose(full[[0, 1, 48, -1]] * 96, [[1, 1], [3, 1], [1, 3], [95, 95]], atol=1e-4)


@pytest.mark.parametrize("name", ["face_detector_short", "face_detector_full"])
def test_installed_networks_find_the_portrait(name: str) -> None:
    found = Detector(Session.open(name)).detect(Picture.from_rgb(portrait()))
    assert len(found) == 1
    assert found[0].box.overlap(PORTRAIT_FACE) > 0.5
    right, left = found[0].keypoints[:2]
    assert right[0] < left[0], "the subject's right eye is on the left of the picture"


@pytest.mark.parametrize("name", ["face_detector_short", "face_detector_full"])
def test_installed_networks_find_nothing_in_grey(name: str) -> None:
    assert Detector(Session.open(name)).detect(blank()) == []
