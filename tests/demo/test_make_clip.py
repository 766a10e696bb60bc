"""What ``make demo`` runs, with the gap that its clip is made to have."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import duchenne
from worlds import PORTRAIT

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "clip.mp4"
    runpy.run_path(str(DEMO / "make_clip.py"))["main"](PORTRAIT, path)
    return path


def test_the_portrait_smiles() -> None:
    (person,) = duchenne.analyze(PORTRAIT).people
    assert person.dominant == "happiness"


def test_the_clip_shows_one_smiling_person_with_one_gap(clip: Path) -> None:
    analysis = duchenne.analyze(clip)
    (person,) = analysis.people
    assert person.dominant == "happiness"
    frames = analysis.frames
    assert len(frames) == 160
    gap = frames.index[frames["status"] == "no_face"]
    # The face is wholly out of the picture from 4.3 to 4.9 s; the mesh loses it a little earlier.
    assert list(gap) == list(range(gap[0], gap[-1] + 1)), "one gap, without a hole"
    assert 4.0 <= frames["time_s"][gap[0]] <= 4.4
    assert 4.9 <= frames["time_s"][gap[-1]] <= 5.2
    assert frames.loc[gap, "p_happiness"].isna().all()


def test_a_photograph_that_cannot_be_read_ends_the_maker(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is not a photograph"):
        runpy.run_path(str(DEMO / "make_clip.py"))["main"](tmp_path / "none.jpg", tmp_path / "clip.mp4")
