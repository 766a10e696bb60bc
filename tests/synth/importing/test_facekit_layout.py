"""The kit's numbering: whole, in order, and the same as in a model file made from it before."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from duchenne.synth.head.model import PARTS
from duchenne.synth.importing.facekit_layout import ICT_LIGHT, identity_file
from procedural_head import arrays


def test_pieces_are_the_parts_of_a_model_in_ascending_order() -> None:
    assert tuple(name for name, _, _ in ICT_LIGHT.pieces) == PARTS
    assert ICT_LIGHT.pieces[0][1] == 0
    assert all(first < end for _, first, end in ICT_LIGHT.pieces)
    assert all(before[2] <= after[1] for before, after in pairwise(ICT_LIGHT.pieces))
    assert ICT_LIGHT.pieces[-1][2] == ICT_LIGHT.n_vertices


def test_expressions_are_those_that_the_head_of_formulas_stands_in_for() -> None:
    assert len(set(ICT_LIGHT.expressions)) == len(ICT_LIGHT.expressions) == 57
    assert set(ICT_LIGHT.expressions) == set(arrays()["expression_names"].tolist())


def test_contour_points_stand_for_landmarks_of_each_side() -> None:
    assert len(ICT_LIGHT.jaw_right) == len(ICT_LIGHT.jaw_left) == 8


@pytest.mark.parametrize(("mode", "name"), [(0, "identity000.obj"), (99, "identity099.obj")])
def test_identity_files_are_numbered_with_three_digits(mode: int, name: str) -> None:
    assert identity_file(mode) == name


@pytest.mark.shared
def test_the_numbering_is_that_of_the_real_model_file(shared: Path) -> None:
    with np.load(shared / "data" / "ict_facekit.npz") as real:
        kept = np.concatenate([np.arange(first, end) for _, first, end in ICT_LIGHT.pieces])
        np.testing.assert_array_equal(real["source_vertex_index"], kept)
        assert real["expression_names"].tolist() == list(ICT_LIGHT.expressions)
        np.testing.assert_array_equal(kept[real["jaw_right"]], ICT_LIGHT.jaw_right)
        np.testing.assert_array_equal(kept[real["jaw_left"]], ICT_LIGHT.jaw_left)
