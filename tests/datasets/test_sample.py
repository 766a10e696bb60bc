from __future__ import annotations

import numpy as np
import pytest

from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from labelled_faces import image


def sample(encoded: bytes) -> Sample:
    return Sample("face7", "fer2013", "PublicTest", "", "neutral", None, encoded)


def test_png_decodes_to_its_grey_levels() -> None:
    np.testing.assert_array_equal(sample(image(77)).grey(), np.full((48, 48), 77, np.uint8))


def test_picture_is_rgb() -> None:
    picture = sample(image(77)).picture()
    assert (picture.width, picture.height) == (48, 48)
    np.testing.assert_array_equal(picture.planes[0], np.full((48, 48, 3), 77, np.uint8))


@pytest.mark.parametrize("encoded", [b"", b"not an image"])
def test_bytes_that_are_no_image_name_the_sample(encoded: bytes) -> None:
    with pytest.raises(DataError, match=r"image of sample 'face7' cannot be decoded.*PNG or JPEG"):
        sample(encoded).grey()
