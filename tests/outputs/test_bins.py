from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import schema
from duchenne.outputs.bins import STATUSES, Timelines, longest_seen, runs, shorten
from duchenne.outputs.tables import CsvSink, ParquetSink
from duchenne.records import FrameResult
from made_results import broken, poor, seen, shown, story, tabulate

READ, POOR, BROKEN, ABSENT = range(4)
HAPPY, AFRAID = EXPRESSIONS.index("happiness"), EXPRESSIONS.index("fear")


def shortened(results: list[FrameResult], *faces: int, max_steps: int = 1500) -> Timelines:
    return shorten(tabulate(results)[0].table(), faces, max_steps=max_steps)


def test_codes_mean_what_they_say() -> None:
    assert STATUSES == (Status.OK, Status.LOW_QUALITY, Status.DECODE_ERROR, Status.NO_FACE)


def test_a_short_video_is_shown_frame_by_frame() -> None:
    lines = shortened(
        [shown(0, seen(0, "happiness", 0.9)), shown(1, poor(0)), shown(2), broken(3), shown(4)], 0
    )
    assert lines.n_steps == 5
    assert lines.frames_per_step == 1
    assert lines.people[0].status.tolist() == [READ, POOR, ABSENT, BROKEN, ABSENT]
    assert lines.people[0].mean[0, HAPPY] == 0.9
    assert np.isnan(lines.people[0].mean[1:]).all()
    assert np.isnan(lines.people[0].peak[1:]).all()
    assert lines.people[0].top.tolist() == [HAPPY, -1, -1, -1, -1]
    assert lines.edges_s == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16, 0.2])


def test_a_step_of_several_frames_keeps_mean_and_peak() -> None:
    frames = [shown(k, seen(0, "fear", p)) for k, p in enumerate((0.3, 0.5, 1.0, 0.2))]
    lines = shortened(frames, 0, max_steps=2)
    assert lines.frames_per_step == 2
    # The table keeps four digits.
    assert lines.people[0].mean[:, AFRAID] == pytest.approx([0.4, 0.6], abs=1e-4)
    assert lines.people[0].peak[:, AFRAID] == pytest.approx([0.5, 1.0], abs=1e-4)
    assert lines.edges_s == pytest.approx([0.0, 0.08, 0.16])


def test_a_glimpse_within_a_step_does_not_vanish() -> None:
    frames = [shown(k) for k in range(100)]
    frames[42] = shown(42, seen(0, "surprise", 0.8))
    frames[77] = shown(77, poor(0))
    frames[88] = broken(88)
    status = shortened(frames, 0, max_steps=10).people[0].status
    expected = [ABSENT] * 10
    expected[4], expected[7], expected[8] = READ, POOR, BROKEN
    assert status.tolist() == expected


def test_steps_may_differ_by_a_frame_and_end_where_the_video_ends() -> None:
    lines = shortened([shown(k) for k in range(10)], max_steps=4)
    # Frames 0 to 2, 3 and 4, 5 to 7, 8 and 9, at 25 a second.
    assert lines.edges_s == pytest.approx([0.0, 0.12, 0.2, 0.32, 0.4])
    assert lines.frames_per_step == 3


def test_anyone_is_the_best_of_all_people_even_of_those_not_followed() -> None:
    frames = [shown(0, poor(0), seen(1, "fear", 0.9)), shown(1, poor(0)), broken(2), shown(3)]
    lines = shortened(frames, 0)
    assert lines.anyone.tolist() == [READ, POOR, BROKEN, ABSENT]
    assert lines.people[0].status.tolist() == [POOR, POOR, BROKEN, ABSENT]


def test_unknown_times_lie_evenly_between_known_ones() -> None:
    frames = [
        broken(0),
        shown(1, time_s=1.0),
        broken(2),
        broken(3),
        shown(4, time_s=4.0),
        shown(5, time_s=6.0),
        broken(6),
    ]
    # The mean frame is (6 - 1) / 4 = 1.25 s: before the first known time and after the last.
    assert shortened(frames).edges_s == pytest.approx([-0.25, 1.0, 2.0, 3.0, 4.0, 6.0, 7.25, 8.5])


@pytest.mark.parametrize(
    ("results", "edges"),
    [([], [0.0]), ([shown(0, time_s=2.0)], [2.0, 2.0]), ([broken(0), broken(1)], [0.0, 0.0, 0.0])],
    ids=["no frames", "one frame", "no times"],
)
def test_videos_without_a_course_of_time(results: list[FrameResult], edges: list[float]) -> None:
    lines = shortened(results, 7)
    assert lines.edges_s.tolist() == edges
    assert lines.people[7].mean.shape == (len(results), 8)


@pytest.mark.parametrize("sink", [ParquetSink, CsvSink])
def test_files_give_the_same_as_memory(sink: type[ParquetSink] | type[CsvSink], tmp_path: Path) -> None:
    results = story(400, n_people=2)
    memory = shortened(results, 0, 1, max_steps=60)
    path = tmp_path / ("f.csv" if sink is CsvSink else "f.parquet")
    out = sink(path, "clip.mp4")
    for result in results:
        out.write(result)
    out.close()
    lines = shorten(path, [0, 1], max_steps=60)
    assert np.array_equal(lines.edges_s, memory.edges_s)
    for face in (0, 1):
        np.testing.assert_array_equal(lines.people[face].mean, memory.people[face].mean)
        np.testing.assert_array_equal(lines.people[face].status, memory.people[face].status)


def test_means_agree_with_pandas() -> None:
    sink, _ = tabulate(story(500, n_people=2))
    frames = schema.to_pandas(sink.table())
    rows = frames[(frames["face"] == 1) & (frames["status"] == "ok")]
    steps = pd.Series(rows["frame"] * 50 // 500, name="step")
    expected = rows[list(schema.PROBABILITIES)].groupby(steps).agg(["mean", "max"])
    person = shorten(sink.table(), [1], max_steps=50).people[1]
    for index, name in enumerate(schema.PROBABILITIES):
        got = pd.DataFrame({"mean": person.mean[:, index], "max": person.peak[:, index]}).dropna()
        # Sums in another order differ in the last bits.
        np.testing.assert_allclose(got.to_numpy(), expected[name].to_numpy(), rtol=1e-12)


def test_the_means_of_a_step_sum_to_one() -> None:
    mean = shortened(story(300), 0, max_steps=40).people[0].mean
    # Each row of the table is off by at most 0.0005.
    np.testing.assert_allclose(mean[~np.isnan(mean[:, 0])].sum(axis=1), 1, atol=5e-4)


def test_part_of_a_table_begins_where_it_begins() -> None:
    table = tabulate([shown(k, seen(0, "fear", 0.9)) for k in range(10)])[0].table().slice(6)
    lines = shorten(table, [0])
    assert lines.n_steps == 4
    assert lines.edges_s == pytest.approx([0.24, 0.28, 0.32, 0.36, 0.4])


def test_longest_seen_come_first_and_ties_go_by_number() -> None:
    frames = [shown(k, *[seen(t, "fear", 0.9) for t in ((3,) if k else (5, 3, 4))]) for k in range(4)]
    table = tabulate(frames)[0].table()
    assert longest_seen(table, 12) == [3, 4, 5]
    assert longest_seen(table, 2) == [3, 4]
    assert longest_seen(tabulate([shown(0)])[0].table(), 12) == []


def test_runs_of_equal_codes() -> None:
    assert runs(np.array([], dtype=np.int8)) == []
    assert runs(np.array([4])) == [(0, 1, 4)]
    assert runs(np.array([1, 1, 0, 2, 2, 2])) == [(0, 2, 1), (2, 3, 0), (3, 6, 2)]
