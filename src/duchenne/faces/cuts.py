"""Notice when the shot changes, so that no track jumps from one person to the next.

Takes frames one by one, says for each whether it starts a new shot. Needs no future frame, keeps one small grey
picture. A cut is a picture that neither looks like the one before nor moved from it: fast motion changes
many pixels too, but leaves the layout of light and dark related. A picture without any layout (a covered lens, a
fade to black) is no shot of its own; what comes after it is compared with what was before.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.records import Picture

# Small enough to blur motion away, large enough to tell two rooms apart.
_WIDTH, _HEIGHT = 32, 18
# Grey levels (of 255) by which a pixel changes on average across a cut. Real clips in motion stay below 15
# (`tests/faces/test_cuts.py` holds a pan and a zoom), cuts between different pictures lie above 30.
_MIN_CHANGE = 22.0
# Correlation of the two pictures below which their layout has nothing in common.
_MAX_CORRELATION = 0.5
# Standard deviation in grey levels below which a picture has no layout; noise alone stays below 1 when shrunk.
_MIN_LAYOUT = 3.0


class CutDetector:
    """Compares each frame with the one before."""

    def __init__(self) -> None:
        self._previous: NDArray[np.float32] | None = None

    def step(self, picture: Picture) -> bool:
        """Whether ``picture`` starts a new shot; the first frame does not."""
        current = _miniature(picture)
        if float(current.std()) < _MIN_LAYOUT:
            return False
        previous, self._previous = self._previous, current
        if previous is None:
            return False
        change = float(np.abs(current - previous).mean())
        return change > _MIN_CHANGE and _correlation(previous, current) < _MAX_CORRELATION

    def reset(self) -> None:
        """Forget the frame before."""
        self._previous = None


def _miniature(picture: Picture) -> NDArray[np.float32]:
    """A tiny grey copy: sparse rows and columns first, so that a large frame is not read whole."""
    plane = picture.planes[0]
    step = max(min(plane.shape[0] // (4 * _HEIGHT), plane.shape[1] // (4 * _WIDTH)), 1)
    sparse = np.ascontiguousarray(plane[::step, ::step])
    if sparse.ndim == 3:
        sparse = np.asarray(cv2.cvtColor(sparse, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return np.asarray(cv2.resize(sparse, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Pearson's r over pixels; neither picture is blank."""
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
