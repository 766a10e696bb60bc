"""Ctrl-C as a flag: the first press ends the work properly, the second one breaks it off."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from duchenne.cli.console import err

EXIT_CODE = 130
"""The shell's convention for a process that Ctrl-C ended."""


@contextmanager
def interrupt_flag() -> Iterator[Callable[[], bool]]:
    """Hold Ctrl-C back inside the block.

    Yields:
        A function that says whether it was pressed.

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

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
