"""Drive the pipeline over a source from its first frame to its last.

Takes a path or a `Source`, gives an `Analysis`, in memory or as a folder that appears whole or not at all. The
source decodes in its own thread; rows leave for disk while it is read, so memory does not grow with length. When
the user stops it, what was read so far is kept and marked incomplete.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duchenne.analysis import Analysis, write_documents
from duchenne.errors import InputError
from duchenne.outputs import formats, tables
from duchenne.outputs.annotate import Annotator, annotator_for
from duchenne.outputs.calibrate import Calibrator
from duchenne.outputs.folder import ResultFolder
from duchenne.outputs.provenance import ModelRecord, Run, SourceRecord, collect_versions
from duchenne.outputs.summarise import Summariser
from duchenne.outputs.thumbnails import PeakCollector
from duchenne.pipeline import Networks, Pipeline
from duchenne.records import DecodeFailure, Frame, FrameResult
from duchenne.settings import Settings
from duchenne.video.buffer import prefetch
from duchenne.video.info import Source, SourceInfo, SourceKind
from duchenne.video.source import open_source

Consumer = Callable[[Frame | DecodeFailure, FrameResult], None]
"""Takes each frame with its result, in order."""

INTERRUPTED = "stopped before the end; what was read so far is kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """What to write; none of it changes a number.

    Attributes:
        format: Of the frame table, ``parquet`` or ``csv``.
        annotated: Whether to draw the measurement into a copy of the video.
        report: Whether to write the HTML page.
        thumbnails: Whether the report may show faces.
        overwrite: Whether a result that is there may be replaced.
    """

    format: str = "parquet"
    annotated: bool = True
    report: bool = True
    thumbnails: bool = True
    overwrite: bool = False

    def __post_init__(self) -> None:
        formats.file_name(self.format)  # refuses an unknown format before any work is done


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a driver has come: frames done and promised, seconds spent and, if it can be told, left."""

    n_frames: int
    n_expected: int | None
    elapsed_s: float
    fps: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one pass over a source took and gave."""

    n_decoded: int
    n_failed: int
    seconds: float
    first_row_s: float | None
    complete: bool


def analyze(
    path: Path | str,
    output: Path | str | None = None,
    *,
    settings: Settings | None = None,
    options: OutputOptions | None = None,
    device: str = "auto",
    networks: Networks | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Analysis:
    """Read a video or a photograph from its first frame to its last.

    Nothing is written unless ``output`` is given, and nothing ever leaves the machine.

    Args:
        path: The file.
        output: The folder to write the result into; None keeps it in memory.
        settings: What may change a number.
        options: What to write.
        device: ``auto``, ``cpu`` or ``cuda``; ignored where ``networks`` are given.
        networks: Loaded networks, to share between many files.
        on_progress: Called after every frame.
        stopped: Asked after every frame; once true, reading ends and the result is marked incomplete.

    Returns:
        The analysis. Its numbers estimate what a face shows, not what a person feels.

    Raises:
        InputError: if the file cannot be read or not one frame of it can be decoded.
        OutputError: if the folder exists or cannot be written.
        DeviceError: if the device is not there.
    """
    started_s = time.perf_counter()
    networks = networks or Networks.load(device)
    with open_source(Path(path)) as source:
        return analyze_source(
            source,
            networks,
            output=None if output is None else Path(output),
            settings=settings or Settings(),
            options=options or OutputOptions(),
            on_progress=on_progress,
            stopped=stopped,
            started_s=started_s,
        )


def analyze_source(
    source: Source,
    networks: Networks,
    *,
    output: Path | None = None,
    settings: Settings,
    options: OutputOptions,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    started_s: float | None = None,
) -> Analysis:
    """Read any source: a file, a camera or frames in memory; otherwise as `analyze`.

    Args:
        source: Read to its end and closed.
        networks: The loaded networks.
        output: The folder to write the result into; None keeps it in memory.
        settings: What may change a number.
        options: What to write.
        on_progress: Called after every frame.
        stopped: Asked after every frame.
        started_s: When the user began to wait, on `time.perf_counter`'s clock; now if None.
    """
    started_s = time.perf_counter() if started_s is None else started_s
    started_at = datetime.now(UTC)
    info = source.info
    pipeline = Pipeline(networks, settings, still=info.kind is SourceKind.IMAGE)
    summariser = Summariser(info.name, settings.representative)
    calibrator = Calibrator(settings.calibration, networks.reader_card.sha256)
    peaks = PeakCollector()
    consumers: list[Consumer] = [lambda _, result: summariser.add(result)]
    if options.thumbnails and options.report:
        consumers.append(peaks.add)

    def finish(tally: Tally) -> Run:
        return Run(
            source=SourceRecord.of(info),
            models=tuple(ModelRecord.of(card) for card in networks.cards),
            settings=settings.as_dict(),
            versions=collect_versions(),
            device=networks.device,
            started_at=started_at.isoformat(timespec="seconds"),
            frames_decoded=tally.n_decoded,
            frames_failed=tally.n_failed,
            seconds=tally.seconds,
            first_row_s=tally.first_row_s,
            complete=tally.complete,
            reason="" if tally.complete else INTERRUPTED,
        )

    def read(writers: Sequence[Consumer]) -> Tally:
        return drive(source, pipeline, [*consumers, *writers], on_progress, stopped, started_s)

    if output is None:
        memory = tables.MemorySink(info.name)
        tally = read([lambda _, result: memory.write(result)])
        table, baselines = calibrator.table(memory.table())
        summary = summariser.result().with_baselines(baselines)
        return Analysis(summary, finish(tally), peaks.peaks(), table)

    with ResultFolder(output, overwrite=options.overwrite) as folder:
        frames = folder.work / formats.file_name(options.format)
        tally = _write_while_reading(frames, info, options, read, for_the_eye=settings.smoothing is None)
        baselines = calibrator.file(frames)
        summary, run = summariser.result().with_baselines(baselines), finish(tally)
        write_documents(folder.work, frames, summary, run, peaks.peaks(), report=options.report)
        folder.commit()
    return Analysis(summary, run, peaks.peaks(), output / frames.name, output)


def _write_while_reading(
    frames: Path,
    info: SourceInfo,
    options: OutputOptions,
    read: Callable[[Sequence[Consumer]], Tally],
    *,
    for_the_eye: bool,
) -> Tally:
    """Let rows and drawn frames leave for disk while a source is read.

    A function of its own, so that the encoder and its 50 MB are gone before the report is made. ``for_the_eye``
    smooths what is drawn; the table has it as it was measured.
    """
    with ExitStack() as stack:
        sink = formats.open_sink(frames, info.name)
        stack.callback(sink.close)
        writers: list[Consumer] = [lambda _, result: sink.write(result)]
        annotator: Annotator | None = None
        if options.annotated:
            annotator = annotator_for(frames.parent, info, smooth=for_the_eye)
            stack.callback(annotator.close)
            writers.append(annotator.add)
        tally = read(writers)
        if annotator is not None:
            annotator.close(whole=tally.complete)
        return tally


def drive(
    source: Source,
    pipeline: Pipeline,
    consumers: Sequence[Consumer],
    on_progress: Callable[[Progress], None],
    stopped: Callable[[], bool],
    started_s: float,
) -> Tally:
    """Step the pipeline through a source and hand every result to every consumer.

    Raises:
        InputError: if the source ends without one decoded frame.
    """
    n_decoded = n_failed = 0
    first_row_s: float | None = None
    complete = True
    items = prefetch(source)
    try:
        for item in items:
            result = pipeline.step(item)
            for consume in consumers:
                consume(item, result)
            if isinstance(item, DecodeFailure):
                n_failed += 1
            else:
                n_decoded += 1
            elapsed_s = time.perf_counter() - started_s
            if first_row_s is None:
                first_row_s = elapsed_s
            on_progress(_progress(n_decoded + n_failed, source.info.n_frames, elapsed_s))
            if stopped():
                complete = False
                break
    except KeyboardInterrupt:
        complete = False
    finally:
        items.close()
    if n_decoded == 0 and complete:
        raise InputError(
            f"no frame of {source.info.name} could be decoded",
            got=f"{n_failed} damaged frames" if n_failed else "no frames",
            remedy="Export or record the video again",
        )
    return Tally(n_decoded, n_failed, time.perf_counter() - started_s, first_row_s, complete)


def _progress(n_frames: int, n_expected: int | None, elapsed_s: float) -> Progress:
    fps = n_frames / elapsed_s if elapsed_s > 0 else 0.0
    left_s = None
    if n_expected is not None and fps > 0:
        left_s = max(n_expected - n_frames, 0) / fps
    return Progress(n_frames, n_expected, elapsed_s, fps, left_s)
