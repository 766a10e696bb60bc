"""How many processes a command may keep busy when its user does not say."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Cores that this process may run on; at least 1.

    A container or a batch system often grants fewer than the machine has; only Linux tells.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
