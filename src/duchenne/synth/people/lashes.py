"""Eyelashes: thin triangles along the lids that follow them.

Takes the model's lash cards (strips from the lid to where lashes end, which its shapes move with the lid); gives
an attachment whose roots and tips are points of those cards. The cards themselves are never drawn.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.look import Look

_N_UPPER: Final = 34
_N_LOWER: Final = 14
_WIDTH_CM: Final = 0.055
"""Of a lash at its root: about half a pixel of a 256-pixel face, several real lashes in one."""
_LOWER_LENGTH: Final = 0.45
"""Lower lashes against upper ones."""


def attach_lashes(look: Look, model: FaceModel, neutral: NDArray[np.float32]) -> Attachment:
    """Put lashes on both eyes.

    Args:
        look: For their length; all randomness comes from its seed.
        model: For its lash cards.
        neutral: (V, 3) float32, the person's neutral vertices.
    """
    rng = np.random.default_rng([look.seed, 30])
    anchors, weights, offsets = [], [], []
    for side in ("l", "r"):
        eye = neutral[model.parts[f"eyeball_{side}"].vertices].mean(axis=0)
        for card, is_upper in _cards(model, neutral, side, eye):
            n_lashes = _N_UPPER if is_upper else _N_LOWER
            length = look.lashes_cm * (1.0 if is_upper else _LOWER_LENGTH)
            for place in (np.arange(n_lashes) + rng.uniform(0.2, 0.8, n_lashes)) / n_lashes:
                near = min(int(place * (len(card) - 1)), len(card) - 2)
                share = place * (len(card) - 1) - near
                (root, tip), (next_root, next_tip) = card[near], card[near + 1]
                reach = float(np.linalg.norm(neutral[tip] - neutral[root]))
                # Longest over the middle of the eye and towards its outer corner.
                part = (
                    length * rng.uniform(0.75, 1.1) * (0.55 + 0.45 * np.sin(np.pi * place)) / max(reach, 1e-3)
                )
                along_lid = neutral[next_root] - neutral[root]
                half = 0.5 * _WIDTH_CM * along_lid / max(float(np.linalg.norm(along_lid)), 1e-6)
                anchors += [(root, next_root, root)] * 2 + [(root, tip, next_tip)]
                weights += [(1 - share, share, 0.0)] * 2 + [(1 - part, part * (1 - share), part * share)]
                offsets += [-half, half, share * (1 - part) * along_lid]
    n_lashes = len(anchors) // 3
    return Attachment(
        anchors=np.array(anchors, dtype=np.int32),
        weights=np.array(weights, dtype=np.float32),
        offsets=np.array(offsets, dtype=np.float32),
        triangles=np.arange(3 * n_lashes, dtype=np.int32).reshape(-1, 3),
        uv=np.tile(np.array([[0, 0], [1, 0], [0.5, 1]], dtype=np.float32), (n_lashes, 1)),
        material=Material.LASH,
        occlusion=np.full(3 * n_lashes, 0.8, dtype=np.float32),
    )


def _cards(
    model: FaceModel, neutral: NDArray[np.float32], side: str, eye: NDArray[np.float32]
) -> list[tuple[list[tuple[int, int]], bool]]:
    """One card for the upper lid and one for the lower: (root, tip) vertices of its columns, and whether upper."""
    part = model.parts[f"lashes_{side}"]
    found: dict[bool, list[tuple[int, int]]] = {}
    for card in _pieces(model.triangles[part.triangles], part.vertices):
        columns = _columns(model, part.triangles, card)
        distance = np.linalg.norm(neutral - eye, axis=1)
        ends = [
            (min(column, key=distance.__getitem__), max(column, key=distance.__getitem__))
            for column in columns
        ]
        middle = ends[len(ends) // 2][0]
        found.setdefault(bool(neutral[middle, 1] > eye[1]), ends)
    return [(ends, is_upper) for is_upper, ends in sorted(found.items())]


def _pieces(triangles: NDArray[np.int32], vertices: slice) -> list[list[int]]:
    """Vertices of each connected piece, in ascending order."""
    label = np.arange(vertices.start, vertices.stop)
    corners = triangles - vertices.start
    while True:
        lowest = label[corners].min(axis=1)
        spread = label.copy()
        np.minimum.at(spread, corners, lowest[:, None])
        if np.array_equal(spread, label):
            return [
                (vertices.start + np.flatnonzero(label == first)).tolist()
                for first in np.unique(label).tolist()
            ]
        label = spread


def _columns(model: FaceModel, triangles: slice, card: list[int]) -> list[list[int]]:
    """A card's vertices by their first texture coordinate, which runs along the lid."""
    u = dict(
        zip(
            model.triangles[triangles].ravel().tolist(),
            model.uv[model.triangles_uv[triangles].ravel(), 0].tolist(),
            strict=True,
        )
    )
    ordered = sorted(card, key=u.__getitem__)
    across = np.array([u[vertex] for vertex in ordered])
    steps = np.diff(across)
    cuts = np.flatnonzero(steps > 0.3 * steps.max()) + 1
    return [column.tolist() for column in np.split(np.array(ordered), cuts)]
