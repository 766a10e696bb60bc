"""Many inputs, one after the other: one bad file does not stop the rest.

Takes a list of files, gives an `Entry` for each: where its result lies, or why there is none. Every input gets
a folder of its own; names that would collide are told apart. Refuses nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from duchenne.analysis import Analysis
from duchenne.errors import DuchenneError
from duchenne.outputs.wording import count
from duchenne.video.naming import printable


class Outcome(StrEnum):
    """What became of one input."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: its folder if there is a result, and what there is to say about it."""

    input: Path
    outcome: Outcome
    folder: Path | None
    message: str


def run(
    inputs: Sequence[Path],
    analyze: Callable[[Path, str], Analysis],
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Entry]:
    """Analyze files in order.

    Args:
        inputs: The files.
        analyze: Reads one file into the result folder of the given name.
        stopped: Asked before each file; once true, the rest is not started.

    Yields:
        One entry a file, as soon as it is known.
    """
    for path, name in zip(inputs, result_names(inputs), strict=True):
        if stopped():
            yield Entry(path, Outcome.NOT_STARTED, None, "interrupted before its turn")
            continue
        try:
            analysis = analyze(path, name)
        except DuchenneError as error:
            yield Entry(path, Outcome.FAILED, None, str(error))
            continue
        outcome = Outcome.DONE if analysis.run.complete else Outcome.INCOMPLETE
        yield Entry(path, outcome, analysis.folder, describe(analysis))


def describe(analysis: Analysis) -> str:
    """One line about a result, in plain words: what was read, and what was not."""
    summary = analysis.summary
    parts = []
    if analysis.run.reason:
        parts.append(analysis.run.reason)
    if summary.n_failed:
        parts.append(f"{summary.n_failed} of {summary.n_frames} frames could not be decoded")
    if not summary.people:
        parts.append("no face found")
    else:
        longest = summary.people[0]
        faces = count(len(summary.people), "face")
        parts.append(f"{faces}, mostly {longest.dominant or 'too poor to read'}")
    return "; ".join(parts)


def result_names(inputs: Sequence[Path]) -> list[str]:
    """The folder name of each input: its stem, told apart where two would be the same.

    ``a/clip.mp4`` and ``a/clip.mov`` become ``clip_mp4`` and ``clip_mov``; ``a/clip.mp4`` and ``b/clip.mp4``
    become ``a_clip_mp4`` and ``b_clip_mp4``; what still collides is numbered. Bytes that are not UTF-8 are written
    out, because the libraries that write results take no others.
    """
    ways: tuple[Callable[[Path], str], ...] = (
        lambda path: printable(path.stem),
        lambda path: printable(path.name).replace(".", "_"),
        lambda path: printable(f"{path.absolute().parent.name}_{path.name}").replace(".", "_"),
    )
    names = [""] * len(inputs)
    open_positions = list(range(len(inputs)))
    for way in ways:
        counts = Counter(name for name in names if name)
        counts.update(way(inputs[i]) for i in open_positions)
        for i in list(open_positions):
            name = way(inputs[i])
            if counts[name] == 1:
                names[i] = name
                open_positions.remove(i)
    taken = set(names)
    for i in open_positions:
        number, stem = 2, ways[-1](inputs[i])
        name = stem
        while name in taken:
            name, number = f"{stem}_{number}", number + 1
        names[i] = name
        taken.add(name)
    return names
