"""``duchenne evaluate``: score what is installed against labels, and write ``results.json``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from duchenne.cli import (
    evaluate_agreement,
    evaluate_four,
    evaluate_frame_model,
    evaluate_threshold,
    evaluate_valence,
)
from duchenne.cli.console import err, out
from duchenne.cli.outcome_display import free_place
from duchenne.evaluation.score import Report, Score, write_results

app = typer.Typer(
    help="Score the installed networks against labels.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.command("agreement")(evaluate_agreement.agreement)
app.command("four")(evaluate_four.four)
app.command("frame-model")(evaluate_frame_model.frame_model)
app.command("reactions")(evaluate_frame_model.reactions)
app.command("threshold")(evaluate_threshold.threshold)
app.command("threshold-stills")(evaluate_threshold.threshold_stills)
app.command("valence")(evaluate_valence.valence)
app.command("valence-faces")(evaluate_valence.valence_faces)

Data = Annotated[Path, typer.Option(help="Table of labelled faces, parquet or CSV.")]
Model = Annotated[
    str | None,
    typer.Option(help="An installed network that names expressions.", show_default="as 'duchenne analyze'"),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Folder for results.json.", show_default="out/evaluate/NAME"),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")]


@app.command()
def expressions(
    data: Data,
    split: Annotated[str, typer.Option(help="Value of the column 'usage' to score.")] = "PublicTest",
    dataset: Annotated[str, typer.Option(help="What the table is, for the training register.")] = "fer2013",
    model: Model = None,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Score a network on cut-out faces as they are (FER2013 with FER+ votes)."""
    # Reads tables with pandas, which would cost every other command its start-up time.
    from duchenne.evaluation.expressions import evaluate_expressions
    from duchenne.models.session import Session
    from duchenne.pipeline import FRAME_MODEL

    folder, may_replace = free_place(output, "expressions", overwrite=overwrite)
    session = Session.open(model or FRAME_MODEL)
    report = evaluate_expressions(data, split=split, dataset=dataset, session=session)
    _deliver(report, folder, overwrite=may_replace)


@app.command()
def photos(
    data: Data,
    split: Annotated[str, typer.Option(help="held_out, train or all subjects.")] = "held_out",
    dataset: Annotated[str, typer.Option(help="What the table is, for the training register.")] = "faces",
    model: Model = None,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Score the whole road on photographs: a face that is not found counts as wrong."""
    from duchenne.evaluation.photos import evaluate_photos  # pandas, as above
    from duchenne.pipeline import FRAME_MODEL, Networks

    folder, may_replace = free_place(output, "photos", overwrite=overwrite)
    networks = Networks.load(model=model or FRAME_MODEL)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("photographs", total=None)
        report = evaluate_photos(
            data,
            split=split,
            dataset=dataset,
            networks=networks,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _deliver(report, folder, overwrite=may_replace)


def _deliver(report: Report, folder: Path, *, overwrite: bool) -> None:
    path = folder / "results.json"
    write_results(report, path, overwrite=overwrite)
    out.print(f"{report.model} on {report.data}, {report.dataset} {report.split}", markup=False)
    for note in report.notes:
        out.print(f"note: {note}", markup=False)
    for score in report.scores:
        _show(score)
    err.print(f"written: {path}", markup=False)


def _show(score: Score) -> None:
    low, high = score.accuracy_interval
    macro_low, macro_high = score.macro_recall_interval
    out.print()
    out.print(score.title, style="bold", markup=False)
    out.print(
        f"  accuracy      {score.accuracy:.4f}  (95 % {low:.4f} to {high:.4f};"
        f" majority {score.majority_baseline:.4f}, chance {score.chance_baseline:.4f})\n"
        f"  macro recall  {score.macro_recall:.4f}  (95 % {macro_low:.4f} to {macro_high:.4f})\n"
        f"  macro F1      {score.macro_f1:.4f}\n"
        f"  samples       {score.n_samples}, {score.n_missed} missed, {score.n_groups} groups",
        markup=False,
    )
    table = Table(show_edge=False, title="true label by row, answer by column", title_justify="left")
    table.add_column("")
    for label in (*score.labels, "missed"):
        table.add_column(escape(label[:9]), justify="right")
    table.add_column("recall", justify="right")
    for label, row, recall in zip(score.labels, score.confusion, score.recall, strict=True):
        shown = "-" if math.isnan(recall) else f"{recall:.3f}"
        table.add_row(escape(label), *map(str, row), shown)
    out.print(table)
