"""Turn a TensorFlow Lite file and a card into weights and an up-to-date card, or refuse.

Takes the text of a card, whose words a person wrote, and the bytes of a ``.tflite`` file; gives an `Imported`
network that was compared with a numpy reference and, if asked, with Google's own interpreter. Refuses a
network whose outputs are off by more than the stated tolerance. `write` puts several of them in place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duchenne.errors import MissingExtraError, ModelError
from duchenne.models.card import Card
from duchenne.models.preprocess import tensor
from duchenne.models.session import Session, probe_input
from duchenne.records import Picture
from tflite_graph import Graph, read_graph
from tflite_reference import run_graph
from tflite_to_onnx import convert

# Largest difference allowed, in pixels of the network's input and in logits. float32 sums in another order
# differ by up to 5e-4 here; a wrong layout, padding or weight differs by whole pixels.
TOLERANCE = 1e-3
_NOISE_SEEDS = range(4)
# Of each output, how many values the probe keeps; enough to tell one file from another.
_PROBE_VALUES = 8
# Another processor or a GPU may round every sum differently; a wrong file is off by far more.
_PROBE_TOLERANCE = 1e-2

Outputs = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one output is from a reference: the largest absolute difference over all inputs of a kind."""

    reference: str
    inputs: str
    output: str
    value: float


@dataclass(frozen=True, slots=True)
class Imported:
    """A converted network that passed its comparisons, and the text of its card."""

    card: Card
    card_text: str
    weights: bytes
    differences: tuple[Difference, ...]


def import_model(
    card_text: str, tflite: bytes, *, pictures: Sequence[Picture] = (), litert: bool = False
) -> Imported:
    """Convert a network and compare it with its references.

    Args:
        card_text: The card; its hash, number of parameters and probe are filled in anew.
        tflite: The network.
        pictures: Pictures to compare on, besides noise; each is squeezed into the input as a whole.
        litert: Whether to compare with the package ai-edge-litert too.

    Returns:
        The network and its card.

    Raises:
        ModelError: if an output differs by more than `TOLERANCE`, or is not a number.
        MissingExtraError: if ``litert`` is asked for and not installed.
    """
    draft = Card.parse(card_text, "the card to fill in")
    graph = read_graph(tflite)
    note = f"Converted from {draft.source}. Licence: {draft.licence}. Changes: see NOTICE."
    outputs = {out.name: out.shape for out in draft.outputs}
    model = convert(graph, input_name=draft.input.name, outputs=outputs, note=note)
    weights = bytes(model.SerializeToString())
    session = Session(draft, weights)
    inputs = {"noise": np.concatenate([_noise(draft, seed) for seed in _NOISE_SEEDS])}
    if pictures:
        inputs["pictures"] = np.concatenate([_squeezed(draft, picture) for picture in pictures])
    references = {"numpy": _numpy_reference(graph)}
    if litert:
        references["LiteRT"] = _litert_reference(tflite)
    differences = tuple(
        Difference(reference, kind, name, _distance(got, expected))
        for reference, run in references.items()
        for kind, batch in inputs.items()
        for (name, got), expected in zip(session.run(batch).items(), run(batch), strict=True)
    )
    for difference in differences:
        if not difference.value <= TOLERANCE:
            raise ModelError(
                f"the converted '{draft.name}' does not give what the original gives",
                got=f"{difference.output} off by {difference.value:g} from {difference.reference}",
                expected=f"at most {TOLERANCE:g}",
            )
    text = fill_in(card_text, weights, count_parameters(graph), session.run(probe_input(draft)))
    return Imported(Card.parse(text, f"the card of {draft.name}"), text, weights, differences)


def fill_in(card_text: str, weights: bytes, parameters: int, probe: Outputs) -> str:
    """Write hash, number of parameters and probe into a card; the probe is its last table."""
    head, found, _ = card_text.partition("\n[probe]\n")
    if not found:
        raise ModelError("the card has no [probe] table", remedy="Give it one, as its last table")
    for key, value in (
        ("sha256", f'"{hashlib.sha256(weights).hexdigest()}"'),
        ("parameters", str(parameters)),
    ):
        head, count = re.subn(rf"^{key} = .*$", f"{key} = {value}", head, flags=re.MULTILINE)
        if count != 1:
            raise ModelError(f"the card has {count} lines that set '{key}'", expected="one")
    lines = ["", "[probe]", "seed = 0", f"tolerance = {_PROBE_TOLERANCE:g}", "", "[probe.expected]"]
    for name, values in probe.items():
        numbers = ", ".join(f"{float(v):.6g}" for v in values.ravel()[:_PROBE_VALUES])
        lines.append(f"{name} = [{numbers}]")
    return head + "\n".join(lines) + "\n"


def count_parameters(graph: Graph) -> int:
    """The number of learned values, the zeros of sparse weights among them."""
    learned = ("CONV_2D", "DEPTHWISE_CONV_2D", "PRELU")
    used = {i for node in graph.nodes if node.kind in learned for i in node.inputs[1:]}
    return sum(graph.constants[i].size for i in used)


def write(models: Sequence[Imported], folder: Path) -> None:
    """Put weights and cards in place below ``folder``, each file by one rename."""
    for model in models:
        _replace(folder / "weights" / model.card.weights, model.weights)
        _replace(folder / "cards" / f"{model.card.name}.toml", model.card_text.encode())


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _noise(card: Card, seed: int) -> NDArray[np.float32]:
    return probe_input(replace(card, probe=replace(card.probe, seed=seed)))


def _squeezed(card: Card, picture: Picture) -> NDArray[np.float32]:
    size = card.input.size
    scale = np.diag([picture.width / size, picture.height / size])
    return tensor(picture, np.column_stack([scale, np.zeros(2)]), card.input)


def _distance(got: NDArray[Any], expected: NDArray[Any]) -> float:
    return float(np.abs(got.reshape(len(got), -1) - expected.reshape(len(got), -1)).max())


def _numpy_reference(graph: Graph) -> Callable[[NDArray[np.float32]], list[NDArray[Any]]]:
    return lambda batch: list(run_graph(graph, batch))


def _litert_reference(tflite: bytes) -> Callable[[NDArray[np.float32]], list[NDArray[Any]]]:
    try:
        from ai_edge_litert.interpreter import Interpreter  # not needed to convert
    except ImportError as error:
        raise MissingExtraError(
            "the package 'ai-edge-litert' is not installed",
            remedy="Install it with: pip install ai-edge-litert",
        ) from error
    interpreter = Interpreter(model_content=tflite, num_threads=1)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]["index"]
    fetched = [detail["index"] for detail in interpreter.get_output_details()]

    def run(batch: NDArray[np.float32]) -> list[NDArray[Any]]:
        samples = []
        for sample in batch:
            interpreter.set_tensor(image, sample[None])
            interpreter.invoke()
            samples.append([interpreter.get_tensor(i) for i in fetched])
        return [np.concatenate(values) for values in zip(*samples, strict=True)]

    return run
