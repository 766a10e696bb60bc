"""What each material is made of: colour, highlight and softness, for one look."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duchenne.synth.head.mesh import Material
from duchenne.synth.people.look import Look
from duchenne.synth.people.texture import blended_hair, skin_colour


def make_palette(look: Look) -> NDArray[np.float32]:
    """The materials of a person.

    Args:
        look: For skin, hair, teeth, frame and shirt.

    Returns:
        (len(Material), 6) float32: linear R, G, B, gloss, sharpness of the highlight, softness (how far light
        creeps around the edge, as it does under skin).
    """
    skin, hair = skin_colour(look), blended_hair(look)
    # Dark skin reflects as much at its surface as light skin does: against less colour, it looks glossier.
    gloss = 0.055 + 0.05 * float(skin.mean())
    teeth = look.teeth * np.array([0.50, 0.46, 0.385])
    rows = {
        Material.SKIN: (*skin, gloss, 16, 0.35),
        Material.SCALP: (*skin, 0.8 * gloss, 12, 0.35),
        Material.MOUTH: (0.12, 0.03, 0.03, 0.05, 20, 0.0),
        Material.SOCKET: (*(0.6 * skin), 0.05, 10, 0.2),
        Material.TONGUE: (0.36, 0.12, 0.11, 0.15, 40, 0.2),
        Material.TEETH: (*teeth, 0.25, 60, 0.15),
        Material.EYEBALL_L: (0.47, 0.445, 0.43, 0.75, 220, 0.1),
        Material.EYEBALL_R: (0.47, 0.445, 0.43, 0.75, 220, 0.1),
        Material.LASH: (0.012, 0.010, 0.009, 0.0, 10, 0.0),
        Material.HAIR: (*hair, 0.015 + 0.10 * float(hair.mean()), 26, 0.1),
        Material.FRAME: (*look.glasses_colour, 0.25, 60, 0.0),
        Material.LENS: (1.0, 1.0, 1.0, 0.2, 300, 0.0),
        Material.CLOTH: (*look.shirt, 0.01, 6, 0.1),
    }
    return np.array([rows[material] for material in Material], dtype=np.float32)
