"""The generator's public names, and what is said where its extra is missing."""

from __future__ import annotations

import subprocess
import sys

import duchenne.synth


def test_every_public_name_is_there() -> None:
    assert [name for name in duchenne.synth.__all__ if not hasattr(duchenne.synth, name)] == []
    assert duchenne.synth.__all__ == sorted(duchenne.synth.__all__)


def test_without_numba_the_import_names_the_extra() -> None:
    # A process of its own: here the modules are imported already.
    code = "import sys; sys.modules['numba'] = None; import duchenne.synth"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MissingExtraError: the package 'numba' is not installed. Install it with" in done.stderr
    assert "duchenne[synth]" in done.stderr
