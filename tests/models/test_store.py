from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from duchenne.errors import ModelError
from duchenne.models import store
from tiny_networks import Output, build, install


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder of our own with two networks in it."""
    for name, bias in (("second", 2.0), ("first", 1.0)):
        install(tmp_path, *build([Output("value", [bias])], name=name))
    monkeypatch.setattr(store, "_root", lambda: tmp_path)
    return tmp_path


def test_names_are_those_of_the_cards_sorted(root: Path) -> None:
    (root / "cards" / "notes.txt").write_text("not a card")

    assert store.names() == ("first", "second")


def test_card_and_weights_are_read_as_they_were_written(root: Path) -> None:
    card, weights = build([Output("value", [1.0])], name="first")

    assert store.load_card("first") == card
    assert store.load_weights(card) == weights


def test_unknown_name_is_refused_with_the_known_ones(root: Path) -> None:
    with pytest.raises(ModelError, match=r"no model is called 'third'\. Expected: first, second\."):
        store.load_card("third")


def test_name_is_never_a_path(root: Path) -> None:
    with pytest.raises(ModelError, match=r"no model is called '\.\./cards/first'"):
        store.load_card("../cards/first")


def test_empty_folder_has_no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cards").mkdir()
    monkeypatch.setattr(store, "_root", lambda: tmp_path)

    assert store.names() == ()


def test_broken_card_is_refused_with_its_file_named(root: Path) -> None:
    (root / "cards" / "first.toml").write_text("name = ")

    with pytest.raises(ModelError, match=r"the model card cards/first\.toml is not valid TOML"):
        store.load_card("first")


def test_missing_weights_are_refused(root: Path) -> None:
    (root / "weights" / "first.onnx").unlink()

    with pytest.raises(
        ModelError, match=r"the weights 'first\.onnx' of model 'first' are missing\. Reinstall"
    ):
        store.load_weights(store.load_card("first"))


def test_changed_weights_are_refused_with_both_hashes(root: Path) -> None:
    card = store.load_card("first")
    (root / "weights" / "first.onnx").write_bytes(b"changed")
    found = hashlib.sha256(b"changed").hexdigest()

    with pytest.raises(
        ModelError, match=rf"not the ones .* Got: sha256 {found}\. Expected: sha256 {card.sha256}"
    ):
        store.load_weights(card)


def test_weights_of_another_model_are_refused(root: Path) -> None:
    card = dataclasses.replace(store.load_card("first"), weights="second.onnx")

    with pytest.raises(ModelError, match=r"the weights 'second\.onnx' are not the ones their card describes"):
        store.load_weights(card)


def test_the_file_of_the_weights_is_handed_out_after_the_same_check(root: Path) -> None:
    card = store.load_card("first")
    with store.weights_file(card) as path:
        assert path.read_bytes() == store.load_weights(card)
    (root / "weights" / "first.onnx").write_bytes(b"changed")

    with pytest.raises(ModelError, match="not the ones"), store.weights_file(card):
        pass
