"""What the report says in sentences and tables.

Takes the summary and the run record, gives plain text; the template escapes it. Says what is missing and why,
and what the numbers do not mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from duchenne.emotion.threshold import Decision, RepresentativeOptions
from duchenne.labels import EXPRESSIONS, Status
from duchenne.outputs.provenance import Run
from duchenne.outputs.summary import PersonSummary, Summary
from duchenne.outputs.wording import clock, count, listing, percent, span
from duchenne.temporal.baseline import NotCalibrated
from duchenne.video.info import SourceKind


@dataclass(frozen=True, slots=True)
class Fact:
    """A headline number."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A short title with its explanation."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A sign in the legend for time without a reading."""

    name: str
    label: str


GAPS: Final = (
    Gap(Status.LOW_QUALITY.value, "in view, too poor to be read"),
    Gap(Status.DECODE_ERROR.value, "video damaged"),
    Gap(Status.NO_FACE.value, "not in view"),
)

CAUTIONS: Final = (
    Item(
        "An expression is not a feeling",
        "People smile without being happy and are sad without showing it. The numbers describe what a face "
        "looks like in a picture, and that only as an estimate.",
    ),
    Item(
        "It says nothing about truth, character or health",
        "Nothing here shows whether someone is honest, what they intend, who they are or how they are.",
    ),
    Item(
        "A probability is not a strength",
        "90 % happiness is not a broader smile than 60 %. The number says how sure the network is, and it is "
        "not calibrated: of all faces read at 80 %, more or fewer than 80 % may be right.",
    ),
    Item(
        "The intensity of an action unit is no coder's score",
        "It is the share of a movement's full strength, learned from synthetic faces. No certified FACS coder has "
        "checked it on real ones, and what a face looks like at rest is read as movement too: calibrated values "
        "are relative to the person's own neutral face.",
    ),
    Item(
        "The network knows what it was shown",
        "It learned from photographs that people had labelled, with their errors and habits. It is less "
        "reliable for ages, skin tones, lighting and camera angles that were rare among them. Speech, "
        "glasses, hands and beards change a face too and can pass for an expression.",
    ),
    Item(
        "A gap is not a neutral face",
        "Where a face was not seen, was too poor to be read or the video was damaged there is no value, and "
        "such time counts in no share.",
    ),
    Item(
        "A person here is a track",
        "The number follows a face while it is in view. Whoever leaves and comes back may get a new one. "
        "Nobody is recognised, and no identity is stored.",
    ),
    Item(
        "Use it with consent",
        "Ask the people in the video. In the European Union, inferring emotions at work and in education is "
        "prohibited except for medical or safety reasons (Regulation 2024/1689, Article 5).",
    ),
)
"""What the page says the numbers do not mean."""


def lede(summary: Summary, *, is_still: bool) -> str:
    """The page in two sentences."""
    n_people = len(summary.people)
    if n_people == 0:
        frames = "the picture" if summary.n_frames == 1 else f"any of the {count(summary.n_frames, 'frame')}"
        return f"No face was found in {frames}."
    if is_still:
        return f"{count(n_people, 'face was', 'faces were').capitalize()} found. {_dominants(summary.people)}"
    length = span(summary.duration_s)
    if n_people > 1:
        at_least_one = percent(summary.coverage_seen)
        return (
            f"{n_people} people come into view in the course of {length}; at least one of them is there for "
            f"{at_least_one} of the time. {_dominants(summary.people)}"
        )
    person = summary.people[0]
    text = f"One face is in view for {span(person.seconds_seen)} of {length}"
    if person.share_of_time is None:
        return f"{text}, but it is nowhere good enough to be read."
    shares = person.share_of_time
    likely = sorted((n for n in EXPRESSIONS if shares[n] >= 0.05), key=lambda name: -shares[name])[:3]
    shown = listing([f"{name} for {percent(shares[name])}" for name in likely])
    return f"{text}. Of the time it could be read, the most probable expression is {shown}."


def _dominants(people: tuple[PersonSummary, ...]) -> str:
    """Which expression is the most probable one, for how many of the people."""
    read = [person.dominant for person in people if person.dominant is not None]
    if not read:
        return "None of them is good enough to be read."
    n_each = sorted(
        {name: read.count(name) for name in EXPRESSIONS if name in read}.items(), key=lambda i: -i[1]
    )
    if len(read) == 1:
        return f"The most probable expression is {read[0]}."
    return (
        "Most probable expressions: "
        + listing([f"{name} ({n} of {len(people)})" for name, n in n_each])
        + "."
    )


def warnings(summary: Summary, run: Run) -> list[Item]:
    """What a reader must know before any number."""
    items = []
    if not run.complete:
        reason = run.reason or "the reason was not recorded"
        items.append(Item("This run is not complete.", f"{reason[:1].upper()}{reason[1:]}."))
    if summary.n_failed:
        damaged = f"{count(summary.n_failed, 'frame')} of {summary.n_frames:,} could not be decoded"
        items.append(
            Item("Parts of the video are damaged.", f"{damaged}; they are marked and count as no reading.")
        )
    return items


def facts(summary: Summary, run: Run, *, is_still: bool) -> list[Fact]:
    """The headline numbers."""
    source = run.source
    size = f"{source.width} × {source.height}"
    items = [] if is_still else [Fact("Length", clock(summary.duration_s), size)]
    failed = f"{summary.n_failed:,} damaged" if summary.n_failed else "none damaged"
    if is_still:
        items.append(Fact("Picture", size, source.codec))
    else:
        items.append(Fact("Frames", f"{summary.n_frames:,}", failed))
    n_read = sum(person.n_frames_read > 0 for person in summary.people)
    items.append(
        Fact("People", f"{len(summary.people)}", f"{n_read} could be read" if summary.people else "")
    )
    if not is_still:
        seen = f"in view for {percent(summary.coverage_seen)}"
        items.append(Fact("Face read", percent(summary.coverage_read), f"of the time; {seen}"))
    items.append(Fact("Device", run.device.upper(), ", ".join(_runtime(run))))
    if run.fps is not None and not is_still:
        pace = summary.duration_s / run.seconds
        items.append(Fact("Speed", f"{run.fps:,.0f} fps", f"{pace:.1f} × the speed of playing"))
    return items


def _runtime(run: Run) -> list[str]:
    version = run.versions.get("onnxruntime")
    return [f"ONNX Runtime {version}"] if version else []


def person_line(person: PersonSummary, *, is_still: bool) -> str:
    """Where a person is in view, and how well they could be read."""
    if is_still:
        return _most_probable(person)
    seen = (
        f"In view for {span(person.seconds_seen)}, {percent(person.coverage_seen)} of the video, between "
        f"{clock(person.first_s)} and {clock(person.last_s)}"
    )
    if person.dominant is None:
        return f"{seen}. Nowhere good enough to be read: too small, too far turned or cut by the edge."
    return f"{seen}; read for {span(person.seconds_read)}. Most often {person.dominant}."


def rule_line(person: PersonSummary, rule: RepresentativeOptions, *, is_still: bool) -> str:
    """Which expression stands for the whole video, and why; empty where there is nothing to choose from."""
    found = person.representative
    if is_still or found.expression is None:
        return ""
    least = percent(rule.threshold)
    opening = f"Representative expression: {found.expression}"
    if found.decided_by is Decision.THRESHOLD:
        is_top_1 = found.expression == found.top_1
        others = "also the most frequent one" if is_top_1 else f"though {found.top_1} is most frequent"
        share = percent(found.strongest_share)
        return f"{opening}, in {share} of the frames read ({least} needed); {others}."
    if found.strongest is None:
        return f"{opening}, the only one read."
    near = f"{found.strongest} comes nearest with {percent(found.strongest_share)}"
    return (
        f"{opening}, because no expression but neutral reaches {least} of the frames read: {near}. "
        f"Most frequent: {found.top_1}."
    )


def _most_probable(person: PersonSummary) -> str:
    mean = person.mean_probability
    if mean is None:
        return "Found, but too poor to be read."
    first, second = sorted(EXPRESSIONS, key=lambda name: -mean[name])[:2]
    return f"Most probably {first} ({percent(mean[first])}), then {second} ({percent(mean[second])})."


def chart_words(person: PersonSummary) -> str:
    """A timeline for someone who cannot see it."""
    if person.share_of_time is None:
        return f"Timeline of person {person.face}: never read."
    shares = person.share_of_time
    parts = [f"{name} {percent(shares[name])}" for name in EXPRESSIONS if shares[name] > 0]
    return f"Timeline of person {person.face}. Share of the time read: {', '.join(parts)}."


def brief_row(person: PersonSummary) -> tuple[str, ...]:
    """A row of the table of those without a timeline of their own."""
    times = clock(person.first_s), clock(person.last_s)
    return f"Person {person.face}", span(person.seconds_seen), *times, person.dominant or "not read"


def others_line(n_others: int) -> str:
    """What the table of others is."""
    return (
        f"{count(n_others, 'more person was', 'more people were')} followed. The frame table has their rows."
    )


def origin(summary: Summary, run: Run) -> list[tuple[str, str]]:
    """Where the numbers come from, row by row."""
    source = run.source
    first_row = "–" if run.first_row_s is None else f"{run.first_row_s:.2f} s after the start"
    rows = [
        ("Source", source.name),
        ("SHA-256 of the source", source.sha256 or _no_hash(source.kind)),
        ("Format", _format_of(run)),
        ("Frames", f"{run.frames_decoded:,} decoded, {run.frames_failed:,} failed"),
        ("Frames without a face", f"{summary.n_no_face:,}"),
        ("Read on", f"{run.started_at} (start), {span(run.seconds)}, first row {first_row}"),
        ("Device", run.device),
        ("Duchenne", run.versions.get("duchenne", "unknown")),
        ("Complete", "yes" if run.complete else f"no: {run.reason}"),
    ]
    return rows


def _format_of(run: Run) -> str:
    source = run.source
    parts = [source.kind, source.codec, source.pixel_format, f"{source.width} × {source.height}"]
    if source.fps is not None:
        parts.append(f"{source.fps:.3f} frames/s on average")
    if source.rotation_deg:
        parts.append(f"turned by {source.rotation_deg}°")
    return ", ".join(part for part in parts if part)


def _no_hash(kind: str) -> str:
    is_file = kind in (SourceKind.VIDEO, SourceKind.IMAGE)
    return "none: the file was gone when the run ended" if is_file else "none: not a file"


def units_line(person: PersonSummary, measured: Sequence[str]) -> str:
    """What stands above a person's action units; empty where none was measured."""
    if not measured:
        return ""
    text = "Strength of each movement, as a share of its full contraction."
    if isinstance(person.baseline, NotCalibrated):
        return f"{text} Not calibrated: {person.baseline.reason}."
    begin, end = clock(person.baseline.begin_s), clock(person.baseline.end_s)
    where = f"the recording {person.baseline.recording}, " if person.baseline.recording else ""
    return (
        f"{text} The calibrated columns of the frame table are relative to this person's neutral face, taken from "
        f"{where}{begin} to {end}; the values shown here are not."
    )


def unit_words(names: Sequence[str]) -> str:
    """The figures of action units for whom they cannot be seen."""
    if not names:
        return "Action units over time: none comes as far as a tenth"
    return f"Action units over time; the strongest are {listing(list(names))}"
