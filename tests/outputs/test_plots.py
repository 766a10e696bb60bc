from __future__ import annotations

from pathlib import Path

import pytest

from duchenne.labels import EXPRESSIONS
from duchenne.outputs import schema
from duchenne.outputs.palette import LIGHT
from duchenne.outputs.plots import plot_people
from duchenne.outputs.tables import ParquetSink
from duchenne.records import FrameResult
from made_results import poor, seen, shown, story, tabulate


def test_several_people_share_one_axis_and_one_legend() -> None:
    figure = plot_people(tabulate(story(50, n_people=3))[0].table())
    assert sum(bool(trace.showlegend) for trace in figure.data) == len(EXPRESSIONS)
    assert figure.layout.showlegend
    assert [figure.layout[name].title.text for name in ("yaxis", "yaxis2", "yaxis3")] == [
        f"Person {face}" for face in sorted(range(3), key=lambda f: -_rows(f))
    ]
    assert figure.layout.xaxis.matches == figure.layout.xaxis2.matches == "x3"


def _rows(face: int) -> int:
    return sum(
        observation.face.track == face for r in story(50, n_people=3) for observation in r.observations
    )


def test_one_person_needs_no_name() -> None:
    figure = plot_people(tabulate(story(20, n_people=2))[0].table(), faces=[1])
    assert figure.layout.yaxis.title.text is None


def test_file_table_and_dataframe_give_the_same_figure(tmp_path: Path) -> None:
    results = story(60, n_people=2)
    table = tabulate(results)[0].table()
    sink = ParquetSink(tmp_path / "f.parquet", "clip.mp4")
    for result in results:
        sink.write(result)
    sink.close()
    expected = plot_people(table).to_json()
    assert plot_people(tmp_path / "f.parquet").to_json() == expected
    assert plot_people(schema.to_pandas(table)).to_json() == expected


@pytest.mark.parametrize("results", [[], [shown(0), shown(1)]], ids=["no frames", "no faces"])
def test_nobody_to_show_is_said(results: list[FrameResult]) -> None:
    figure = plot_people(tabulate(results)[0].table())
    assert figure.layout.annotations[0].text == "No face was found."
    assert len(figure.data) == 0


def test_a_still_shows_probabilities_as_bars() -> None:
    figure = plot_people(tabulate([shown(0, seen(0, "happiness", 0.79), poor(1), time_s=0.0)])[0].table())
    happy, unread = figure.data
    assert list(happy.y) == list(EXPRESSIONS)
    assert list(happy.x) == pytest.approx([0.03, 0.79, *[0.03] * 6])
    assert list(happy.text)[:2] == ["3 %", "79 %"]
    assert list(happy.marker.color) == list(LIGHT.expressions.values())
    assert len(unread.x) == 0
    assert [title.text for title in figure.layout.annotations] == ["Person 0", "Person 1"]
