"""A person without any art: the head of formulas in one flat colour, so that light and geometry can be checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Attachment, Material, assemble
from duchenne.synth.people.look import Look
from duchenne.synth.people.subject import Eyes, Subject
from duchenne.synth.people.wrinkles import Relief
from procedural_head import EYE, procedural_head

SKIN = (0.5, 0.3, 0.2)
PALETTE = {
    Material.TEETH: (0.8, 0.8, 0.7),
    Material.EYEBALL_L: (0.7, 0.7, 0.7),
    Material.EYEBALL_R: (0.7, 0.7, 0.7),
    Material.FRAME: (0.0, 0.0, 0.9),
    Material.HAIR: (0.1, 0.05, 0.02),
    Material.CLOTH: (0.0, 0.4, 0.0),
}


def plain_subject(
    attachments: Sequence[Attachment] = (),
    *,
    hair: NDArray[np.float32] | None = None,
    texture: NDArray[np.float32] | None = None,
    relief: NDArray[np.float32] | None = None,
    finish: tuple[float, float, float] = (0.0, 10.0, 0.0),
    collar_cm: float = -100.0,
) -> Subject:
    """A subject in flat colours.

    Args:
        attachments: What the head carries.
        hair: (V,) share of painted hair; None for none.
        texture: (512, 512, 4); None for the skin's colour.
        relief: (512, 512, 3); None for smooth skin.
        finish: Gloss, sharpness and softness of every material.
        collar_cm: Where the cloth begins.
    """
    model = procedural_head()
    mesh = assemble(model, model.vertices, attachments)
    shares = np.zeros(len(mesh.neutral), dtype=np.float32)
    if hair is not None:
        shares[: mesh.n_head] = hair
    if texture is None:
        texture = np.broadcast_to(np.array([*SKIN, 1.0], dtype=np.float32), (512, 512, 4)).copy()
    smooth = np.zeros((512, 512, 3), dtype=np.float32)
    palette = [(*PALETTE.get(material, SKIN), *finish) for material in Material]
    eye_z = float(model.vertices[model.parts["eyeball_l"].vertices, 2].mean())
    centers = np.array([[EYE[0], EYE[1], eye_z], [-EYE[0], EYE[1], eye_z]], dtype=np.float32)
    return Subject(
        model=model,
        identity=np.zeros(3, dtype=np.float32),
        look=Look.sample(np.random.default_rng(0)),
        mesh=mesh,
        texture=texture,
        hair=shares,
        palette=np.array(palette, dtype=np.float32),
        collar_cm=collar_cm,
        eyes=Eyes(centers, 0.4, 0.15, (0.1, 0.2, 0.4)),
        fine_relief=Relief(smooth if relief is None else relief, (), 0.0),
    )


def board(
    corners: Sequence[Sequence[float]], material: Material, *, uv: Sequence[Sequence[float]] | None = None
) -> Attachment:
    """Triangles in front of the head.

    Args:
        corners: 3 for each triangle, (x, y, z) in cm, counter-clockwise as seen by the camera.
        material: Of all.
        uv: One for each corner; zeros if None.
    """
    n = len(corners)
    return Attachment(
        anchors=np.zeros((n, 3), dtype=np.int32),
        weights=np.zeros((n, 3), dtype=np.float32),
        offsets=np.array(corners, dtype=np.float32),
        triangles=np.arange(n, dtype=np.int32).reshape(-1, 3),
        uv=np.zeros((n, 2), dtype=np.float32) if uv is None else np.array(uv, dtype=np.float32),
        material=material,
        occlusion=np.ones(n, dtype=np.float32),
    )


def square(x: tuple[float, float], y: tuple[float, float], z: float) -> list[tuple[float, float, float]]:
    """The corners of an upright square's two triangles, for `board`."""
    (left, right), (low, high) = x, y
    a, b, c, d = (left, low, z), (right, low, z), (right, high, z), (left, high, z)
    return [a, b, c, a, c, d]
