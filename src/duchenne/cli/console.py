"""What the command line shows: progress, results and errors. Only `duchenne.cli` prints.

Takes progress records and batch entries, gives a bar on a terminal and plain lines in a log. Results go to
standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from duchenne.batch import Entry, Outcome
from duchenne.offline import Progress as Step
from duchenne.video.naming import printable

# A log has no width of its own; a table squeezed into 80 columns cannot be searched.
_LOG_WIDTH = 200
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _LOG_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else _LOG_WIDTH)

# In a log, a line now and then says that the work goes on; on a terminal the bar moves ten times a second.
_LOG_EVERY_S = 5.0
_BAR_EVERY_S = 0.1

_COLOURS = {
    Outcome.DONE: "green",
    Outcome.INCOMPLETE: "yellow",
    Outcome.FAILED: "red",
    Outcome.NOT_STARTED: "yellow",
}


class ProgressDisplay:
    """Shows how far one input has come.

    Args:
        name: What is being read.
        console: Where to show it; a bar if it is a terminal, lines if not.
        quiet: Whether to show nothing.
        clock: Gives seconds that never go backwards.
    """

    def __init__(
        self,
        name: str,
        console: Console,
        *,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = printable(name)
        self._console = console
        self._quiet = quiet
        self._clock = clock
        self._last_s = clock()
        self._is_first = True
        self._bar: Progress | None = None
        if console.is_terminal and not quiet:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[speed]}", markup=False),
                console=console,
                transient=True,
                auto_refresh=False,
            )
            self._task = self._bar.add_task(self._name, total=None, speed="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def step(self, step: Step) -> None:
        """Show the state after a frame, if enough time has passed since the last time."""
        if self._quiet:
            return
        now = self._clock()
        is_due = now - self._last_s >= (_BAR_EVERY_S if self._bar is not None else _LOG_EVERY_S)
        if self._bar is None and self._is_first:
            self._line(f"first row after {step.elapsed_s:.2f} s")
        elif is_due:
            self._show(step)
        if is_due or self._is_first:
            self._last_s = now
        self._is_first = False

    def _show(self, step: Step) -> None:
        left = "" if step.left_s is None else f", {_duration(step.left_s)} left"
        speed = f"{step.fps:.0f} frames/s{left}"
        if self._bar is not None:
            total = None if step.n_expected is None else max(step.n_expected, step.n_frames)
            self._bar.update(self._task, completed=step.n_frames, total=total, speed=speed, refresh=True)
        else:
            of = "" if step.n_expected is None else f" of {step.n_expected}"
            self._line(f"{step.n_frames}{of} frames, {speed}")

    def _line(self, text: str) -> None:
        self._console.print(f"{self._name}: {text}", markup=False)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def show_entry(entry: Entry, quiet: bool) -> None:
    """Say what became of one input: its folder on standard output, trouble on standard error."""
    if entry.folder is not None:
        out.print(printable(str(entry.folder)), markup=False)
    if entry.outcome is Outcome.DONE and quiet:
        return
    colour = _COLOURS[entry.outcome]
    err.print(f"[{colour}]{entry.outcome}[/{colour}] {_shown(entry.input)}: {_shown(entry.message)}")


def show_table(entries: Sequence[Entry]) -> None:
    """List all inputs of a run with what became of each."""
    table = Table(title=None, show_edge=False)
    for heading in ("input", "outcome", "what there is to say"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        colour = _COLOURS[entry.outcome]
        table.add_row(_shown(entry.input), f"[{colour}]{entry.outcome}[/{colour}]", _shown(entry.message))
    err.print(table)


def fail(message: str, code: int) -> None:
    """Print an error and leave.

    Raises:
        SystemExit: always.
    """
    err.print("[red]error[/red] " + _shown(message))
    sys.exit(code)


def _shown(text: Path | str) -> str:
    """A path or a message as it is, whatever brackets and bytes are in it."""
    return escape(printable(str(text)))
