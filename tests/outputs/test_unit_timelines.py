from __future__ import annotations

import numpy as np
import pytest

from duchenne.facs import UNIT_COLUMNS
from duchenne.outputs.bins import Timelines, shorten
from duchenne.outputs.palette import DARK
from duchenne.outputs.unit_timelines import draw_unit_curves, draw_unit_strip, measured, strongest
from duchenne.records import FrameResult
from made_results import acting, poor, seen, shown, tabulate


def timelines_of(results: list[FrameResult], max_steps: int = 1500) -> Timelines:
    return shorten(tabulate(results)[0].table(), [0], max_steps=max_steps)


def smile() -> list[FrameResult]:
    """AU12 rises, AU25 is weak, AU04 is measured and never shown; one frame is too poor."""
    results = [shown(k, acting(0, AU12=k / 10, AU25=0.12, AU04=0.0)) for k in range(10)]
    results[4] = shown(4, poor(0))
    return results


def test_strip_has_a_row_for_each_unit_that_was_measured_and_gaps_where_none_was() -> None:
    figure = draw_unit_strip(timelines_of(smile()), 0)
    assert figure is not None
    (strip,) = figure.data
    assert list(strip.y) == ["AU04", "AU12", "AU25"]
    assert (strip.zmin, strip.zmax) == (0.0, 1.0)
    np.testing.assert_allclose(strip.z[1][:4], [0, 0.1, 0.2, 0.3])
    assert np.isnan(strip.z[:, 4]).all()
    np.testing.assert_array_equal(strip.z[0][:4], 0)
    assert strip.customdata[1][0] == "lip corner puller"


def test_strip_draws_each_step_where_it_is_though_steps_differ_in_length() -> None:
    times = (0.0, 0.04, 0.08, 10.0, 10.04)
    timelines = timelines_of([shown(k, acting(0, AU12=0.5), time_s=t) for k, t in enumerate(times)])
    figure = draw_unit_strip(timelines, 0)
    assert figure is not None
    np.testing.assert_array_equal(figure.data[0].x, timelines.edges_s)
    assert len(figure.data[0].x) == figure.data[0].z.shape[1] + 1


def test_curves_are_of_units_that_act_in_the_order_of_their_numbers() -> None:
    figure = draw_unit_curves(timelines_of(smile()), 0, theme=DARK)
    assert figure is not None
    assert [trace.name for trace in figure.data] == ["AU12 lip corner puller", "AU25 lips part"]
    assert not any(trace.connectgaps for trace in figure.data)
    assert {trace.line.color for trace in figure.data} == {DARK.units}
    assert len({trace.line.dash for trace in figure.data}) == 2
    np.testing.assert_allclose(figure.data[0].x[:2], [0.02, 0.06])


def test_a_reading_between_two_gaps_is_a_point_and_no_other_reading_is() -> None:
    results = [shown(k, acting(0, AU12=0.5)) for k in range(7)]
    for number in (1, 3):
        results[number] = shown(number, poor(0))
    figure = draw_unit_curves(timelines_of(results), 0, theme=DARK)
    assert figure is not None
    (curve,) = figure.data
    assert curve.mode == "lines+markers"
    # 0 and 2 stand alone, the first of them at the edge; 4 to 6 are a line.
    assert [size > 0 for size in curve.marker.size] == [True, False, True, False, False, False, False]
    assert curve.marker.color == DARK.units


def test_no_more_curves_than_can_be_told_apart_and_the_strongest_of_them() -> None:
    many = {
        f"AU{n:02d}": value
        for n, value in zip((1, 2, 4, 5, 6, 7), (0.9, 0.2, 0.8, 0.7, 0.6, 0.5), strict=True)
    }
    person = timelines_of([shown(k, acting(0, **many)) for k in range(3)]).people[0]
    assert strongest(person) == ("AU01", "AU04", "AU05", "AU06", "AU07")


def test_steps_of_several_frames_are_means_of_what_was_measured() -> None:
    results = [shown(k, acting(0, AU12=0.2 + 0.2 * (k % 2))) for k in range(8)]
    results[0] = shown(0, poor(0))
    person = timelines_of(results, max_steps=4).people[0]
    assert person.units[:, UNIT_COLUMNS.index("AU12")] == pytest.approx([0.4, 0.3, 0.3, 0.3])


@pytest.mark.parametrize(
    "results",
    [
        [],
        [shown(0, seen(0, "fear", 0.9)), shown(1, seen(0, "fear", 0.9))],
        [shown(0, poor(0)), shown(1, poor(0))],
    ],
    ids=["no frames", "a network without units", "never read"],
)
def test_nothing_is_drawn_where_nothing_was_measured(results: list[FrameResult]) -> None:
    timelines = timelines_of(results)
    assert draw_unit_strip(timelines, 0) is None
    assert draw_unit_curves(timelines, 0) is None
    assert measured(timelines.people[0]) == ()


def test_a_still_face_has_a_strip_and_no_curves() -> None:
    timelines = timelines_of([shown(k, acting(0, AU12=0.02)) for k in range(3)])
    assert draw_unit_strip(timelines, 0) is not None
    assert draw_unit_curves(timelines, 0) is None
