"""How many of many are done: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# In a log, so many lines tell that the work goes on.
_LOG_LINES = 10


class CountDisplay:
    """Shows how many things are done.

    Args:
        what: Their plural, such as ``clips``.
        console: Where to show it; a bar if it is a terminal, lines if not.
        quiet: Whether to show nothing.
    """

    def __init__(self, what: str, console: Console, *, quiet: bool = False) -> None:
        self._what = what
        self._console = console
        self._quiet = quiet
        self._n_told = 0
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def step(self, n_done: int, n_total: int) -> None:
        """Show that so many of so many are done."""
        self._bar.update(self._task, completed=n_done, total=n_total)
        if self._quiet or self._console.is_terminal:
            return
        n_lines = _LOG_LINES * n_done // max(n_total, 1)
        if n_lines > self._n_told or n_done == n_total:
            self._n_told = n_lines
            self._console.print(f"{n_done} of {n_total} {self._what}", markup=False)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
