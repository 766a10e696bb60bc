"""Runs to tables and verdicts: medians with their range, ratios, limits met or missed.

Takes `Run` records, gives Markdown. Nothing is measured or printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from contenders import PRODUCT, Run


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit that was set before measuring, what came out, and whether it holds."""

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


def ratio(runs: Sequence[Run], clip: str, contender: str, value: Callable[[Run], float]) -> float:
    """The product's median over a contender's, on one clip."""
    return median(_values(runs, clip, PRODUCT, value)) / median(_values(runs, clip, contender, value))


def reading_table(runs: Sequence[Run]) -> str:
    """Frames per second from opening the file to the last row."""
    rows = []
    for clip, contender in _pairs(runs):
        first = next(run for run in runs if (run.clip, run.contender) == (clip, contender))
        rows.append(
            (
                clip,
                contender,
                f"{first.n_faces} of {first.n_frames}",
                _spread(_values(runs, clip, contender, lambda run: run.fps), 0),
                f"{ratio(runs, clip, contender, lambda run: run.fps):.2f}",
            )
        )
    head = (
        "clip",
        "who",
        "frames with a face",
        "frames/s: median (min to max)",
        "duchenne is so many times as fast",
    )
    return _markdown(head, rows)


def process_table(runs: Sequence[Run]) -> str:
    """Whole processes: seconds from start to end, to the first row, of processor time; peak memory."""
    rows = [
        (
            clip,
            contender,
            _spread(_values(runs, clip, contender, lambda run: run.wall_s), 2),
            _spread(_values(runs, clip, contender, lambda run: run.first_row_s), 2),
            _spread(_values(runs, clip, contender, lambda run: run.cpu_s), 1),
            _spread(_values(runs, clip, contender, lambda run: run.peak_mb), 0),
        )
        for clip, contender in _pairs(runs)
    ]
    head = (
        "clip",
        "who",
        "start to exit, s",
        "start to first row, s",
        "processor time, s",
        "peak memory, MB",
    )
    return _markdown(head, rows)


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """What was promised and what came out."""
    rows = [
        (v.what, f"{v.measured:g}", f"{v.limit:g} {v.unit}", "met" if v.is_met else "MISSED")
        for v in verdicts
    ]
    return _markdown(("limit", "measured", "promised", ""), rows)


def _pairs(runs: Sequence[Run]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((run.clip, run.contender) for run in sorted(runs, key=_by_clip(runs))))


def _by_clip(runs: Sequence[Run]) -> Callable[[Run], int]:
    order = list(dict.fromkeys(run.clip for run in runs))
    return lambda run: order.index(run.clip)


def _values(runs: Sequence[Run], clip: str, contender: str, value: Callable[[Run], float]) -> list[float]:
    return [value(run) for run in runs if (run.clip, run.contender) == (clip, contender)]


def _spread(values: Sequence[float], decimals: int) -> str:
    if len(values) == 1:
        return f"{values[0]:.{decimals}f}"
    return f"{median(values):.{decimals}f} ({min(values):.{decimals}f} to {max(values):.{decimals}f})"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (head, *rows)
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
