"""Glasses: rims as thin tubes around the eyes, a bridge, temples to the ears, and the lenses.

Takes a look and a person's neutral vertices, gives attachments that move with the skull alone. Sizes follow the
face: distance of the eyes, how far lashes and nose stand out, width of the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Glasses, Look

_N_RIM: Final = 48
_N_SIDES: Final = 5


@dataclass(frozen=True, slots=True)
class _Frame:
    """A shape of frame.

    Attributes:
        width: Of a lens, as a share of the distance between the eyes' centres.
        height: Of a lens, as a share of that distance.
        squareness: Exponent of the superellipse: 2 is an ellipse, more is squarer.
        rim_cm: Radius of the rim.
        brow_cm: Radius of the rim's upper half.
    """

    width: float
    height: float
    squareness: float
    rim_cm: float
    brow_cm: float


_FRAMES: Final = {
    Glasses.ROUND: _Frame(0.74, 0.68, 2.1, 0.09, 0.09),
    Glasses.RECTANGLE: _Frame(0.82, 0.52, 4.0, 0.14, 0.16),
    Glasses.BROWLINE: _Frame(0.80, 0.58, 2.8, 0.06, 0.22),
}


def wear(look: Look, model: FaceModel, neutral: NDArray[np.float32]) -> list[Attachment]:
    """Put a look's glasses on; none where it has none.

    Args:
        look: For the shape.
        model: For its landmarks.
        neutral: (V, 3) float32, the person's neutral vertices.

    Returns:
        Frame and lenses.
    """
    if look.glasses is Glasses.NONE:
        return []
    frame = _FRAMES[look.glasses]
    landmarks = neutral[model.landmarks68].astype(np.float64)
    eyes = [landmarks[42:48].mean(axis=0), landmarks[36:42].mean(axis=0)]
    between = float(np.linalg.norm(eyes[0] - eyes[1]))
    tubes, lenses = [], []
    # In front of the lashes and resting on the nose.
    depth = max(landmarks[27, 2] + 0.35, max(eye[2] for eye in eyes) + 1.35)
    height = (eyes[0][1] + eyes[1][1]) / 2 - 0.04 * between
    for sign in (1.0, -1.0):
        rim = _rim(frame, sign * (0.5 * between + 0.01), height, depth, between, sign)
        upper = rim[:, 1] > height
        tubes.append(_tube(rim, np.where(upper, frame.brow_cm, frame.rim_cm), closed=True))
        lenses.append(_fan(rim))
        tubes.append(_temple(frame, rim, landmarks, neutral, sign))
    bridge_x = np.linspace(-1, 1, 9) * (0.5 * between * (1 - frame.width))
    arch = 0.10 * between * (1 - (bridge_x / bridge_x[-1]) ** 2)
    bridge = np.stack([bridge_x, height + 0.06 * between + 0.4 * arch, depth + 0.3 + 0.5 * arch], axis=1)
    tubes.append(_tube(bridge, np.full(9, max(frame.rim_cm, 0.09)), closed=False))
    return [_joined(tubes, Material.FRAME), _joined(lenses, Material.LENS)]


_Piece = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Places (P, 3) in cm, and triangles (F, 3) into them."""


def _rim(frame: _Frame, x: float, y: float, z: float, between: float, sign: float) -> NDArray[np.float64]:
    """(n, 3) places around a lens, counter-clockwise as seen from the front."""
    turn = np.linspace(0, 2 * np.pi, _N_RIM, endpoint=False)
    power = 2.0 / frame.squareness
    across = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power * 0.5 * frame.width * between
    up = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power * 0.5 * frame.height * between
    # Wider above than below, and bent around the face.
    across = across * (1 + 0.06 * np.sign(up) * np.abs(up) / (0.5 * frame.height * between))
    outward = sign * (x + across)
    return np.stack([x + across, y + up, z - 0.02 * outward**2 + 0.25], axis=1)


def _temple(
    frame: _Frame,
    rim: NDArray[np.float64],
    landmarks: NDArray[np.float64],
    neutral: NDArray[np.float32],
    sign: float,
) -> _Piece:
    hinge = rim[np.argmax(sign * rim[:, 0] + 0.5 * rim[:, 1])] + np.array([0.1 * sign, 0.0, 0.0])
    temple = landmarks[16 if sign > 0 else 0]
    ear = np.array([sign * (sign * temple[0] + 0.3), temple[1] + 0.35, temple[2] - 3.0])
    share = np.linspace(0.0, 1.0, 9)[:, None]
    path = (1 - share) * hinge + share * ear
    path[1:, 0] += 0.25 * sign
    near_side = neutral[(sign * neutral[:, 0] > 0) & (np.abs(neutral[:, 1] - ear[1]) < 1.2)]
    for place in path[1:]:
        beside = near_side[np.abs(near_side[:, 2] - place[2]) < 0.8]
        if len(beside) and place[2] > temple[2] - 1.5:
            place[0] = sign * max(sign * place[0], float((sign * beside[:, 0]).max()) + 0.12)
    behind = np.array([ear[0] - 0.1 * sign, ear[1] - 2.0, ear[2] - 1.8])
    path = np.concatenate([path, behind[None]])
    return _tube(path, np.full(len(path), max(frame.rim_cm, 0.1)), closed=False)


def _tube(path: NDArray[np.float64], radii: NDArray[np.float64], *, closed: bool) -> _Piece:
    """A tube around a path."""
    ahead = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    if not closed:
        ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    # No part of a frame runs along this direction.
    across = np.cross(ahead, np.array([0.35, 0.9, 0.25]))
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    up = np.cross(ahead, across)
    turn = np.linspace(0, 2 * np.pi, _N_SIDES, endpoint=False)
    ring = np.cos(turn)[None, :, None] * across[:, None] + np.sin(turn)[None, :, None] * up[:, None]
    places = path[:, None] + radii[:, None, None] * ring
    n = len(path)
    starts = np.arange(n if closed else n - 1)
    ends = (starts + 1) % n
    triangles = []
    for k in range(_N_SIDES):
        following = (k + 1) % _N_SIDES
        a, b = starts * _N_SIDES + k, starts * _N_SIDES + following
        c, d = ends * _N_SIDES + k, ends * _N_SIDES + following
        triangles += [np.stack([a, b, c], axis=1), np.stack([b, d, c], axis=1)]
    return places.reshape(-1, 3), np.concatenate(triangles)


def _fan(rim: NDArray[np.float64]) -> _Piece:
    n = len(rim)
    number = np.arange(n)
    middle = rim.mean(axis=0)
    middle[2] += 0.12
    return np.concatenate([rim, middle[None]]), np.stack([np.full(n, n), number, (number + 1) % n], axis=1)


def _joined(pieces: list[_Piece], material: Material) -> Attachment:
    starts = np.cumsum([0, *(len(places) for places, _ in pieces)])
    places = np.concatenate([places for places, _ in pieces])
    triangles = np.concatenate([faces + start for (_, faces), start in zip(pieces, starts[:-1], strict=True)])
    n = len(places)
    return Attachment(
        anchors=np.zeros((n, 3), dtype=np.int32),
        weights=np.zeros((n, 3), dtype=np.float32),
        offsets=places.astype(np.float32),
        triangles=triangles.astype(np.int32),
        uv=np.zeros((n, 2), dtype=np.float32),
        material=material,
        occlusion=np.ones(n, dtype=np.float32),
    )
