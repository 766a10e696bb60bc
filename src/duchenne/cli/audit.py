"""``duchenne audit``: how well a tool follows action units that are known exactly, and what throws it off."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from duchenne.cli.console import err, out
from duchenne.cli.cores import usable_cores
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from duchenne.evaluation.audit_record import Audit
    from duchenne.evaluation.tool_tables import Layout, Readings
    from duchenne.evaluation.truth_tables import Truth

_SUBJECTS, _SEED = 6, 0
_TOOLS = "duchenne, duchenne:PATH, openface:PATH or pyfeat:PATH"


def audit(
    set: Annotated[
        Path | None, typer.Option("--set", help="Folder of an audit set.", show_default="OUT/set, made first")
    ] = None,
    tool: Annotated[
        str,
        typer.Option(help="duchenne to run this tool, or whose tables to read: openface:PATH, pyfeat:PATH."),
    ] = "duchenne",
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path(
        "out/audit"
    ),
    face_model: Annotated[
        Path | None, typer.Option(help="Face model file, where a set is made.", show_default=False)
    ] = None,
    subjects: Annotated[
        int | None, typer.Option(help="People of the set, where one is made.", min=2, show_default="6")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of the set, where one is made.", min=0, show_default="0")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Processes that render.", min=1, show_default="one a core")
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            help="What reads the faces where this tool is run.", show_default="as 'duchenne analyze'"
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
) -> None:
    """Audit a tool on synthetic faces: agreement by action unit, and how it moves with one change at a time.

    Writes audit.json, audit.csv and audit.html. Labels are shares of a face model's displacement, not coder scores.
    """
    # Reads tables with pandas, which would cost every other command its start-up time.
    from duchenne.evaluation.audit import run_audit
    from duchenne.evaluation.audit_files import check_place, origin_of, write_audit
    from duchenne.evaluation.truth_tables import read_set

    if set is not None:
        _refuse_unused(subjects=subjects, seed=seed, face_model=face_model)
    subjects, seed = subjects or _SUBJECTS, seed or _SEED
    layout, source = _tool(tool)
    if network is not None and source is not None:
        raise SettingsError(
            "--network goes with this tool's own reading", remedy="Leave it out: the tables are there already"
        )
    command = _command(set, layout, source, subjects, seed, network)
    check_place(output, overwrite=overwrite)
    # A table that cannot be read is found before minutes go into a set.
    read = None if source is None else _read(layout, source)
    if set is None:
        set = output / "set"
        _make(set, face_model, subjects, seed, jobs or usable_cores(), overwrite=overwrite)
    truth = read_set(set)
    readings, weights = _run_duchenne(truth, network) if read is None else read
    origin = origin_of(truth, layout, source, weights, command=command)
    result = run_audit(truth, readings, origin)
    write_audit(result, output)
    _show(result)
    err.print(f"written: {output / 'audit.html'}, audit.json, audit.csv", markup=False)


def _refuse_unused(**given: object) -> None:
    """Refuse what only a set that is made here would obey.

    Raises:
        SettingsError: if any of it was given.
    """
    unused = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if unused:
        raise SettingsError(
            f"--set names a set that is there, so {', '.join(unused)} would change nothing",
            remedy="Leave it out, or leave --set out to make a set",
        )


def _tool(text: str) -> tuple[Layout, Path | None]:
    """Whose columns, and where the tables lie; None to run this tool.

    Raises:
        SettingsError: for anything else, or a path that is not there.
    """
    from duchenne.evaluation.tool_tables import Layout

    name, colon, path = text.partition(":")
    if name not in list(Layout) or (not path and (colon or name != Layout.DUCHENNE)):
        raise SettingsError(
            "--tool names no tool that is known",
            got=text,
            expected=_TOOLS,
            remedy="Try --tool openface:processed/",
        )
    if not path:
        return Layout(name), None
    if not Path(path).exists():
        raise SettingsError(f"--tool: there is no {path}", expected="a table, or a folder of tables")
    return Layout(name), Path(path)


def _command(
    set: Path | None, layout: Layout, source: Path | None, subjects: int, seed: int, network: str | None
) -> str:
    """What repeats the audit, for its record: names without folders, which are nobody's business."""
    words = ["--subjects", str(subjects), "--seed", str(seed)] if set is None else ["--set", set.name]
    tool = layout.value if source is None else f"{layout.value}:{source.name}"
    words += [] if network is None else ["--network", network]
    return shlex.join(["duchenne", "audit", *words, "--tool", tool])


def _make(
    folder: Path, face_model: Path | None, subjects: int, seed: int, jobs: int, *, overwrite: bool
) -> None:
    try:
        # numba is an extra: everything else works without it.
        from duchenne.synth.clips.audit_set import make_set
        from duchenne.synth.clips.clip_set import Rendering
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "numba", "synth") from error
    with interrupt_flag() as interrupted, _display("clips rendered") as display:
        rendering = Rendering(
            face_model=face_model,
            jobs=jobs,
            overwrite=overwrite,
            on_progress=display.step,
            stopped=interrupted,
        )
        made = make_set(folder, n_subjects=subjects, seed=seed, rendering=rendering)
    if not made.is_complete:
        err.print(f"stopped; run the same command again to go on: {folder}", markup=False)
        raise typer.Exit(EXIT_CODE)


def _run_duchenne(truth: Truth, network: str | None) -> tuple[Readings, dict[str, str]]:
    from duchenne.evaluation.own_readings import read_with_duchenne
    from duchenne.pipeline import FRAME_MODEL, Networks

    networks = Networks.load("auto", network or FRAME_MODEL)
    with interrupt_flag() as interrupted, _display("clips read") as display:
        readings = read_with_duchenne(truth, networks, on_progress=display.step, stopped=interrupted)
    if readings is None:
        err.print("stopped before the end; nothing was written", markup=False)
        raise typer.Exit(EXIT_CODE)
    return readings, {card.name: card.sha256 for card in networks.cards}


def _read(layout: Layout, source: Path) -> tuple[Readings, dict[str, str]]:
    from duchenne.evaluation.tool_files import files, read_tool
    from duchenne.outputs.provenance import hash_file

    readings = read_tool(layout, source)
    # Tables of this tool are all called frames.*: their folder tells them apart.
    top = source if source.is_dir() else source.parent
    return readings, {path.relative_to(top).as_posix(): hash_file(path) for path in files(layout, source)}


def _display(what: str) -> CountDisplay:
    """A bar on a terminal, nothing in a log."""
    return CountDisplay(what, err, quiet=not err.is_terminal)


def _show(result: Audit) -> None:
    from duchenne.evaluation import audit_words
    from duchenne.evaluation.audit_charts import number, said
    from duchenne.evaluation.audit_record import ALL, NOTE
    from duchenne.facs import column

    out.print(audit_words.title(result), style="bold", markup=False)
    out.print(audit_words.lede(result), markup=False)
    if result.measured:
        table = Table(show_edge=False, title="agreement at the baseline", title_justify="left")
        for name in (
            "unit",
            "r (95 %)",
            "ICC(3,1)",
            "MAE",
            "AP",
            "AUC",
            "scored",
            "r, all",
            "suffers most under",
        ):
            table.add_column(name, justify="left" if name in ("unit", "suffers most under") else "right")
        for score in audit_words.baseline_scores(result):
            values = [number(score.measures[name].value) for name in ("icc", "mae", "ap", "auc")]
            everywhere, worst = result.unit(score.unit, ALL), audit_words.suffers_most(result, score.unit)
            table.add_row(
                column(score.unit),
                said(score.measures["pcc"]),
                *values,
                f"{score.coverage:.0%}",
                "–" if everywhere is None else number(everywhere.measures["pcc"].value),
                "" if worst is None else audit_words.condition(worst.factor, worst.level),
            )
        out.print(table)
    if result.not_measured:
        out.print(f"not measured: {', '.join(map(column, result.not_measured))}", markup=False)
    out.print(f"not renderable, never scored: {', '.join(map(column, result.not_renderable))}", markup=False)
    for note in (*result.notes, NOTE):
        out.print(f"note: {note}", markup=False)
