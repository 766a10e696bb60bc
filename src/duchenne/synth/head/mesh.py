"""The mesh that the renderer draws: the model's head and what is attached to it.

Takes a model, a person's neutral vertices and attachments (lashes, hair, glasses, a collar); gives a
`SubjectMesh` in which everything has one numbering. Frozen records of arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.model import FaceModel


class Material(IntEnum):
    """What a triangle is made of; the renderer shades each in its own way."""

    SKIN = 0
    """The face: painted by the texture and the relief."""
    SCALP = 1
    """Head, ears and neck: skin colour, hair where ``SubjectMesh.hair`` says so, cloth below the collar."""
    MOUTH = 2
    SOCKET = 3
    TONGUE = 4
    TEETH = 5
    EYEBALL_L = 6
    EYEBALL_R = 7
    LASH = 8
    HAIR = 9
    FRAME = 10
    """Rims and temples of glasses."""
    LENS = 11
    """Glass: seen through, but for a highlight."""
    CLOTH = 12


_PART_MATERIALS = {
    "face": Material.SKIN,
    "head_neck": Material.SCALP,
    "mouth_socket": Material.MOUTH,
    "eye_socket_l": Material.SOCKET,
    "eye_socket_r": Material.SOCKET,
    "gums_tongue": Material.TONGUE,
    "teeth_upper": Material.TEETH,
    "teeth_lower": Material.TEETH,
    "eyeball_l": Material.EYEBALL_L,
    "eyeball_r": Material.EYEBALL_R,
}
# Closed or always seen from outside: their back faces need not be drawn. The model's lash cards are not drawn at
# all, because they need a picture with transparency; lashes are attached as thin triangles.
_CULLED = (
    Material.SKIN,
    Material.SCALP,
    Material.TEETH,
    Material.EYEBALL_L,
    Material.EYEBALL_R,
)


@dataclass(frozen=True, slots=True, eq=False)
class Attachment:
    """A piece of mesh that the head carries: E vertices, each ``sum_j weights_j * head[anchors_j] + offset``.

    Attributes:
        anchors: (E, 3) int32 vertices of the model. Vertices with weights follow the expression (lashes follow the
            lid); vertices of weight 0 move with the skull alone (glasses, hair).
        weights: (E, 3) float32.
        offsets: (E, 3) float32, cm.
        triangles: (F, 3) int32 into the E vertices, counter-clockwise seen from outside.
        uv: (E, 2) float32: across and along the strands for hair; unused otherwise.
        material: Of all its triangles.
        occlusion: (E,) float32 in [0, 1].
    """

    anchors: NDArray[np.int32]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    triangles: NDArray[np.int32]
    uv: NDArray[np.float32]
    material: Material
    occlusion: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SubjectMesh:
    """Everything that is drawn of one person: N = V + E vertices, F triangles.

    Attributes:
        neutral: (N, 3) float32 vertices with the person's shape and no expression, cm.
        n_head: V; the vertices from there on are attached.
        anchors: (E, 3) int32, as in `Attachment`.
        weights: (E, 3) float32.
        offsets: (E, 3) float32.
        triangles: (F, 3) int32.
        triangles_uv: (F, 3) int32 into ``uv``.
        uv: (U, 2) float32.
        material: (F,) uint8, a `Material` for each triangle.
        culled: (F,) bool: not drawn when seen from behind.
        occlusion: (N,) float32 in [0, 1].
    """

    neutral: NDArray[np.float32]
    n_head: int
    anchors: NDArray[np.int32]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    triangles: NDArray[np.int32]
    triangles_uv: NDArray[np.int32]
    uv: NDArray[np.float32]
    material: NDArray[np.uint8]
    culled: NDArray[np.bool_]
    occlusion: NDArray[np.float32]


def assemble(
    model: FaceModel, neutral: NDArray[np.float32], attachments: Sequence[Attachment] = ()
) -> SubjectMesh:
    """Put a person's head and its attachments into one mesh.

    Args:
        model: The head's topology.
        neutral: (V, 3) float32, the person's neutral vertices.
        attachments: In any order.
    """
    drawn = list(_PART_MATERIALS.items())
    spans = [model.parts[part].triangles for part, _ in drawn]
    triangles = [model.triangles[span] for span in spans]
    triangles_uv = [model.triangles_uv[span] for span in spans]
    material = [
        np.full(span.stop - span.start, kind, dtype=np.uint8)
        for span, (_, kind) in zip(spans, drawn, strict=True)
    ]
    n_vertices, n_uv = len(neutral), len(model.uv)
    for piece in attachments:
        triangles.append(piece.triangles + n_vertices)
        triangles_uv.append(piece.triangles + n_uv)
        material.append(np.full(len(piece.triangles), piece.material, dtype=np.uint8))
        n_vertices += len(piece.anchors)
        n_uv += len(piece.anchors)
    anchors = _joined([piece.anchors for piece in attachments], (0, 3), np.int32)
    weights = _joined([piece.weights for piece in attachments], (0, 3), np.float32)
    offsets = _joined([piece.offsets for piece in attachments], (0, 3), np.float32)
    attached = (weights[:, :, None] * neutral[anchors]).sum(axis=1) + offsets
    materials = np.concatenate(material)
    return SubjectMesh(
        neutral=np.ascontiguousarray(np.concatenate([neutral, attached]), dtype=np.float32),
        n_head=len(neutral),
        anchors=anchors,
        weights=weights,
        offsets=offsets,
        triangles=np.ascontiguousarray(np.concatenate(triangles), dtype=np.int32),
        triangles_uv=np.ascontiguousarray(np.concatenate(triangles_uv), dtype=np.int32),
        uv=np.concatenate([model.uv, _joined([piece.uv for piece in attachments], (0, 2), np.float32)]),
        material=materials,
        culled=np.isin(materials, _CULLED),
        occlusion=np.concatenate(
            [model.occlusion, _joined([piece.occlusion for piece in attachments], (0,), np.float32)]
        ),
    )


def _joined(pieces: Sequence[NDArray[Any]], empty: tuple[int, ...], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate([*pieces, np.zeros(empty, dtype=kind)]).astype(kind, copy=False)
