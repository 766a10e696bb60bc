from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from duchenne.labels import EXPRESSIONS
from duchenne.outputs.bins import shorten
from duchenne.outputs.palette import DARK, LIGHT
from duchenne.outputs.thumbnails import Peak
from duchenne.outputs.timelines import draw_timelines
from duchenne.records import FrameResult
from made_results import broken, poor, seen, shown, story, tabulate


def figure_of(results: list[FrameResult], *faces: int, max_steps: int = 1500, **options: Any) -> go.Figure:
    table = tabulate(results)[0].table()
    return draw_timelines(shorten(table, faces, max_steps=max_steps), faces, **options)


def areas(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.meta: trace for trace in figure.data if trace.type == "scatter" and trace.fill}


def blocks(figure: go.Figure, name: str) -> list[tuple[float, float, float, float]]:
    """Left, right, bottom and top of the bars of that meaning."""
    return [
        (float(x - w / 2), float(x + w / 2), float(base), float(base + y))
        for trace in figure.data
        if trace.type == "bar" and trace.meta == name
        for x, w, base, y in zip(trace.x, trace.width, trace.base, trace.y, strict=True)
    ]


def texts(figure: go.Figure) -> list[str]:
    (trace,) = (trace for trace in figure.data if trace.meta == "words")
    return list(trace.text)


def area_of(x: Any, y: Any) -> float:
    """The shoelace formula."""
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2


def test_heights_are_probabilities_stacked_from_neutral_upwards() -> None:
    figure = figure_of([shown(k, seen(0, "neutral", 0.65)) for k in range(3)], 0)
    drawn = areas(figure)
    assert list(drawn) == list(EXPRESSIONS)
    neutral, happy = drawn["neutral"], drawn["happiness"]
    # There and back: 0, 40, 80 ms and the end of the last frame.
    assert list(neutral.x[:8]) == pytest.approx([0, 0.04, 0.08, 0.12, 0.12, 0.08, 0.04, 0])
    assert list(neutral.y[:8]) == pytest.approx([0.65] * 4 + [0] * 4)
    assert list(happy.y[:8]) == pytest.approx([0.7] * 4 + [0.65] * 4)
    assert max(drawn["contempt"].y[:8]) == pytest.approx(1, abs=5e-4)


def test_together_the_areas_cover_the_time_that_was_read_and_no_more() -> None:
    results = story(200, seed=4)
    total = 0.0
    for trace in areas(figure_of(results, 0)).values():
        x, y = np.array(trace.x), np.array(trace.y)
        ends = [-1, *np.flatnonzero(np.isnan(x)).tolist()]
        total += sum(area_of(x[a + 1 : b], y[a + 1 : b]) for a, b in pairwise(ends))
    person = tabulate(results)[1].people[0]
    assert total == pytest.approx(person.seconds_read, abs=1e-3)


def test_a_gap_is_a_gap() -> None:
    results = [shown(k, *([] if 3 <= k < 6 else [seen(0, "fear", 0.9)])) for k in range(9)]
    x = np.array(areas(figure_of(results, 0))["fear"].x)
    first, second = x[: np.flatnonzero(np.isnan(x))[0]], x[np.flatnonzero(np.isnan(x))[0] + 1 : -1]
    assert (first.min(), first.max()) == pytest.approx((0, 0.12))
    assert (second.min(), second.max()) == pytest.approx((0.24, 0.36))


def test_the_strip_shows_the_most_probable_expression() -> None:
    names = ["neutral", "neutral", "anger", "neutral"]
    figure = figure_of([shown(k, seen(0, name, 0.9)) for k, name in enumerate(names)], 0)
    assert [b[:2] for b in blocks(figure, "neutral")] == [
        pytest.approx((0, 0.08)),
        pytest.approx((0.12, 0.16)),
    ]
    ((left, right, bottom, top),) = blocks(figure, "anger")
    assert (left, right) == pytest.approx((0.08, 0.12))
    assert bottom < top < 0
    assert blocks(figure, "fear") == []


def test_poor_and_broken_stretches_are_hatched_each_in_its_way_and_absence_is_only_in_the_strip() -> None:
    figure = figure_of([shown(0, seen(0, "fear", 0.9)), shown(1, poor(0)), broken(2), shown(3)], 0)
    assert [b[:2] for b in blocks(figure, "low_quality")] == [pytest.approx((0.04, 0.08))]
    assert [b[:2] for b in blocks(figure, "decode_error")] == [pytest.approx((0.08, 0.12))]
    ((left, right, bottom, top),) = blocks(figure, "no_face")
    assert (left, right) == pytest.approx((0.12, 0.16))
    assert bottom < top < 0
    hatches = {
        t.meta: t.marker.pattern.shape for t in figure.data if t.type == "bar" and t.marker.pattern.shape
    }
    assert hatches == {"low_quality": "/", "decode_error": "x"}


def test_words_under_the_pointer_say_what_is_there() -> None:
    results = [shown(0, seen(0, "fear", 0.9)), shown(1, poor(0)), broken(2), shown(3)]
    assert texts(figure_of(results, 0)) == [
        "<b>0:00.00</b>  fear 90 %",
        "<b>0:00.04</b>  in view, too poor to be read",
        "<b>0:00.08</b>  this part of the video could not be decoded",
        "<b>0:00.12</b>  not in view",
    ]


def test_words_of_several_frames_name_the_highest_value() -> None:
    results = [shown(0, seen(0, "neutral", 0.7)), shown(1, seen(0, "fear", 0.8))]
    (text,) = texts(figure_of(results, 0, max_steps=1))
    assert text == "<b>0:00.00</b>  fear 42 %, neutral 36 %<br>highest: fear 80 %"


def test_colours_are_those_of_the_theme() -> None:
    results = [shown(0, seen(0, "fear", 0.9)), shown(1, seen(0, "fear", 0.9))]
    for theme in (LIGHT, DARK):
        figure = figure_of(results, 0, theme=theme)
        assert {name: trace.fillcolor for name, trace in areas(figure).items()} == theme.expressions
        assert figure.layout.paper_bgcolor == theme.background


def test_peaks_are_marked_on_the_row_of_their_person() -> None:
    image = np.zeros((4, 4, 3), dtype=np.uint8)
    peaks = [Peak(0, "fear", 0.9, 1, 0.04, image), Peak(1, "anger", 0.9, 0, 0.0, image)]
    results = [shown(k, seen(0, "fear", 0.9)) for k in range(3)]
    traces = [t for t in figure_of(results, 0, peaks=peaks).data if t.type == "scatter" and t.meta != "words"]
    marks = [t for t in traces if t.mode == "markers"]
    assert [(mark.meta, list(mark.x)) for mark in marks] == [("fear", [0.04])]


def test_someone_never_read_has_no_area() -> None:
    figure = figure_of([shown(0, poor(0)), shown(1, poor(0))], 0)
    assert all(len(trace.x) == 0 for trace in areas(figure).values())


@pytest.mark.parametrize(
    ("length_s", "ticks"),
    [
        (60, None),
        (240, ["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30", "4:00"]),
        (5400, ["0:00", "15:00", "30:00", "45:00", "1:00:00", "1:15:00", "1:30:00"]),
        (360000, [f"{2 * k}:00:00" if k else "0:00" for k in range(51)]),
    ],
)
def test_long_videos_count_in_minutes(length_s: int, ticks: list[str] | None) -> None:
    frames = [shown(k, time_s=k * length_s / 10) for k in range(10)]
    text = figure_of(frames, 0).layout.xaxis.ticktext
    assert (None if text is None else list(text)) == ticks
