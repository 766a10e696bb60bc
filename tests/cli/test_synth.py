"""``duchenne synth``: its commands are there, and say what they need."""

from __future__ import annotations

import pytest

from commands import run


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "synth", "-h")
    assert code == 0
    for name in ("import-facekit", "make", "sheet", "layout"):
        assert name in out


@pytest.mark.parametrize("command", [("make",), ("sheet",), ("layout", "children")])
def test_without_a_face_model_the_error_says_how_to_get_one(
    command: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.delenv("DUCHENNE_FACE_MODEL", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    code, _, err = run(capsys, "synth", *command, "-o", str(home / "out.png"))
    assert code == 1
    assert "is no face model" in err
    assert "git clone https://github.com/ICT-VGL/ICT-FaceKit" in err
    assert not (home / "out.png").exists()
