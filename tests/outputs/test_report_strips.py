from __future__ import annotations

from duchenne.outputs.bins import shorten
from duchenne.outputs.report_strips import Strip, overview
from duchenne.records import FrameResult
from made_results import broken, poor, seen, shown, tabulate


def strips_of(results: list[FrameResult]) -> list[Strip]:
    sink, summary = tabulate(results)
    return overview(summary.people, shorten(sink.table(), [person.face for person in summary.people]))


def test_each_of_several_people_has_a_strip_whose_blocks_cover_what_is_known() -> None:
    results = [shown(k, seen(0, "happiness", 0.9), seen(1, "fear", 0.8)) for k in range(5)]
    results += [shown(k, seen(0, "sadness", 0.9), poor(1)) for k in range(5, 10)]
    first, second = strips_of(results)
    assert [(b.x, b.width, b.name) for b in first.blocks] == [
        ("0.00", "500.00", "happiness"),
        ("500.00", "500.00", "sadness"),
    ]
    assert [b.name for b in second.blocks] == ["fear", "low_quality"]
    assert (first.label, first.anchor) == ("Person 0", "person-0")


def test_one_person_and_an_empty_scene_need_no_overview() -> None:
    assert strips_of([shown(k, seen(0, "fear", 0.8)) for k in range(3)]) == []
    assert strips_of([shown(k) for k in range(3)]) == []


def test_damage_is_shown_even_if_nobody_was_found() -> None:
    (strip,) = strips_of([shown(0), shown(1), broken(2, 0.08), shown(3)])
    assert strip.label == "Video"
    assert [b.name for b in strip.blocks] == ["decode_error"]
