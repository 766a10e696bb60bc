"""Where cards and weights live: inside the package, read on request.

Takes a model's name, gives its `Card` and its weights, as bytes or as a file. Refuses an unknown name, a weight
file that is missing and one whose SHA-256 is not the card's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from duchenne.errors import ModelError
from duchenne.models.card import Card


def _root() -> Traversable:
    return files("duchenne.models")


def names() -> tuple[str, ...]:
    """The names of all installed models, sorted."""
    entries = (_root() / "cards").iterdir()
    return tuple(sorted(e.name.removesuffix(".toml") for e in entries if e.name.endswith(".toml")))


def load_card(name: str) -> Card:
    """Read the card of an installed model.

    Raises:
        ModelError: if no such model is installed or its card is broken.
    """
    if name not in names():
        raise ModelError(f"no model is called '{name}'", expected=", ".join(names()))
    text = (_root() / "cards" / f"{name}.toml").read_text(encoding="utf-8")
    return Card.parse(text, f"cards/{name}.toml")


def load_weights(card: Card) -> bytes:
    """Read the ONNX file of a card and check its hash.

    Raises:
        ModelError: if the file is missing or is not the one the card describes.
    """
    path = _root() / "weights" / card.weights
    try:
        weights = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(
            f"the weights '{card.weights}' of model '{card.name}' are missing",
            remedy="Reinstall duchenne: the file belongs to the package",
        ) from error
    found = hashlib.sha256(weights).hexdigest()
    if found != card.sha256:
        raise ModelError(
            f"the weights '{card.weights}' are not the ones their card describes",
            got=f"sha256 {found}",
            expected=f"sha256 {card.sha256}",
            remedy="Reinstall duchenne, or restore the file from version control",
        )
    return weights


@contextmanager
def weights_file(card: Card) -> Iterator[Path]:
    """The ONNX file of a card as a path, its hash checked; the path holds inside the block.

    Raises:
        ModelError: as `load_weights`.
    """
    load_weights(card)
    with as_file(_root() / "weights" / card.weights) as path:
        yield path
