"""Ctrl-C as a flag: the first press ends the work properly, the second one breaks it off.

A request to terminate (SIGTERM), which is what `kill` and job schedulers send, counts as a press.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from duchenne.cli.console import err

EXIT_CODE = 130
"""The shell's convention for a process that Ctrl-C ended."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupt_flag() -> Iterator[Callable[[], bool]]:
    """Hold Ctrl-C and a request to terminate back inside the block.

    Yields:
        A function that says whether either came.

    Raises:
        KeyboardInterrupt: where the second press comes.
    """
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        err.print("stopping: what is done so far is kept; once more breaks off")

    before = {number: signal.signal(number, note) for number in _SIGNALS}
    try:
        yield lambda: pressed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def children_end_too() -> Iterator[None]:
    """Let a request to terminate inside the block end the processes that were started, too.

    Left alone they would work on with nobody to give their result to.

    Raises:
        SystemExit: where the request comes, with the shell's convention for a process that a signal ended.
    """
    import multiprocessing  # only what starts processes pays for it

    def end(number: int, frame: FrameType | None) -> None:
        for child in multiprocessing.active_children():
            child.terminate()
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
