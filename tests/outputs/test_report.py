from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from plotly.offline import get_plotlyjs

from duchenne.errors import DataError, OutputError
from duchenne.labels import EXPRESSIONS
from duchenne.outputs import formats
from duchenne.outputs.calibrate import Calibrator
from duchenne.outputs.palette import DARK, LIGHT
from duchenne.outputs.provenance import Run, hash_file
from duchenne.outputs.report import render_report, write_report
from duchenne.outputs.tables import CsvSink
from duchenne.outputs.thumbnails import Peak
from duchenne.records import FrameResult
from duchenne.temporal.calibration import CalibrationOptions, NeutralFace
from made_results import acting, broken, poor, run_of, seen, shown, story, tabulate

NASTY = '<script>alert("x")</script> & \'quoted\' "名前".mp4'


class Page(HTMLParser):
    """What is on a page: elements with their attributes, and the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        # Four megabytes of plotting library are not what these tests look at.
        self.feed(html.replace(get_plotlyjs(), "/* plotly.js */"))
        self.close()
        self.text = " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._open.append(tag)
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.scripts[-1] += data
        else:
            self.pieces.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def html_of(results: list[FrameResult], run: Run | None = None, *peaks: Peak, video: str = "clip.mp4") -> str:
    sink, summary = tabulate(results, video)
    return render_report(frames=sink.table(), summary=summary, run=run or run_of(video), peaks=peaks)


def page_of(results: list[FrameResult], run: Run | None = None, *peaks: Peak) -> Page:
    return Page(html_of(results, run, *peaks))


def peak(face: int = 0, expression: str = "fear", probability: float = 0.9, time_s: float = 0.04) -> Peak:
    return Peak(face, expression, probability, 1, time_s, np.full((112, 112, 3), 90, dtype=np.uint8))


def two_people() -> list[FrameResult]:
    return [shown(k, seen(0, "happiness", 0.9), *([poor(1)] if k < 4 else [])) for k in range(8)]


def test_the_page_loads_nothing_and_forbids_it() -> None:
    page = page_of(two_people(), None, peak())
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data: blob:;")
    for _, attributes in page.elements:
        for name in ("src", "href"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:image/jpeg;base64,")), target
    assert not any("@import" in script or "url(http" in script for script in page.scripts)


def test_headlines_say_length_frames_people_coverage_and_device() -> None:
    text = page_of(two_people()).text
    assert "clip.mp4 2 people come into view in the course of 0.3 s" in text
    assert "Length 0:00.32 320 × 180" in text
    assert "Frames 8 none damaged" in text
    assert "People 2 1 could be read" in text
    assert "Face read 100 % of the time; in view for 100 %" in text
    assert "Device CPU ONNX Runtime 1.20.0" in text
    assert "Speed 200 fps 0.6 × the speed of playing" in text


def test_each_person_has_a_timeline_shares_and_peaks() -> None:
    page = page_of(two_people(), None, peak(0, "happiness"), peak(0, "anger", 0.5), peak(0, "fear", 0.3))
    assert [a["id"] for a in page.all("article")] == ["person-0", "person-1"]
    charts = [a for a in page.all("div") if a.get("class") == "chart"]
    assert [c["data-figure"] for c in charts] == ["person-0-figure", "person-1-figure"]
    assert charts[0]["aria-label"] == "Timeline of person 0. Share of the time read: happiness 100 %."
    assert charts[1]["aria-label"] == "Timeline of person 1: never read."
    # Peaks in the order of the labels; 0.3 is a moment of doubt.
    assert [i["alt"] for i in page.all("img")] == [
        "Person 0 at 0:00.04, happiness 90 %",
        "Person 0 at 0:00.04, anger 50 %",
    ]
    assert [b["data-time"] for b in page.all("button")] == ["0.040", "0.040"]
    assert "happiness 100 % 90 %" in page.text
    assert "Nowhere good enough to be read" in page.text


def test_the_clearest_peak_is_shown_if_none_is_clear() -> None:
    page = page_of(two_people(), None, peak(0, "fear", 0.3), peak(0, "anger", 0.35))
    assert [i["alt"] for i in page.all("img")] == ["Person 0 at 0:00.04, anger 35 %"]


def test_without_peaks_there_is_no_picture_of_anyone() -> None:
    page = page_of(two_people())
    assert page.all("img") == []
    assert "pictures of faces" not in page.text
    assert "pictures of faces" in page_of(two_people(), None, peak()).text


def test_figures_are_json_with_every_trace_named() -> None:
    page = page_of(two_people())
    figures = [json.loads(s) for s in page.scripts if s.startswith('{"data"')]
    assert len(figures) == 2
    names = {*EXPRESSIONS, "words", "low_quality", "decode_error", "no_face"}
    assert {trace["meta"] for figure in figures for trace in figure["data"]} <= names


def test_every_name_from_outside_is_escaped() -> None:
    run = run_of(NASTY, complete=False, reason=NASTY)
    html = html_of(two_people(), run, video=NASTY)
    assert "<script>alert" not in html
    page = Page(html)
    assert page.text.count(NASTY) >= 4
    assert len(page.all("script")) == len(Page(html_of(two_people())).all("script"))


def test_nothing_in_a_figure_can_end_its_script() -> None:
    for script in Page(html_of(two_people())).scripts:
        if script.startswith('{"data"'):
            assert "<" not in script


def test_an_incomplete_run_says_so_first() -> None:
    text = page_of(two_people(), run_of(complete=False, reason="stopped by hand")).text
    assert "This run is not complete. Stopped by hand." in text
    assert text.index("This run is not complete") < text.index("Length")
    assert "Complete no: stopped by hand" in text
    assert "This run is not complete" not in page_of(two_people()).text


def test_damaged_frames_are_counted() -> None:
    text = page_of([*two_people(), broken(8), broken(9)]).text
    assert "2 frames of 10 could not be decoded" in text
    assert "Frames 10 2 damaged" in text


def test_a_video_without_faces_is_a_short_page_without_a_plotting_library() -> None:
    html = html_of([shown(k) for k in range(98)])
    page = Page(html)
    assert "No face was found in any of the 98 frames." in page.text
    assert "Face read 0 % of the time" in page.text
    assert "What these numbers do not mean" in page.text
    assert page.all("article") == page.all("svg") == page.all("script") == []
    assert len(html) < 30_000


def test_a_video_without_faces_but_with_damage_shows_where() -> None:
    page = page_of([shown(0), shown(1), broken(2, 0.08), shown(3)])
    assert [(r["x"], r["width"], r["class"]) for r in page.all("rect")] == [
        ("500.00", "250.00", "fill-decode_error")
    ]


def test_the_overview_shows_everyone_on_one_scale() -> None:
    page = page_of(two_people())
    assert [a["href"] for a in page.all("a")] == ["#person-0", "#person-1"]
    assert [(r["x"], r["width"], r["class"]) for r in page.all("rect")] == [
        ("0.00", "1000.00", "fill-happiness"),
        ("0.00", "500.00", "fill-low_quality"),
    ]
    assert "0:00.00 0:00.32" in page.text


def test_one_person_needs_no_overview() -> None:
    assert page_of([shown(k, seen(0, "fear", 0.9)) for k in range(5)]).all("svg") == []


def test_a_photograph_has_probabilities_and_no_timeline() -> None:
    results = [shown(0, seen(0, "happiness", 0.79), poor(1), time_s=0.0)]
    page = page_of(results, run_of("group.jpg", kind="image"), peak(0, "happiness", 0.79, 0.0))
    assert "2 faces were found. The most probable expression is happiness." in page.text
    assert "Most probably happiness (79 %), then neutral (3 %)." in page.text
    assert "Found, but too poor to be read." in page.text
    assert "Picture 320 × 180" in page.text
    assert "Mean probability" not in page.text
    assert page.all("button") == page.all("script") == []
    assert len(page.all("img")) == 1


def test_no_frames_at_all() -> None:
    assert "No face was found in any of the 0 frames." in page_of([]).text


def test_more_people_than_timelines_are_listed() -> None:
    results = [shown(k, *(seen(t, "fear", 0.9) for t in range(14) if t < 12 or k == 0)) for k in range(3)]
    page = page_of(results)
    assert len(page.all("article")) == 12
    assert "2 more people were followed." in page.text
    assert "Person 13 0.0 s 0:00.00 0:00.00 fear" in page.text


def test_models_settings_versions_and_source_are_there() -> None:
    text = page_of(two_people(), run_of()).text
    for words in (
        "face_mesh A mesh 1 Apache-2.0 777777777777",
        "quality.min_face_px 32.0 tiles 2",
        "duchenne 0.1.0 onnxruntime 1.20.0",
        "SHA-256 of the source " + "5" * 64,
        "video, h264, yuv420p, 320 × 180, 25.000 frames/s on average, turned by 90°",
        "2025-03-01T12:00:00+00:00 (start), 0.5 s, first row 0.25 s after the start",
        "Estimates of facial expression, not of feeling.",
    ):
        assert words in text


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [
        int(tag[1]) for tag, _ in page_of(two_people(), None, peak()).elements if re.fullmatch("h[1-6]", tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_colours_come_from_the_palette_in_both_themes() -> None:
    style = page_of(two_people()).scripts[0]
    for theme in (LIGHT, DARK):
        assert f"--background:{theme.background};" in style
        assert all(f"--{name}:{colour};" in style for name, colour in theme.expressions.items())


def test_same_run_same_bytes(tmp_path: Path) -> None:
    sink, summary = tabulate(story(80, n_people=2))
    for name in ("a.html", "b.html"):
        write_report(tmp_path / name, frames=sink.table(), summary=summary, run=run_of(), peaks=[peak()])
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_table_on_disk_gives_the_same_page(tmp_path: Path) -> None:
    results = story(80)
    sink, summary = tabulate(results)
    on_disk = CsvSink(tmp_path / "frames.csv", "clip.mp4")
    for result in results:
        on_disk.write(result)
    on_disk.close()
    expected = render_report(frames=sink.table(), summary=summary, run=run_of())
    assert render_report(frames=tmp_path / "frames.csv", summary=summary, run=run_of()) == expected


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    sink, summary = tabulate([shown(0)])
    with pytest.raises(
        OutputError, match=r"report .*r.html cannot be written. Got: .* Check that the folder"
    ):
        write_report(tmp_path / "nowhere" / "r.html", frames=sink.table(), summary=summary, run=run_of())


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    _, summary = tabulate([shown(0)])
    with pytest.raises(DataError, match=r"gone.parquet is not a frame table"):
        render_report(frames=tmp_path / "gone.parquet", summary=summary, run=run_of())


def test_in_a_browser_timelines_are_drawn_and_a_peak_zooms_to_its_moment(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium to run the page's script")
    results = [shown(k, seen(0, "neutral" if k < 500 else "happiness", 0.9)) for k in range(1000)]
    html = html_of(results, None, peak(0, "happiness", 0.9, 30.0))
    # The probe waits for the chart, presses the button and writes what it sees into the title.
    probe = """<script>
    addEventListener("securitypolicyviolation", (e) => { document.title = "blocked " + e.violatedDirective; });
    setTimeout(() => {
      document.querySelector("button.peak").click();
      setTimeout(() => {
        const chart = document.querySelector(".chart");
        const range = chart._fullLayout.xaxis.range.map((x) => x.toFixed(1)).join(" to ");
        document.title += "; " + range + "; " + chart.querySelectorAll(".scatterlayer .js-fill").length;
      }, 500);
    }, 500);</script></body>"""
    path = tmp_path / "report.html"
    path.write_text(html.replace("</body>", probe), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    command = [
        chromium,
        *options.split(),
        "--virtual-time-budget=5000",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    title = re.search("<title>(.*?)</title>", done.stdout)
    assert title is not None
    # A window of three seconds either side, and one filled shape for each of the eight expressions.
    assert title[1] == "clip.mp4: facial expressions; 27.0 to 33.0; 8"


def test_the_page_says_which_expression_stands_for_the_video() -> None:
    names = ["neutral"] * 6 + ["fear"] * 3
    sink, summary = tabulate([shown(k, seen(0, name, 0.9)) for k, name in enumerate(names)])
    page = Page(render_report(frames=sink.table(), summary=summary, run=run_of()))
    assert "Representative expression: fear, in 33 % of the frames read (10 % needed)" in page.text


def test_action_units_have_figures_and_say_what_they_are_relative_to() -> None:
    results = [shown(k, acting(0, AU12=0.2 if k < 50 else 0.8, AU04=0.05)) for k in range(150)]
    sink, summary = tabulate(results)
    table, baselines = Calibrator(CalibrationOptions()).table(sink.table())
    page = Page(render_report(frames=table, summary=summary.with_baselines(baselines), run=run_of()))
    figures = [div.get("data-figure") for div in page.all("div") if "data-figure" in div]
    assert figures == ["person-0-figure", "person-0-curves", "person-0-strip"]
    assert "relative to this person's neutral face, taken from 0:00.00 to 0:01.00" in page.text
    (curves,) = (div for div in page.all("div") if div.get("data-figure") == "person-0-curves")
    assert curves["aria-label"] == "Action units over time; the strongest are AU12"


def test_neutral_face_of_another_recording_is_called_by_its_name_in_page_and_summary(tmp_path: Path) -> None:
    neutral, _ = tabulate([shown(k, acting(0, AU12=0.1)) for k in range(25)])
    formats.save(neutral.table(), tmp_path / "frames.csv")
    options = CalibrationOptions(neutral_face=NeutralFace.RECORDING, recording=str(tmp_path / "frames.csv"))
    sink, summary = tabulate([shown(k, acting(0, AU12=0.6)) for k in range(25)])
    table, baselines = Calibrator(options).table(sink.table())
    summary = summary.with_baselines(baselines)
    page = Page(render_report(frames=table, summary=summary, run=run_of()))
    assert "neutral face, taken from the recording frames.csv, 0:00.00 to 0:00.96" in page.text
    (person,) = json.loads(summary.to_json())["people"]
    told = person["baseline"]
    assert (told["calibrated"], told["recording"]) == (True, "frames.csv")
    assert told["recording_sha256"] == hash_file(tmp_path / "frames.csv")


def test_person_without_a_neutral_face_is_called_not_calibrated_with_the_reason() -> None:
    sink, summary = tabulate([shown(k, acting(0, AU12=0.2)) for k in range(25)])
    table, baselines = Calibrator(CalibrationOptions()).table(sink.table())
    page = Page(render_report(frames=table, summary=summary.with_baselines(baselines), run=run_of()))
    assert "Not calibrated: the face was read for 1.0 s, less than 4 s." in page.text


def test_network_without_action_units_leaves_no_trace_of_them() -> None:
    sink, summary = tabulate([shown(k, seen(0, "fear", 0.9)) for k in range(25)])
    page = Page(render_report(frames=sink.table(), summary=summary, run=run_of()))
    assert "Action units" not in page.text
