from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from labelled_faces import image


def sample(encoded: bytes | Path) -> Sample:
    return Sample("face7", "fer2013", "PublicTest", "", "neutral", None, encoded)


def test_png_decodes_to_its_grey_levels() -> None:
    np.testing.assert_array_equal(sample(image(77)).grey(), np.full((48, 48), 77, np.uint8))


def test_picture_is_rgb() -> None:
    picture = sample(image(77)).picture()
    assert (picture.width, picture.height) == (48, 48)
    np.testing.assert_array_equal(picture.planes[0], np.full((48, 48, 3), 77, np.uint8))


def test_a_file_is_read_when_pixels_are_asked_for(tmp_path: Path) -> None:
    later = sample(tmp_path / "x.png")
    (tmp_path / "x.png").write_bytes(image(5))
    assert later.grey()[0, 0] == 5


def test_a_file_that_is_gone_names_the_sample_and_the_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"image of sample 'face7' cannot be read from .*x\.png\. Got: "):
        sample(tmp_path / "x.png").grey()


def test_affect_and_box_are_missing_unless_given() -> None:
    assert (sample(b"").affect, sample(b"").box) == (None, None)


@pytest.mark.parametrize("encoded", [b"", b"not an image"])
def test_bytes_that_are_no_image_name_the_sample(encoded: bytes) -> None:
    with pytest.raises(DataError, match=r"image of sample 'face7' cannot be decoded.*PNG or JPEG"):
        sample(encoded).grey()
