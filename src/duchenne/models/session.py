"""Run a network: one ONNX Runtime session per card, on the device that was asked for.

Takes a `Card`, its weights and a device, gives named arrays. Refuses a device that is not there or does not
start, an ONNX file whose inputs or outputs are not the card's, and a batch of the wrong shape. torch is never
imported.
"""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from duchenne.errors import DeviceError, ModelError
from duchenne.models.card import Card
from duchenne.models.store import load_card, weights_file

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

    def __init__(self, card: Card, weights: bytes | Path, device: Device = Device.CPU) -> None:
        options = ort.SessionOptions()
        # One thread per network: small nets gain nothing from more, and decoding uses the second core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Spinning would keep a core busy between calls and starve the decoder.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # An arena per network keeps what its largest run once took: 12 MB in all, and no faster (3.3 ms a frame
        # with and without).
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self.card = card
        self.device = device
        try:
            self._session = ort.InferenceSession(
                weights if isinstance(weights, bytes) else str(weights),
                options,
                providers=[_PROVIDERS[device]],
            )
        # ONNX Runtime's own exceptions share no public base class below Exception.
        except Exception as error:
            raise ModelError(f"the network '{card.name}' cannot be loaded", got=str(error)) from error
        # A provider that is compiled in but does not start makes ONNX Runtime fall back without an error.
        if _PROVIDERS[device] not in self._session.get_providers():
            raise DeviceError(
                f"the device '{device}' did not start",
                got=f"ONNX Runtime runs on {', '.join(self._session.get_providers())}",
                remedy="Use --device cpu, or install the CUDA driver that onnxruntime-gpu needs",
            )
        self._names = [spec.name for spec in card.outputs]
        self._check_signature()

    @classmethod
    def open(cls, name: str, device: Device = Device.CPU) -> Session:
        """Load an installed model by name, checking the hash of its weights."""
        card = load_card(name)
        # From a file: ONNX Runtime would keep bytes beside the network for as long as it lives, 7 MB in all.
        with weights_file(card) as path:
            return cls(card, path, device)

    def _check_signature(self) -> None:
        """Hold names and shapes of the file against the card; a size that the file leaves open fits any."""
        card = self.card
        found_in = {item.name: tuple(item.shape[1:]) for item in self._session.get_inputs()}
        found_out = {item.name: tuple(item.shape[1:]) for item in self._session.get_outputs()}
        expected_in = {card.input.name: card.input.shape}
        expected_out = {spec.name: spec.shape for spec in card.outputs}
        fits = found_in.keys() == expected_in.keys() and expected_out.keys() <= found_out.keys()
        if not fits or not all(
            _agree(found[name], shape)
            for found, expected in ((found_in, expected_in), (found_out, expected_out))
            for name, shape in expected.items()
        ):
            raise ModelError(
                f"the network '{card.name}' does not match its card",
                got=f"inputs {found_in}, outputs {found_out}",
                expected=f"inputs {expected_in}, outputs {expected_out}",
            )

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Run the network on a batch.

        Args:
            batch: (N, *card.input.shape) float32, in the card's range; N at least 1.

        Returns:
            One (N, *shape) float32 array per output of the card.

        Raises:
            ValueError: if shape or dtype is not the card's, or the batch is empty.
            ModelError: if the network gives another shape than its card says.
        """
        if batch.shape[1:] != self.card.input.shape or batch.dtype != np.float32 or len(batch) == 0:
            raise ValueError(
                f"'{self.card.name}' takes (N, {', '.join(map(str, self.card.input.shape))}) float32, "
                f"got {batch.shape} {batch.dtype}"
            )
        outputs: list[Any] = self._session.run(self._names, {self.card.input.name: batch})
        for spec, value in zip(self.card.outputs, outputs, strict=True):
            if value.shape != (len(batch), *spec.shape):
                raise ModelError(
                    f"output '{spec.name}' of '{self.card.name}' is not what its card says",
                    got=f"shape {value.shape}",
                    expected=f"shape {(len(batch), *spec.shape)}",
                )
        return dict(zip(self._names, outputs, strict=True))

    def __str__(self) -> str:
        return f"{self.card}\n  device   {self.device}"


def _agree(found: tuple[int | str | None, ...], expected: tuple[int, ...]) -> bool:
    return len(found) == len(expected) and all(
        size == known for size, known in zip(found, expected, strict=True) if isinstance(size, int)
    )


def probe_input(card: Card) -> NDArray[np.float32]:
    """The card's known input: one sample of seeded noise in the card's range, (1, *shape) float32."""
    spec = card.input
    noise = np.random.default_rng(card.probe.seed).random((1, *spec.shape), dtype=np.float32)
    return noise * np.float32(spec.high - spec.low) + np.float32(spec.low)


def probe_error(session: Session) -> float:
    """The largest difference between the card's known output and what this session gives.

    NaN, which is within no tolerance, if the network gives NaN or the card's probe is empty.
    """
    outputs = session.run(probe_input(session.card))
    differences = [
        np.abs(outputs[name].ravel()[: len(expected)] - np.asarray(expected, dtype=np.float32))
        for name, expected in session.card.probe.expected.items()
    ]
    return float(np.concatenate(differences).max()) if differences else math.nan
