from __future__ import annotations

import runpy

import pytest

import duchenne


def test_the_module_is_the_script(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["duchenne", "--version"])
    with pytest.raises(SystemExit):
        runpy.run_module("duchenne.cli", run_name="__main__")
    assert duchenne.__version__ in capsys.readouterr().out
