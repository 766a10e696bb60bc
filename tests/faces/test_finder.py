from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from duchenne.faces.detect import Detection
from duchenne.faces.finder import FaceFinder, is_same
from duchenne.faces.mesh import MeshReading
from duchenne.geometry import Box, Region
from duchenne.records import Picture
from worlds import PORTRAIT_FACE, blank, mesh_of, portrait, real_finder


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return real_finder()


def test_the_cards_of_what_is_opened_come_with_it() -> None:
    finder, cards = FaceFinder.open()
    assert [card.name for card in cards] == ["face_detector_full", "face_detector_short", "face_mesh"]
    assert finder.mesh.min_presence == cards[2].constant("presence_threshold")


@pytest.mark.parametrize("tiles_per_side", [1, 2])
def test_the_portrait_has_one_face_where_it_is(finder: FaceFinder, tiles_per_side: int) -> None:
    (face,) = finder.find(Picture.from_rgb(portrait()), tiles_per_side)
    assert face.box.overlap(PORTRAIT_FACE) > 0.75
    assert face.presence > 0.99
    assert face.score > 0.6


def test_grey_has_no_face(finder: FaceFinder) -> None:
    assert finder.find(blank()) == []
    assert finder.search(blank()) == []


def test_an_eight_pixel_picture_is_searched_without_error(finder: FaceFinder) -> None:
    assert finder.find(blank(8, 8)) == []


def test_several_faces_come_by_size(finder: FaceFinder) -> None:
    small = cv2.resize(portrait(), (256, 256), interpolation=cv2.INTER_AREA)
    sheet = np.zeros((512, 768, 3), np.uint8)
    sheet[:, :512] = portrait()
    sheet[:256, 512:] = small
    faces = finder.find(Picture.from_rgb(sheet), tiles_per_side=2)
    assert len(faces) == 2
    assert faces[0].box.width == pytest.approx(2 * faces[1].box.width, rel=0.1)


def test_a_small_face_is_found_in_tiles(finder: FaceFinder) -> None:
    sheet = np.zeros((720, 1280, 3), np.uint8)
    # Her face becomes some 32 pixels wide: 2.5 % of the picture, too small for the whole-picture look.
    sheet[100:278, 600:778] = cv2.resize(portrait(), (178, 178), interpolation=cv2.INTER_AREA)
    assert finder.find(Picture.from_rgb(sheet), tiles_per_side=1) == []
    (face,) = finder.find(Picture.from_rgb(sheet), tiles_per_side=3)
    assert face.box.width == pytest.approx(32, abs=4)


def test_landmarks_do_not_depend_on_how_the_face_was_found(finder: FaceFinder) -> None:
    picture = Picture.from_rgb(portrait())
    (face,) = finder.find(picture, tiles_per_side=1)
    again = finder.follow(picture, face.landmarks)
    assert again is not None
    eyes = np.linalg.norm(face.landmarks[33, :2] - face.landmarks[263, :2])
    error = np.linalg.norm(again.landmarks[:, :2] - face.landmarks[:, :2], axis=1).mean() / eyes
    assert error < 0.01


def test_a_detection_without_a_face_is_not_confirmed(finder: FaceFinder) -> None:
    detection = Detection(Box(10, 10, 20, 20), np.float32([[15, 15], [25, 15], *[[20, 20]] * 4]), 0.9)
    assert finder.confirm(blank(), detection) is None


def test_a_face_that_is_gone_is_not_followed(finder: FaceFinder) -> None:
    assert finder.follow(blank(), mesh_of(Box(10, 10, 20, 20))) is None


def test_boxes_that_mostly_coincide_are_one_face() -> None:
    assert is_same(Box(0, 0, 100, 100), Box(20, 0, 100, 100))
    assert not is_same(Box(0, 0, 100, 100), Box(60, 0, 100, 100))


@pytest.mark.shared
def test_group_photograph_has_its_five_people(finder: FaceFinder, shared: Path) -> None:
    bgr = cv2.imread(str(shared / "data" / "clips" / "multi_face.jpg"))
    assert len(finder.find(Picture.from_rgb(np.ascontiguousarray(bgr[..., ::-1])))) == 5


class DoubtingMesh:
    """Sees a face at first sight, and is less sure at the second."""

    min_presence = 0.5

    def __init__(self, *presences: float) -> None:
        self._presences = list(presences)

    def read(self, picture: Picture, region: Region) -> MeshReading:
        return MeshReading(mesh_of(region.box), self._presences.pop(0))


@pytest.mark.parametrize(
    ("presences", "is_found"),
    [((0.4,), False), ((0.9, 0.4), False), ((0.9, 0.9), False), ((0.6, 0.96), True)],
)
def test_a_new_face_must_be_clear_at_the_second_look(presences: tuple[float, ...], is_found: bool) -> None:
    doubting = FaceFinder(None, None, DoubtingMesh(*presences))  # type: ignore[arg-type]  # only the mesh is asked
    detection = Detection(Box(10, 10, 20, 20), np.float32([[15, 15], [25, 15], *[[20, 20]] * 4]), 0.9)
    assert (doubting.confirm(blank(), detection) is not None) is is_found
