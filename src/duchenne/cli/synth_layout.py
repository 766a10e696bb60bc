"""``duchenne synth layout``: synthetic faces laid out as the data sets of five papers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from duchenne.cli.console import err, out
from duchenne.cli.cores import usable_cores
from duchenne.cli.count_display import CountDisplay
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.errors import MissingExtraError, SettingsError


class Layout(StrEnum):
    """What the faces are laid out as."""

    BP4D = "bp4d"
    SMILES = "smiles"
    REACTIONS = "reactions"
    RATINGS = "ratings"
    CHILDREN = "children"


def layout(
    name: Annotated[Layout, typer.Argument(help="Which one.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the layout.")],
    subjects: Annotated[
        int | None, typer.Option(help="How many people.", show_default="a few, by layout")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Length of the recordings; shorter ones are for tests.", show_default="as in the paper"
        ),
    ] = None,
    pictures: Annotated[bool, typer.Option("--pictures", help="bp4d: a JPEG a frame, no videos.")] = False,
    emotion: Annotated[
        list[str] | None,
        typer.Option(
            help="smiles: an emotion of the paper's table; may be repeated.", show_default="happiness"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides everything else.", min=0)] = 0,
    size: Annotated[int, typer.Option(help="Height and width in pixels, even, 16 to 2048.")] = 256,
    face_model: Annotated[
        Path | None, typer.Option(help="The model file.", show_default="the one that was imported")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Processes that render.", min=1, show_default="one a core")
    ] = None,
) -> None:
    """Lay synthetic faces out as the data set of a paper, to test what reads that data set.

    Run again after a stop to go on. Everything in the folder is synthetic; its README.txt says what the labels are.
    """
    try:
        # numba is an extra: everything but synth works without it.
        from duchenne.synth.layouts.study import Rendering
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "numba", "synth") from error
    given: dict[str, Any] = {"subjects": subjects, "seconds": seconds}
    given["as_pictures"] = _of(Layout.BP4D, name, "--pictures", pictures or None)
    given["emotions"] = _of(Layout.SMILES, name, "--emotion", tuple(emotion) if emotion else None)
    write = _writer(name, {key: value for key, value in given.items() if value is not None})
    with interrupt_flag() as interrupted, CountDisplay("clips", err) as display:
        rendering = Rendering(
            face_model=face_model,
            size=size,
            jobs=jobs or usable_cores(),
            on_progress=display.step,
            stopped=interrupted,
        )
        is_whole = write(output, seed=seed, rendering=rendering)
    if not is_whole:
        err.print("stopped before the end; the same command goes on", markup=False)
        raise typer.Exit(EXIT_CODE)
    out.print(f"folder  {output}", markup=False)
    out.print("labels  as README.txt there says; what is exactly true lies in truth/")
    err.print("everything in it is synthetic; a result on it is a synthetic result")


def _of(owner: Layout, name: Layout, option: str, value: object) -> object:
    if value is not None and name is not owner:
        raise SettingsError(f"{option} belongs to the layout '{owner}'", got=f"layout '{name}'")
    return value


def _writer(name: Layout, options: dict[str, Any]) -> Callable[..., bool]:
    # numba is an extra, as above.
    from duchenne.synth.layouts import bp4d, children, ratings, reactions, smile_plan, smiles

    match name:
        case Layout.BP4D:
            return partial(bp4d.write, bp4d.Bp4dOptions(**options))
        case Layout.SMILES:
            return partial(smiles.write, smile_plan.SmilesOptions(**options))
        case Layout.REACTIONS:
            return partial(reactions.write, reactions.ReactionsOptions(**options))
        case Layout.RATINGS:
            return partial(ratings.write, ratings.RatingsOptions(**options))
        case Layout.CHILDREN:
            return partial(children.write, children.ChildrenOptions(**options))
