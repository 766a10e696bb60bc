"""Where a plate of text goes on a picture: inside it, on no face and on no other plate.

Takes sizes and boxes in pixels, gives a `Box` or None where there is no room. Remembers the side it chose for
each plate, because a plate that jumps from frame to frame cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from duchenne.geometry import Box


class Placer:
    """Chooses places, frame after frame.

    A place is one of `BESIDE` (of a face) or `CORNERS` (of the picture), tried in the order given, the one
    used last time first.
    """

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def place(
        self, name: str, candidates: dict[str, Box], picture: tuple[int, int], taken: Sequence[Box]
    ) -> Box | None:
        """Choose a place for one plate.

        Args:
            name: Which plate, the same in every frame.
            candidates: Places by name, the best first.
            picture: Width and height in pixels.
            taken: What must stay visible.

        Returns:
            The first candidate that is free, or None.
        """
        last = self._last.get(name)
        order = sorted(candidates, key=lambda side: side != last)
        for side in order:
            box = candidates[side]
            if _is_inside(box, picture) and not any(_touch(box, other) for other in taken):
                self._last[name] = side
                return box
        return None


def beside(face: Box, width: float, height: float, gap: float) -> dict[str, Box]:
    """Places right, left, below and above of a face box, level with its top or its left edge."""
    return {
        "right": Box(face.x + face.width + gap, face.y, width, height),
        "left": Box(face.x - gap - width, face.y, width, height),
        "right, raised": Box(face.x + face.width + gap, face.y + face.height - height, width, height),
        "left, raised": Box(face.x - gap - width, face.y + face.height - height, width, height),
        "below": Box(face.x, face.y + face.height + gap, width, height),
        "above": Box(face.x, face.y - gap - height, width, height),
    }


def corners(picture: tuple[int, int], width: float, height: float, gap: float) -> dict[str, Box]:
    """Places in the four corners of a picture of (width, height) pixels, the top ones first."""
    right, bottom = picture[0] - gap - width, picture[1] - gap - height
    return {
        "top left": Box(gap, gap, width, height),
        "top right": Box(right, gap, width, height),
        "bottom left": Box(gap, bottom, width, height),
        "bottom right": Box(right, bottom, width, height),
    }


def _is_inside(box: Box, picture: tuple[int, int]) -> bool:
    return box.x >= 0 and box.y >= 0 and box.x + box.width <= picture[0] and box.y + box.height <= picture[1]


def _touch(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
