"""Action units over time as interactive figures: an intensity strip of all, and curves of those that act most.

Takes shortened timelines of one person, gives plotly figures, or None where no unit was measured. A step of several
frames is their mean. Time without a reading is a gap in both, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from duchenne.facs import ACTION_UNITS, UNIT_COLUMNS
from duchenne.outputs.bins import Floats, PersonTimeline, Timelines
from duchenne.outputs.palette import LIGHT, Theme
from duchenne.outputs.timelines import colours

MAX_CURVES: Final = 5
"""More lines in one figure cannot be told apart."""

_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash")
# A unit that never comes this far has no curve: it would be a line of noise.
_SHOWN_FROM: Final = 0.1
_STRIP_ROW_PX: Final = 14
_CURVES_PX: Final = 220
_POINT_PX: Final = 4


def draw_unit_strip(timelines: Timelines, face: int, *, theme: Theme = LIGHT) -> go.Figure | None:
    """One row per unit that was measured, the darker the stronger.

    Args:
        timelines: The steps.
        face: Track number.
        theme: Colours.

    Returns:
        A heat map of intensities from 0 to 1, or None where no unit was measured.
    """
    person = timelines.people[face]
    names = measured(person)
    if not names:
        return None
    rows = person.units[:, [UNIT_COLUMNS.index(name) for name in names]].T
    strip = go.Heatmap(
        x=timelines.edges_s,
        y=list(names),
        z=np.round(rows, 3),
        zmin=0.0,
        zmax=1.0,
        colorscale=[[0.0, theme.surface], [1.0, theme.units]],
        showscale=False,
        hoverongaps=False,
        customdata=[[_meaning(name)] * timelines.n_steps for name in names],
        hovertemplate="%{y} %{customdata}: %{z:.2f}<extra></extra>",
        meta="units",
    )
    figure = go.Figure(strip)
    _lay_out(figure, timelines, _STRIP_ROW_PX * len(names) + 50, theme)
    # The first unit on top, as in a table.
    figure.update_yaxes(autorange="reversed", fixedrange=True, dtick=1, tickfont={"size": 10})
    return figure


def draw_unit_curves(timelines: Timelines, face: int, *, theme: Theme = LIGHT) -> go.Figure | None:
    """The curves of the units that come highest, at most `MAX_CURVES`, in ascending order of their numbers.

    Args:
        timelines: The steps.
        face: Track number.
        theme: Colours.

    Returns:
        A figure with a legend, or None where no unit comes as far as a tenth.
    """
    person = timelines.people[face]
    names = strongest(person)
    if not names:
        return None
    figure = go.Figure(
        [_curve(timelines, person, name, dash, theme) for name, dash in zip(names, _DASHES, strict=False)]
    )
    _lay_out(figure, timelines, _CURVES_PX, theme)
    figure.update_yaxes(range=[0, 1.02], tickvals=[0, 0.5, 1], fixedrange=True)
    figure.update_layout(showlegend=True, hovermode="x unified")
    return figure


def _curve(timelines: Timelines, person: PersonTimeline, name: str, dash: str, theme: Theme) -> go.Scatter:
    values = person.units[:, UNIT_COLUMNS.index(name)]
    return go.Scatter(
        x=_middles(timelines),
        y=np.round(values, 3),
        mode="lines+markers",
        line={"color": theme.units, "width": 1.6, "dash": dash},
        # No line leads to a reading between two gaps: it is a point.
        marker={"color": theme.units, "size": np.where(_is_alone(values), _POINT_PX, 0)},
        connectgaps=False,
        name=f"{name} {_meaning(name)}",
        hovertemplate="%{fullData.name}: %{y:.2f}<extra></extra>",
        meta="units",
    )


def _is_alone(values: Floats) -> NDArray[np.bool_]:
    """(S,) steps with a value whose neighbours have none."""
    is_read = np.pad(np.isfinite(values), 1)
    return np.asarray(is_read[1:-1] & ~is_read[:-2] & ~is_read[2:], dtype=np.bool_)


def measured(person: PersonTimeline) -> tuple[str, ...]:
    """The units with a value in at least one step."""
    return tuple(
        name for name, values in zip(UNIT_COLUMNS, person.units.T, strict=True) if np.isfinite(values).any()
    )


def strongest(person: PersonTimeline) -> tuple[str, ...]:
    """The units that come highest in any step, at most `MAX_CURVES`, in the order of the table."""
    highest = {name: float(np.nanmax(person.units[:, UNIT_COLUMNS.index(name)])) for name in measured(person)}
    acting = sorted((n for n in highest if highest[n] >= _SHOWN_FROM), key=lambda name: -highest[name])
    return tuple(name for name in UNIT_COLUMNS if name in acting[:MAX_CURVES])


def _meaning(name: str) -> str:
    return ACTION_UNITS[int(name[2:])]


def _middles(timelines: Timelines) -> Floats:
    return (timelines.edges_s[:-1] + timelines.edges_s[1:]) / 2


def _lay_out(figure: go.Figure, timelines: Timelines, height: int, theme: Theme) -> None:
    axis: dict[str, Any] = {"gridcolor": theme.line, "zeroline": False, "linecolor": theme.line}
    edges: Sequence[float] = [float(timelines.edges_s[0]), float(timelines.edges_s[-1])]
    figure.update_layout(
        height=height,
        # As wide on the left as the labels of the probabilities above: one moment stands under the other.
        margin={"l": 55, "r": 12, "t": 12, "b": 32},
        dragmode="zoom",
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
        **colours(theme),
    )
    figure.update_yaxes(automargin=False, **axis)
    figure.update_xaxes(range=edges, ticksuffix=" s", hoverformat=".2f", **axis)
