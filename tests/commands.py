"""Run the command line inside the test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from duchenne import cli


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command line; never a traceback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["duchenne", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    code = left.value.code
    return (0 if code is None else int(code)), captured.out, captured.err
