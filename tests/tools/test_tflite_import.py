from __future__ import annotations

import hashlib
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import tflite_import
from duchenne.errors import MissingExtraError, ModelError
from duchenne.models.card import Card
from duchenne.models.session import Session, probe_error, probe_input
from duchenne.records import Picture
from tflite_graph import Graph, Node
from tflite_import import count_parameters, fill_in, import_model, write
from tflite_reference import run_graph
from tiny_graphs import one_operator, to_flatbuffer
from tiny_networks import Output, build, toml_of

SLOPES = np.array([[[0.5, -1.0, 2.0]]], np.float32)
GRAPH = one_operator("PRELU", (1, 8, 8, 3), (1, 8, 8, 3), SLOPES)
FILE = to_flatbuffer(GRAPH)


def card_text(shape: tuple[int, ...] = (64, 3)) -> str:
    """The card of a network that eats 8 by 8 RGB pixels and has one output."""
    return toml_of(build([Output("value", np.zeros(shape))])[0])


def test_imported_network_gives_what_the_original_gives() -> None:
    imported = import_model(card_text(), FILE)

    batch = probe_input(imported.card)
    got = Session(imported.card, imported.weights).run(batch)["value"]
    # Two float32 products and a sum.
    np.testing.assert_allclose(got.reshape(-1), run_graph(GRAPH, batch)[0].reshape(-1), atol=1e-6)


def test_card_is_filled_in_with_hash_parameters_and_probe() -> None:
    imported = import_model(card_text(), FILE)

    assert imported.card.sha256 == hashlib.sha256(imported.weights).hexdigest()
    assert imported.card.parameters == 3
    assert Card.parse(imported.card_text, "again") == imported.card
    assert len(imported.card.probe.expected["value"]) == 8
    # The probe keeps six digits of numbers around one.
    assert probe_error(Session(imported.card, imported.weights)) < 1e-5


def test_importing_again_changes_nothing() -> None:
    once = import_model(card_text(), FILE)
    twice = import_model(once.card_text, FILE)

    assert (twice.card_text, twice.weights) == (once.card_text, once.weights)


def test_words_of_the_card_are_kept() -> None:
    text = card_text()

    lines = set(import_model(text, FILE).card_text.splitlines())

    before = text[: text.index("[probe]")].splitlines()
    assert {line for line in before if line not in lines} == {
        line for line in before if line.startswith(("sha256", "parameters"))
    }


def test_network_that_is_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def off_by_a_little(graph: Graph, batch: np.ndarray) -> list[np.ndarray]:
        return [values + 0.002 for values in run_graph(graph, batch)]

    monkeypatch.setattr(tflite_import, "run_graph", off_by_a_little)

    with pytest.raises(ModelError, match=r"'tiny' does not give what .* value off by 0\.002.* from numpy"):
        import_model(card_text(), FILE)


def test_network_that_gives_nan_is_refused() -> None:
    broken = one_operator("PRELU", (1, 8, 8, 3), (1, 8, 8, 3), SLOPES * np.float32("nan"))

    with pytest.raises(ModelError, match=r"does not give what the original gives.* off by nan"):
        import_model(card_text(), to_flatbuffer(broken))


def test_pictures_are_compared_besides_noise() -> None:
    picture = Picture.from_rgb(np.full((30, 20, 3), 51, np.uint8))

    imported = import_model(card_text(), FILE, pictures=[picture])

    assert [(d.reference, d.inputs, d.output) for d in imported.differences] == [
        ("numpy", "noise", "value"),
        ("numpy", "pictures", "value"),
    ]
    # Products of float32 numbers of at most 2.
    assert all(d.value < 1e-6 for d in imported.differences)


class Interpreter:
    """Google's interpreter as far as it is used, running our reference plus an error."""

    error = 0.0

    def __init__(self, model_content: bytes, num_threads: int) -> None:
        assert (model_content, num_threads) == (FILE, 1)
        self._input = np.zeros(0)

    def allocate_tensors(self) -> None:
        self._input = np.zeros((1, 8, 8, 3))

    def get_input_details(self) -> list[dict[str, int]]:
        return [{"index": 0}]

    def get_output_details(self) -> list[dict[str, int]]:
        return [{"index": 2}]

    def set_tensor(self, index: int, value: np.ndarray) -> None:
        assert index == 0
        assert value.shape == self._input.shape
        self._input = value

    def invoke(self) -> None:
        self._output = run_graph(GRAPH, self._input)[0] + self.error

    def get_tensor(self, index: int) -> np.ndarray:
        assert index == 2
        return self._output


@pytest.fixture
def litert(monkeypatch: pytest.MonkeyPatch) -> type[Interpreter]:
    module = types.ModuleType("ai_edge_litert.interpreter")
    kind = type("Interpreter", (Interpreter,), {})
    monkeypatch.setattr(module, "Interpreter", kind, raising=False)
    monkeypatch.setitem(sys.modules, "ai_edge_litert", types.ModuleType("ai_edge_litert"))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", module)
    return kind


def test_litert_is_compared_when_asked_for(litert: type[Interpreter]) -> None:
    imported = import_model(card_text(), FILE, litert=True)

    assert [d.reference for d in imported.differences] == ["numpy", "LiteRT"]
    assert imported.differences[1].value < 1e-6


def test_network_that_differs_from_litert_is_refused(litert: type[Interpreter]) -> None:
    litert.error = 0.5

    with pytest.raises(ModelError, match=r"value off by 0\.5.* from LiteRT"):
        import_model(card_text(), FILE, litert=True)


def test_missing_litert_gives_the_command_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)

    with pytest.raises(
        MissingExtraError, match=r"'ai-edge-litert' is not installed.* pip install ai-edge-lit"
    ):
        import_model(card_text(), FILE, litert=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('sha256 = "0"\nparameters = 0\n', r"the card has no \[probe\] table"),
        ("parameters = 0\n\n[probe]\n", r"the card has 0 lines that set 'sha256'"),
        ('sha256 = "0"\n\n[probe]\n', r"the card has 0 lines that set 'parameters'"),
        (
            'sha256 = "0"\nsha256 = "1"\nparameters = 0\n\n[probe]\n',
            r"the card has 2 lines that set 'sha256'",
        ),
    ],
)
def test_card_that_cannot_be_filled_in_is_refused(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        fill_in(text, b"", 0, {})


def test_parameters_are_counted_once_each_and_shapes_not_at_all() -> None:
    kernel, bias = np.zeros((2, 1, 1, 3), np.float32), np.zeros(2, np.float32)
    graph = Graph(
        shapes=((1, 2, 2, 3), (2, 1, 1, 3), (2,), (4, 2), (1, 2, 2, 2), (1, 2, 2, 2), (1, 2, 2, 4)),
        constants={1: kernel, 2: bias, 3: np.zeros((4, 2), np.int32)},
        nodes=(
            Node("CONV_2D", (0, 1, 2), 4, {}),
            Node("CONV_2D", (0, 1, 2), 5, {}),
            Node("PAD", (5, 3), 6, {}),
        ),
        inputs=(0,),
        outputs=(6,),
    )

    assert count_parameters(graph) == 8


def test_written_files_are_the_imported_ones_and_nothing_else(tmp_path: Path) -> None:
    for folder in ("weights", "cards"):
        (tmp_path / folder).mkdir()
    imported = import_model(card_text(), FILE)
    (tmp_path / "weights" / "tiny.onnx").write_bytes(b"old")

    write([imported], tmp_path)

    assert (tmp_path / "weights" / "tiny.onnx").read_bytes() == imported.weights
    assert (tmp_path / "cards" / "tiny.toml").read_text(encoding="utf-8") == imported.card_text
    assert sorted(p.name for p in tmp_path.rglob("*.*")) == ["tiny.onnx", "tiny.toml"]
