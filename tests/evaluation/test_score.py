from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import OutputError
from duchenne.evaluation.score import Report, score, write_results


def report() -> Report:
    one = score("a against b", ("x", "y", "z"), np.array([0, 0, 1]), np.array([0, 1, -1]), ["p", "p", "q"])
    return Report(
        "photos", "tiny 1", "ab", "d.csv", "cd", "faces", "held_out", "duchenne ...", ("note",), (one,)
    )


def test_score_holds_every_number_a_table_needs() -> None:
    (one,) = report().scores
    assert (one.n_samples, one.n_missed, one.n_groups, one.n_largest_group) == (3, 1, 2, 2)
    assert one.accuracy_by_group == pytest.approx((1 / 2 + 0) / 2)
    assert one.accuracy == pytest.approx(1 / 3)
    assert one.macro_recall == pytest.approx(0.25)
    assert one.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert (one.majority_baseline, one.chance_baseline) == (pytest.approx(2 / 3), 0.5)
    np.testing.assert_array_equal(one.recall, [0.5, 0, np.nan])
    assert one.confusion == ((1, 1, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0))
    assert one.accuracy_interval == (0.0, 0.5)


def test_results_file_is_sorted_rounded_and_has_null_for_the_unknown(tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.json"
    write_results(report(), path)
    text = path.read_text(encoding="utf-8")
    values = json.loads(text)
    assert text == json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert values["scores"][0]["accuracy"] == 0.333333
    assert values["scores"][0]["recall"] == [0.5, 0.0, None]
    assert values["weights_sha256"] == "ab"
    assert [p.name for p in path.parent.iterdir()] == ["results.json"]


def test_existing_results_are_kept_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("mine")
    with pytest.raises(OutputError, match=r"results\.json exists already.*--overwrite"):
        write_results(report(), path)
    assert path.read_text() == "mine"
    write_results(report(), path, overwrite=True)
    assert path.read_text() != "mine"


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"results\.json cannot be written"):
        write_results(report(), tmp_path / "file" / "results.json")
