"""Every material has its row, and the row follows the look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from duchenne.synth.head.mesh import Material
from duchenne.synth.people.look import Look
from duchenne.synth.people.palette import make_palette
from duchenne.synth.people.texture import blended_hair, skin_colour


def test_every_material_has_a_row_of_its_own_numbers() -> None:
    look = Look(shirt=(0.1, 0.2, 0.3), glasses_colour=(0.3, 0.2, 0.1))
    palette = make_palette(look)
    assert palette.shape == (len(Material), 6)
    assert palette.dtype == np.float32
    assert np.allclose(palette[Material.CLOTH, :3], look.shirt)
    assert np.allclose(palette[Material.FRAME, :3], look.glasses_colour)
    assert np.allclose(palette[Material.HAIR, :3], blended_hair(look))
    assert np.allclose(palette[Material.SKIN, :3], skin_colour(look))
    assert np.array_equal(palette[Material.EYEBALL_L], palette[Material.EYEBALL_R])
    assert palette[:, :3].min() >= 0.0
    assert palette[:, :3].max() <= 1.0


def test_skin_alone_changes_what_is_skin() -> None:
    light, dark = (make_palette(replace(Look(), skin=skin)) for skin in (0.1, 0.9))
    changed = {Material(row) for row in np.flatnonzero((light != dark).any(axis=1))}
    assert changed == {Material.SKIN, Material.SCALP, Material.SOCKET}


def test_scalp_and_face_have_one_colour_where_they_meet() -> None:
    palette = make_palette(Look(skin=0.6))
    assert np.array_equal(palette[Material.SKIN, :3], palette[Material.SCALP, :3])
