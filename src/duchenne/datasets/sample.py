"""One labelled picture, whatever data set it comes from.

Takes the encoded bytes of an image, or the file they lie in, and what people said about it; gives a frozen
`Sample`. Refuses bytes that are not an image, naming the sample. Pixels are decoded on request, so a list of
samples stays small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.errors import DataError
from duchenne.geometry import Box
from duchenne.records import Picture


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One labelled picture.

    Attributes:
        sample: Identifier, unique within its data set.
        dataset: Name in `duchenne.datasets.catalogue.DATASETS`.
        split: The data set's own name of the part this sample belongs to; empty where it has no parts.
        subject: Who is shown; empty where the data set does not say.
        label: The data set's one label in the words of `duchenne.labels`; empty where it has none.
        votes: (10,) int64 counts in the order of `duchenne.labels.FERPLUS_VOTES`; None where nobody voted.
        encoded: The image file's bytes, PNG or JPEG, or where the file lies; it is read when pixels are asked
            for.
        affect: Valence and arousal that somebody rated, each in [-1, 1]; None where nobody did.
        box: Where the labelled face is, in pixels of the picture; None where the data set does not say.
        units: By number of the action unit what somebody coded, in [0, 1]; a unit that is not there was not coded.
            None where nobody codes units.
    """

    sample: str
    dataset: str
    split: str
    subject: str
    label: str
    votes: NDArray[np.int64] | None
    encoded: bytes | Path
    affect: tuple[float, float] | None = None
    box: Box | None = None
    units: Mapping[int, float] | None = None

    def grey(self) -> NDArray[np.uint8]:
        """Decode to (H, W) uint8 luma.

        Raises:
            DataError: if the file cannot be read or the bytes are not an image.
        """
        return self._decode(cv2.IMREAD_GRAYSCALE)

    def picture(self) -> Picture:
        """Decode to an RGB picture, upright as stored.

        Raises:
            DataError: if the file cannot be read or the bytes are not an image.
        """
        bgr = self._decode(cv2.IMREAD_COLOR)
        return Picture.from_rgb(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8))

    def read(self) -> bytes:
        """The image file's bytes.

        Raises:
            DataError: if the file cannot be read.
        """
        if isinstance(self.encoded, bytes):
            return self.encoded
        try:
            return self.encoded.read_bytes()
        except OSError as error:
            raise DataError(
                f"the image of sample '{self.sample}' cannot be read from {self.encoded}", got=str(error)
            ) from error

    def _decode(self, mode: int) -> NDArray[np.uint8]:
        encoded = self.read()
        image = None
        if encoded:
            image = cv2.imdecode(np.frombuffer(encoded, dtype=np.uint8), mode)
        if image is None:
            raise DataError(
                f"the image of sample '{self.sample}' cannot be decoded",
                got=f"{len(encoded)} bytes",
                expected="a PNG or JPEG file",
            )
        return np.asarray(image, dtype=np.uint8)
