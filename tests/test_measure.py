from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.errors import ModelError
from duchenne.faces.align import TEMPLATE
from duchenne.faces.mesh import N_LANDMARKS
from duchenne.facs import UNIT_COLUMNS
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS, FER2013_LABELS
from duchenne.measure import FaceReader
from duchenne.models.session import Session
from duchenne.records import Face, Picture, Pose
from tiny_networks import GREY_INPUT, Output, build

# The mesh points that alignment looks at, in the order of its template; an eye is the mean of its two corners.
_FIVE = ((33, 133), (362, 263), (1,), (61,), (291,))


def reader(gain: float = 0.0, labels: tuple[str, ...] = EXPRESSIONS) -> FaceReader:
    """A network whose first output is ``gain`` times the crop's mean, which is -1 for black and 1 for white."""
    bias = [0.0, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2][: len(labels)]
    output = Output("expression", bias=bias, gain=gain, labels=labels)
    return FaceReader(Session(*build([output], spec=GREY_INPUT)))


def face_filling(x: float, y: float, side: float) -> Face:
    """A face whose aligned crop is exactly the square whose first pixel is (x, y)."""
    landmarks = np.zeros((N_LANDMARKS, 3), np.float32)
    for indices, (across, down) in zip(_FIVE, TEMPLATE, strict=True):
        # The edge of a pixel lies half a pixel before its centre, where coordinates are whole.
        landmarks[list(indices), :2] = x + across * side - 0.5, y + down * side - 0.5
    return Face(0, Box(x, y, side, side), 0.9, 1.0, landmarks, Pose(0, 0, 0))


def levels(*rows: tuple[int, ...]) -> NDArray[np.uint8]:
    """A picture of grey squares, 40 pixels a side."""
    return np.kron(np.array(rows, np.uint8), np.ones((40, 40), np.uint8))[..., None].repeat(3, axis=2)


def test_no_faces_give_no_readings() -> None:
    assert reader().read(Picture.from_rgb(levels((0,))), []) == []


def test_a_reading_is_what_the_network_says_in_the_order_of_the_labels() -> None:
    (reading,) = reader().read(Picture.from_rgb(levels((0,))), [face_filling(0, 0, 40)])
    np.testing.assert_array_equal(reading.expressions, np.float32([0, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2]))
    assert reading.expression == "happiness"


@pytest.mark.parametrize("level", [0, 100, 255])
def test_the_network_sees_the_aligned_crop_and_nothing_around_it(level: int) -> None:
    around = 255 - level
    picture = Picture.from_rgb(levels((around,) * 3, (around, level, around), (around,) * 3))
    (reading,) = reader(gain=1.0).read(picture, [face_filling(40, 40, 40)])
    # Exact up to float32: the crop is one grey level, as are all the pixels it is sampled from.
    assert reading.expressions[0] == pytest.approx(level / 255 * 2 - 1, abs=1e-6)


def test_readings_come_in_the_order_of_the_faces() -> None:
    picture = Picture.from_rgb(levels((255, 0, 51)))
    faces = [face_filling(80, 0, 40), face_filling(0, 0, 40), face_filling(40, 0, 40)]
    readings = reader(gain=1.0).read(picture, faces)
    assert [float(r.expressions[0]) for r in readings] == pytest.approx([-0.6, 1.0, -1.0], abs=1e-6)


def test_a_face_reads_the_same_alone_and_in_company() -> None:
    picture = Picture.from_rgb(levels((255, 0, 51)))
    one, other = face_filling(10, 0, 40), face_filling(60, 0, 30)
    together = reader(gain=1.0).read(picture, [one, other])
    alone = [reader(gain=1.0).read(picture, [face])[0] for face in (one, other)]
    for a, b in zip(together, alone, strict=True):
        np.testing.assert_array_equal(a.expressions, b.expressions)


def test_the_picture_is_not_touched() -> None:
    rgb = levels((255, 0, 51))
    before = rgb.copy()
    reader().read(Picture.from_rgb(rgb), [face_filling(10, 0, 40)])
    np.testing.assert_array_equal(rgb, before)


@pytest.mark.parametrize("labels", [EXPRESSIONS[:7], EXPRESSIONS[::-1]])
def test_a_network_with_other_labels_or_another_order_is_refused(labels: tuple[str, ...]) -> None:
    with pytest.raises(
        ModelError, match=rf"'tiny' has other expressions than the frame table\. Got: {', '.join(labels)}\."
    ):
        reader(labels=labels)


def test_a_network_without_expressions_is_refused() -> None:
    session = Session(*build([Output("valence", bias=[0.0])], spec=GREY_INPUT))
    with pytest.raises(ModelError, match="'tiny' has no output 'expression'"):
        FaceReader(session)


def test_units_find_their_columns_and_those_without_one_are_left_out() -> None:
    outputs = [
        Output("expression", bias=[0.0] * 8, labels=EXPRESSIONS),
        # Not in the order of the table; AU38 has no column.
        Output("units", bias=[0.25, 0.5, 0.75], gain=[0.0, 0.0, 0.1], labels=("AU12", "AU38", "AU01")),
    ]
    picture = Picture.from_rgb(levels((255, 0)))
    faces = [face_filling(0, 0, 40), face_filling(40, 0, 40)]
    readings = FaceReader(Session(*build(outputs, spec=GREY_INPUT))).read(picture, faces)
    for reading, expected in zip(
        readings, ({"AU12": 0.25, "AU01": 0.85}, {"AU12": 0.25, "AU01": 0.65}), strict=True
    ):
        assert reading.units is not None
        found = dict(zip(UNIT_COLUMNS, reading.units.tolist(), strict=True))
        assert {name for name, value in found.items() if not np.isnan(value)} == set(expected)
        assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_a_network_without_units_gives_none() -> None:
    (one,) = reader().read(Picture.from_rgb(levels((0,))), [face_filling(0, 0, 40)])
    assert one.units is None


def test_seven_labels_find_their_places_among_the_eight_and_contempt_is_never_said() -> None:
    bias = [0.1, 0.2, 0.05, 0.3, 0.15, 0.12, 0.08]  # in the order of FER2013: anger, disgust, ...
    session = Session(*build([Output("fer2013", bias=bias, labels=FER2013_LABELS)], spec=GREY_INPUT))
    (reading,) = FaceReader(session, "fer2013").read(Picture.from_rgb(levels((0,))), [face_filling(0, 0, 40)])
    expected = {"contempt": 0.0, **dict(zip(FER2013_LABELS, bias, strict=True))}
    np.testing.assert_array_equal(reading.expressions, np.float32([expected[name] for name in EXPRESSIONS]))
    assert reading.expression == "happiness"
