"""Runs as Markdown tables: medians with their range, ratios, promises kept or broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from contenders import PRODUCT, Run
from promises import Verdict


def reading_table(runs: Sequence[Run]) -> str:
    """Frames per second from opening the file to the last row."""
    rows = []
    for clip, contender in _pairs(runs):
        fps = _values(runs, clip, contender, lambda run: run.fps)
        found = next(run for run in runs if (run.clip, run.contender) == (clip, contender))
        times = median(_values(runs, clip, PRODUCT, lambda run: run.fps)) / median(fps)
        rows.append(
            (
                clip,
                contender,
                f"{found.n_faces} of {found.n_frames}",
                _spread(fps, 0),
                "" if contender == PRODUCT else f"{times:.2f}",
            )
        )
    head = ("clip", "who", "frames with a face", "frames/s: median (min to max)", f"{PRODUCT} over it")
    return _markdown(head, rows)


def process_table(runs: Sequence[Run]) -> str:
    """Whole processes: seconds from start to end, to the first row, of processor time; highest memory."""
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
    head = ("clip", "who", "start to exit, s", "start to first row, s", "processor, s", "highest memory, MB")
    return _markdown(head, rows)


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """What was promised and what came out."""
    rows = [
        (v.what, f"{v.measured:g}", f"{v.limit:g} {v.unit}", "kept" if v.is_met else "BROKEN")
        for v in verdicts
    ]
    return _markdown(("promise", "measured", "limit", ""), rows)


def _pairs(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Every clip with every contender on it, in the order in which they came."""
    clips = list(dict.fromkeys(run.clip for run in runs))
    pairs = dict.fromkeys((run.clip, run.contender) for run in runs)
    return sorted(pairs, key=lambda pair: clips.index(pair[0]))


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
