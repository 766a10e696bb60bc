from __future__ import annotations

from pathlib import Path

from duchenne.datasets.clips import LabelledClip, overlap, unite


def clip(
    name: str, label: str, *, dataset: str = "labels", subject: str = "", split: str = ""
) -> LabelledClip:
    return LabelledClip(name, dataset, split, subject, label, Path(name))


def test_only_scored_labels_are_kept_and_the_others_counted() -> None:
    clips = [
        clip("a", "pride"),
        clip("b", "sadness"),
        clip("c", "neutral"),
        clip("d", "pride"),
        clip("e", "sadness"),
    ]
    result = overlap(clips, ("neutral", "fear", "sadness"))
    assert [one.clip for one in result.clips] == ["b", "c", "e"]
    assert list(result.counts.items()) == [("neutral", 1), ("fear", 0), ("sadness", 2)]
    assert dict(result.left_out) == {"pride": 2}


def test_no_clips_overlap_in_nothing() -> None:
    result = overlap(iter(()), ("neutral",))
    assert (result.clips, dict(result.counts), dict(result.left_out)) == ((), {"neutral": 0}, {})


def test_all_clips_may_be_left_out() -> None:
    result = overlap([clip("a", "pride")], ())
    assert (result.clips, dict(result.counts), dict(result.left_out)) == ((), {}, {"pride": 1})


def test_subjects_of_united_sets_stay_different_people() -> None:
    first = [clip("a", "fear", dataset="duckees", subject="S01", split="0")]
    second = [clip("b", "fear", dataset="liris_cse", subject="S01"), clip("c", "fear", dataset="liris_cse")]
    united = unite(first, iter(second))
    assert [one.subject for one in united] == ["duckees/S01", "liris_cse/S01", ""]
    assert [one.split for one in united] == ["0", "", ""]
    assert unite() == ()
