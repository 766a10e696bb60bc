"""Where skin folds: the lines of fifteen kinds of wrinkles, placed from a face's landmarks.

Takes landmarks in texture pixels, gives curves; `duchenne.synth.people.wrinkles` carves them and says what
draws them. Drawn by hand from how faces fold (Ekman, Friesen & Hager 2002 describe the furrows of each unit),
not scanned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Lines = list[NDArray[np.float64]]
"""Curves of (P, 2) texture pixels, x to the right and y down."""

_Shaken = Callable[..., NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One kind of line.

    Attributes:
        curves: Of (P, 2) texture pixels.
        width_px: Half the width of the carved line.
    """

    curves: Lines
    width_px: float


def fold_lines(landmarks: NDArray[np.float32], rng: np.random.Generator) -> dict[str, Fold]:
    """Place every kind of line on a face.

    Args:
        landmarks: (68, 2) float32 texture pixels.
        rng: Shakes each point by about a pixel, so that no two people fold alike.
    """
    places = landmarks.astype(np.float64)

    def shaken(points: Any, by_px: float = 0.9) -> NDArray[np.float64]:
        at = np.asarray(points, dtype=np.float64)
        return np.asarray(at + rng.normal(0, by_px, at.shape))

    return {
        **_forehead(places, shaken),
        **_eyes(places, shaken),
        **_nose_and_cheeks(places, shaken),
        **_mouth(places, shaken),
    }


def _forehead(places: NDArray[np.float64], shaken: _Shaken) -> dict[str, Fold]:
    between = (places[21] + places[22]) / 2
    gap = places[22, 0] - places[21, 0]
    across = np.linspace(-1, 1, 9)
    middle: Lines = []
    right: Lines = []
    left: Lines = []
    for number in range(4):
        height = between[1] - 22 - 17 * number
        middle.append(
            shaken(np.stack([between[0] + across * gap * 1.7, height + 5 * across**2], axis=1), 1.2)
        )
        for lines, sign in ((right, -1.0), (left, 1.0)):
            away = between[0] + sign * (gap * 1.2 + 48 + across * 54)
            lines.append(shaken(np.stack([away, height - 3 + 5 * across**2], axis=1), 1.2))
    frown = [
        shaken(between + np.array([[side * 0.24, -15], [side * 0.30, 1], [side * 0.22, 15]]) * [gap, 1])
        for side in (-1, 1)
    ]
    return {
        "forehead_middle": Fold(middle, 2.0),
        "forehead_right": Fold(right, 2.0),
        "forehead_left": Fold(left, 2.0),
        "glabella": Fold(frown, 2.3),
    }


def _eyes(places: NDArray[np.float64], shaken: _Shaken) -> dict[str, Fold]:
    drawn: dict[str, Fold] = {}
    across = np.linspace(-1, 1, 7)
    for side, outer, eye, sign in (("right", 36, places[36:42], -1), ("left", 45, places[42:48], 1)):
        corner = places[outer]
        drawn[f"crow_{side}"] = Fold(
            [
                shaken(
                    corner + np.array([[sign * 9, fall * 0.4], [sign * 22, fall], [sign * 38, fall * 2.1]])
                )
                for fall in (-9.0, -2.0, 5.0, 12.0)
            ],
            1.6,
        )
        middle = eye.mean(axis=0)
        drawn[f"under_{side}"] = Fold(
            [
                shaken(np.stack([middle[0] + across * width, middle[1] + drop + 8 * (1 - across**2)], axis=1))
                for width, drop in ((26.0, 9.0), (30.0, 17.0))
            ],
            1.8,
        )
    return drawn


def _nose_and_cheeks(places: NDArray[np.float64], shaken: _Shaken) -> dict[str, Fold]:
    bridge, low = places[27], places[28]
    across = np.linspace(-1, 1, 7)
    lines = [
        shaken(np.stack([bridge[0] + across * (12 + 2 * n), bridge[1] + 4 + 7 * n + 3 * across**2], axis=1))
        for n in range(-1, 3)
    ]
    lines += [
        shaken(low + np.array([[side * 15, 5], [side * 25, 15], [side * 30, 27]])) for side in (-1.0, 1.0)
    ]
    drawn: dict[str, Fold] = {"nose": Fold(lines, 1.7)}
    for side, wing, corner, sign in (
        ("right", places[31], places[48], -1.0),
        ("left", places[35], places[54], 1.0),
    ):
        from_points = np.array([wing, wing, (wing + corner) / 2, corner, corner])
        fold = from_points + np.array([[15, -16], [26, 2], [26, 6], [19, -2], [20, 14]]) * [sign, 1]
        drawn[f"nasolabial_{side}"] = Fold([shaken(fold)], 3.0)
    return drawn


def _mouth(places: NDArray[np.float64], shaken: _Shaken) -> dict[str, Fold]:
    drawn: dict[str, Fold] = {}
    dimples: Lines = []
    for side, corner, sign in (("right", places[48], -1), ("left", places[54], 1)):
        dimples.append(shaken(corner + np.array([[sign * 8, -13], [sign * 13, 0], [sign * 8, 13]])))
        drawn[f"corner_{side}"] = Fold(
            [shaken(corner + np.array([[sign * 3, 4], [sign * 9, 16], [sign * 12, 28]]))],
            2.4,
        )
    drawn["dimples"] = Fold(dimples, 2.6)
    chin = places[57] + [0, 34]
    drawn["chin"] = Fold(
        [
            shaken(chin + np.stack([np.linspace(-26, 26, 7), np.full(7, down)], axis=1), 3.0)
            for down in (-14.0, -5.0, 4.0, 13.0)
        ],
        2.6,
    )
    return drawn
