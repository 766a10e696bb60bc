"""The result of reading one video: `Analysis`.

Takes what a driver gathered (table, summary, run record, peaks), gives it as a DataFrame, as people, as a plot
and as a folder. Holds the table in memory or, for a result on disk, reads it when asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from duchenne.outputs import formats, tables
from duchenne.outputs.folder import ResultFolder
from duchenne.outputs.provenance import Run
from duchenne.outputs.summary import PersonSummary, Summary
from duchenne.outputs.thumbnails import Peak
from duchenne.outputs.wording import count
from duchenne.outputs.writing import writing

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that was read from one video.

    Attributes:
        summary: The video and its people in numbers.
        run: How the numbers came about: versions, weights, settings, speed, whether it is complete.
        peaks: For each person and expression the face at its most probable; empty where not asked for.
        rows: The frame table, in memory or as the file it was written to.
        folder: Where the result was written; None if it was not.
    """

    summary: Summary
    run: Run
    peaks: tuple[Peak, ...]
    rows: pa.Table | Path
    folder: Path | None = None

    @property
    def table(self) -> pa.Table:
        """The frame table in Arrow form, read anew from disk if that is where it lies."""
        return self.rows if isinstance(self.rows, pa.Table) else tables.read_table(self.rows)

    @property
    def frames(self) -> pd.DataFrame:
        """The frame table: one row per decoded frame and face, columns as in ``docs/schema.md``.

        Not seen, too poor to read and not decoded are told apart by ``status``; their values are missing, not 0.
        """
        from duchenne.outputs.schema import to_pandas  # pandas costs half a second that the road never needs

        return to_pandas(self.table)

    @property
    def people(self) -> tuple[PersonSummary, ...]:
        """One summary per track, the longest seen first."""
        return self.summary.people

    def plot(self) -> go.Figure:
        """The expression timelines of all people as an interactive figure."""
        from duchenne.outputs.plots import plot_people  # plotly, likewise

        return plot_people(self.rows)

    def write(
        self, folder: Path | str, *, format: str = "parquet", report: bool = True, overwrite: bool = False
    ) -> Path:
        """Write tables, summary, run record and report into a folder, whole or not at all.

        The annotated video needs the frames themselves, which are not kept: ask `duchenne.analyze` for it with
        ``output=``.

        Args:
            folder: The folder to make.
            format: ``parquet`` or ``csv``.
            report: Whether to write ``report.html``, which shows faces if thumbnails were gathered.
            overwrite: Whether a result that is there may be replaced.

        Returns:
            The folder.

        Raises:
            SettingsError: if the format is unknown.
            OutputError: if the folder exists or cannot be written.
        """
        with ResultFolder(Path(folder), overwrite=overwrite) as result:
            frames = result.work / formats.file_name(format)
            formats.save(self.table, frames)
            write_documents(result.work, frames, self.summary, self.run, self.peaks, report=report)
            result.commit()
        return result.final

    def __repr__(self) -> str:
        people = ", ".join(f"face {p.face}: {p.dominant or 'not read'}" for p in self.people) or "no faces"
        state = "" if self.run.complete else ", incomplete"
        size = f"{count(self.summary.n_frames, 'frame')}, {self.summary.duration_s:.1f} s"
        return f"<Analysis of {self.summary.video}: {size}, {people}{state}>"


def write_documents(
    folder: Path, frames: Path, summary: Summary, run: Run, peaks: tuple[Peak, ...], *, report: bool
) -> None:
    """Write ``summary.json``, ``run.json`` and, if asked, ``report.html`` beside a finished table.

    Raises:
        OutputError: if one of them cannot be written.
    """
    for name, text in (("summary.json", summary.to_json()), ("run.json", run.to_json())):
        with writing(folder / name, "the record"):
            (folder / name).write_text(text, encoding="utf-8")
    if report:
        from duchenne.outputs.report import write_report  # plotly is imported only when a page is asked for

        write_report(folder / "report.html", frames=frames, summary=summary, run=run, peaks=peaks)
