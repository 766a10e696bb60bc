"""Figures of a whole frame table, for Python users and notebooks.

Takes a frame table, as a file or in memory, and gives a plotly figure: timelines for a video, bars of
probabilities for a still, one row per person. A probability says how sure the network was, not how strong the
expression is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from duchenne.labels import EXPRESSIONS
from duchenne.outputs import bins
from duchenne.outputs.bins import Timelines
from duchenne.outputs.palette import LIGHT, Theme
from duchenne.outputs.thumbnails import MAX_PEOPLE
from duchenne.outputs.timelines import draw_timelines
from duchenne.outputs.wording import percent

if TYPE_CHECKING:
    import pandas as pd

_STILL_ROW_PX: Final = 240


def plot_people(
    frames: Path | pa.Table | pd.DataFrame, *, faces: Sequence[int] | None = None, theme: Theme = LIGHT
) -> go.Figure:
    """Draw the people in a video or a still, one below the other.

    Args:
        frames: The frame table, as a file, an Arrow table or a DataFrame.
        faces: Track numbers to show, in this order; the twelve with most rows if None.
        theme: Colours.

    Returns:
        A figure: timelines on a common axis of time with a legend, or bars if all is one moment.

    Raises:
        DataError: if the file is not a frame table.
    """
    if not isinstance(frames, (Path, pa.Table)):
        frames = pa.Table.from_pandas(frames, preserve_index=False)
    if faces is None:
        faces = bins.longest_seen(frames, MAX_PEOPLE)
    timelines = bins.shorten(frames, faces)
    if faces and timelines.edges_s[0] == timelines.edges_s[-1]:
        return _draw_still(timelines, faces, theme)
    figure = draw_timelines(timelines, faces, theme=theme)
    figure.update_layout(showlegend=True, margin={"t": 60, "l": 60})
    return figure


def _draw_still(timelines: Timelines, faces: Sequence[int], theme: Theme) -> go.Figure:
    """One row of bars per person; a face too poor to be read has none."""
    titles = [f"Person {face}" for face in faces]
    figure = make_subplots(rows=len(faces), shared_xaxes=True, subplot_titles=titles)
    for row, face in enumerate(faces, start=1):
        person = timelines.people[face]
        read = np.flatnonzero(person.status == 0)
        values = [float(value) for value in person.mean[read[0]]] if len(read) else []
        bars = go.Bar(
            x=values,
            y=EXPRESSIONS[: len(values)],
            orientation="h",
            marker={"color": list(theme.expressions.values())[: len(values)]},
            text=[percent(value) for value in values],
            hovertemplate="%{y} %{text}<extra></extra>",
        )
        figure.add_trace(bars, row=row, col=1)
    figure.update_xaxes(range=[0, 1], tickformat=".0%", gridcolor=theme.line)
    figure.update_yaxes(categoryorder="array", categoryarray=EXPRESSIONS[::-1])
    figure.update_layout(
        height=_STILL_ROW_PX * len(faces) + 40,
        showlegend=False,
        paper_bgcolor=theme.background,
        plot_bgcolor=theme.background,
        font={"color": theme.ink, "family": "system-ui, sans-serif"},
    )
    return figure
