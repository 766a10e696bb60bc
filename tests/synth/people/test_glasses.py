"""Glasses sit before the eyes and reach the ears."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from duchenne.synth.head.mesh import Material
from duchenne.synth.people.glasses import wear
from duchenne.synth.people.look import Glasses, Look
from procedural_head import procedural_head

MODEL = procedural_head()
LANDMARKS = MODEL.vertices[MODEL.landmarks68]
SHAPES = [shape for shape in Glasses if shape is not Glasses.NONE]


def test_no_glasses_are_no_mesh() -> None:
    assert wear(Look(glasses=Glasses.NONE), MODEL, MODEL.vertices) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_frame_and_lenses_move_with_the_skull(shape: Glasses) -> None:
    frame, lenses = wear(replace(Look(), glasses=shape), MODEL, MODEL.vertices)
    assert frame.material is Material.FRAME
    assert lenses.material is Material.LENS
    for piece in (frame, lenses):
        assert not piece.weights.any()
        assert np.isfinite(piece.offsets).all()
        assert piece.triangles.max() == len(piece.offsets) - 1


@pytest.mark.parametrize("shape", SHAPES)
def test_lenses_lie_before_the_eyes_and_hold_them(shape: Glasses) -> None:
    _, lenses = wear(replace(Look(), glasses=shape), MODEL, MODEL.vertices)
    for numbers, sign in ((slice(42, 48), 1.0), (slice(36, 42), -1.0)):
        eye = LANDMARKS[numbers]
        mine = lenses.offsets[np.sign(lenses.offsets[:, 0]) == sign]
        assert mine[:, 0].min() < eye[:, 0].min()
        assert mine[:, 0].max() > eye[:, 0].max()
        assert mine[:, 1].min() < eye[:, 1].min()
        assert mine[:, 1].max() > eye[:, 1].max()
        assert mine[:, 2].min() > eye[:, 2].max()


@pytest.mark.parametrize("shape", SHAPES)
def test_both_sides_mirror_each_other(shape: Glasses) -> None:
    frame, lenses = wear(replace(Look(), glasses=shape), MODEL, MODEL.vertices)
    for piece in (frame, lenses):
        low, high = piece.offsets.min(axis=0), piece.offsets.max(axis=0)
        assert high[0] == pytest.approx(-low[0], abs=0.02)


def test_temples_reach_behind_the_end_of_the_jaw_outside_the_head() -> None:
    frame, _ = wear(Look(glasses=Glasses.ROUND), MODEL, MODEL.vertices)
    back = frame.offsets[frame.offsets[:, 2] < LANDMARKS[16, 2] - 2.0]
    assert len(back)
    assert np.abs(back[:, 0]).min() > abs(LANDMARKS[16, 0])


@pytest.mark.parametrize("shape", SHAPES)
def test_lenses_face_the_camera(shape: Glasses) -> None:
    _, lenses = wear(replace(Look(), glasses=shape), MODEL, MODEL.vertices)
    a, b, c = (lenses.offsets[lenses.triangles[:, k]] for k in range(3))
    assert np.all(np.cross(b - a, c - a)[:, 2] > 0)


def test_tubes_are_closed_and_as_thick_as_their_shape_says() -> None:
    thin, thick = (
        wear(replace(Look(), glasses=shape), MODEL, MODEL.vertices)[0].offsets
        for shape in (Glasses.ROUND, Glasses.BROWLINE)
    )
    # The upper rim of the browline frame is 0.22 cm in radius, that of the round one 0.09 cm.
    assert np.ptp(thick[:240, 2]) > np.ptp(thin[:240, 2])
