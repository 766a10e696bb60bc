"""Where the rule beats Top-1, and by how much: accuracy by the share of a clip that its expression takes.

Takes the right and wrong answers of a fit, the share of each clip's run and who must stay together; gives a
`ShareRow` for each bin of shares, one for all clips with an expression and one for the neutral ones, which is what
the rule costs. A bin without clips is shown without numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from duchenne.emotion.grouping import NEUTRAL, Grouping
from duchenne.emotion.threshold import Fallback
from duchenne.evaluation.bootstrap import group_intervals
from duchenne.evaluation.protocols import figures
from duchenne.evaluation.protocols.outcome import MISSING, Table, interval, number
from duchenne.evaluation.protocols.setting_fits import FittedSet
from duchenne.evaluation.protocols.threshold_tables import signed_interval

EDGES: Final = (0.0, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 1.0)
"""Between the bins; the lower edge belongs to a bin. Narrow where the paper's best thresholds lie, 0.05 to 0.30."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its 95 % interval; NaN where there is none."""

    value: float
    bounds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Clips whose runs take about the same share.

    Attributes:
        title: Which clips.
        share: Their mean share; NaN without clips.
        n_clips: How many.
        top_1: Accuracy of Top-1.
        rule: Accuracy of the rule with each fallback, each clip with its fold's threshold.
        difference: The rule's minus Top-1's; the interval is paired.
    """

    title: str
    share: float
    n_clips: int
    top_1: Measured
    rule: Mapping[Fallback, Measured]
    difference: Mapping[Fallback, Measured]


def share_rows(fitted: FittedSet, under: Grouping, shares: NDArray[np.float64]) -> tuple[ShareRow, ...]:
    """Compare the rule with Top-1 bin by bin.

    Args:
        fitted: With N videos.
        under: The label setting.
        shares: (N,) shares of the frames that the run takes, in [0, 1]; 0 for neutral clips.

    Raises:
        ValueError: if there is not one share for each video.
    """
    if shares.shape != (len(fitted.videos),):
        raise ValueError(f"expected a share for each of {len(fitted.videos)} videos, got {shares.shape}")
    is_neutral = np.array([video.expression == NEUTRAL for video in fitted.videos])
    rows = [
        _row(
            f"{low:.2f} to {high:.2f}", ~is_neutral & (shares >= low) & (shares < high), fitted, under, shares
        )
        for low, high in pairwise(EDGES)
    ]
    rows.append(_row("all clips with an expression", ~is_neutral, fitted, under, shares))
    rows.append(_row("neutral clips", is_neutral, fitted, under, shares))
    return tuple(rows)


def break_even(rows: Sequence[ShareRow], fallback: Fallback) -> float:
    """The share of neutral clips beyond which the rule, at these thresholds, loses to Top-1.

    It gains g on clips with an expression and costs c on neutral ones, so that it loses where more than g / (g + c)
    of all clips are neutral. A threshold chosen on such a mix would be another one.

    Args:
        rows: As `share_rows` gives them.
        fallback: Of the rule.

    Returns:
        A share between 0 and 1; NaN if it does not gain on the former or does not lose on the latter.
    """
    gain, cost = rows[-2].difference[fallback].value, -rows[-1].difference[fallback].value
    return gain / (gain + cost) if gain > 0 and cost > 0 else float("nan")


def share_table(rows: Sequence[ShareRow], under: Grouping) -> Table:
    """The rows as a table."""
    columns = ["share of the run", "clips", "Top 1 (95 %)"]
    for fallback in Fallback:
        columns += [f"Threshold, {fallback.value} (95 %)", f"difference, {fallback.value} (95 %)"]
    cells = []
    for row in rows:
        numbers = [_cell(row.top_1)]
        for fallback in Fallback:
            difference = row.difference[fallback]
            numbers += [_cell(row.rule[fallback]), signed_interval(difference.value, difference.bounds)]
        cells.append((row.title, str(row.n_clips), *(numbers if row.n_clips else [MISSING] * len(numbers))))
    return Table(
        f"Accuracy by the share of the frames that the expression takes, label setting '{under.name}'",
        tuple(columns),
        tuple(cells),
        "Each clip is answered with the threshold that the other folds chose. The row of neutral clips is what the "
        "rule costs. At these thresholds it loses to Top-1 where the share of neutral clips is above "
        + ", ".join(f"{number(break_even(rows, each), 2)} (fallback {each.value})" for each in Fallback)
        + ".",
    )


def row_content(row: ShareRow) -> dict[str, Any]:
    """A row as plain values, for a record."""
    return {
        "title": row.title,
        "mean_share": row.share,
        "n_clips": row.n_clips,
        "top_1": dataclasses.asdict(row.top_1),
        "rule": {name.value: dataclasses.asdict(value) for name, value in row.rule.items()},
        "difference": {name.value: dataclasses.asdict(value) for name, value in row.difference.items()},
    }


def draw_shares(rows: Sequence[ShareRow], under: Grouping, path: Path) -> None:
    """Draw accuracy over the share of the run; bins without clips are left out."""
    bins = [row for row in rows[: len(EDGES) - 1] if row.n_clips]
    curves = {
        f"the rule, fallback {fallback.value.replace('_', ' ')}": [row.rule[fallback].value for row in bins]
        for fallback in Fallback
    }
    first, *others = curves.values()
    if all(other == first for other in others):  # one line would hide the other
        curves = {"the rule, either fallback": first}
    curves["Top-1"] = [row.top_1.value for row in bins]
    title = f"Accuracy by the share of the run, {under.name.replace('_', ' ')}"
    figures.lines(path, title, [row.share for row in bins], curves, ("mean share of the run", "accuracy"))


def _row(
    title: str, chosen: NDArray[np.bool_], fitted: FittedSet, under: Grouping, shares: NDArray[np.float64]
) -> ShareRow:
    places = np.flatnonzero(chosen)
    subjects = [fitted.videos[place].subject for place in places]
    top_1: Measured | None = None
    rule: dict[Fallback, Measured] = {}
    difference: dict[Fallback, Measured] = {}
    for fallback in Fallback:
        found = fitted.fit_of(under, fallback)
        true = [under.label_of(video.expression) for video in fitted.videos]
        baseline = _right(found.top_1_answers, true)[places]
        ours = _right(found.answers, true)[places]
        top_1, rule[fallback], difference[fallback] = _compare(baseline, ours, subjects)
    assert top_1 is not None, "there are fallbacks"
    share = float(shares[places].mean()) if len(places) else float("nan")
    return ShareRow(title, share, len(places), top_1, MappingProxyType(rule), MappingProxyType(difference))


def _right(answers: Sequence[str | None], true: Sequence[str]) -> NDArray[np.float64]:
    return np.array([answer == label for answer, label in zip(answers, true, strict=True)], dtype=np.float64)


def _compare(
    baseline: NDArray[np.float64], rule: NDArray[np.float64], subjects: Sequence[str]
) -> tuple[Measured, Measured, Measured]:
    """Accuracy of either, and their paired difference."""
    arrays = (baseline, rule, rule - baseline)
    metrics = tuple(partial(_mean_of, place) for place in range(len(arrays)))
    bounds = group_intervals(arrays, subjects, metrics, np.random.default_rng(0))
    first, second, third = (
        Measured(metric(*arrays), each) for metric, each in zip(metrics, bounds, strict=True)
    )
    return first, second, third


def _mean_of(place: int, *arrays: NDArray[np.float64]) -> float:
    return float(arrays[place].mean()) if len(arrays[place]) else float("nan")


def _cell(measured: Measured) -> str:
    return interval(measured.value, measured.bounds)
