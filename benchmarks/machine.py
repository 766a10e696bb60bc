"""What the numbers were measured on, and holding every program to the same few processor cores."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer at the start of a measurement.

    Attributes:
        processor: Its name as the system gives it; virtual machines give little.
        cores: How many of its cores may be used.
        platform: Operating system, release and instruction set.
        python: Version of the interpreter.
        load: How many programs were waiting for a core on average over the last minute.
    """

    processor: str
    cores: int
    platform: str
    python: str
    load: float


def hold_to_cores(n_cores: int) -> Machine:
    """Bind this process, and so all that it starts, to the first cores it may use; describe the machine.

    macOS and Windows bind nothing; there all cores take part, and the result says how many.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n_cores])
        cores = len(os.sched_getaffinity(0))
    return Machine(
        processor=_processor(),
        cores=cores,
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
