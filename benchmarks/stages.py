"""How much memory the process holds at each step of a run, so that growth has a name.

Takes a clip, prints resident memory in MB (10^6 bytes) after each step. Linux only: it reads ``/proc``.

Run: ``python benchmarks/stages.py CLIP``
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path


def main(clip: Path) -> None:
    """Go through a run step by step."""
    show("the interpreter")
    # Imported one after the other on purpose: each line below is what one of them costs.
    import duchenne.cli
    from duchenne.cli.heap import give_back_free_memory, share_one_heap

    assert duchenne.cli.app is not None
    share_one_heap()
    show("libraries are loaded")
    from duchenne.offline import OutputOptions, analyze
    from duchenne.pipeline import Networks

    networks = Networks.load("cpu")
    show("four networks are loaded")
    give_back_free_memory()
    show("what loading left behind is given back")
    with tempfile.TemporaryDirectory() as folder:
        rows_only = OutputOptions(annotated=False, report=False)
        analyze(clip, Path(folder) / "rows", networks=networks, options=rows_only)
        show("a clip is decoded, read and written")
        page = OutputOptions(annotated=False)
        analyze(clip, Path(folder) / "page", networks=networks, options=page)
        show("again, with the report")
        drawn = OutputOptions(report=False)
        analyze(clip, Path(folder) / "drawn", networks=networks, options=drawn)
        show("again, with the annotated video")


def show(step: str) -> None:
    """Print what is resident now and the most there ever was."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now, peak = (
        int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024 / 1e6  # type: ignore[index]  # Linux always says
        for name in ("VmRSS", "VmHWM")
    )
    print(f"{step:42s} {now:5.0f} MB now, {peak:5.0f} MB at most")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/stages.py CLIP")
    main(Path(sys.argv[1]))
