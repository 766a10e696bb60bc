"""Run one program to its end and measure it from outside: wall time, a line's moment, peak memory.

Takes a command, gives a `Child`. Refuses a program that fails. POSIX only: peak memory is what the kernel charged
to the process when it was reaped.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

# ru_maxrss is in bytes on macOS and in KiB elsewhere.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
# The first start of a program compiles its modules; a user pays that once, so it is kept from one run to the next
# even where the environment forbids it.
_NO_CACHE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True, slots=True)
class Child:
    """What a finished program took.

    Attributes:
        output: Its standard output.
        wall_s: From starting the process to its end.
        marked_s: From starting the process to the line that was waited for; None if it did not come.
        cpu_s: Seconds of all its threads together, in user space and in the kernel.
        peak_mb: The most memory that was resident at once, in 10^6 bytes, shared libraries included.
    """

    output: str
    wall_s: float
    marked_s: float | None
    cpu_s: float
    peak_mb: float


def run(command: Sequence[str], *, mark: str) -> Child:
    """Run a command to its end.

    Args:
        command: The program and its arguments.
        mark: Text whose first appearance in a line of standard error is timed.

    Raises:
        RuntimeError: if the program fails, with the last lines it wrote.
        RuntimeError: if this process itself has used more memory than the program, because the kernel
            charges a new process with its parent's peak.
    """
    marked_s: float | None = None
    errors: list[str] = []
    environment = {name: value for name, value in os.environ.items() if name != _NO_CACHE}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started_s = time.perf_counter()
        with subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stderr is not None, "it was asked for as a pipe"
            for line in process.stderr:
                if marked_s is None and mark in line:
                    marked_s = time.perf_counter() - started_s
                errors.append(line)
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started_s
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{''.join(errors[-20:])}")
        output.seek(0)
        text = output.read()
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        raise RuntimeError("the benchmark itself holds more memory than the program it measures")
    peak_mb = usage.ru_maxrss * _RSS_UNIT / 1e6
    return Child(text, wall_s, marked_s, usage.ru_utime + usage.ru_stime, peak_mb)
