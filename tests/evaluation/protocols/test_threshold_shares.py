from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from duchenne.emotion.grouping import SPECIFIC
from duchenne.emotion.threshold import Fallback
from duchenne.evaluation.protocols.setting_fits import FitOptions, FittedSet, fit_settings
from duchenne.evaluation.protocols.threshold_shares import (
    EDGES,
    Measured,
    ShareRow,
    break_even,
    draw_shares,
    row_content,
    share_rows,
    share_table,
)
from duchenne.evaluation.threshold_fit import LabelledVideo


@pytest.fixture(scope="module")
def world() -> tuple[FittedSet, NDArray[np.float64]]:
    """Ten people with a smile in a quarter of the frames, one in three quarters, and a neutral video.

    Half of the neutral videos show anger in a quarter: a threshold of 0.25 or less finds all smiles and loses them.
    """
    videos, shares = [], []
    for k in range(10):
        anger = 5 if k % 2 else 0
        for name, label, counts, share in (
            ("short", "happiness", {"happiness": 5, "neutral": 15}, 0.25),
            ("long", "happiness", {"happiness": 15, "neutral": 5}, 0.75),
            ("none", "neutral", {"anger": anger, "neutral": 20 - anger}, 0.0),
        ):
            videos.append(LabelledVideo(f"{name}{k}", f"s{k}", label, counts))
            shares.append(share)
    with pytest.MonkeyPatch.context() as patch:  # the intervals of the fits are looked at elsewhere
        patch.setattr("duchenne.evaluation.bootstrap.N_RESAMPLES", 20)
        fitted = fit_settings("Ten people", videos, FitOptions())
    return fitted, np.array(shares)


@pytest.fixture(scope="module")
def rows(world: tuple[FittedSet, NDArray[np.float64]]) -> tuple[ShareRow, ...]:
    return share_rows(world[0], SPECIFIC, world[1])


def test_the_gain_lies_where_runs_are_short_and_the_cost_in_neutral_clips(rows: tuple[ShareRow, ...]) -> None:
    found = {row.title: row for row in rows}
    for fallback in Fallback:
        short = found["0.20 to 0.30"]
        assert (short.n_clips, short.share, short.top_1.value) == (10, 0.25, 0.0)
        assert (short.rule[fallback].value, short.difference[fallback]) == (1.0, Measured(1.0, (1.0, 1.0)))
        long = found["0.50 to 1.00"]
        assert (long.n_clips, long.top_1.value, long.difference[fallback].value) == (10, 1.0, 0.0)
        both = found["all clips with an expression"]
        assert (both.n_clips, both.top_1.value, both.difference[fallback].value) == (20, 0.5, 0.5)
        neutral = found["neutral clips"]
        assert (neutral.n_clips, neutral.top_1.value, neutral.rule[fallback].value) == (10, 1.0, 0.5)
        low, high = neutral.difference[fallback].bounds
        # Ten people of whom half lose: a resample holds 2 to 8 of them in 95 of 100 draws (binomial).
        assert (low, high) == (pytest.approx(-0.8, abs=0.05), pytest.approx(-0.2, abs=0.05))


def test_a_bin_without_clips_has_no_numbers(rows: tuple[ShareRow, ...]) -> None:
    empty = rows[0]
    assert (empty.title, empty.n_clips) == ("0.00 to 0.10", 0)
    assert math.isnan(empty.share)
    assert math.isnan(empty.top_1.value)
    table = share_table(rows, SPECIFIC)
    assert table.rows[0] == ("0.00 to 0.10", "0", *["-"] * 5)
    assert row_content(empty)["n_clips"] == 0


def test_every_clip_is_in_one_bin(rows: tuple[ShareRow, ...]) -> None:
    assert len(rows) == len(EDGES) - 1 + 2
    assert sum(row.n_clips for row in rows[:-2]) == rows[-2].n_clips
    assert rows[-2].n_clips + rows[-1].n_clips == 30


def test_the_break_even_is_where_gain_and_cost_are_equal(rows: tuple[ShareRow, ...]) -> None:
    # Gain 0.5 on expressions, cost 0.5 on neutral clips: at p neutral, (1 - p) 0.5 = p 0.5.
    assert break_even(rows, Fallback.NEUTRAL) == pytest.approx(0.5)
    assert "above 0.50 (fallback most_frequent), 0.50 (fallback neutral)." in share_table(rows, SPECIFIC).note


def test_without_a_cost_there_is_no_break_even(rows: tuple[ShareRow, ...]) -> None:
    assert math.isnan(break_even([rows[-2], rows[-2]], Fallback.NEUTRAL))


def test_the_table_shows_numbers_with_intervals(rows: tuple[ShareRow, ...]) -> None:
    table = share_table(rows, SPECIFIC)
    assert table.columns[2:5] == (
        "Top 1 (95 %)",
        "Threshold, most_frequent (95 %)",
        "difference, most_frequent (95 %)",
    )
    short = dict(zip(table.columns, table.rows[3], strict=True))
    assert short["Top 1 (95 %)"] == "0.000 (0.000 to 0.000)"
    assert short["difference, neutral (95 %)"] == "+1.000 (+1.000 to +1.000)"


def test_the_record_names_both_fallbacks(rows: tuple[ShareRow, ...]) -> None:
    found = row_content(rows[3])
    assert found["difference"]["neutral"] == {"value": 1.0, "bounds": (1.0, 1.0)}
    assert set(found["rule"]) == {"most_frequent", "neutral"}


def test_the_figure_leaves_empty_bins_out(
    rows: tuple[ShareRow, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_shares(rows, SPECIFIC, tmp_path / "share.png")
    assert cv2.imread(str(tmp_path / "share.png")) is not None
    seen: dict[str, object] = {}
    monkeypatch.setattr(
        "duchenne.evaluation.protocols.figures.lines",
        lambda path, title, x, curves, labels: seen.update(x=x, curves=curves),
    )
    draw_shares(rows, SPECIFIC, tmp_path / "share.png")
    assert seen == {
        "x": [0.25, 0.75],
        "curves": {"the rule, either fallback": [1.0, 1.0], "Top-1": [0.0, 1.0]},
    }


def test_readings_that_differ_are_drawn_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = Measured(0.5, (0.5, 0.5))
    other = Measured(0.25, (0.25, 0.25))
    row = ShareRow("all", 0.3, 4, one, {Fallback.MOST_FREQUENT: one, Fallback.NEUTRAL: other}, {})
    seen: dict[str, object] = {}
    monkeypatch.setattr(
        "duchenne.evaluation.protocols.figures.lines",
        lambda path, title, x, curves, labels: seen.update(curves=curves),
    )
    draw_shares([row], SPECIFIC, tmp_path / "share.png")
    assert seen["curves"] == {
        "the rule, fallback most frequent": [0.5],
        "the rule, fallback neutral": [0.25],
        "Top-1": [0.5],
    }


def test_a_share_is_needed_for_each_video(world: tuple[FittedSet, NDArray[np.float64]]) -> None:
    with pytest.raises(ValueError, match=r"expected a share for each of 30 videos, got \(29,\)"):
        share_rows(world[0], SPECIFIC, world[1][1:])
