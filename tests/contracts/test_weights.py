"""No network without a card, no weights without a licence, and all of it small enough to ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.source_tree import PACKAGE, ROOT, shipped_files
from duchenne.models import store

CARDS = PACKAGE / "models" / "cards"
WEIGHTS = PACKAGE / "models" / "weights"
# A wheel that a laptop installs in seconds: a few megabytes a network, a CD's song in all.
MAX_BYTES = 6_000_000
MAX_TOTAL_BYTES = 30_000_000
# Whoever installs the package may use, change and sell it; a network must not take that away.
LICENCES = {"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0"}


def weight_files() -> list[Path]:
    return sorted(path for path in WEIGHTS.iterdir() if path.is_file())


def test_every_weight_file_has_a_card_and_every_card_its_weights() -> None:
    described = {store.load_card(name).weights for name in store.names()}
    present = {path.name for path in weight_files()}
    assert present - described == set(), (
        "write models/cards/NAME.toml (docs/models.md says how) or remove the file"
    )
    assert described - present == set(), "add the weights, or remove the card"


def test_card_and_weights_bear_the_name_of_the_network() -> None:
    for name in store.names():
        card = store.load_card(name)
        assert (card.name, card.weights) == (name, f"{name}.onnx"), (
            f"models/cards/{name}.toml says something else"
        )


@pytest.mark.parametrize("name", store.names())
def test_a_network_says_licence_source_and_limits(name: str) -> None:
    card = store.load_card(name)
    assert card.licence in LICENCES, f"'{card.licence}' is not one that we ship under: {sorted(LICENCES)}"
    assert card.source.startswith(("duchenne train ", "https://", "PyPI wheel ")), (
        f"'{card.source}' does not say where the weights come from: the command that trained them, or the "
        "address or package they were taken from"
    )
    assert card.limits, "the card must say what the network does not do"


def test_weights_from_elsewhere_are_named_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    missing = [
        card.weights
        for card in map(store.load_card, store.names())
        if "mediapipe" in card.source and card.weights not in notice
    ]
    assert missing == [], (
        "NOTICE must name each file that is not of our own making, with its origin and licence"
    )


def test_weights_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in weight_files()}
    too_large = {name: size for name, size in sizes.items() if size > MAX_BYTES}
    assert too_large == {}, f"at most {MAX_BYTES} bytes each: store float16, or make the network smaller"
    assert sum(sizes.values()) <= MAX_TOTAL_BYTES, "all weights together must stay small"


def test_networks_lie_in_the_weights_folder_and_are_never_pickles() -> None:
    suffixes = {
        ".onnx",
        ".pt",
        ".pth",
        ".ckpt",
        ".pkl",
        ".pickle",
        ".joblib",
        ".h5",
        ".tflite",
        ".safetensors",
        ".npz",
    }
    stray = [
        path.relative_to(ROOT).as_posix()
        for path in shipped_files()
        if path.suffix in suffixes and not (path.parent == WEIGHTS and path.suffix == ".onnx")
    ]
    assert stray == [], "a network is shipped as models/weights/NAME.onnx with a card, or not at all"
