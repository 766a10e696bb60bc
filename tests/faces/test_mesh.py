from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.faces.detect import Detection
from duchenne.faces.mesh import Mesh, region_of_detection, region_of_landmarks
from duchenne.geometry import Box, Region
from duchenne.models.session import Session
from duchenne.models.store import load_card
from duchenne.records import Picture
from worlds import PORTRAIT_FACE, blank, mesh_of, portrait


class FakeSession:
    """Answers with landmarks in input pixels and a logit, whatever it sees."""

    card = load_card("face_mesh")

    def __init__(self, point: tuple[float, float, float], logit: float) -> None:
        self._point, self._logit = point, logit

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        landmarks = np.tile(np.float32(self._point), (1, 468, 1))
        return {"landmarks": landmarks, "presence": np.float32([[self._logit]])}


def read(point: tuple[float, float, float], region: Region, logit: float = 0.0) -> tuple[list[float], float]:
    mesh = Mesh(FakeSession(point, logit))  # type: ignore[arg-type]  # a fake with the same methods
    reading = mesh.read(blank(), region)
    return reading.landmarks[0].tolist(), reading.presence


def test_landmarks_are_mapped_from_the_input_to_the_picture() -> None:
    # The input has 192 pixels a side; a region of 384 doubles everything, depth too.
    point, _ = read((0, 0, 10), Region(500, 300, 384))
    assert point == pytest.approx([500 - 192, 300 - 192, 20])
    point, _ = read((96, 96, 0), Region(500, 300, 384))
    assert point == pytest.approx([500, 300, 0])


def test_a_turned_region_turns_its_landmarks() -> None:
    point, _ = read((192, 96, 0), Region(500, 300, 192, angle_deg=90))
    assert point == pytest.approx([500, 396, 0])


def test_presence_is_the_logistic_of_the_logit_and_survives_extremes() -> None:
    assert read((0, 0, 0), Region(0, 0, 10), logit=1.5)[1] == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert read((0, 0, 0), Region(0, 0, 10), logit=1e6)[1] == 1.0
    assert read((0, 0, 0), Region(0, 0, 10), logit=-1e6)[1] == pytest.approx(0, abs=1e-30)


def test_region_of_landmarks_is_half_as_large_again_and_level_with_the_eyes() -> None:
    region = region_of_landmarks(mesh_of(Box(100, 50, 80, 120)))
    assert (region.center_x, region.center_y, region.side_px, region.angle_deg) == pytest.approx(
        (140, 110, 180, 0)
    )


def test_region_of_a_detection_follows_its_eyes() -> None:
    keypoints = np.zeros((6, 2), np.float32)
    keypoints[1] = (10, 10)
    region = region_of_detection(Detection(Box(0, 0, 40, 20), keypoints, 0.9))
    assert (region.side_px, region.angle_deg) == pytest.approx((60, 45))


def test_installed_network_sees_the_portrait() -> None:
    mesh = Mesh(Session.open("face_mesh"))
    box = PORTRAIT_FACE
    reading = mesh.read(Picture.from_rgb(portrait()), Region(*box.center, side_px=1.5 * box.height))
    assert reading.presence > 0.99
    assert Box.around(reading.landmarks).overlap(box) > 0.75
    right_eye, left_eye, chin = reading.landmarks[[33, 263, 152], :2]
    assert right_eye[0] < left_eye[0]
    assert chin[1] > right_eye[1]


def test_installed_network_sees_no_face_in_grey() -> None:
    assert Mesh(Session.open("face_mesh")).read(blank(), Region(32, 24, 48)).presence < 0.5
