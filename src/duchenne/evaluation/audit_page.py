"""One self-contained HTML page about one audit.

Takes an `Audit`, gives a page without a script that loads nothing and sends nothing: a table of the units at the
baseline, small multiples of every unit under every factor, detection, head pose, what the numbers do not mean and
where they come from. Charts are inline SVG: thousands of short lines weigh less than a drawing library. Template
and style lie in ``page/``; colours are those of the other pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from duchenne.evaluation import audit_words
from duchenne.evaluation.agreement import MEASURES
from duchenne.evaluation.audit_charts import HEIGHT, WIDTH, Chart, Scale, chart, number, said, x_of
from duchenne.evaluation.audit_heat import factors_of, median_cells, unit_cells
from duchenne.evaluation.audit_record import ALL, NOTE, Audit, Estimate, UnitScore
from duchenne.evaluation.conditions import BASELINE, FACTORS, Factor
from duchenne.evaluation.truth_tables import POSE
from duchenne.facs import ACTION_UNITS, column
from duchenne.outputs.page_colours import colours_as_css
from duchenne.outputs.wording import percent

_LookUp = Callable[[str, str], tuple[Estimate, float] | None]
"""From factor and level to a value and the share of frames it rests on."""

_SCALES: Final = {
    "pcc": Scale(-0.25, 1.0),
    "icc": Scale(-0.25, 1.0),
    "mae": Scale(0.0, 0.4),
    "ap": Scale(0.0, 1.0),
    "auc": Scale(0.4, 1.0),
}
"""What fits nearly all tools; beyond, a point is drawn at the edge and the tooltip has the number."""

_TICK_LETTERS: Final = 20
# A folder with a table a clip has more than anybody reads.
_MOST_HASHES: Final = 8


@dataclass(frozen=True, slots=True)
class _Axis:
    """A factor's column: its title and the places of its levels."""

    name: str
    title: str
    ticks: list[tuple[str, str, str, bool]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A unit in the headline table."""

    name: str
    words: str
    r: str
    bar: tuple[str, str, str] | None
    cells: list[str]
    everywhere: str
    suffers: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """A row of small charts with its name."""

    name: str
    words: str
    charts: list[Chart]


@dataclass(frozen=True, slots=True)
class _Multiples:
    """Small multiples of one measure."""

    key: str
    title: str
    bottom: str
    top: str
    zero: float | None
    rows: list[_Panel]


def render_page(audit: Audit) -> str:
    """The text of the page."""
    page = files("duchenne.evaluation") / "page"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((page / "audit.html").read_text(encoding="utf-8"))
    style = (page / "audit.css").read_text(encoding="utf-8")
    return template.render(
        title=audit_words.title(audit),
        lede=audit_words.lede(audit),
        facts=_facts(audit),
        rows=[_row(audit, score) for score in audit_words.baseline_scores(audit)],
        changes=factors_of(audit),
        cells=[(column(unit), unit_cells(audit, unit)) for unit in audit.measured],
        medians=median_cells(audit),
        axes=[_axis(factor) for factor in FACTORS],
        multiples=[_multiples(audit, measure) for measure in MEASURES] if audit.measured else [],
        detection=_detection(audit),
        pose=_pose(audit),
        width=WIDTH,
        height=HEIGHT,
        not_measured=audit_words.units(audit.not_measured),
        not_renderable=audit_words.units(audit.not_renderable),
        positive=number(audit.positive, 1),
        meanings=audit_words.meanings(),
        baseline=audit_words.baseline_words(),
        cautions=audit_words.CAUTIONS,
        notes=audit.notes,
        origin=_origin(audit),
        note=NOTE,
        css=Markup(colours_as_css() + style),
    )


def _facts(audit: Audit) -> list[tuple[str, str, str]]:
    scores = audit_words.baseline_scores(audit)
    values = sorted(s.measures["pcc"].value for s in scores if not math.isnan(s.measures["pcc"].value))
    base = next(score for score in audit.detection if score.factor == BASELINE)
    everywhere = next(score for score in audit.detection if score.factor == ALL)
    shown = len(audit.measured) + len(audit.not_measured)
    facts = [
        ("Subjects", str(audit.n_subjects), "resampled for the intervals"),
        ("Clips", f"{audit.n_clips:,}", f"{audit.n_frames:,} frames"),
        (
            "Units measured",
            f"{len(audit.measured)} of {shown}",
            f"{len(audit.not_renderable)} not renderable",
        ),
        ("Face seen", _rate(base.rate), f"at the baseline; {_rate(everywhere.rate)} over all conditions"),
    ]
    if values:
        middle = values[len(values) // 2] if len(values) % 2 else sum(values[len(values) // 2 - 1 :][:2]) / 2
        facts.insert(3, ("Median r", number(middle), f"from {number(values[0])} to {number(values[-1])}"))
    return facts


def _rate(estimate: Estimate) -> str:
    return percent(None if math.isnan(estimate.value) else estimate.value)


def _row(audit: Audit, score: UnitScore) -> _Row:
    r = score.measures["pcc"]
    everywhere = audit.unit(score.unit, ALL)
    worst = audit_words.suffers_most(audit, score.unit)
    return _Row(
        name=column(score.unit),
        words=ACTION_UNITS[score.unit],
        r=said(r),
        bar=_bar(r),
        cells=[
            number(score.measures["icc"].value),
            number(score.measures["mae"].value),
            f"{number(score.measures['ap'].value)} ({number(score.prevalence)})",
            number(score.measures["auc"].value),
            percent(None if math.isnan(score.coverage) else score.coverage),
        ],
        everywhere="–" if everywhere is None else number(everywhere.measures["pcc"].value),
        suffers=""
        if worst is None
        else f"{audit_words.condition(worst.factor, worst.level)} "
        f"({number(worst.differences['pcc'].value, signed=True)})",
    )


def _bar(estimate: Estimate) -> tuple[str, str, str] | None:
    """Value, low and high end of an interval from 0 to 1, in thousandths; None for no value."""
    if math.isnan(estimate.value):
        return None
    low, high = (estimate.value if math.isnan(end) else end for end in (estimate.low, estimate.high))
    value, first, last = (f"{min(max(v, 0.0), 1.0) * 1000:.0f}" for v in (estimate.value, low, high))
    return value, first, last


def _axis(factor: Factor) -> _Axis:
    # Five words do not fit beside each other: every second one goes a line down.
    is_long = sum(map(len, factor.levels)) > _TICK_LETTERS
    ticks = [
        (
            f"{x_of(factor, i):g}",
            "17" if is_long and i % 2 else "9",
            audit_words.level_title(factor.name, level),
            level == factor.baseline,
        )
        for i, level in enumerate(factor.levels)
    ]
    return _Axis(factor.name, factor.title, ticks)


def _multiples(audit: Audit, measure: str) -> _Multiples:
    scale = _SCALES[measure]

    found = {(score.unit, score.factor, score.level): score for score in audit.units}

    def value(unit: int) -> _LookUp:
        def look_up(factor: str, level: str) -> tuple[Estimate, float] | None:
            score = found.get((unit, factor, level))
            return None if score is None else (score.measures[measure], score.coverage)

        return look_up

    rows = [_Panel(column(unit), ACTION_UNITS[unit], _charts(value(unit), scale)) for unit in audit.measured]
    zero = scale.y(0.0) if scale.bottom < 0 else None
    return _Multiples(
        measure, audit_words.MEASURE_TITLES[measure], number(scale.bottom), number(scale.top), zero, rows
    )


def _charts(value: _LookUp, scale: Scale, digits: int = 2) -> list[Chart]:
    """One chart a factor; the level of the baseline takes the baseline's value."""
    charts = []
    for factor in FACTORS:
        values = [
            value(BASELINE, "") if level == factor.baseline else value(factor.name, level)
            for level in factor.levels
        ]
        charts.append(chart(factor, values, scale, digits))
    return charts


def _detection(audit: Audit) -> _Multiples:
    found = {(score.factor, score.level): score.rate for score in audit.detection}

    def value(factor: str, level: str) -> tuple[Estimate, float] | None:
        rate = found.get((factor, level))
        return None if rate is None else (rate, 1.0)

    rows = [_Panel("Face seen", "share of frames", _charts(value, Scale(0.0, 1.0)))]
    return _Multiples("seen", "Face seen", "0", "1", None, rows)


def _pose(audit: Audit) -> _Multiples | None:
    if not audit.pose:
        return None
    found = {(score.axis, score.factor, score.level): score for score in audit.pose}
    largest = max((s.error.value for s in audit.pose if not math.isnan(s.error.value)), default=1.0)
    top = max(5.0, 5.0 * math.ceil(largest / 5.0))
    base = {score.axis: score for score in audit.pose if score.factor == ALL}
    seen = {(s.factor, s.level): s.rate.value for s in audit.detection}
    rows = []
    for axis in POSE:

        def value(factor: str, level: str, axis: str = axis) -> tuple[Estimate, float] | None:
            score = found.get((axis, factor, level))
            return None if score is None else (score.error, seen[factor, level])

        words = f"bias {number(base[axis].bias.value, 1, signed=True)}°, r {number(base[axis].correlation)}"
        rows.append(_Panel(axis.removesuffix("_deg").capitalize(), words, _charts(value, Scale(0.0, top), 1)))
    return _Multiples("pose", "Head pose", "0", f"{top:g}°", None, rows)


def _origin(audit: Audit) -> list[tuple[str, str]]:
    origin = audit.origin
    rows = [
        ("Columns of" if origin.source else "Tool", audit_words.TOOLS.get(origin.tool, origin.tool)),
        ("Its tables", origin.source or "run here"),
    ]
    if len(origin.source_sha256) <= _MOST_HASHES:
        rows += [(f"SHA-256 of {name}", digest) for name, digest in sorted(origin.source_sha256.items())]
    else:
        rows.append(("SHA-256 of them", f"of {len(origin.source_sha256)} files, in audit.json"))
    rows += [(f"SHA-256 of the set's {name}", digest) for name, digest in sorted(origin.set_sha256.items())]
    rows += [(f"The set's {name}", value) for name, value in sorted(origin.set_facts.items())]
    rows += [("Command", origin.command)]
    return rows + [(f"Version of {name}", value) for name, value in sorted(origin.versions.items())]
