"""The command line: ``duchenne analyze``, ``threshold``, ``models``, ``evaluate``, ``synth``, ``audit``, ``train``.

Takes arguments, gives exit codes: 0 for done, 1 where something could not be read or written, 2 for a wrong
option, 130 after Ctrl-C. This package alone prints.
"""

from __future__ import annotations

from typing import Annotated

import typer

import duchenne
from duchenne.cli import analyze, audit, evaluate, models, synth, threshold, train
from duchenne.cli.console import fail, out
from duchenne.errors import DuchenneError, SettingsError

app = typer.Typer(
    name="duchenne",
    help="Reads facial expressions and action units from video: what a face shows, not what a person feels.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("analyze")(analyze.analyze)
app.command("models")(models.models)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(threshold.app, name="threshold")
app.add_typer(synth.app, name="synth")
app.command("audit")(audit.audit)
app.command("train")(train.train)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"duchenne {duchenne.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave."),
    ] = False,
) -> None:
    """Reads facial expressions and action units from video: what a face shows, not what a person feels."""


def main() -> None:
    """Run the command line; the entry point of the ``duchenne`` script.

    Raises:
        SystemExit: always, with the exit code.
    """
    try:
        app()
    except DuchenneError as error:
        fail(str(error), 2 if isinstance(error, SettingsError) else 1)
