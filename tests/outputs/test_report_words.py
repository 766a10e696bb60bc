from __future__ import annotations

from dataclasses import replace

import pytest

from duchenne.emotion.grouping import SPECIFIC, regrouped
from duchenne.emotion.threshold import Fallback, RepresentativeOptions, represent
from duchenne.outputs import report_words
from duchenne.outputs.summary import Summary
from duchenne.records import FrameResult
from made_results import poor, run_of, seen, shown, tabulate


def summary_of(results: list[FrameResult]) -> Summary:
    return tabulate(results)[1]


def test_lede_of_one_person_names_the_expressions_that_matter() -> None:
    names = ["neutral"] * 60 + ["happiness"] * 30 + ["fear"] * 8 + ["anger"] * 2
    results = [shown(k, seen(0, name, 0.9)) for k, name in enumerate(names)]
    assert report_words.lede(summary_of([*results, shown(100)]), is_still=False) == (
        "One face is in view for 4.0 s of 4.0 s. Of the time it could be read, the most probable expression is "
        "neutral for 60 %, happiness for 30 % and fear for 8 %."
    )


def test_lede_of_someone_never_read() -> None:
    results = [shown(k, poor(0)) for k in range(50)]
    expected = "One face is in view for 2.0 s of 2.0 s, but it is nowhere good enough to be read."
    assert report_words.lede(summary_of(results), is_still=False) == expected


@pytest.mark.parametrize(
    ("results", "is_still", "words"),
    [
        ([], False, "No face was found in any of the 0 frames."),
        ([shown(0)], True, "No face was found in the picture."),
        ([shown(0), shown(1)], False, "No face was found in any of the 2 frames."),
        ([shown(0, poor(0))], True, "1 face was found. None of them is good enough to be read."),
        (
            [shown(0, seen(0, "fear", 0.9), seen(1, "fear", 0.9), seen(2, "anger", 0.9), poor(3))],
            True,
            "4 faces were found. Most probable expressions: fear (2 of 4) and anger (1 of 4).",
        ),
    ],
)
def test_lede_of_stills_and_of_nobody(results: list[FrameResult], is_still: bool, words: str) -> None:
    assert report_words.lede(summary_of(results), is_still=is_still) == words


def test_lede_of_several_people() -> None:
    results = [shown(k, seen(k % 2, "fear", 0.9)) for k in range(50)]
    assert report_words.lede(summary_of(results), is_still=False) == (
        "2 people come into view in the course of 2.0 s; at least one of them is there for 100 % of the time. "
        "Most probable expressions: fear (2 of 2)."
    )


def test_a_run_without_a_reason_or_a_rate_still_has_words() -> None:
    run = replace(run_of(complete=False), seconds=0.0, first_row_s=None, versions={})
    summary = summary_of([shown(0), shown(1)])
    (item,) = report_words.warnings(summary, run)
    assert item.text == "The reason was not recorded."
    facts = {fact.label: fact for fact in report_words.facts(summary, run, is_still=False)}
    assert "Speed" not in facts
    assert facts["Device"].detail == ""
    assert facts["People"].detail == ""
    origin = dict(report_words.origin(summary, run))
    assert origin["Read on"].endswith("first row –")
    assert origin["Duchenne"] == "unknown"
    assert "Command" not in origin


def test_a_camera_has_no_hash_and_an_unknown_rate_is_left_out() -> None:
    run = run_of()
    camera = replace(
        run.source, kind="camera", sha256=None, fps=None, rotation_deg=0, codec="", pixel_format=""
    )
    origin = dict(report_words.origin(summary_of([shown(0)]), replace(run, source=camera)))
    assert origin["SHA-256 of the source"] == "none: not a file"
    assert origin["Format"] == "camera, 320 × 180"


def test_cautions_say_the_four_things_that_are_asked_of_them() -> None:
    text = " ".join(f"{item.title} {item.text}" for item in report_words.CAUTIONS)
    for words in (
        "not a feeling",
        "truth",
        "not a strength",
        "calibrated",
        "learned from photographs",
        "consent",
    ):
        assert words in text


def test_who_was_never_read_is_told_the_reasons_that_there_are() -> None:
    (person,) = summary_of([shown(k, poor(0)) for k in range(50)]).people
    line = report_words.person_line(person, is_still=False)
    # The pipeline tests width, yaw and pitch, and the share inside the picture; nothing measures blur.
    assert line.endswith("Nowhere good enough to be read: too small, too far turned or cut by the edge.")


def test_someone_brief_and_never_read_is_said_to_be_so() -> None:
    (person,) = summary_of([shown(0, poor(4)), shown(1)]).people
    assert report_words.brief_row(person) == ("Person 4", "0.0 s", "0:00.00", "0:00.00", "not read")


def test_a_file_that_was_gone_is_not_called_no_file() -> None:
    run = run_of(kind="video")
    gone = replace(run, source=replace(run.source, sha256=None, size_bytes=None))
    summary = summary_of([shown(0)])
    assert dict(report_words.origin(summary, gone))["SHA-256 of the source"] == (
        "none: the file was gone when the run ended"
    )


def rule_line(names: list[str], threshold: float, fallback: Fallback = Fallback.MOST_FREQUENT) -> str:
    summary = summary_of([shown(k, seen(0, name, 0.9)) for k, name in enumerate(names)])
    (person,) = summary.people
    rule = RepresentativeOptions(threshold=threshold, fallback=fallback)
    counts = regrouped(person.n_frames_by_expression, SPECIFIC)
    chosen = replace(person, representative=represent(counts, rule))
    return report_words.rule_line(chosen, rule, is_still=False)


@pytest.mark.parametrize(
    ("names", "threshold", "words"),
    [
        (
            ["fear"] * 3 + ["neutral"] * 7,
            0.2,
            "fear, in 30 % of the frames read (20 % needed); though neutral is most frequent.",
        ),
        (
            ["fear"] * 7 + ["neutral"] * 3,
            0.2,
            "fear, in 70 % of the frames read (20 % needed); also the most frequent one.",
        ),
        (["neutral"] * 3, 0.2, "neutral, the only one read."),
        (
            ["fear"] + ["neutral"] * 9,
            0.2,
            "neutral, because no expression but neutral reaches 20 % of the frames read: fear comes nearest "
            "with 10 %. Most frequent: neutral.",
        ),
    ],
)
def test_the_page_says_which_expression_stands_for_a_video_and_why(
    names: list[str], threshold: float, words: str
) -> None:
    assert rule_line(names, threshold) == f"Representative expression: {words}"


def test_the_page_says_what_was_most_frequent_where_the_fallback_is_neutral() -> None:
    line = rule_line(["fear"] * 5 + ["neutral"] * 4 + ["anger"], 0.6, Fallback.NEUTRAL)
    assert line.startswith(
        "Representative expression: neutral, because no expression but neutral reaches 60 %"
    )
    assert line.endswith("fear comes nearest with 50 %. Most frequent: fear.")


def test_a_still_and_someone_never_read_have_nothing_to_choose_from() -> None:
    rule = RepresentativeOptions()
    (still,) = summary_of([shown(0, seen(0, "fear", 0.9))]).people
    (never,) = summary_of([shown(0, poor(0)), shown(1, poor(0))]).people
    assert report_words.rule_line(still, rule, is_still=True) == ""
    assert report_words.rule_line(never, rule, is_still=False) == ""
