from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from duchenne.geometry import IDENTITY, Box
from duchenne.labels import EXPRESSIONS, Status
from duchenne.records import Face, FrameResult, Observation, Picture, Pose, Reading

OBSERVATION = Observation(
    Face(0, Box(0, 0, 1, 1), 0.9, 0.8, np.zeros((468, 3), np.float32), Pose(0.0, 0.0, 0.0)), None
)


def test_picture_from_rgb_keeps_the_array_itself() -> None:
    rgb = np.zeros((4, 6, 3), np.uint8)
    picture = Picture.from_rgb(rgb)

    assert picture.planes[0] is rgb
    assert (picture.width, picture.height, picture.is_rgb) == (6, 4, True)
    np.testing.assert_array_equal(picture.to_stored, IDENTITY)


@pytest.mark.parametrize(
    ("luma", "chroma"), [((4, 6), (2, 3)), ((5, 7), (3, 4)), ((1, 1), (1, 1))], ids=["even", "odd", "single"]
)
def test_picture_takes_planes_with_chroma_rounded_up(luma: tuple[int, int], chroma: tuple[int, int]) -> None:
    planes = tuple(np.zeros(shape, np.uint8) for shape in (luma, chroma, chroma))

    assert not Picture(planes, width=luma[1], height=luma[0]).is_rgb


@pytest.mark.parametrize(
    "planes",
    [
        (),
        (np.zeros((4, 6), np.uint8),),
        (np.zeros((4, 6, 4), np.uint8),),
        (np.zeros((4, 6, 3), np.float32),),
        (np.zeros((4, 6), np.uint8), np.zeros((4, 6), np.uint8)),
        tuple(np.zeros((4, 6), np.uint8) for _ in range(3)),
        tuple(np.zeros((4, 6, 3), np.uint8) for _ in range(3)),
        (np.zeros((5, 7), np.uint8), np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.uint8)),
        (np.zeros((4, 6), np.uint8), np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.uint16)),
    ],
    ids=["none", "flat", "alpha", "float", "two", "4:4:4", "three RGB", "rounded down", "16 bits"],
)
def test_picture_refuses_other_planes(planes: tuple[np.ndarray, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"a picture is one \(H, W, 3\) or three YUV 4:2:0 uint8 planes; got"
    ):
        Picture(planes, width=6, height=4)


def test_reading_names_its_most_probable_expression() -> None:
    probabilities = np.full(len(EXPRESSIONS), 0.1, np.float32)
    probabilities[EXPRESSIONS.index("sadness")] = 0.3

    assert Reading(probabilities).expression == "sadness"


@pytest.mark.parametrize("shape", [(7,), (0,), (1, 8)])
def test_reading_refuses_another_number_of_probabilities(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected 8 probabilities, got shape"):
        Reading(np.zeros(shape, np.float32))


@pytest.mark.parametrize("shape", [(0,), (23,), (1, 24)])
def test_reading_refuses_another_number_of_units(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected 24 intensities, got shape"):
        Reading(np.full(8, 0.125, np.float32), np.zeros(shape, np.float32))


def test_frame_result_without_a_face_has_no_observations() -> None:
    assert FrameResult(3, 0.1, Status.NO_FACE).observations == ()
    assert FrameResult(3, 0.1, Status.OK, (OBSERVATION,)).observations == (OBSERVATION,)


@pytest.mark.parametrize(
    ("status", "observations"),
    [(Status.OK, ()), (Status.NO_FACE, (OBSERVATION,)), (Status.DECODE_ERROR, (OBSERVATION,))],
)
def test_frame_result_refuses_a_status_that_contradicts_it(
    status: Status, observations: tuple[Observation, ...]
) -> None:
    with pytest.raises(
        ValueError, match=rf"status {status} does not go with {len(observations)} observations"
    ):
        FrameResult(0, 0.0, status, observations)


def test_records_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        OBSERVATION.reading = None  # type: ignore[misc]  # the point of the test
