from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from duchenne.emotion.threshold import Decision, RepresentativeOptions
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import schema
from duchenne.outputs.summarise import Summariser
from duchenne.outputs.summary import PersonSummary, Summary
from duchenne.records import FrameResult
from made_results import broken, poor, seen, shown, story, tabulate


def summarise(results: list[FrameResult]) -> Summary:
    summariser = Summariser("clip.mp4")
    for result in results:
        summariser.add(result)
    return summariser.result()


def only(summary: Summary) -> PersonSummary:
    (person,) = summary.people
    return person


def test_a_frame_lasts_until_the_next_and_the_last_one_as_long_as_the_mean() -> None:
    times = [0.0, 1.0, 1.5, 3.0]
    expressions = ["neutral", "happiness", "neutral", "fear"]
    summary = summarise(
        [shown(k, seen(0, e, 0.9), time_s=t) for k, (t, e) in enumerate(zip(times, expressions, strict=True))]
    )
    # 1 s, 0.5 s, 1.5 s and the mean of these, 1 s.
    assert summary.duration_s == pytest.approx(4.0)
    person = only(summary)
    assert person.seconds_seen == person.seconds_read == pytest.approx(4.0)
    shares = person.share_of_time
    assert shares is not None
    assert shares["neutral"] == pytest.approx(2.5 / 4)
    assert shares["happiness"] == pytest.approx(0.5 / 4)
    assert shares["fear"] == pytest.approx(1 / 4)
    assert shares["contempt"] == 0
    assert person.dominant == "neutral"
    assert (person.first_s, person.last_s) == (0.0, 3.0)


def test_mean_probability_weighs_by_time() -> None:
    frames = [shown(0, seen(0, "fear", 0.3), time_s=0.0), shown(1, seen(0, "fear", 0.9), time_s=3.0)]
    person = only(summarise([*frames, shown(2, time_s=4.0)]))
    assert person.mean_probability is not None
    # 3 s at 0.3, 1 s at 0.9; float32 probabilities are exact to 1e-7.
    assert person.mean_probability["fear"] == pytest.approx((3 * 0.3 + 0.9) / 4, abs=1e-6)
    assert sum(person.mean_probability.values()) == pytest.approx(1, abs=1e-6)


def test_seen_but_poor_counts_as_seen_and_in_no_share() -> None:
    summary = summarise([shown(0, seen(0, "anger", 0.9)), shown(1, poor(0)), shown(2), shown(3)])
    person = only(summary)
    assert (person.n_frames_seen, person.n_frames_read) == (2, 1)
    assert (person.coverage_seen, person.coverage_read) == (pytest.approx(0.5), pytest.approx(0.25))
    assert person.share_of_time is not None
    assert person.share_of_time["anger"] == 1
    assert (summary.n_no_face, summary.n_read) == (2, 1)
    assert summary.coverage_seen == pytest.approx(0.5)
    assert summary.coverage_read == pytest.approx(0.25)


def test_someone_never_read_has_no_shares_rather_than_zeros() -> None:
    person = only(summarise([shown(0, poor(0)), shown(1, poor(0))]))
    assert person.seconds_read == 0
    assert (person.share_of_time, person.mean_probability, person.dominant) == (None, None, None)
    assert person.coverage_seen == 1


def test_no_frames_have_no_coverage() -> None:
    summary = summarise([])
    assert (summary.n_frames, summary.duration_s, summary.people) == (0, 0.0, ())
    assert (summary.coverage_seen, summary.coverage_read) == (None, None)


def test_a_still_has_no_duration_and_counts_by_frames() -> None:
    summary = summarise([shown(0, seen(0, "happiness", 0.7), poor(1))])
    assert summary.duration_s == 0
    assert (summary.coverage_seen, summary.coverage_read) == (1, 1)
    happy, other = summary.people
    assert happy.seconds_seen == 0
    assert (happy.coverage_seen, other.coverage_read) == (1, 0)
    assert happy.share_of_time is not None
    assert happy.share_of_time["happiness"] == 1
    assert happy.mean_probability is not None
    assert happy.mean_probability["happiness"] == pytest.approx(0.7, abs=1e-6)


def test_frames_without_a_time_share_the_gap_they_stand_in() -> None:
    frames = [shown(0, seen(0, "fear", 0.9), time_s=0.0), broken(1), broken(2), shown(3, time_s=3.0)]
    summary = summarise(frames)
    assert summary.n_failed == 2
    assert summary.duration_s == pytest.approx(4.0)
    assert only(summary).seconds_seen == pytest.approx(1.0)


def test_frames_without_a_time_before_the_first_and_after_the_last_last_the_mean() -> None:
    frames = [
        broken(0),
        shown(1, time_s=0.0),
        shown(2, time_s=0.5),
        shown(3, time_s=1.0),
        broken(4),
        broken(5),
    ]
    summary = summarise(frames)
    assert (summary.n_frames, summary.n_failed, summary.n_no_face) == (6, 3, 3)
    assert summary.duration_s == pytest.approx(3.0)


def test_broken_frames_whose_time_is_known_take_their_time() -> None:
    summary = summarise([shown(0, time_s=0.0), broken(1, time_s=1.0), shown(2, time_s=4.0)])
    assert (summary.n_failed, summary.n_no_face) == (1, 2)
    assert summary.duration_s == pytest.approx(6.0)


def test_nothing_but_broken_frames() -> None:
    summary = summarise([broken(0), broken(1)])
    assert (summary.n_frames, summary.n_failed, summary.duration_s) == (2, 2, 0.0)
    assert summary.coverage_seen == 0


def test_time_that_runs_backwards_adds_nothing() -> None:
    summary = summarise([shown(0, time_s=1.0), shown(1, time_s=0.0), shown(2, time_s=1.0)])
    assert summary.duration_s == pytest.approx(1.0)


def test_a_decoded_frame_must_have_a_time() -> None:
    with pytest.raises(ValueError, match="frame 3 is 'no_face' but has no time"):
        Summariser("a").add(FrameResult(3, math.nan, Status.NO_FACE))


def test_people_come_longest_seen_first_and_brief_ones_stay() -> None:
    frames = [
        shown(k, seen(2, "neutral", 0.9), *([seen(5, "fear", 0.9)] if k == 3 else [])) for k in range(9)
    ]
    frames += [shown(9, seen(1, "neutral", 0.9), seen(0, "neutral", 0.9)), shown(10), shown(11)]
    assert [person.face for person in summarise(frames).people] == [2, 0, 1, 5]


def test_dominant_is_most_time_then_higher_probability() -> None:
    frames = [shown(0, seen(0, "fear", 0.6)), shown(1, seen(0, "anger", 0.9)), shown(2)]
    assert only(summarise(frames)).dominant == "anger"


def test_a_summary_may_be_asked_for_at_any_time() -> None:
    summariser = Summariser("clip.mp4")
    results = story(60, n_people=2)
    for result in results:
        summariser.add(result)
        summariser.result()
    assert summariser.result() == summarise(results)


def reference(frames: pd.DataFrame, face: int) -> dict[str, float]:
    """The same numbers from the table, another way: one duration per frame, then sums over rows."""
    first = frames.groupby("frame").first()
    known = first["time_s"].dropna()
    last, mean_step = known.index[-1], (known.iloc[-1] - known.iloc[0]) / (known.index[-1] - known.index[0])
    times = pd.Series(np.interp(first.index, known.index, known), index=first.index)
    for index in first.index[first.index > last]:
        times[index] = known[last] + (index - last) * mean_step
    duration = times.shift(-1) - times
    duration.iloc[-1] = mean_step
    rows = frames[frames["face"] == face].assign(s=lambda f: f["frame"].map(duration))
    read = rows[rows["status"] == "ok"]
    out = {"seen": rows["s"].sum(), "read": read["s"].sum(), "duration": duration.sum()}
    for name in EXPRESSIONS:
        out[f"share {name}"] = read.loc[read["expression"] == name, "s"].sum() / read["s"].sum()
        out[f"mean {name}"] = (read[f"p_{name}"] * read["s"]).sum() / read["s"].sum()
    return out


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_sums_over_the_table(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.02, 0.08, size=400))
    results = [
        result if math.isnan(result.time_s) else replace(result, time_s=float(time))
        for result, time in zip(story(400, n_people=2, seed=seed), times, strict=True)
    ]
    # The reference needs a first frame with a time.
    results[0] = shown(0, time_s=float(times[0]))
    sink, summary = tabulate(results)
    for person in summary.people:
        expected = reference(schema.to_pandas(sink.table()), person.face)
        assert person.share_of_time is not None
        assert person.mean_probability is not None
        # The table keeps four digits of a probability and six of a time.
        assert summary.duration_s == pytest.approx(expected["duration"], abs=1e-4)
        assert person.seconds_seen == pytest.approx(expected["seen"], abs=1e-4)
        assert person.seconds_read == pytest.approx(expected["read"], abs=1e-4)
        for name in EXPRESSIONS:
            assert person.share_of_time[name] == pytest.approx(expected[f"share {name}"], abs=1e-4)
            assert person.mean_probability[name] == pytest.approx(expected[f"mean {name}"], abs=1e-4)


def test_the_rule_counts_frames_that_were_read_and_no_others() -> None:
    names = ["fear", "fear", "neutral", "neutral", "neutral", "neutral", "neutral"]
    frames = [shown(k, seen(0, name, 0.9)) for k, name in enumerate(names)]
    # Poor, absent and broken frames would bring the share of 2 in 7 below the threshold if they counted.
    frames += [shown(7, poor(0)), shown(8, poor(0)), shown(9), broken(10), shown(11)]
    summariser = Summariser("clip.mp4", RepresentativeOptions(threshold=0.25))
    for frame in frames:
        summariser.add(frame)
    person = only(summariser.result())
    assert person.representative.n_frames == person.n_frames_read == 7
    assert (person.representative.expression, person.representative.top_1) == ("fear", "neutral")
    assert (person.n_frames_by_expression["fear"], person.n_frames_by_expression["neutral"]) == (2, 5)


def test_the_rule_counts_frames_where_dominant_counts_time() -> None:
    frames = [
        shown(0, seen(0, "fear", 0.9), time_s=0.0),
        *(shown(k, seen(0, "neutral", 0.9), time_s=5.0 + k / 10) for k in range(1, 4)),
        shown(4, time_s=6.0),
    ]
    person = only(summarise(frames))
    assert (person.dominant, person.representative.top_1) == ("fear", "neutral")
    assert person.representative.strongest_share == pytest.approx(0.25)


def test_someone_never_read_has_no_representative_expression() -> None:
    person = only(summarise([shown(0, poor(0))]))
    assert person.representative.expression is None
    assert person.representative.decided_by is Decision.NO_FRAMES_READ
