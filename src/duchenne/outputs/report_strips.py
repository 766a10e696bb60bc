"""The overview of the report: one strip per person, coloured by what can be read when.

Takes shortened timelines, gives blocks in thousandths of the video's length, for the template to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import bins, report_words
from duchenne.outputs.bins import STATUSES, Timelines
from duchenne.outputs.summary import PersonSummary


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a strip; in thousandths of its length."""

    x: str
    width: str
    name: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of the overview."""

    label: str
    anchor: str
    words: str
    blocks: list[Block]


def overview(people: Sequence[PersonSummary], timelines: Timelines) -> list[Strip]:
    """The overview: one strip per person if there are several, one for the video if nobody was found."""
    if len(people) == 1:
        return []
    if not people and np.all(timelines.anyone == STATUSES.index(Status.NO_FACE)):
        return []
    if not people:
        blocks = _blocks(timelines, timelines.anyone, _status_names())
        return [Strip("Video", "", "No face in view; the marked parts are damaged", blocks)]
    strips = []
    for person in people:
        timeline = timelines.people[person.face]
        # Expressions first, then what there is instead of one.
        codes = timeline.top.copy()
        codes[timeline.status != 0] = len(EXPRESSIONS) + timeline.status[timeline.status != 0]
        strips.append(
            Strip(
                label=f"Person {person.face}",
                anchor=f"person-{person.face}",
                words=report_words.chart_words(person),
                blocks=_blocks(timelines, codes, [*EXPRESSIONS, *_status_names()]),
            )
        )
    return strips


def _status_names() -> list[str]:
    return [status.value for status in STATUSES]


def _blocks(timelines: Timelines, codes: NDArray[Any], names: Sequence[str]) -> list[Block]:
    start, end = float(timelines.edges_s[0]), float(timelines.edges_s[-1])
    scale = 1000 / (end - start)
    return [
        Block(
            x=f"{(timelines.edges_s[first] - start) * scale:.2f}",
            width=f"{(timelines.edges_s[stop] - timelines.edges_s[first]) * scale:.2f}",
            name=names[code],
        )
        for first, stop, code in bins.runs(codes)
        if names[code] != Status.NO_FACE
    ]
