"""What is seen behind a head: flat colours, gradients, blocks, clouds of colour and simple rooms.

Takes a `Background`, gives its picture in linear light. The same record always paints the same picture; at
another size it is the same picture, larger or smaller. Out of focus, as behind a face close to the camera.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from duchenne.synth.surroundings.scene import Background, Wall

# Every picture is painted at this size and then brought to the wanted one: what is drawn must not depend on it.
_CANVAS: Final = 256
Picture = NDArray[np.float32]
_Painter = Callable[[NDArray[np.float32], NDArray[np.float32], np.random.Generator], Picture]


def paint(background: Background, size: int) -> NDArray[np.float32]:
    """Paint a background.

    Args:
        background: What to paint.
        size: Height and width in pixels.

    Returns:
        (size, size, 3) float32, linear RGB in [0, 1].

    Raises:
        ValueError: if the size is not positive.
    """
    if size < 1:
        raise ValueError(f"a background needs at least one pixel, got a size of {size}")
    rng = np.random.default_rng(background.seed)
    first, second = (np.array(colour, dtype=np.float32) for colour in background.colours)
    picture = _PAINTERS[background.wall](first, second, rng)
    way = cv2.INTER_AREA if size < _CANVAS else cv2.INTER_LINEAR
    sized = picture if size == _CANVAS else cv2.resize(picture, (size, size), interpolation=way)
    return np.ascontiguousarray(np.clip(sized, 0.0, 1.0), dtype=np.float32)


def _plain(first: Picture, second: Picture, rng: np.random.Generator) -> Picture:
    return np.tile(first, (_CANVAS, _CANVAS, 1))


def _gradient(first: Picture, second: Picture, rng: np.random.Generator) -> Picture:
    angle = rng.uniform(0.0, 2 * math.pi)
    y, x = _coordinates()
    return _mix(first, second, 0.5 + (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle))


def _blocks(first: Picture, second: Picture, rng: np.random.Generator) -> Picture:
    """Shelves of upright things in shades of the two colours."""
    picture = np.tile(first * 0.6, (_CANVAS, _CANVAS, 1))
    n_shelves = int(rng.integers(2, 5))
    edges = np.linspace(0, _CANVAS, n_shelves + 1).astype(int)
    for top, bottom in itertools.pairwise(edges):
        left = 0
        while left < _CANVAS:
            width, height = int(rng.integers(8, 40)), int((bottom - top) * rng.uniform(0.55, 0.92))
            shade = _mix(first, second, np.float32(rng.random()))
            picture[bottom - height : bottom, left : left + width] = shade * np.float32(rng.uniform(0.5, 1.2))
            left += width + int(rng.integers(0, 4))
        picture[bottom - 5 : bottom] = second * 0.8
    return _blurred(picture, rng.uniform(1.5, 4.0))


def _clouds(first: Picture, second: Picture, rng: np.random.Generator) -> Picture:
    """Foliage, a pattern or a crowd far out of focus: noise in octaves."""
    share = np.full((_CANVAS, _CANVAS), 0.5, dtype=np.float32)
    for cells, strength in ((4, 0.5), (9, 0.3), (21, 0.18)):
        grid = rng.uniform(-1.0, 1.0, (cells, cells)).astype(np.float32)
        share += strength * np.asarray(cv2.resize(grid, (_CANVAS, _CANVAS), interpolation=cv2.INTER_CUBIC))
    return _mix(first, second, share)


def _room(first: Picture, second: Picture, rng: np.random.Generator) -> Picture:
    """A wall that gets darker to one side, with a window or picture, a door's edge and perhaps furniture."""
    y, x = _coordinates()
    fall = 1.0 + rng.uniform(-0.5, 0.5) * (x - 0.5) - rng.uniform(0.0, 0.3) * y
    picture = np.asarray(first * fall[..., None], dtype=np.float32)
    side = 1 if rng.random() < 0.5 else -1
    frame = 128 + side * int(rng.integers(50, 90))
    top, width, height = (int(rng.integers(*span)) for span in ((10, 60), (34, 70), (50, 110)))
    box = slice(top, top + height), slice(max(frame - width // 2, 0), frame + width // 2)
    inner = slice(top + 5, top + height - 5), slice(max(frame - width // 2 + 5, 0), frame + width // 2 - 5)
    picture[box] = first * 0.45
    # A window is bright whatever the wall's colour; a picture on the wall has the second colour.
    picture[inner] = np.float32(0.9) if rng.random() < 0.4 else second
    door = 128 - side * int(rng.integers(70, 115))
    picture[20:, door : door + 4] *= 0.5
    if rng.random() < 0.5:
        rim = int(rng.integers(165, 215))
        span = slice(0, int(rng.integers(90, 170))) if side < 0 else slice(int(rng.integers(90, 170)), None)
        picture[rim:, span] = second * 0.5
        picture[rim : rim + 3, span] = second * 0.9
    return _blurred(picture, rng.uniform(1.5, 5.0))


def _coordinates() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows and columns of the canvas, each from 0 to 1."""
    line = np.linspace(0.0, 1.0, _CANVAS, dtype=np.float32)
    y, x = np.meshgrid(line, line, indexing="ij")
    return y, x


def _mix(first: Picture, second: Picture, share: NDArray[Any] | np.float32) -> Picture:
    t = np.clip(np.asarray(share, dtype=np.float32), 0.0, 1.0)[..., None]
    return np.asarray(first * (1 - t) + second * t, dtype=np.float32)


def _blurred(picture: Picture, sigma: float) -> Picture:
    return np.asarray(
        cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), dtype=np.float32
    )


_PAINTERS: Final[Mapping[Wall, _Painter]] = MappingProxyType(
    {
        Wall.PLAIN: _plain,
        Wall.GRADIENT: _gradient,
        Wall.BLOCKS: _blocks,
        Wall.CLOUDS: _clouds,
        Wall.ROOM: _room,
    }
)
