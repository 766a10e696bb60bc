"""The limits that were set before anything was measured, and whether the measured runs keep them.

Takes `Run` records, gives `Verdict` records. The limits hold on two cores, with one face in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from contenders import MEDIAPIPE, PRODUCT, Run

MIN_RATIO = 1.3
"""Frames per second over those of MediaPipe's plain loop, without the annotated video; medians."""
MAX_FIRST_ROW_S = 1.0
"""From starting the process to the first row; the slowest run counts."""
MAX_PEAK_MB = 300.0
"""Highest resident memory in 10^6 bytes; the highest run counts, for memory that lacks once ends a program."""
MAX_GROWTH = 1.10
"""Highest memory for a long clip over that for a short one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit, what came out, and whether it holds."""

    what: str
    measured: float
    limit: float
    unit: str
    is_met: bool

    @classmethod
    def at_most(cls, what: str, measured: float, limit: float, unit: str) -> Verdict:
        """A number that must not be larger."""
        return cls(what, round(measured, 3), limit, f"{unit} at most", measured <= limit)

    @classmethod
    def at_least(cls, what: str, measured: float, limit: float, unit: str) -> Verdict:
        """A number that must not be smaller."""
        return cls(what, round(measured, 3), limit, f"{unit} at least", measured >= limit)


def judge_speed(runs: Sequence[Run]) -> list[Verdict]:
    """Ratio and first row of every clip; no ratio where MediaPipe did not run."""
    verdicts = []
    plain = next(iter(MEDIAPIPE))
    for clip in dict.fromkeys(run.clip for run in runs):
        ours = [run for run in runs if (run.clip, run.contender) == (clip, PRODUCT)]
        theirs = [run for run in runs if (run.clip, run.contender) == (clip, plain)]
        if theirs:
            times = median(run.fps for run in ours) / median(run.fps for run in theirs)
            verdicts.append(Verdict.at_least(f"{clip}: frames/s over MediaPipe's", times, MIN_RATIO, "times"))
        slowest_s = max(run.first_row_s for run in ours)
        verdicts.append(Verdict.at_most(f"{clip}: slowest first row", slowest_s, MAX_FIRST_ROW_S, "s"))
    return verdicts


def judge_memory(runs: Sequence[Run], short: str, long: str) -> list[Verdict]:
    """Highest memory of every clip, and of the clip ``long`` over that of the clip ``short``."""
    highest: dict[tuple[str, str], float] = {}
    for run in runs:
        key = run.clip, run.contender
        highest[key] = max(highest.get(key, 0.0), run.peak_mb)
    verdicts = [
        Verdict.at_most(f"{clip}: highest memory of {contender}", peak_mb, MAX_PEAK_MB, "MB")
        for (clip, contender), peak_mb in highest.items()
    ]
    for contender in dict.fromkeys(run.contender for run in runs):
        growth = highest[long, contender] / highest[short, contender]
        what = f"{contender}: memory for {long} over {short}"
        verdicts.append(Verdict.at_most(what, growth, MAX_GROWTH, "times"))
    return verdicts
