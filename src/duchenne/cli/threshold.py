"""``duchenne threshold fit``: which threshold suits given recordings, and what it reaches on new people."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from duchenne.cli.analyze import DeviceChoice
from duchenne.cli.console import err, out
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.emotion.threshold import Fallback
from duchenne.errors import SettingsError

if TYPE_CHECKING:
    from duchenne.evaluation.score import Score
    from duchenne.evaluation.threshold_fit import Fit
    from duchenne.evaluation.threshold_record import Origin
    from duchenne.evaluation.threshold_videos import ReadVideos

app = typer.Typer(
    help="Find the threshold that makes an expression stand for a video.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _threshold() -> None:
    """Find the threshold that makes an expression stand for a video."""


@app.command()
def fit(
    labels: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns path and label, and best also subject; paths count from it."
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for threshold.json.")] = Path(
        "out/threshold"
    ),
    fallback: Annotated[
        Fallback, typer.Option(help="What stands for a video where no expression reaches the threshold.")
    ] = Fallback.MOST_FREQUENT,
    folds: Annotated[int, typer.Option(help="Parts of the cross-validation; people stay whole.", min=2)] = 5,
    seed: Annotated[int, typer.Option(help="Of the division into folds.", min=0)] = 0,
    seconds: Annotated[
        float | None, typer.Option(help="Read only so much of each video.", show_default="all")
    ] = None,
    as_published: Annotated[
        bool,
        typer.Option(
            "--as-published",
            help="Choose on all videos, the scored ones too, as the paper may have: too good a score.",
        ),
    ] = False,
    device: Annotated[DeviceChoice, typer.Option(help="Where the networks run.")] = DeviceChoice.AUTO,
    network: Annotated[
        str | None,
        typer.Option(help="What reads the faces.", show_default="as 'duchenne analyze'"),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a threshold.json that is there.")
    ] = False,
) -> None:
    """Read labelled videos, choose the threshold, and compare the rule with Top-1 on people without a say in it."""
    # The data sets' readers and the scores need pandas, which would cost every other command its start-up time.
    from duchenne.datasets.clips import overlap
    from duchenne.datasets.labels_csv import LABELS_FILE, read_clips
    from duchenne.emotion.grouping import GROUPINGS
    from duchenne.evaluation import threshold_fit
    from duchenne.evaluation.provenance import hash_of
    from duchenne.evaluation.threshold_record import Origin, check_place, write_record
    from duchenne.evaluation.threshold_videos import as_people, read_videos
    from duchenne.labels import EXPRESSIONS
    from duchenne.pipeline import FRAME_MODEL, Networks

    if seconds is not None and not seconds > 0:
        raise SettingsError("the number of seconds to read must be above 0", got=str(seconds))
    path = check_place(output, overwrite=overwrite)
    labels = labels / LABELS_FILE if labels.is_dir() else labels
    chosen = overlap(read_clips(labels), EXPRESSIONS)
    # What cannot be divided is refused now, not after hours of reading.
    threshold_fit.check_division(
        [(p.subject, p.label) for p in as_people(chosen.clips)], n_folds=folds, seed=seed
    )
    networks = Networks.load(device, network or FRAME_MODEL)
    with interrupt_flag() as interrupted, CountDisplay("videos", err) as display:
        read = read_videos(
            chosen.clips, networks, seconds=seconds, on_progress=display.step, stopped=interrupted
        )
    if not read.is_complete:
        err.print("stopped before the end; nothing was written", markup=False)
        raise typer.Exit(EXIT_CODE)
    chosen_on = threshold_fit.ChosenOn.ALL if as_published else threshold_fit.ChosenOn.TRAINING
    fits = [
        threshold_fit.fit(
            read.videos, under=under, fallback=fallback, n_folds=folds, seed=seed, chosen_on=chosen_on
        )
        for under in GROUPINGS
    ]
    origin = Origin(
        labels=labels.name,
        labels_sha256=hash_of(labels),
        command=_command(labels, fallback, folds, seed, seconds, network, as_published=as_published),
        seed=seed,
        seconds=seconds,
        cards=networks.cards,
        left_out=chosen.left_out,
        unreadable=read.unreadable,
        subjects_unknown=not chosen.clips[0].subject,
    )
    write_record(fits, read.videos, origin, path)
    _show(fits, read, origin)
    err.print(f"written: {path}", markup=False)


def _command(
    labels: Path,
    fallback: Fallback,
    folds: int,
    seed: int,
    seconds: float | None,
    network: str | None,
    *,
    as_published: bool,
) -> str:
    """What repeats the fit, for its record: names without folders, which are nobody's business."""
    words = ["duchenne", "threshold", "fit", labels.name, "--fallback", fallback.value]
    words += ["--folds", str(folds), "--seed", str(seed)]
    words += [] if seconds is None else ["--seconds", f"{seconds:g}"]
    words += [] if network is None else ["--network", network]
    return shlex.join([*words, *(["--as-published"] if as_published else [])])


def _show(fits: list[Fit], read: ReadVideos, origin: Origin) -> None:
    labels = [video.expression for video in read.videos]
    counts = {label: labels.count(label) for label in sorted(set(labels))}
    out.print(f"{len(labels)} videos: {_named(counts)}", markup=False)
    if origin.left_out:
        out.print(f"note: left out, because no network reads them: {_named(origin.left_out)}", markup=False)
    for name, reason in origin.unreadable:
        out.print(f"note: left out, because it cannot be read: {name}: {reason}", markup=False)
    if origin.subjects_unknown:
        out.print(
            "note: the list names no subjects, so each video counts as a person of its own; if people come twice, "
            "the scores are too good and the intervals too narrow",
            markup=False,
        )
    for found in fits:
        _show_fit(found)
    use = fits[0]
    out.print()
    out.print(
        f"use: duchenne analyze --threshold {use.threshold:.2f} --fallback {use.fallback.value}", markup=False
    )


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {n}" for label, n in counts.items())


def _show_fit(found: Fit) -> None:
    from duchenne.evaluation.threshold_record import by_label, notes  # pandas, as above

    out.print()
    out.print(f"label setting '{found.under.name}'", style="bold", markup=False)
    out.print(_line("Top-1", found.top_1, found.top_1_fold_mean), markup=False)
    out.print(_line("the rule", found.rule, found.fold_mean), markup=False)
    low, high = found.difference_interval
    interval = "" if math.isnan(low) else f"  (95 % {low:+.4f} to {high:+.4f})"
    out.print(f"  {'difference':10}  {found.difference:+.4f}{interval}", markup=False)
    each = ", ".join(f"{fold.threshold:.2f}" for fold in found.folds)
    out.print(
        f"  threshold {found.threshold:.2f} on all videos; of the folds {each}\n"
        f"  the two fallbacks differ on {found.n_readings_differ} videos",
        markup=False,
    )
    for note in notes(found):
        out.print(f"  note: {note}", markup=False)
    table = Table(show_edge=False, title="each label against all others", title_justify="left")
    for heading in ("label", "videos", "Top-1 accuracy", "rule accuracy", "Top-1 F1", "rule F1"):
        table.add_column(heading, justify="left" if heading == "label" else "right")
    for row in by_label(found):
        numbers = (row.top_1_accuracy, row.rule_accuracy, row.top_1_f1, row.rule_f1)
        table.add_row(row.label, str(row.n_videos), *("-" if math.isnan(n) else f"{n:.4f}" for n in numbers))
    out.print(table)


def _line(name: str, found: Score, fold_mean: float) -> str:
    low, high = found.accuracy_interval
    interval = "" if math.isnan(low) else f"  (95 % {low:.4f} to {high:.4f})"
    return (
        f"  {name:10}  accuracy {found.accuracy:.4f}{interval}, mean of folds {fold_mean:.4f}, "
        f"macro F1 {found.macro_f1:.4f}; always the most frequent label {found.majority_baseline:.4f}"
    )
