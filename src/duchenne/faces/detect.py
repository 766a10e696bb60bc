"""Find faces in a picture: BlazeFace, short or full range, on the whole picture or on tiles.

Takes a `Picture`, gives `Detection` records in pixels of that picture. Source: Bazarevsky et al. 2019,
"BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (arXiv:1907.05047), section 4 for the anchors
and the blending of overlapping boxes; weights from MediaPipe. A detection is a guess that a face is there; the
mesh confirms or refuses it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duchenne.geometry import Box, Region
from duchenne.models import preprocess
from duchenne.models.session import Session
from duchenne.records import Picture

# (grid cells a side, anchors a cell) of the two networks; the number of scores tells which one it is.
_GRIDS = {896: ((16, 2), (8, 6)), 2304: ((48, 1),)}
# The columns of a raw box: centre x and y, width, height, then six keypoints.
_N_VALUES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A possible face.

    Attributes:
        box: Around the face from brow to chin, in pixels of the picture.
        keypoints: (6, 2) float32 pixels: subject's right eye, left eye, nose tip, mouth, right ear, left ear.
        score: Confidence in [0, 1].
    """

    box: Box
    keypoints: NDArray[np.float32]
    score: float


class Detector:
    """BlazeFace behind a session.

    The card's constants give the threshold of the score and the overlap above which boxes are blended.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = session.card.input.size
        self._anchors = _anchors(session.card.output("scores").shape[0])
        self._threshold = session.card.constant("score_threshold")
        self._overlap = session.card.constant("overlap_threshold")

    def detect(self, picture: Picture, windows: Sequence[Box] = ()) -> list[Detection]:
        """Find faces.

        Args:
            picture: Where to look.
            windows: Square parts to look at one by one (see `tiles`); none means the whole picture at once.

        Returns:
            Detections, the most confident first; overlapping ones blended into one.
        """
        whole = _whole(picture)
        raw = [self._raw(picture, window) for window in windows or (whole,)]
        return _blend(np.concatenate(raw), self._overlap)

    def _raw(self, picture: Picture, window: Box) -> NDArray[np.float32]:
        """All boxes above the threshold in one square window: (N, 17), 16 coordinates and the score."""
        region = Region(*window.center, side_px=window.width)
        batch = preprocess.tensor(picture, region.to_picture(self._size), self._session.card.input)
        outputs = self._session.run(batch)
        logits = outputs["scores"][0]
        keep = np.flatnonzero(logits > math.log(self._threshold / (1 - self._threshold)))
        values = outputs["regressors"][0][keep] / np.float32(self._size)
        anchors = self._anchors[keep]
        found = np.empty((len(keep), _N_VALUES + 1), dtype=np.float32)
        center = values[:, :2] + anchors
        found[:, 0:2] = center - values[:, 2:4] / 2
        found[:, 2:4] = center + values[:, 2:4] / 2
        found[:, 4:16:2] = values[:, 4::2] + anchors[:, :1]
        found[:, 5:16:2] = values[:, 5::2] + anchors[:, 1:]
        found[:, :_N_VALUES] *= np.float32(window.width)
        found[:, 0:16:2] += np.float32(window.x)
        found[:, 1:16:2] += np.float32(window.y)
        found[:, 16] = 1 / (1 + np.exp(-np.clip(logits[keep], -80, 80)))
        return found[_inside(found, window, picture)]


def tiles(picture: Picture, per_side: int, overlap: float = 0.25) -> list[Box]:
    """Square windows that cover a picture, for faces too small for one look.

    Args:
        picture: What to cover.
        per_side: How many windows fit the longer side without overlap; 1 gives the whole picture.
        overlap: Share of a window that its neighbour repeats, so that no face falls between two.

    Returns:
        Windows in pixels, row by row.

    Raises:
        ValueError: if ``per_side`` is below 1 or ``overlap`` is outside [0, 1).
    """
    if per_side < 1 or not 0 <= overlap < 1:
        raise ValueError(f"need per_side >= 1 and 0 <= overlap < 1, got {per_side} and {overlap}")
    if per_side == 1:
        return [_whole(picture)]
    side = max(picture.width, picture.height) / per_side
    return [
        Box(x, y, side, side)
        for y in _starts(picture.height, side, overlap)
        for x in _starts(picture.width, side, overlap)
    ]


def _whole(picture: Picture) -> Box:
    """The square around the whole picture, centred; what lies outside the picture is black."""
    side = max(picture.width, picture.height)
    return Box((picture.width - side) / 2, (picture.height - side) / 2, side, side)


def _starts(length: float, side: float, overlap: float) -> list[float]:
    if side >= length:
        return [(length - side) / 2]
    count = math.ceil((length - side) / (side * (1 - overlap))) + 1
    return [float(v) for v in np.linspace(0, length - side, count)]


def _inside(found: NDArray[np.float32], window: Box, picture: Picture) -> NDArray[np.bool_]:
    """Boxes that no inner edge of the window cuts: the neighbouring window sees those whole."""
    margin = 0.03 * window.width
    left = (found[:, 0] > window.x + margin) | (window.x <= 1)
    top = (found[:, 1] > window.y + margin) | (window.y <= 1)
    right = (found[:, 2] < window.x + window.width - margin) | (window.x + window.width >= picture.width - 1)
    bottom = (found[:, 3] < window.y + window.height - margin) | (
        window.y + window.height >= picture.height - 1
    )
    return np.asarray(left & top & right & bottom)


def _anchors(count: int) -> NDArray[np.float32]:
    """Anchor centres in [0, 1], in the network's order, (count, 2)."""
    points = []
    for cells, per_cell in _GRIDS[count]:
        y, x = np.mgrid[0:cells, 0:cells]
        grid = np.stack([(x.ravel() + 0.5) / cells, (y.ravel() + 0.5) / cells], axis=1)
        points.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(points).astype(np.float32)


def _blend(found: NDArray[np.float32], overlap: float) -> list[Detection]:
    """Average the boxes that overlap the best one, weighted by score, until none is left."""
    found = found[np.argsort(-found[:, 16], kind="stable")]
    area = (found[:, 2] - found[:, 0]) * (found[:, 3] - found[:, 1])
    detections = []
    while len(found):
        best = found[0]
        width = np.minimum(found[:, 2], best[2]) - np.maximum(found[:, 0], best[0])
        height = np.minimum(found[:, 3], best[3]) - np.maximum(found[:, 1], best[1])
        shared = np.clip(width, 0, None) * np.clip(height, 0, None)
        same = shared > overlap * (area + area[0] - shared)
        same[0] = True  # an empty box overlaps nothing, not even itself
        weights = found[same, 16]
        mean = (found[same, :_N_VALUES] * weights[:, None]).sum(axis=0) / weights.sum()
        detections.append(
            Detection(
                box=Box(*(float(v) for v in (mean[0], mean[1], mean[2] - mean[0], mean[3] - mean[1]))),
                keypoints=mean[4:].reshape(6, 2).copy(),
                score=float(best[16]),
            )
        )
        found, area = found[~same], area[~same]
    return detections
