"""One self-contained HTML page about one video.

Takes the frame table, summary, run record and faces at their peaks, writes a page that needs no network and
asks for none (its content security policy forbids it). The table is read in batches, so memory does not grow
with the video. Every string from outside is escaped. The template, style and script lie in ``page/``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import cv2
import plotly.graph_objects as go
import plotly.io
import pyarrow as pa
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from duchenne.labels import EXPRESSIONS
from duchenne.outputs import bins, report_words, schema, unit_timelines
from duchenne.outputs.bins import Timelines
from duchenne.outputs.page_colours import colours_as_css
from duchenne.outputs.page_library import plotly_js
from duchenne.outputs.provenance import Run
from duchenne.outputs.report_strips import overview
from duchenne.outputs.summary import PersonSummary, Summary
from duchenne.outputs.thumbnails import MAX_PEOPLE, Peak
from duchenne.outputs.timelines import draw_timelines
from duchenne.outputs.wording import clock, percent
from duchenne.outputs.writing import writing

# A peak below this is a moment of doubt rather than an expression.
_MIN_PEAK: Final = 0.4
_JPEG_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class _Bar:
    """One row of a person's table of expressions."""

    name: str
    width: str
    value: str
    mean: str
    is_dominant: bool


@dataclass(frozen=True, slots=True)
class _PeakView:
    """One face of a person's peaks; the image is a data URI."""

    name: str
    image: str
    words: str
    value: str
    clock: str
    time_s: str


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure with the words that stand for it where it cannot be seen."""

    anchor: str
    words: str
    height: int
    json: Markup


@dataclass(frozen=True, slots=True)
class _PersonView:
    """One person as the template shows them."""

    anchor: str
    title: str
    line: str
    rule_line: str
    chart_words: str
    figure: Markup | None
    units_line: str
    unit_figures: list[_Figure]
    bars: list[_Bar]
    peaks: list[_PeakView]


def write_report(
    path: Path,
    *,
    frames: Path | pa.Table,
    summary: Summary,
    run: Run,
    peaks: Sequence[Peak] = (),
) -> None:
    """Write the page.

    Args:
        path: File to write; the caller renames it into place.
        frames: The frame table, in memory or as a file that a sink wrote.
        summary: The same video in numbers.
        run: How the numbers came about.
        peaks: Faces to show; without them the page holds no picture of anyone.

    Raises:
        DataError: if the file is not a frame table.
        OutputError: if the page cannot be written.
    """
    pieces = _pieces(frames, summary, run, peaks)
    with writing(path, "the report"), path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def render_report(*, frames: Path | pa.Table, summary: Summary, run: Run, peaks: Sequence[Peak] = ()) -> str:
    """The text of the page; arguments as in `write_report`."""
    return "".join(_pieces(frames, summary, run, peaks))


def _pieces(frames: Path | pa.Table, summary: Summary, run: Run, peaks: Sequence[Peak]) -> Iterator[str]:
    """The page in pieces, so that its megabytes are never copied as a whole."""
    # A single frame has no course of time: it gets bars, but no timeline.
    is_still = summary.duration_s == 0
    shown, others = summary.people[:MAX_PEOPLE], summary.people[MAX_PEOPLE:]
    timelines = bins.shorten(frames, [person.face for person in shown])
    people = [_person(person, summary, timelines, peaks, is_still=is_still) for person in shown]
    has_figures = any(person.figure is not None for person in people)
    strips = [] if is_still else overview(shown, timelines)
    page = files("duchenne.outputs") / "page"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((page / "report.html").read_text(encoding="utf-8"))
    return template.generate(
        title=f"{summary.video}: facial expressions",
        video=summary.video,
        lede=report_words.lede(summary, is_still=is_still),
        warnings=report_words.warnings(summary, run),
        facts=report_words.facts(summary, run, is_still=is_still),
        strips=strips,
        overview_title="Who is in view, when" if len(shown) > 1 else "What could be read",
        start=clock(float(timelines.edges_s[0])),
        end=clock(float(timelines.edges_s[-1])),
        legend=EXPRESSIONS,
        gaps=[] if is_still else report_words.GAPS,
        people=people,
        is_still=is_still,
        bars_caption="How likely each expression is" if is_still else "Which expressions the face showed",
        bar_title="Probability" if is_still else "Share of the time read",
        peaks_title="The face" if is_still else "Each expression at its most probable",
        others=[report_words.brief_row(person) for person in others],
        others_line=report_words.others_line(len(others)),
        cautions=report_words.CAUTIONS,
        origin=report_words.origin(summary, run),
        models=run.models,
        settings=_flat(run.settings),
        versions=sorted(run.versions.items()),
        note=schema.NOTE,
        has_faces=any(person.peaks for person in people),
        css=Markup(colours_as_css() + (page / "report.css").read_text(encoding="utf-8")),
        js=Markup((page / "report.js").read_text(encoding="utf-8")),
        has_figures=has_figures,
        plotly=plotly_js(),
    )


def _person(
    person: PersonSummary, summary: Summary, timelines: Timelines, peaks: Sequence[Peak], *, is_still: bool
) -> _PersonView:
    mine = _worth_showing([peak for peak in peaks if peak.face == person.face])
    figure = None if is_still else _json(draw_timelines(timelines, [person.face], peaks=mine))
    return _PersonView(
        anchor=f"person-{person.face}",
        title=f"Person {person.face}",
        line=report_words.person_line(person, is_still=is_still),
        rule_line=report_words.rule_line(person, summary.rule, is_still=is_still),
        chart_words=report_words.chart_words(person),
        figure=figure,
        units_line=report_words.units_line(person, unit_timelines.measured(timelines.people[person.face])),
        unit_figures=[] if is_still else _unit_figures(person, timelines),
        bars=_bars(person, is_still=is_still),
        peaks=[_peak(peak) for peak in mine],
    )


def _unit_figures(person: PersonSummary, timelines: Timelines) -> list[_Figure]:
    drawn = {
        "curves": unit_timelines.draw_unit_curves(timelines, person.face),
        "strip": unit_timelines.draw_unit_strip(timelines, person.face),
    }
    words = report_words.unit_words(unit_timelines.strongest(timelines.people[person.face]))
    return [
        _Figure(f"person-{person.face}-{name}", words, int(figure.layout.height), _json(figure))
        for name, figure in drawn.items()
        if figure is not None
    ]


def _json(figure: go.Figure) -> Markup:
    text = plotly.io.to_json(figure, validate=False, engine="json")
    # Nothing in the JSON may end the script element around it.
    return Markup(text.replace("<", "\\u003c"))


def _bars(person: PersonSummary, *, is_still: bool) -> list[_Bar]:
    mean, share = person.mean_probability, person.share_of_time
    if mean is None or share is None:
        return []
    shown = mean if is_still else share
    return [
        _Bar(
            name=name,
            width=f"{shown[name] * 100:.1f}",
            value=percent(shown[name]),
            mean=percent(mean[name]),
            is_dominant=name == person.dominant,
        )
        for name in EXPRESSIONS
    ]


def _worth_showing(peaks: list[Peak]) -> list[Peak]:
    """Clear peaks in the order of the labels; the clearest one if none is clear."""
    clear = [peak for peak in peaks if peak.probability >= _MIN_PEAK]
    if not clear and peaks:
        clear = [max(peaks, key=lambda peak: peak.probability)]
    return sorted(clear, key=lambda peak: EXPRESSIONS.index(peak.expression))


def _peak(peak: Peak) -> _PeakView:
    return _PeakView(
        name=peak.expression,
        image=_data_uri(peak.image),
        words=f"Person {peak.face} at {clock(peak.time_s)}, {peak.expression} {percent(peak.probability)}",
        value=percent(peak.probability),
        clock=clock(peak.time_s),
        time_s=f"{peak.time_s:.3f}",
    )


def _data_uri(image: NDArray[Any]) -> str:
    encoded, data = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    )
    assert encoded, "JPEG holds any 8-bit picture"
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def _flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as dotted names, sorted."""
    rows: list[tuple[str, str]] = []
    for name in sorted(settings):
        value = settings[name]
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, str(value)))
    return rows
