from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import duchenne
from duchenne.analysis import Analysis
from duchenne.errors import OutputError, SettingsError
from duchenne.offline import OutputOptions, analyze_source
from duchenne.settings import Settings
from duchenne.video.memory import MemorySource
from worlds import blank, portrait, tiny_networks


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """Three frames of a face and one without."""
    source = MemorySource([portrait()] * 3, fps=10.0, name="portrait.mp4")
    return analyze_source(source, tiny_networks(), settings=Settings(), options=OutputOptions())


@pytest.fixture(scope="module")
def empty() -> Analysis:
    source = MemorySource([blank()], fps=10.0, name="grey.mp4")
    return analyze_source(source, tiny_networks(), settings=Settings(), options=OutputOptions())


def test_frames_are_a_dataframe_with_one_row_a_frame(analysis: Analysis) -> None:
    assert isinstance(analysis.frames, pd.DataFrame)
    assert list(analysis.frames["frame"]) == [0, 1, 2]
    assert analysis.frames["p_happiness"].iloc[0] == pytest.approx(0.65, abs=1e-4)


def test_people_are_summaries(analysis: Analysis, empty: Analysis) -> None:
    (person,) = analysis.people
    assert person.dominant == "happiness"
    assert person.seconds_seen == pytest.approx(0.3)
    assert empty.people == ()


def test_plot_is_a_figure_with_every_expression(analysis: Analysis) -> None:
    figure = analysis.plot()
    assert "happiness" in {trace.name for trace in figure.data}


def test_plot_of_nothing_is_a_figure_too(empty: Analysis) -> None:
    assert empty.plot().layout is not None


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_what_is_written_later_is_what_was_read(analysis: Analysis, tmp_path: Path, format: str) -> None:
    folder = analysis.write(tmp_path / "later", format=format)
    assert sorted(p.name for p in folder.iterdir()) == [
        f"frames.{format}",
        "report.html",
        "run.json",
        "summary.json",
    ]
    again = Analysis(analysis.summary, analysis.run, (), folder / f"frames.{format}", folder)
    pd.testing.assert_frame_equal(again.frames, analysis.frames)


def test_a_result_is_not_overwritten_unasked(analysis: Analysis, tmp_path: Path) -> None:
    analysis.write(tmp_path / "out", report=False)
    with pytest.raises(OutputError, match="exists already"):
        analysis.write(tmp_path / "out", report=False)
    analysis.write(tmp_path / "out", report=False, overwrite=True)


def test_an_unknown_format_leaves_nothing(analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown table format"):
        analysis.write(tmp_path / "out", format="xlsx")
    assert list(tmp_path.iterdir()) == []


def test_its_text_says_what_was_read(analysis: Analysis, empty: Analysis) -> None:
    assert repr(analysis) == "<Analysis of portrait.mp4: 3 frames, 0.3 s, face 0: happiness>"
    assert repr(empty) == "<Analysis of grey.mp4: 1 frame, 0.0 s, no faces>"


def test_the_package_offers_it(tmp_path: Path) -> None:
    assert duchenne.Analysis is Analysis


def test_a_record_that_cannot_be_written_is_said_and_nothing_is_left(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *arguments: object, **options: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(
        OutputError, match=r"the record .*summary\.json cannot be written\. Got: No space left"
    ):
        analysis.write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
