from __future__ import annotations

import pytest

import duchenne
from commands import run


def test_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"duchenne {duchenne.__version__}\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "-h")
    assert code == 0
    for name in ("analyze", "threshold", "models", "evaluate", "synth", "audit", "train"):
        assert name in out


def test_without_a_command_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert code == 2
    assert "analyze" in out + err


def test_an_unknown_command_ends_with_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "divine")
    assert code == 2
    assert "divine" in err


@pytest.mark.parametrize(
    "command",
    ["analyze", "threshold fit", "models", "evaluate photos", "train", "audit"]
    + [f"synth {name}" for name in ("make", "sheet", "layout", "import-facekit")],
)
def test_help_is_for_users_not_for_callers(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, out, _ = run(capsys, *command.split(), "--help")
    assert code == 0
    assert "Raises:" not in out
    assert "Args:" not in out
