"""Still figures of the protocols: bars, lines and confusion tables, as PNG files.

Takes plain numbers and a path, writes a file; the same numbers give the same bytes with one version of matplotlib.
Nothing is shown on a screen and no global state of matplotlib is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI: Final = 144
_DARK: Final = 0.5  # share of the largest cell above which text turns white
# Two colours that differ in lightness too, for readers who do not tell red from green: measured, and published.
MEASURED: Final = "#1f5fa8"
PUBLISHED: Final = "#c9c9c9"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: Below it.
        value: Its height; NaN leaves the place empty.
        interval: Low and high of its 95 % interval; None for none.
        is_published: Whether it is a paper's number and not a measured one.
    """

    label: str
    value: float
    interval: tuple[float, float] | None = None
    is_published: bool = False


def bars(path: Path, title: str, values: Sequence[Bar], y_label: str) -> None:
    """Draw bars from 0 to 1, or from below 0 where values are, with intervals and numbers; a paper's are grey."""
    figure, axes = _figure(title, width=max(4.0, 1.3 * len(values)))
    for place, bar in enumerate(values):
        axes.bar(place, bar.value, color=PUBLISHED if bar.is_published else MEASURED)
        if bar.interval is not None and np.isfinite(bar.interval).all():
            low, high = bar.interval
            axes.vlines(place, low, high, color="black")
        if np.isfinite(bar.value):
            side = "bottom" if bar.value >= 0 else "top"
            axes.text(place + 0.04, bar.value, f"{bar.value:.3f}", ha="left", va=side, fontsize=8)
    axes.set_xticks(range(len(values)), [bar.label for bar in values], fontsize=8)
    # Fixed, because a bar without a value would otherwise lose half of its place.
    axes.set_xlim(-0.6, max(len(values), 1) - 0.4)
    ends = [end for bar in values for end in (bar.value, *(bar.interval or ())) if np.isfinite(end)]
    lowest = min([0.0, *ends])
    axes.set_ylim(lowest - 0.1 if lowest < 0 else 0, 1)
    axes.set_ylabel(y_label)
    _write(figure, path)


def lines(
    path: Path,
    title: str,
    x: Sequence[float] | NDArray[np.floating[Any]],
    curves: Mapping[str, Sequence[float] | NDArray[np.floating[Any]]],
    labels: tuple[str, str],
    *,
    faint: Collection[str] = (),
) -> None:
    """Draw curves over one axis; ``labels`` name x and y, ``faint`` curves are thin. NaN leaves a gap."""
    figure, axes = _figure(title, width=6.4)
    for name, values in curves.items():
        thin, pale = (0.6, 0.6) if name in faint else (1.5, 1.0)
        marker = "o" if len(x) <= 40 else None
        axes.plot(x, values, label=name, marker=marker, markersize=3, linewidth=thin, alpha=pale)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.grid(visible=True, alpha=0.3)
    if curves:
        axes.legend(fontsize=8)
    _write(figure, path)


def confusion(path: Path, title: str, labels: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
    """Draw a confusion table: rows are true labels, shares of each row as shade, counts as text.

    Args:
        path: Where to write.
        title: Above it.
        labels: The K labels.
        counts: K rows of K columns, or of K + 1 where the last counts what got no answer.
    """
    table = np.asarray(counts, dtype=np.float64)
    totals = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
    columns = [*labels, "no answer"][: table.shape[1]]
    figure, axes = _figure(title, width=1.6 + 0.8 * len(columns), height=1.4 + 0.6 * len(labels))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > _DARK else "black"
        text = f"{share:.2f}\n{int(table[row, column])}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(columns)), columns, fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set_xlabel("answer")
    axes.set_ylabel("label")
    _write(figure, path)


def _figure(title: str, width: float, height: float = 3.6) -> tuple[Figure, Axes]:
    # Loaded here, because it takes a third of a second; no pyplot, because that would keep figures alive.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    return figure, axes


def _write(figure: Figure, path: Path) -> None:
    # The file name is a temporary one without a known ending; the metadata would name matplotlib's version.
    figure.savefig(path, format="png", dpi=_DPI, metadata={"Software": None})
