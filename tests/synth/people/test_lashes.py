"""Lashes grow on the lids and go where the lids go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from duchenne.synth.head.mesh import Attachment, Material
from duchenne.synth.head.model import FaceModel
from duchenne.synth.people.lashes import attach_lashes
from duchenne.synth.people.look import Look
from procedural_head import procedural_head

MODEL = procedural_head()


def places(piece: Attachment, head: np.ndarray) -> np.ndarray:
    """(n, 3, 3): two roots and the tip of every lash."""
    moved = (piece.weights[:, :, None] * head[piece.anchors]).sum(axis=1) + piece.offsets
    return np.asarray(moved.reshape(-1, 3, 3))


def test_lashes_are_thin_triangles_of_their_material() -> None:
    piece = attach_lashes(Look(), MODEL, MODEL.vertices)
    assert piece.material is Material.LASH
    assert len(piece.triangles) > 20
    assert np.array_equal(np.unique(piece.triangles), np.arange(len(piece.offsets)))
    assert np.allclose(piece.weights.sum(axis=1), 1.0, atol=1e-6)
    drawn = places(piece, MODEL.vertices)
    assert np.allclose(np.linalg.norm(drawn[:, 0] - drawn[:, 1], axis=1), 0.055, atol=1e-5)


def test_roots_lie_on_the_end_of_the_card_next_to_the_eye() -> None:
    drawn = places(attach_lashes(Look(), MODEL, MODEL.vertices), MODEL.vertices)
    roots = drawn[:, :2].mean(axis=1)
    # The stand-in's cards go from y = 4.0 up to 4.3, in front of the eye at x = +-3.
    assert np.allclose(roots[:, 1], 4.0, atol=1e-5)
    assert np.all((np.abs(roots[:, 0]) > 2.0) & (np.abs(roots[:, 0]) < 4.0))
    assert np.all(drawn[:, 2, 1] > 4.0)
    assert (roots[:, 0] > 0).sum() == (roots[:, 0] < 0).sum()


def test_length_follows_the_look() -> None:
    def length(cm: float) -> np.ndarray:
        drawn = places(attach_lashes(replace(Look(), lashes_cm=cm), MODEL, MODEL.vertices), MODEL.vertices)
        return np.asarray(np.linalg.norm(drawn[:, 2] - drawn[:, :2].mean(axis=1), axis=1))

    # One lash is 0.55 * 0.75 to 1.1 times as long as the look says.
    assert length(0.8).max() <= 0.8 * 1.1 + 1e-5
    assert length(0.8).min() >= 0.8 * 0.55 * 0.75 - 1e-5
    assert np.allclose(length(0.8), 2 * length(0.4), rtol=1e-4)


def test_lashes_follow_a_closing_lid() -> None:
    piece = attach_lashes(Look(), MODEL, MODEL.vertices)
    weights = np.zeros(len(MODEL.shapes.names), dtype=np.float32)
    weights[MODEL.shape_number["eyeBlink_L"]] = 1.0
    before = places(piece, MODEL.vertices)
    moved = places(piece, MODEL.express(MODEL.vertices, weights)) - before
    left = before[:, 0, 0] > 0
    assert np.all(moved[left][:, :, 1] < -0.05)
    assert np.allclose(moved[~left], 0.0)


def test_the_same_look_has_the_same_lashes() -> None:
    first, again = (attach_lashes(Look(seed=2), MODEL, MODEL.vertices) for _ in range(2))
    assert np.array_equal(first.offsets, again.offsets)
    assert not np.array_equal(first.weights, attach_lashes(Look(seed=3), MODEL, MODEL.vertices).weights)


@pytest.mark.shared
def test_the_real_head_has_lashes_on_both_lids_of_both_eyes(shared: Path) -> None:
    model = FaceModel.load(shared / "data" / "ict_facekit.npz")
    drawn = places(attach_lashes(Look(), model, model.vertices), model.vertices)
    roots = drawn[:, :2].mean(axis=1)
    for part, sign in (("eyeball_l", 1.0), ("eyeball_r", -1.0)):
        eye = model.vertices[model.parts[part].vertices].mean(axis=0)
        mine = roots[np.sign(roots[:, 0]) == sign] - eye
        # Roots are on the lids, which lie on a ball of about 1.4 cm around the mean of the eyeball's vertices.
        assert np.all((np.linalg.norm(mine, axis=1) > 1.1) & (np.linalg.norm(mine, axis=1) < 2.3))
        assert (mine[:, 1] > 0.1).sum() > 20
        assert (mine[:, 1] < -0.1).sum() > 8
