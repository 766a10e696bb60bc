from __future__ import annotations

from duchenne.evaluation.conditions import BASELINE, FACTORS, changes


def test_every_factor_has_its_baseline_among_its_levels() -> None:
    assert all(factor.baseline in factor.levels for factor in FACTORS)
    assert all(len(set(factor.levels)) == len(factor.levels) > 1 for factor in FACTORS)


def test_changes_are_all_levels_but_the_baselines_in_order() -> None:
    expected = [(f.name, level) for f in FACTORS for level in f.levels if level != f.baseline]
    assert list(changes()) == expected
    assert len(expected) == 20
    assert BASELINE not in {factor.name for factor in FACTORS}
