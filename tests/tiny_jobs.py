"""Jobs for worker processes, in a module that a fresh interpreter can import."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from duchenne.errors import DataError
from duchenne.synth.clips.parallel import Work


def touch_in(folder: Path) -> Work[str]:
    """A worker that writes a file of the job's name holding its process's number."""
    return lambda name: _touch(folder, name)


def _touch(folder: Path, name: str) -> None:
    (folder / name).write_text(str(os.getpid()), encoding="utf-8")


def slowly(folder: Path) -> Work[str]:
    """As `touch_in`, long enough that every worker gets its share."""

    def work(name: str) -> None:
        time.sleep(0.02)
        _touch(folder, name)

    return work


def failing_at(folder: Path, name: str) -> Work[str]:
    """As `touch_in`, but one job cannot be done."""

    def work(job: str) -> None:
        if job == name:
            raise DataError(f"job {name} is impossible", remedy="Leave it out")
        _touch(folder, job)

    return work


def dying_at(folder: Path, name: str) -> Work[str]:
    """As `touch_in`, but one job kills its process, as a lack of memory does."""

    def work(job: str) -> None:
        if job == name:
            os.kill(os.getpid(), signal.SIGKILL)
        _touch(folder, job)

    return work


def never() -> Callable[[str], None]:
    """A worker that cannot begin."""
    raise DataError("nothing can be prepared")
