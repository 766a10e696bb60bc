from __future__ import annotations

import pytest

from commands import run
from duchenne.models import store


def test_every_model_is_listed_with_licence_and_hash(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "models")
    assert code == 0
    for card in map(store.load_card, store.names()):
        (line,) = [line for line in out.splitlines() if card.sha256 in line]
        assert card.name in line
        assert card.licence in line


def test_one_card_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "models", "face_mesh")
    assert code == 0
    assert "landmarks (468, 3)" in out
    assert "limit" in out


def test_an_unknown_model_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "models", "mind_reader")
    assert code == 1
    assert "no model is called 'mind_reader'" in err


def test_changed_weights_are_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    card = dataclasses.replace(store.load_card("face_mesh"), sha256="0" * 64)
    monkeypatch.setattr(store, "load_card", lambda name: card)
    code, _, err = run(capsys, "models")
    assert code == 1
    assert "are not the ones their card describes" in err
