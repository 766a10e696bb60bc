"""From a trained network to a weight file and its card, or to a refusal.

Takes a network in evaluation mode; gives ONNX bytes whose large weights are stored in 16 bits and computed in
32, and the `Card` that describes them. Refuses a file whose outputs differ from torch by more than the
recipe's tolerance. `write` puts both in place.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from duchenne.errors import ModelError, OutputError
from duchenne.models.card import Card, InputSpec, Layout, OutputSpec, Probe, Result, TrainingSource
from duchenne.models.session import Session, probe_input
from duchenne.training.card_text import card_text
from duchenne.training.graphs import mirrored, store_halved
from duchenne.training.kinds import answer
from duchenne.training.networks import Head
from duchenne.training.recipe import Export

_OPSET = 17  # the newest that ONNX Runtime 1.20, the oldest allowed, certainly reads
# Another processor or a GPU may round every sum differently; a wrong file is off by far more.
_PROBE_TOLERANCE = 5e-3
_PARITY_BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """A network as it ships.

    Attributes:
        card: Its description.
        weights: The bytes of the ONNX file.
        difference: The largest difference of any output from torch's.
    """

    card: Card
    weights: bytes
    difference: float

    def with_results(self, results: Sequence[Result]) -> Exported:
        """The same with measured numbers on the card."""
        return replace(self, card=replace(self.card, results=tuple(results)))


class _Measures(nn.Module):
    """The network as the product sees it: by head, in order, what `answer` makes of its numbers, or of some."""

    def __init__(self, network: nn.Module, heads: Sequence[Head], withhold: Sequence[str]) -> None:
        super().__init__()
        self.network = network
        self._heads = tuple(heads)
        self._withhold = frozenset(withhold)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(image)
        return tuple(self._given(head, answer(head.kind, outputs[head.name])) for head in self._heads)

    def _given(self, head: Head, values: Tensor) -> Tensor:
        if self._withhold.isdisjoint(head.labels):
            return values
        return values[:, [place for place, label in enumerate(head.labels) if label not in self._withhold]]


def export(
    network: nn.Module,
    spec: InputSpec,
    heads: Sequence[Head],
    words: Export,
    *,
    register: Sequence[TrainingSource],
    patches: NDArray[np.float32],
    source: str,
) -> Exported:
    """Export and check.

    Args:
        network: In evaluation mode, on the CPU.
        spec: What it eats.
        heads: What it gives.
        words: The card's name, title, version and limits, the tolerance, and the units to leave out.
        register: What it learned from.
        patches: (N, *spec.shape) real inputs to compare on, besides noise.
        source: What made it, for the card.

    Raises:
        ModelError: if ONNX Runtime and torch differ by more than ``words.tolerance``.
    """
    module = _Measures(network, heads, words.withhold).eval()
    width_axis = 3 if spec.layout is Layout.NCHW else 2
    model = _to_onnx(module, spec, [head.name for head in heads])
    if words.mirrored:
        model = mirrored(model, width_axis)
    weights = bytes(store_halved(model).SerializeToString(deterministic=True))
    card = Card(
        name=words.name,
        title=words.title,
        version=words.version,
        licence="Apache-2.0",
        source=source,
        weights=f"{words.name}.onnx",
        sha256=hashlib.sha256(weights).hexdigest(),
        input=spec,
        outputs=tuple(_output(head, words) for head in heads),
        probe=Probe(seed=0, tolerance=_PROBE_TOLERANCE, expected={}),
        citation=words.citation,
        limits=words.limits,
        parameters=sum(p.numel() for p in network.parameters()),
        training=tuple(register),
    )
    session = Session(card, weights)
    noise = probe_input(card)
    batches = [noise, *np.split(patches, range(_PARITY_BATCH, len(patches), _PARITY_BATCH))]
    views = (None, width_axis) if words.mirrored else (None,)
    difference = max(_difference(module, session, batch, views) for batch in batches)
    if not difference <= words.tolerance:  # NaN is no agreement
        raise ModelError(
            f"the exported '{words.name}' does not give what the trained network gives",
            got=f"a difference of {difference:g}",
            expected=f"at most {words.tolerance:g}",
            remedy="Do not ship it: look for an operator that the export changes",
        )
    expected = {name: _known(values) for name, values in session.run(noise).items()}
    return Exported(replace(card, probe=replace(card.probe, expected=expected)), weights, difference)


def write(exported: Exported, folder: Path) -> tuple[Path, Path]:
    """Put ``cards/NAME.toml`` and ``weights/NAME.onnx`` below a folder, each by one rename.

    Raises:
        OutputError: if the folder cannot be written.
    """
    card = folder / "cards" / f"{exported.card.name}.toml"
    weights = folder / "weights" / exported.card.weights
    try:
        for path, data in ((weights, exported.weights), (card, card_text(exported.card).encode())):
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            part.write_bytes(data)
            part.replace(path)
    except OSError as error:
        raise OutputError(f"the model cannot be written below {folder}", got=str(error)) from error
    return card, weights


def _to_onnx(module: nn.Module, spec: InputSpec, outputs: list[str]) -> onnx.ModelProto:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # torch would rather export through the package onnxscript, which folds batch norms less well.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        torch.onnx.export(
            module,
            (torch.zeros(1, *spec.shape),),
            cast(Any, buffer),  # torch's annotation forgets that it writes to open files too
            dynamo=False,
            opset_version=_OPSET,
            input_names=[spec.name],
            output_names=outputs,
            dynamic_axes={name: {0: "N"} for name in [spec.name, *outputs]},
        )
    return onnx.load_from_string(buffer.getvalue())


def _output(head: Head, words: Export) -> OutputSpec:
    output = replace(head, labels=tuple(label for label in head.labels if label not in words.withhold)).output
    if not words.mirrored:
        return output
    return replace(output, meaning=f"{output.meaning}; the mean over the face and its mirror image")


def _difference(
    module: nn.Module, session: Session, batch: NDArray[np.float32], flips: Sequence[int | None]
) -> float:
    image = torch.from_numpy(batch)
    with torch.inference_mode():
        views = [module(image if axis is None else image.flip(axis)) for axis in flips]
    expected = [torch.stack(values).mean(dim=0).numpy() for values in zip(*views, strict=True)]
    got = session.run(batch).values()
    return max(float(np.abs(a - b).max()) for a, b in zip(got, expected, strict=True))


def _known(values: NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in values.ravel()[:8])
