"""Run a network: one ONNX Runtime session per card, on the device that was asked for.

Takes a `Card`, its weights and a device, gives named arrays. Refuses a device that is not there, an ONNX file
whose inputs or outputs are not the card's, and a batch of the wrong shape. torch is never imported.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from duchenne.errors import DeviceError, ModelError
from duchenne.models.card import Card
from duchenne.models.store import load_card, load_weights

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


class Device(StrEnum):
    """Where a network runs."""

    CPU = "cpu"
    CUDA = "cuda"


def resolve_device(requested: str) -> Device:
    """Turn ``auto``, ``cpu`` or ``cuda`` into a device that is there.

    Raises:
        DeviceError: if the word is unknown or the device is absent.
    """
    available = set(ort.get_available_providers())
    if requested == "auto":
        return Device.CUDA if _PROVIDERS["cuda"] in available else Device.CPU
    if requested not in _PROVIDERS:
        raise DeviceError(f"unknown device '{requested}'", expected="auto, cpu or cuda")
    if _PROVIDERS[requested] not in available:
        raise DeviceError(
            f"the device '{requested}' is not available",
            got=f"ONNX Runtime offers {', '.join(sorted(available))}",
            remedy="Use --device cpu, or install onnxruntime-gpu with a matching CUDA driver",
        )
    return Device(requested)


class Session:
    """A loaded network.

    Attributes:
        card: What the network eats and gives.
        device: Where it runs.
    """

    def __init__(self, card: Card, weights: bytes, device: Device = Device.CPU) -> None:
        options = ort.SessionOptions()
        # One thread per network: small nets gain nothing from more, and decoding uses the second core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Spinning would keep a core busy between calls and starve the decoder.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self.card = card
        self.device = device
        try:
            self._session = ort.InferenceSession(weights, options, providers=[_PROVIDERS[device]])
        # ONNX Runtime's own exceptions share no public base class below Exception.
        except Exception as error:  # noqa: BLE001
            raise ModelError(f"the network '{card.name}' cannot be loaded", got=str(error)) from error
        self._names = [spec.name for spec in card.outputs]
        found = [item.name for item in self._session.get_outputs()]
        inputs = [item.name for item in self._session.get_inputs()]
        if inputs != [card.input.name] or set(self._names) - set(found):
            raise ModelError(
                f"the network '{card.name}' does not match its card",
                got=f"inputs {inputs}, outputs {found}",
                expected=f"inputs {[card.input.name]}, outputs {self._names}",
            )

    @classmethod
    def open(cls, name: str, device: Device = Device.CPU) -> Session:
        """Load an installed model by name, checking the hash of its weights."""
        card = load_card(name)
        return cls(card, load_weights(card), device)

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Run the network on a batch.

        Args:
            batch: (N, *card.input.shape) float32, in the card's range; N at least 1.

        Returns:
            One (N, *shape) float32 array per output of the card.

        Raises:
            ValueError: if shape or dtype is not the card's.
        """
        if batch.shape[1:] != self.card.input.shape or batch.dtype != np.float32:
            raise ValueError(
                f"'{self.card.name}' takes (N, {', '.join(map(str, self.card.input.shape))}) float32, "
                f"got {batch.shape} {batch.dtype}"
            )
        outputs: list[Any] = self._session.run(self._names, {self.card.input.name: batch})
        return {
            spec.name: value.reshape(len(batch), *spec.shape)
            for spec, value in zip(self.card.outputs, outputs, strict=True)
        }

    def __str__(self) -> str:
        return f"{self.card}\n  device   {self.device}"


def probe_input(card: Card) -> NDArray[np.float32]:
    """The card's known input: one sample of seeded noise in the card's range, (1, *shape) float32."""
    spec = card.input
    noise = np.random.default_rng(card.probe.seed).random((1, *spec.shape), dtype=np.float32)
    return noise * np.float32(spec.high - spec.low) + np.float32(spec.low)


def probe_error(session: Session) -> float:
    """The largest difference between the card's known output and what this session gives."""
    outputs = session.run(probe_input(session.card))
    worst = 0.0
    for name, expected in session.card.probe.expected.items():
        got = outputs[name].ravel()[: len(expected)]
        worst = max(worst, float(np.abs(got - np.asarray(expected, dtype=np.float32)).max()))
    return worst
