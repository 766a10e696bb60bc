"""Fixtures that every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The project's own data folder beside the checkout; a machine without it skips the test and says so."""
    if not SHARED.is_dir():
        pytest.skip(f"no data folder at {SHARED}: this test needs the project's own data")
    return SHARED
