"""Networks small enough to be known by heart, with their cards.

`build` gives a `Card` and ONNX bytes; each output is ``bias + gain * mean of the input``: with gain 0 a
constant, otherwise a number that a test can predict from the pixels. `toml_of` writes a card as the text it
would have in ``cards/``, and `install` puts both where the store looks.

    session = Session(*build([Output("logits", bias=[0.0, 1.0], labels=("left", "right"))]))
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from duchenne.models.card import Border, Card, Colour, InputSpec, Layout, OutputSpec, Probe
from duchenne.models.session import probe_input

# What onnxruntime 1.20, the oldest that the package allows, can read.
_OPSET, _IR_VERSION = 17, 9

RGB_INPUT = InputSpec("image", 8, Colour.RGB, Layout.NHWC, 0.0, 1.0, Border.BLACK, antialias=False)
GREY_INPUT = InputSpec("image", 8, Colour.GREY, Layout.NCHW, -1.0, 1.0, Border.REPLICATE, antialias=True)


@dataclasses.dataclass(frozen=True)
class Output:
    """One output: ``bias + gain * mean of the sample``, of the shape of ``bias``; one gain for all, or one each."""

    name: str
    bias: ArrayLike
    gain: ArrayLike = 0.0
    labels: tuple[str, ...] = ()


def build(
    outputs: Sequence[Output], *, name: str = "tiny", spec: InputSpec = RGB_INPUT
) -> tuple[Card, bytes]:
    """A card and the network it describes, with a probe worked out in numpy."""
    biases = {out.name: np.asarray(out.bias, dtype=np.float32) for out in outputs}
    weights = _network(outputs, biases, spec)
    card = Card(
        name=name,
        title="A network for tests",
        version="1",
        licence="Apache-2.0",
        source="tests/tiny_networks.py",
        weights=f"{name}.onnx",
        sha256=hashlib.sha256(weights).hexdigest(),
        input=spec,
        outputs=tuple(OutputSpec(o.name, biases[o.name].shape, "a known number", o.labels) for o in outputs),
        # A mean of at most a few thousand float32 values is exact to about 1e-6.
        probe=Probe(seed=0, tolerance=1e-5, expected={}),
    )
    mean = float(probe_input(card).astype(np.float64).mean())
    expected = {
        o.name: tuple((biases[o.name] + np.asarray(o.gain) * mean).ravel()[:8].tolist()) for o in outputs
    }
    return dataclasses.replace(card, probe=dataclasses.replace(card.probe, expected=expected)), weights


def _network(outputs: Sequence[Output], biases: Mapping[str, Any], spec: InputSpec) -> bytes:
    nodes = [helper.make_node("ReduceMean", [spec.name], ["input_mean"], axes=[1, 2, 3], keepdims=0)]
    constants = []
    for out in outputs:
        bias = biases[out.name]
        # (N,) becomes (N, 1, ...), so that bias and mean broadcast to (N, *shape).
        shape = np.array([-1] + [1] * bias.ndim, dtype=np.int64)
        constants += [
            numpy_helper.from_array(bias[None], f"{out.name}_bias"),
            numpy_helper.from_array(np.asarray(out.gain, dtype=np.float32), f"{out.name}_gain"),
            numpy_helper.from_array(shape, f"{out.name}_shape"),
        ]
        nodes += [
            helper.make_node("Reshape", ["input_mean", f"{out.name}_shape"], [f"{out.name}_mean"]),
            helper.make_node("Mul", [f"{out.name}_mean", f"{out.name}_gain"], [f"{out.name}_part"]),
            helper.make_node("Add", [f"{out.name}_part", f"{out.name}_bias"], [out.name]),
        ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, ["N", *spec.shape])],
        [
            helper.make_tensor_value_info(o.name, TensorProto.FLOAT, ["N", *biases[o.name].shape])
            for o in outputs
        ],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def install(root: Path, card: Card, weights: bytes) -> None:
    """Write a card and its weights below ``root`` in the layout of the package's models folder."""
    for folder in ("cards", "weights"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "cards" / f"{card.name}.toml").write_text(toml_of(card), encoding="utf-8")
    (root / "weights" / card.weights).write_bytes(weights)


def toml_of(card: Card) -> str:
    """The text of a card, which `Card.parse` reads back to an equal card."""
    plain = _plain(card)
    # The probe comes last in a card, because tools rewrite it.
    plain["probe"] = plain.pop("probe")
    return _table(plain, "")


def _plain(value: Any) -> Any:
    """Records, enums and tuples as the dictionaries, strings and lists of TOML."""
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _table(table: Mapping[str, Any], path: str) -> str:
    """Plain values first, then tables, because TOML gives what follows a header to that header."""
    is_table = {
        k: isinstance(v, dict) or (v and isinstance(v, list) and isinstance(v[0], dict))
        for k, v in table.items()
    }
    text = "".join(f"{key} = {_literal(value)}\n" for key, value in table.items() if not is_table[key])
    for key, value in table.items():
        if is_table[key] and isinstance(value, dict):
            text += f"\n[{path}{key}]\n" + _table(value, f"{path}{key}.")
        elif is_table[key]:
            text += "".join(f"\n[[{path}{key}]]\n" + _table(item, f"{path}{key}.") for item in value)
    return text


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)
