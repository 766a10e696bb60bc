"""Which way is up: rotation, mirroring and pixel aspect as one map from upright to stored pixels.

Takes what a file says about itself (a display matrix, an EXIF orientation of 1 to 8, a sample aspect
ratio) and gives an `Orientation`, which turns a stored size into an upright one and into the map that
`duchenne.records.Picture.to_stored` holds. No pixel is moved here.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from duchenne.geometry import IDENTITY, Matrix

# A pixel ten times as wide as high is a broken header, and honouring it would allocate absurd pictures.
_MAX_ASPECT = 10


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored picture becomes upright: mirrored first, then turned, its pixels made square.

    Attributes:
        rotation_deg: Clockwise turn: 0, 90, 180 or 270.
        mirrored: Whether left and right of the stored picture are swapped before the turn.
        aspect: Width of a stored pixel divided by its height.
    """

    rotation_deg: int = 0
    mirrored: bool = False
    aspect: Fraction = Fraction(1)

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the upright picture in pixels, each at least 1.

        Only the stored width is scaled: heights, and with them a face's size, stay as they were recorded.
        """
        square = max(round(width * self.aspect), 1)
        return (square, height) if self.rotation_deg in (0, 180) else (height, square)

    def to_stored(self, upright: tuple[int, int], stored: tuple[int, int]) -> Matrix:
        """The map from upright pixels to stored pixels.

        Args:
            upright: Width and height of the upright picture.
            stored: Width and height of the stored picture; the map stretches where it does not fit, so that a
                video that changes its resolution midway keeps one upright frame.

        Returns:
            (2, 3) float64; pixel centres are at whole numbers.
        """
        (upright_width, upright_height), (stored_width, stored_height) = upright, stored
        if self == Orientation() and upright == stored:
            return IDENTITY
        # In the unit square with its centre at 0: undo the turn, then the mirroring.
        turn = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[self.rotation_deg]
        unit = np.array([[turn[0], turn[1]], [-turn[1], turn[0]]], dtype=np.float64)
        if self.mirrored:
            unit[0] *= -1
        linear = (
            unit * np.array([[stored_width], [stored_height]]) / np.array([upright_width, upright_height])
        )
        upright_center = np.array([upright_width - 1, upright_height - 1]) / 2
        stored_center = np.array([stored_width - 1, stored_height - 1]) / 2
        return np.column_stack([linear, stored_center - linear @ upright_center])


def from_display(matrix: bytes | None, aspect: Fraction | None) -> Orientation:
    """The orientation of a video.

    Args:
        matrix: The display matrix as FFmpeg keeps it, nine native int32 of which the first, second, fourth and
            fifth turn and mirror (ISO/IEC 14496-12, section 8.3.2); None where there is none. Rounded to a quarter
            turn.
        aspect: Sample aspect ratio; None, zero and absurd ones count as square.
    """
    if aspect is None or not Fraction(1, _MAX_ASPECT) <= aspect <= _MAX_ASPECT:
        aspect = Fraction(1)
    if matrix is None:
        return Orientation(aspect=aspect)
    a, b, _, c, d = struct.unpack_from("=5i", matrix)
    mirrored = a * d - b * c < 0
    # Where the stored x axis comes to lie, the mirroring undone: its angle is the turn, y pointing down.
    sign = -1 if mirrored else 1
    turn_deg = math.degrees(math.atan2(sign * b, sign * a))
    return Orientation(round(turn_deg / 90) % 4 * 90, mirrored, aspect)


# EXIF 2.32, table 6, tag 274: (clockwise turn in degrees, mirrored before the turn).
_EXIF = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}


def from_exif(value: int) -> Orientation:
    """The orientation of a still; a value outside 1 to 8 is not one and counts as upright."""
    rotation_deg, mirrored = _EXIF.get(value, (0, False))
    return Orientation(rotation_deg, mirrored)
