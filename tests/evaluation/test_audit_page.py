from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

from audit_tables import UNITS, audited, blind_when_turned, perfect, weak_on_dark_skin
from duchenne.evaluation.agreement import MEASURES
from duchenne.evaluation.audit_page import render_page
from duchenne.evaluation.audit_record import NOTE
from duchenne.evaluation.conditions import FACTORS
from duchenne.evaluation.tool_tables import Layout

_VOID = {"meta", "input", "link", "br", "path", "polyline", "circle", "rect"}


class Nesting(HTMLParser):
    """Follows open elements, so that a template that leaves one open is found."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.n_charts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.n_charts += tag == "svg" and ("role", "img") in attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag


def parsed(page: str) -> Nesting:
    found = Nesting()
    found.feed(page)
    assert found.open == []
    return found


def test_there_is_a_chart_for_every_unit_factor_and_measure() -> None:
    page = render_page(audited(weak_on_dark_skin))
    n_units = len(UNITS) - 1  # OpenFace has no AU43
    assert parsed(page).n_charts == len(FACTORS) * (n_units * len(MEASURES) + 1 + 3)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = render_page(audited(perfect))
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']""", page)
    assert "default-src 'none'" in page


def test_the_page_says_what_labels_are_and_what_was_never_scored() -> None:
    page = render_page(audited(perfect))
    assert page.count(escape(NOTE, quote=False).replace("'", "&#39;")) == 2
    assert "AU11 (nasolabial deepener)" in page
    assert "AU43 (eyes closed)" in page  # shown, and not measured by OpenFace
    assert "were divided by 5" in page


def test_a_tool_without_action_units_gets_a_page_of_detection_and_pose() -> None:
    page = render_page(audited(perfect, layout=Layout.DUCHENNE, units=False))
    assert "Not measured: the tool gives no action units." in page
    assert parsed(page).n_charts == len(FACTORS) * 4
    assert "What a change costs" not in page


def test_a_tool_without_pose_says_so() -> None:
    page = render_page(audited(blind_when_turned, layout=Layout.PYFEAT))
    assert "Not measured: the tool gives no head pose that can be compared." in page
    parsed(page)


def test_words_from_outside_are_escaped() -> None:
    audit = audited(perfect)
    page = render_page(replace(audit, origin=replace(audit.origin, command="<script>alert(1)</script>")))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_values_that_are_not_there_are_dashes() -> None:
    def sees_nobody(rows, rng):  # type: ignore[no-untyped-def]  # as perfect, which says the types
        return perfect(rows, rng).where(rows["frame"] < 0)

    page = render_page(audited(sees_nobody))
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).lower().replace(
        "finance", ""
    )
    assert "No unit could be scored at the baseline." in page
    parsed(page)


def test_even_and_odd_numbers_of_units_have_a_median() -> None:
    audit = audited(perfect)
    fewer = replace(audit, units=tuple(score for score in audit.units if score.unit != 1))
    assert "Median r" in render_page(audit)
    assert "Median r" in render_page(fewer)
