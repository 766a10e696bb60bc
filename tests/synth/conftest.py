"""Fixtures of the tests of synthetic faces: the head of formulas, and the real one where the data folder is."""

from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.synth.head.model import FaceModel
from procedural_head import procedural_head


@pytest.fixture(scope="session", params=["procedural", pytest.param("real", marks=pytest.mark.shared)])
def head(request: pytest.FixtureRequest) -> FaceModel:
    """A face model: every test that asks for it runs on both heads."""
    if request.param == "procedural":
        return procedural_head()
    real: FaceModel = request.getfixturevalue("real_head")
    return real


@pytest.fixture(scope="session")
def real_head(shared: Path) -> FaceModel:
    """The scanned head; mark the test that asks for it ``shared``."""
    return FaceModel.load(shared / "data" / "ict_facekit.npz")
