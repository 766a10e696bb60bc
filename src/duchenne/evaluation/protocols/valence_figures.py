"""Figures of the protocol `valence`: one recording's curves, and concordance with each rater beside the paper's.

Takes what was read and scored, writes PNG files by `duchenne.evaluation.protocols.figures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from duchenne.evaluation.protocols import figures
from duchenne.evaluation.protocols.valence_reading import LEXICAL, ReadRecording
from duchenne.evaluation.protocols.valence_scores import ValenceScore
from duchenne.evaluation.protocols.valence_tables import PUBLISHED
from duchenne.evaluation.protocols.value_networks import N_RATERS


def draw_curves(read: ReadRecording, models: Sequence[str], path: Path) -> None:
    """One recording: each rater thin, the mean of the raters, and what was read."""
    raters = {f"rater {n + 1}": read.rated[:, n] for n in range(N_RATERS)}
    curves = {**raters, "mean of the raters": read.rated[:, N_RATERS]}
    curves |= {name: read.read[name][:, N_RATERS] for name in (*models, LEXICAL)}
    figures.lines(
        path,
        f"Valence in {read.recording}",
        read.times_s,
        curves,
        ("time, s", "valence"),
        faint=tuple(raters),
    )


def draw_concordance(name: str, found: ValenceScore, path: Path) -> None:
    """One network's concordance with each rater, beside the paper's smaller network on RECOLA.

    A concordance below 0 has a number and no bar.
    """
    published = PUBLISHED[-1].ccc
    assert published is not None
    bars = []
    for n in range(N_RATERS):
        bars.append(figures.Bar(f"rater {n + 1}", found.ccc[n], found.ccc_intervals[n]))
        bars.append(figures.Bar("paper's,\nRECOLA", published[n], is_published=True))
    bars.append(figures.Bar("mean", found.ccc[N_RATERS], found.ccc_intervals[N_RATERS]))
    figures.bars(path, f"{name}: concordance with each rater", bars, "CCC")
