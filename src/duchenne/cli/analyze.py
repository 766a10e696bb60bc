"""``duchenne analyze``: videos, photographs, folders and cameras into result folders."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from duchenne import batch
from duchenne.analysis import Analysis
from duchenne.cli.console import ProgressDisplay, err, show_entry, show_table
from duchenne.cli.heap import give_back_free_memory, share_one_heap
from duchenne.cli.interrupt import EXIT_CODE, interrupt_flag
from duchenne.errors import SettingsError
from duchenne.offline import OutputOptions, analyze_source
from duchenne.pipeline import FRAME_MODEL, Networks
from duchenne.settings import (
    CalibrationOptions,
    Fallback,
    OneEuroOptions,
    QualityOptions,
    RepresentativeOptions,
    Settings,
    TrackOptions,
)
from duchenne.video.camera import CameraSource
from duchenne.video.info import Source
from duchenne.video.limit import LimitedSource
from duchenne.video.naming import printable
from duchenne.video.source import find_inputs, open_source

_TRACK, _QUALITY, _REPRESENTATIVE = TrackOptions(), QualityOptions(), RepresentativeOptions()
_STILL_TILES = Settings().still_tiles_per_side


class TableFormat(StrEnum):
    """What ``--format`` takes: the keys of `duchenne.outputs.formats.SINKS`."""

    PARQUET = "parquet"
    CSV = "csv"


class DeviceChoice(StrEnum):
    """What ``--device`` takes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


def analyze(
    inputs: Annotated[
        list[Path] | None, typer.Argument(help="Videos, photographs, or folders of them.", show_default=False)
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Where each input gets a folder.")] = Path(
        "out"
    ),
    camera: Annotated[
        int | None, typer.Option(help="Read this camera instead, 0 for the first.", min=0)
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="With --camera: stop after so many seconds, above 0.")
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="Of the frame table.")] = TableFormat.PARQUET,
    device: Annotated[DeviceChoice, typer.Option(help="Where the networks run.")] = DeviceChoice.AUTO,
    network: Annotated[
        str, typer.Option(help="What reads the faces: an installed network, see 'duchenne models'.")
    ] = FRAME_MODEL,
    annotated: Annotated[bool, typer.Option(help="Draw the measurement into a copy of the video.")] = True,
    report: Annotated[bool, typer.Option(help="Write the HTML page.")] = True,
    thumbnails: Annotated[bool, typer.Option(help="Let the page show faces at their peaks.")] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace results that are there.")] = False,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="Look in folders inside folders too.")
    ] = False,
    patience: Annotated[
        float, typer.Option(help="Seconds an unseen face keeps its number.", min=0.0)
    ] = _TRACK.patience_s,
    max_faces: Annotated[
        int,
        typer.Option(
            help="Follow at most so many faces at once; who is followed stays, and of the others the largest come "
            "first. Photographs are read whole.",
            min=1,
        ),
    ] = _TRACK.max_faces,
    min_face: Annotated[
        float, typer.Option(help="Do not read faces narrower than this, in pixels.", min=0.0)
    ] = _QUALITY.min_face_px,
    tiles: Annotated[
        int | None,
        typer.Option(
            help="Search for small faces in so many tiles a side; slower.", min=1, show_default=False
        ),
    ] = None,
    threshold: Annotated[
        float,
        typer.Option(
            help="Share of the frames read that makes an expression stand for the video, above 0 and at most 1; "
            "found by 'duchenne threshold fit'."
        ),
    ] = _REPRESENTATIVE.threshold,
    fallback: Annotated[
        Fallback, typer.Option(help="What stands for the video where no expression reaches the threshold.")
    ] = _REPRESENTATIVE.fallback,
    baseline: Annotated[
        str,
        typer.Option(
            metavar="auto|none|A-B|FILE",
            help="The neutral face that calibrated action units are relative to: found by itself, not wanted, "
            "between two times in seconds, or a result of this person's neutral face.",
        ),
    ] = "auto",
    smooth: Annotated[
        bool, typer.Option("--smooth", help="Smooth the action units of the table, without looking ahead.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Show trouble only.")] = False,
) -> None:
    """Read expressions from videos, photographs or a camera, and write a report for each.

    Everything happens on this machine. The numbers estimate what a face shows, not what a person feels.
    """
    _check(inputs, camera, seconds)
    _check_text("--output", str(output))
    _check_text("--baseline", baseline)
    settings = Settings(
        track=TrackOptions(
            patience_s=patience, max_faces=max_faces, tiles_per_side=tiles or _TRACK.tiles_per_side
        ),
        quality=QualityOptions(min_face_px=min_face),
        still_tiles_per_side=tiles or _STILL_TILES,
        representative=RepresentativeOptions(threshold=threshold, fallback=fallback),
        calibration=CalibrationOptions.parse(baseline),
        smoothing=OneEuroOptions() if smooth else None,
    )
    options = OutputOptions(
        format=format, annotated=annotated, report=report, thumbnails=thumbnails, overwrite=overwrite
    )
    files = [Path(f"camera_{camera}")] if inputs is None else find_inputs(inputs, recursive=recursive)
    share_one_heap()
    networks = Networks.load(device, network)
    give_back_free_memory()
    if not quiet:
        err.print(f"device: {networks.device}")

    with interrupt_flag() as interrupted:

        def read(path: Path, name: str) -> Analysis:
            source = open_source(path) if camera is None else _open_camera(camera, seconds)
            with source, ProgressDisplay(path.name, err, quiet=quiet) as display:
                return analyze_source(
                    source,
                    networks,
                    output=output / name,
                    settings=settings,
                    options=options,
                    on_progress=display.step,
                    stopped=interrupted,
                )

        entries = []
        for entry in batch.run(files, read, stopped=interrupted):
            show_entry(entry, quiet)
            entries.append(entry)
        if len(entries) > 1 and not quiet:
            show_table(entries)
        if interrupted():
            raise typer.Exit(EXIT_CODE)
    if any(entry.outcome is batch.Outcome.FAILED for entry in entries):
        raise typer.Exit(1)


def _check(inputs: list[Path] | None, camera: int | None, seconds: float | None) -> None:
    """Refuse options that do not go together.

    Raises:
        SettingsError: if there is nothing to read, too much, or a limit without a camera or of nothing.
    """
    if (camera is None) == (not inputs):
        raise SettingsError(
            "there is nothing to read" if camera is None else "files and a camera cannot be read together",
            expected="either files or folders, or --camera NUMBER",
            remedy="Try: duchenne analyze clip.mp4 -o out",
        )
    if seconds is not None and camera is None:
        raise SettingsError(
            "--seconds goes with --camera", remedy="Leave it out: files are read to their end"
        )
    # Said before a camera is opened, whose light would come on for nothing.
    if seconds is not None and not seconds > 0:
        raise SettingsError(
            "--seconds must be above 0",
            got=str(seconds),
            expected="how long to read the camera",
            remedy="Leave it out to read until Ctrl-C",
        )


def _check_text(option: str, name: str) -> None:
    """Refuse a place that the libraries of the tables cannot open.

    Raises:
        SettingsError: if its name is not UTF-8.
    """
    if printable(name) != name:
        raise SettingsError(
            f"{option} must be a name in UTF-8",
            got=printable(name),
            remedy="Rename it, or name another place",
        )


def _open_camera(index: int, seconds: float | None) -> Source:
    source: Source = CameraSource(index)
    return source if seconds is None else LimitedSource(source, seconds)
