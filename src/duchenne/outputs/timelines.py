"""Expression timelines as interactive figures.

Takes shortened timelines and gives a plotly figure with one row per person: the eight probabilities stacked, so
that the height of a colour is how sure the network was of that expression, and below them a strip with the
most probable one. Where a face was not seen there is a gap; where it was too poor to read, or a frame was
broken, the gap is hatched. Probabilities of a step of several frames are means (`duchenne.outputs.bins`);
what lies under the pointer is also told in words, with the highest value of the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs import bins
from duchenne.outputs.bins import STATUSES, Floats, PersonTimeline, Timelines
from duchenne.outputs.palette import LIGHT, Theme
from duchenne.outputs.thumbnails import Peak
from duchenne.outputs.wording import clock, percent

# The strip lies below zero, outside the scale of the probabilities.
_STRIP: Final = (-0.16, -0.05)
_ROW_PX: Final = 210
_HATCHES: Final = {Status.LOW_QUALITY: "/", Status.DECODE_ERROR: "x"}
_WORDS: Final = {
    Status.LOW_QUALITY: "in view, too poor to be read",
    Status.DECODE_ERROR: "this part of the video could not be decoded",
    Status.NO_FACE: "not in view",
}
# About this many ticks stand on the axis of time, at distances that people count in.
_N_TICKS: Final = 8
_TICK_STEPS_S: Final = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
# Up to here the axis counts seconds, beyond it minutes and seconds.
_PLAIN_SECONDS: Final = 100.0


def draw_timelines(
    timelines: Timelines, faces: Sequence[int], *, peaks: Sequence[Peak] = (), theme: Theme = LIGHT
) -> go.Figure:
    """Draw people whose table has been shortened already.

    Args:
        timelines: The steps.
        faces: Track numbers to show, in this order; an empty figure says that nobody was found.
        peaks: Moments to mark above the timeline of their person.
        theme: Colours.

    Returns:
        A figure without a legend and with narrow margins. The ``meta`` of a trace says what its colour
        stands for, so that a page can give it another theme.
    """
    n_rows = max(len(faces), 1)
    figure = make_subplots(rows=n_rows, shared_xaxes=True, vertical_spacing=min(0.05, 0.5 / n_rows))
    for row, face in enumerate(faces, start=1):
        person = timelines.people[face]
        traces = [
            *_areas(timelines, person, theme, is_first=row == 1),
            *_strip(timelines, person, theme),
            *_gaps(timelines, person, theme),
            *_marks([peak for peak in peaks if peak.face == face], theme),
            _words(timelines, person),
        ]
        figure.add_traces(traces, rows=row, cols=1)
        figure.update_yaxes(title_text=f"Person {face}" if len(faces) > 1 else None, row=row, col=1)
    _lay_out(figure, timelines, n_rows, theme)
    if not faces:
        figure.add_annotation(
            text="No face was found.", showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper"
        )
    return figure


def _areas(timelines: Timelines, person: PersonTimeline, theme: Theme, *, is_first: bool) -> list[go.Scatter]:
    """One closed shape per expression and stretch of read steps, stacked from neutral upwards."""
    stretches = [(start, stop) for start, stop, code in bins.runs(person.status) if code == 0]
    top = np.cumsum(np.nan_to_num(person.mean), axis=1)
    bottom = np.column_stack([np.zeros(len(top)), top[:, :-1]])
    areas = []
    for index, name in enumerate(EXPRESSIONS):
        x, y = _outline(timelines.edges_s, stretches, bottom[:, index], top[:, index])
        areas.append(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                line={"width": 0, "simplify": False},
                fill="toself",
                fillcolor=theme.expressions[name],
                hoverinfo="skip",
                name=name,
                legendgroup=name,
                showlegend=is_first,
                meta=name,
            )
        )
    return areas


def _outline(
    edges_s: Floats, stretches: Sequence[tuple[int, int]], bottom: Floats, top: Floats
) -> tuple[Floats, Floats]:
    """Points around the area between two curves, NaN between stretches; each step holds to its end."""
    xs: list[Floats] = []
    ys: list[Floats] = []
    for start, stop in stretches:
        steps = [*range(start, stop), stop - 1]
        x = edges_s[[*range(start, stop), stop]]
        xs += [x, x[::-1], np.array([np.nan])]
        ys += [top[steps], bottom[steps][::-1], np.array([np.nan])]
    if not xs:
        return np.empty(0), np.empty(0)
    return np.concatenate(xs), np.concatenate(ys)


def _strip(timelines: Timelines, person: PersonTimeline, theme: Theme) -> list[go.Bar]:
    """Blocks of the most probable expression, and quiet ones where the face was not in view."""
    stretches = bins.runs(person.top)
    blocks = [
        _blocks(timelines.edges_s, [run for run in stretches if run[2] == index], _STRIP, name, colour)
        for index, (name, colour) in enumerate(theme.expressions.items())
        if any(code == index for _, _, code in stretches)
    ]
    absent = _with_status(person, Status.NO_FACE)
    if absent:
        name, colour = Status.NO_FACE.value, theme.statuses[Status.NO_FACE]
        blocks.append(_blocks(timelines.edges_s, absent, _STRIP, name, colour))
    return blocks


def _gaps(timelines: Timelines, person: PersonTimeline, theme: Theme) -> list[go.Bar]:
    """Hatched blocks over the whole height where there was something to read and it could not be."""
    gaps = []
    for status, hatch in _HATCHES.items():
        stretches = _with_status(person, status)
        if stretches:
            colour = theme.statuses[status]
            bar = _blocks(timelines.edges_s, stretches, (_STRIP[0], 1.0), status.value, colour)
            bar.marker.pattern = {"shape": hatch, "fillmode": "replace", "size": 6, "solidity": 0.25}
            gaps.append(bar)
    return gaps


def _with_status(person: PersonTimeline, status: Status) -> list[tuple[int, int, int]]:
    return [run for run in bins.runs(person.status) if STATUSES[run[2]] is status]


def _blocks(
    edges_s: Floats,
    stretches: Sequence[tuple[int, int, int]],
    span: tuple[float, float],
    name: str,
    colour: str,
) -> go.Bar:
    starts = edges_s[[start for start, _, _ in stretches]]
    stops = edges_s[[stop for _, stop, _ in stretches]]
    return go.Bar(
        x=(starts + stops) / 2,
        width=(stops - starts),
        y=np.full(len(starts), span[1] - span[0]),
        base=np.full(len(starts), span[0]),
        marker={"color": colour, "line": {"width": 0}},
        hoverinfo="skip",
        name=name,
        showlegend=False,
        meta=name,
    )


def _marks(peaks: Sequence[Peak], theme: Theme) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=[peak.time_s],
            y=[1.06],
            mode="markers",
            marker={"symbol": "triangle-down", "size": 9, "color": theme.expressions[peak.expression]},
            hoverinfo="skip",
            name=f"highest {peak.expression}",
            showlegend=False,
            meta=peak.expression,
        )
        for peak in peaks
    ]


def _words(timelines: Timelines, person: PersonTimeline) -> go.Scatter:
    """Points that cannot be seen and that say, under the pointer, what is there."""
    middles = (timelines.edges_s[:-1] + timelines.edges_s[1:]) / 2
    texts = [
        f"<b>{clock(timelines.edges_s[step])}</b>  {_sentence(person, step, timelines.frames_per_step)}"
        for step in range(timelines.n_steps)
    ]
    return go.Scatter(
        x=middles,
        y=np.full(timelines.n_steps, 0.5),
        mode="markers",
        marker={"opacity": 0},
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        meta="words",
    )


def _sentence(person: PersonTimeline, step: int, frames_per_step: int) -> str:
    status = STATUSES[person.status[step]]
    if status is not Status.OK:
        return _WORDS[status]
    mean = person.mean[step]
    order = np.argsort(-mean, kind="stable")
    likely = [index for index in order[:3] if mean[index] >= 0.05]
    text = ", ".join(f"{EXPRESSIONS[index]} {percent(mean[index])}" for index in likely)
    highest = int(person.peak[step].argmax())
    if frames_per_step > 1:
        text += f"<br>highest: {EXPRESSIONS[highest]} {percent(person.peak[step, highest])}"
    return text


def _lay_out(figure: go.Figure, timelines: Timelines, n_rows: int, theme: Theme) -> None:
    edges = timelines.edges_s
    axis: dict[str, Any] = {"gridcolor": theme.line, "zeroline": False, "linecolor": theme.line}
    figure.update_layout(
        height=_ROW_PX * n_rows + 40,
        margin={"l": 44, "r": 12, "t": 12, "b": 32},
        barmode="overlay",
        bargap=0,
        hovermode="x",
        dragmode="zoom",
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        **colours(theme),
    )
    figure.update_yaxes(
        range=[_STRIP[0] - 0.02, 1.12],
        tickvals=[0, 0.5, 1],
        ticktext=["0 %", "50 %", "100 %"],
        fixedrange=True,
        **axis,
    )
    figure.update_xaxes(
        range=[edges[0], edges[-1]] if timelines.n_steps else None,
        ticksuffix=" s",
        hoverformat=".2f",
        showspikes=True,
        spikemode="across",
        spikethickness=1,
        spikedash="solid",
        spikecolor=theme.muted,
        **_ticks(edges),
        **axis,
    )


def colours(theme: Theme) -> dict[str, Any]:
    """The part of a figure's layout that is the same in all figures of a page."""
    return {
        "paper_bgcolor": theme.background,
        "plot_bgcolor": theme.background,
        "font": {"color": theme.muted, "size": 12, "family": "system-ui, sans-serif"},
        "hoverlabel": {
            "bgcolor": theme.surface,
            "font": {"color": theme.ink, "size": 13},
            "bordercolor": theme.line,
        },
    }


def _ticks(edges: Floats) -> dict[str, Any]:
    """Minutes and seconds for videos so long that seconds alone would not be understood."""
    length_s = float(edges[-1] - edges[0])
    if length_s <= _PLAIN_SECONDS:
        return {}
    step = next((step for step in _TICK_STEPS_S if length_s / step <= _N_TICKS), _TICK_STEPS_S[-1])
    ticks = np.arange(np.ceil(edges[0] / step), np.floor(edges[-1] / step) + 1) * step
    return {"tickvals": ticks, "ticktext": [clock(tick).removesuffix(".00") for tick in ticks]}
