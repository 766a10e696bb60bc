"""Importing the package defines things and does nothing else.

The import runs in a process of its own, under an audit hook that sees every socket, process and file that is
opened for writing, whoever opens it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# A third of a second and more each; the first row of an analysis must not wait for them.
HEAVY = (
    "pandas",
    "plotly",
    "scipy.optimize",
    "matplotlib",
    "torch",
    "lightning",
    "onnx",
    "sklearn",
    "rich",
    "typer",
)

_WATCH = f"""
import json, os, sys, threading

events = []

def watch(event, args):
    if event == "open":
        path, mode, flags = args
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            events.append(f"opens {{path}} for writing")
    elif event.partition(".")[0] in ("socket", "subprocess", "shutil", "tempfile") or event in (
        "os.mkdir", "os.remove", "os.rename", "os.putenv", "os.unsetenv", "os.system",
    ):
        events.append(f"{{event}} {{args!r}}")

sys.addaudithook(watch)
start = threading.Thread.start

def noted_start(thread):  # Python 3.11 has no audit event for threads
    events.append(f"starts the thread {{thread.name}}")
    start(thread)

threading.Thread.start = noted_start

import warnings
import av, cv2, numpy, onnxruntime, pyarrow, pyarrow.csv, pyarrow.parquet

def state():
    return {{
        "warnings filters": [str(item) for item in warnings.filters],
        "environment": dict(os.environ),
        "working folder": os.getcwd(),
        "numpy's random state": str(numpy.random.get_state()),
        "numpy's error handling": numpy.geterr(),
        "numpy's printing": str(numpy.get_printoptions()),
        "OpenCV's number of threads": cv2.getNumThreads(),
        "number of Python threads": threading.active_count(),
        "excepthook": repr(sys.excepthook),
    }}

before, n_libraries = state(), len(events)
import duchenne
after = state()
result = {{
    "events": events[n_libraries:],
    "changed": [name for name in before if before[name] != after[name]],
    "heavy": [name for name in {HEAVY!r} if name in sys.modules],
}}
sys.__stdout__.write("RESULT" + json.dumps(result))
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What importing the package did, in a process of its own and an empty folder."""
    folder = tmp_path_factory.mktemp("import")
    done = subprocess.run(
        [sys.executable, "-c", _WATCH],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # Bytecode that Python itself caches is not the package's doing.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    printed, _, result = done.stdout.partition("RESULT")
    found: dict[str, Any] = json.loads(result)
    return {
        **found,
        "printed": printed + done.stderr,
        "files": [path.name for path in Path(folder).iterdir()],
    }


def test_importing_prints_nothing(outcome: dict[str, Any]) -> None:
    assert outcome["printed"] == "", "only duchenne.cli prints, and only when a command runs"


def test_importing_opens_no_socket_starts_no_thread_and_writes_no_file(outcome: dict[str, Any]) -> None:
    assert outcome["events"] == [], (
        "do this inside the function that needs it, not when the module is imported"
    )
    assert outcome["files"] == []


def test_importing_changes_nothing_that_belongs_to_the_whole_process(outcome: dict[str, Any]) -> None:
    assert outcome["changed"] == [], (
        "the process belongs to the user: set such things per object or not at all"
    )


def test_importing_loads_no_library_that_the_first_row_would_wait_for(outcome: dict[str, Any]) -> None:
    assert outcome["heavy"] == [], (
        "import this inside the function that needs it, with the reason in a comment "
        "(find the importer with: python -X importtime -c 'import duchenne')"
    )
