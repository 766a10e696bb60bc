from __future__ import annotations

from dataclasses import replace

from audit_tables import audited, blind_when_turned, weak_on_dark_skin
from duchenne.evaluation.audit_heat import factors_of, median_cells, unit_cells
from duchenne.evaluation.conditions import FACTORS, changes


def test_cells_stand_in_the_order_of_conditions_and_say_which_way() -> None:
    audit = audited(weak_on_dark_skin)
    cells = unit_cells(audit, 12)
    assert len(cells) == len(changes()) == len(median_cells(audit))
    dark = cells[changes().index(("skin", "dark"))]
    assert dark.side == "worse"
    assert dark.is_clear
    assert dark.depth > 30
    assert dark.words.startswith("AU12, skin dark: −0.")
    light = cells[changes().index(("skin", "light"))]
    # What rounds to nothing is not shouted about, however sure.
    assert (light.text, light.depth, light.is_clear) == ("0.00", 0, False)
    assert median_cells(audit)[changes().index(("skin", "dark"))].words.startswith("median, skin dark: −0.")


def test_a_condition_in_which_nothing_was_seen_has_nothing_to_compare() -> None:
    cell = unit_cells(audited(blind_when_turned), 12)[changes().index(("yaw", "40"))]
    assert (cell.side, cell.text) == ("none", "–")
    assert "nothing to compare" in cell.words


def test_factors_without_clips_have_no_cells() -> None:
    audit = audited(weak_on_dark_skin)
    assert factors_of(audit) == FACTORS
    some = replace(audit, detection=tuple(s for s in audit.detection if s.factor == "skin"))
    assert [factor.name for factor in factors_of(some)] == ["skin"]
    assert len(unit_cells(some, 12)) == 2
