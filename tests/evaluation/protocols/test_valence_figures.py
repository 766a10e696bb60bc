from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from duchenne.evaluation.protocols import figures
from duchenne.evaluation.protocols.valence_figures import draw_concordance, draw_curves
from duchenne.evaluation.protocols.valence_reading import LEXICAL, ReadRecording
from duchenne.evaluation.protocols.valence_scores import score

RATED = np.random.default_rng(0).normal(size=(9, 7))
READ = ReadRecording(
    "dev_1", "dev_1", np.arange(9.0), RATED, {"tiny": RATED / 2, LEXICAL: RATED / 3}, 9, 0, 0
)


def test_curves_show_thin_raters_their_mean_and_every_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Mapping[str, object], Sequence[str]]] = []

    def lines(path: Path, title: str, x: object, curves: Mapping[str, object], labels: object, **options):  # type: ignore[no-untyped-def]  # a stand-in
        calls.append((curves, options["faint"]))

    monkeypatch.setattr(figures, "lines", lines)
    draw_curves(READ, ["tiny"], tmp_path / "curves.png")
    ((curves, faint),) = calls
    assert list(curves) == [*(f"rater {n}" for n in range(1, 7)), "mean of the raters", "tiny", LEXICAL]
    assert set(faint) == {f"rater {n}" for n in range(1, 7)}
    np.testing.assert_array_equal(curves["tiny"], RATED[:, 6] / 2)


def test_bars_stand_beside_the_papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[figures.Bar] = []
    monkeypatch.setattr(figures, "bars", lambda path, title, bars, y_label: drawn.extend(bars))
    found = score(RATED, RATED / 2, ["a"] * 9)
    draw_concordance("tiny", found, tmp_path / "ccc.png")
    assert [bar.is_published for bar in drawn] == [False, True] * 6 + [False]
    assert drawn[1].value == 0.220
    assert (drawn[0].value, drawn[-1].value) == (found.ccc[0], found.ccc[6])
    assert drawn[0].interval is not None
    assert math.isnan(drawn[0].interval[0])


def test_both_are_written(tmp_path: Path) -> None:
    draw_curves(READ, ["tiny"], tmp_path / "curves.png")
    draw_concordance("tiny", score(RATED, RATED / 2, ["a"] * 9), tmp_path / "ccc.png")
    for name in ("curves.png", "ccc.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
