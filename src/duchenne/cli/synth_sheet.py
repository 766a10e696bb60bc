"""``duchenne synth sheet``: one picture of many synthetic faces."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from duchenne.cli.console import out
from duchenne.errors import MissingExtraError


class SheetKind(StrEnum):
    """What ``--kind`` takes."""

    PEOPLE = "people"
    UNITS = "units"
    TIME = "time"


def sheet(
    output: Annotated[Path, typer.Option("-o", "--output", help="The .png or .jpg file to write.")],
    kind: Annotated[
        SheetKind,
        typer.Option(help="Random people, one person with every unit, or one through an expression."),
    ] = SheetKind.PEOPLE,
    seed: Annotated[int, typer.Option(help="Decides everything.", min=0)] = 0,
    size: Annotated[int, typer.Option(help="Height and width of a cell in pixels.", min=32, max=1024)] = 192,
    face_model: Annotated[
        Path | None, typer.Option(help="The model file.", show_default="the one that was imported")
    ] = None,
) -> None:
    """Draw a contact sheet of synthetic faces, to see what the generator makes."""
    try:
        # numba is an extra: everything but synth works without it.
        import numpy as np

        from duchenne.synth.clips import sheet as sheets
        from duchenne.synth.head.model import FaceModel
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "numba", "synth") from error
    model, rng = FaceModel.load(face_model), np.random.default_rng(seed)
    if kind is SheetKind.PEOPLE:
        drawn = sheets.people(model, rng, size=size)
    elif kind is SheetKind.UNITS:
        drawn = sheets.units(model, rng, size=size)
    else:
        drawn = sheets.over_time(model, rng, size=size)
    sheets.write_sheet(output, drawn)
    out.print(f"sheet       {output}", markup=False)
