"""``duchenne synth make``: videos of synthetic faces and the tables of what is true of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import err, out
from duchenne.cli.cores import usable_cores
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.errors import MissingExtraError

# Of `duchenne.synth.acting.script.ScriptKind`, which is not imported before the command runs; a test compares them.
KINDS = (
    "single-unit, mixture, emotion, posed-smile, micro-expression, asymmetric, neutral, recording or drill"
)


def make(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for videos and tables.")],
    clips: Annotated[int, typer.Option(help="How many.", min=1)] = 200,
    seconds: Annotated[float, typer.Option(help="Length of each clip, more than 0.")] = 4.0,
    fps: Annotated[float, typer.Option(help="Frames per second, 1 to 240.")] = 25.0,
    size: Annotated[int, typer.Option(help="Height and width in pixels, even, 16 to 2048.")] = 256,
    seed: Annotated[int, typer.Option(help="Decides everything else.", min=0)] = 0,
    kind: Annotated[
        str | None,
        typer.Option(help=f"What all clips show: {KINDS}.", show_default="all kinds"),
    ] = None,
    per_subject: Annotated[int, typer.Option(help="Clips in a row of the same person.", min=1)] = 4,
    face_model: Annotated[
        Path | None, typer.Option(help="The model file.", show_default="the one that was imported")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Processes that render.", min=1, show_default="one a core")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a set that is there.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Show trouble only.")] = False,
) -> None:
    """Render clips of synthetic faces whose action units are known in every frame.

    Run again after a stop to go on. Labels are shares of displacement, not a coder's scores.
    """
    try:
        # numba is an extra: everything but synth works without it.
        from duchenne.synth.clips.clip_set import Rendering
        from duchenne.synth.clips.study import StudyOptions, kind_named, make_study
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "numba", "synth") from error
    options = StudyOptions(
        clips=clips,
        seconds=seconds,
        fps=fps,
        size=size,
        seed=seed,
        kind=None if kind is None else kind_named(kind),
        clips_per_subject=per_subject,
    )
    with interrupt_flag() as interrupted, CountDisplay("clips", err, quiet=quiet) as display:
        made = make_study(
            output,
            options,
            Rendering(
                face_model=face_model,
                jobs=jobs or usable_cores(),
                overwrite=overwrite,
                on_progress=display.step,
                stopped=interrupted,
            ),
        )
    if not made.is_complete:
        err.print(f"stopped after {made.n_clips} of {clips} clips; the same command goes on", markup=False)
        raise typer.Exit(EXIT_CODE)
    out.print(f"folder  {made.folder}", markup=False)
    out.print(f"clips   {made.n_clips} videos, {made.n_frames} frames")
    out.print("tables  frames.parquet, events.parquet, clips.parquet; settings in study.json")
    if not quiet:
        err.print("labels are shares of displacement, not a coder's scores; a result on them is synthetic")
