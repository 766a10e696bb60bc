"""``duchenne train``: run a recipe of the training core."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler

from duchenne.cli.console import err, out
from duchenne.cli.interrupt import children_end_too
from duchenne.errors import MissingExtraError


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe of the package, or a .toml file.")],
    data: Annotated[Path | None, typer.Option(help="Folder of the data files that the recipe names.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="For checkpoints and the model.", show_default="runs/RECIPE"),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Made-up data, seconds instead of hours.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Put the model among the package's own when it is done.")
    ] = False,
    accelerator: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    devices: Annotated[int, typer.Option(help="Number of devices.", min=1)] = 1,
    workers: Annotated[int, typer.Option(help="Processes that load data.", min=0)] = 0,
) -> None:
    """Train a network by its recipe, export it to ONNX, check it against torch and score it."""
    try:
        # torch and Lightning are an extra: everything else works without them.
        from duchenne.training.loop import Machine
        from duchenne.training.run import run
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "torch", "train") from error
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[RichHandler(console=err)])
    folder = output or Path("runs") / Path(recipe).stem
    machine = Machine(folder, accelerator=accelerator, devices=devices, workers=workers, resume=resume)
    with children_end_too():
        trained = run(recipe, data=data, machine=machine, smoke=smoke, install=install)
    out.print(f"card     {trained.card}\nweights  {trained.weights}", markup=False)
    out.print(f"torch and ONNX differ by at most {trained.exported.difference:.2g}")
    for result in trained.exported.card.results:
        out.print(f"{result.measure} {result.value:.4f} on {result.data}", markup=False)
