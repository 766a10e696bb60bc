"""How long each installed network takes for one face on one core, as the product runs it.

Takes nothing, prints for every network the median and the fastest of 300 runs in milliseconds, in turn, so that
a busy machine is busy for all of them; and the ratio to the expression network, which holds where times do not.

Run: ``python benchmarks/networks.py``
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from duchenne.models import store
from duchenne.models.session import Session, probe_input

N_RUNS = 300
N_WARM_UP = 20
REFERENCE = "expression"


def main() -> None:
    """Measure and print."""
    sessions = {name: Session.open(name) for name in store.names()}
    inputs = {name: probe_input(session.card) for name, session in sessions.items()}
    times_ms: dict[str, list[float]] = {name: [] for name in sessions}
    for run in range(N_WARM_UP + N_RUNS):
        for name, session in sessions.items():
            begin = time.perf_counter()
            session.run(inputs[name])
            if run >= N_WARM_UP:
                times_ms[name].append((time.perf_counter() - begin) * 1000)
    ratios = {
        name: np.median(np.asarray(values) / np.asarray(times_ms[REFERENCE]))
        for name, values in times_ms.items()
    }
    print(f"{'network':22}{'median ms':>10}{'fastest ms':>12}{f'of {REFERENCE}':>16}")
    for name, values in times_ms.items():
        print(f"{name:22}{statistics.median(values):10.2f}{min(values):12.2f}{ratios[name]:16.2f}")


if __name__ == "__main__":
    main()
