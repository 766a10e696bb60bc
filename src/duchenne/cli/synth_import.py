"""``duchenne synth import-facekit``: the face model, made from a clone of ICT-FaceKit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import err, out
from duchenne.cli.count_display import CountDisplay
from duchenne.errors import MissingExtraError, OutputError


def import_facekit(
    folder: Annotated[Path, typer.Argument(help="The clone: the folder that holds FaceXModel.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="The file to write.", show_default="where synth looks for the face model"
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """Turn a clone of ICT-FaceKit (MIT licence) into the face model that synth draws with."""
    try:
        # numba is an extra: everything but synth works without it.
        from duchenne.synth.head.model import default_path
        from duchenne.synth.importing.facekit import import_facekit as read_clone
        from duchenne.synth.importing.facekit import licence_line
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "numba", "synth") from error
    path = output if output is not None else default_path()
    if path.exists() and not overwrite:
        raise OutputError(
            f"{path} is there already", remedy="Give --overwrite to replace it, or another file with -o"
        )
    with CountDisplay("meshes", err, quiet=not err.is_terminal) as display:
        read_clone(folder, path, on_progress=display.step)
    out.print(f"face model  {path}", markup=False)
    out.print(f"size        {path.stat().st_size / 1e6:.1f} MB", markup=False)
    out.print(f"licence     {licence_line(path)}", markup=False)
