from __future__ import annotations

import dataclasses
import math
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from duchenne.errors import DeviceError, ModelError
from duchenne.models import store
from duchenne.models.card import Card, InputSpec, OutputSpec, Probe
from duchenne.models.session import Device, Session, probe_error, probe_input, resolve_device
from tiny_networks import GREY_INPUT, RGB_INPUT, Output, build

LARGEST_WEIGHTS_BYTES = 6_000_000


@pytest.mark.parametrize("spec", [RGB_INPUT, GREY_INPUT])
def test_outputs_come_by_name_for_each_sample(spec: InputSpec) -> None:
    session = Session(*build([Output("a", [1.0, 2.0], 10.0), Output("b", [[3.0]])], spec=spec))
    batch = np.stack([np.full(spec.shape, value, np.float32) for value in (0.0, 0.5, 1.0)])

    outputs = session.run(batch)

    # Sums of a few exact binary fractions: no rounding to allow for.
    np.testing.assert_array_equal(outputs["a"], [[1, 2], [6, 7], [11, 12]])
    np.testing.assert_array_equal(outputs["b"], [[[3]], [[3]], [[3]]])


def test_outputs_that_the_card_leaves_out_are_not_given() -> None:
    card, weights = build([Output("a", [1.0]), Output("b", [2.0])])
    session = Session(dataclasses.replace(card, outputs=card.outputs[1:], probe=Probe(0, 1e-5, {})), weights)

    assert session.run(probe_input(session.card)) == {"b": [[2.0]]}


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((1, 8, 8, 1), np.float32),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((1, 3, 8, 8), np.float32),
        np.zeros((0, 8, 8, 3), np.float32),
        np.zeros((1, 8, 8, 3), np.uint8),
        np.zeros((1, 8, 8, 3)),
    ],
    ids=["grey", "no batch axis", "other layout", "empty", "bytes", "double"],
)
def test_batch_that_is_not_the_cards_is_refused(batch: np.ndarray) -> None:
    session = Session(*build([Output("a", [1.0])]))

    with pytest.raises(ValueError, match=r"'tiny' takes \(N, 8, 8, 3\) float32, got \("):
        session.run(batch)


def test_weights_that_are_no_network_are_refused() -> None:
    card, _ = build([Output("a", [1.0])])

    with pytest.raises(ModelError, match="the network 'tiny' cannot be loaded"):
        Session(card, b"not a network")


@pytest.mark.parametrize(
    "change",
    [
        {"input": dataclasses.replace(RGB_INPUT, name="picture")},
        {"input": dataclasses.replace(RGB_INPUT, size=9)},
        {"input": GREY_INPUT},
        {"outputs": (OutputSpec("b", (2,), "absent"),), "probe": Probe(0, 1e-5, {})},
        {"outputs": (OutputSpec("a", (3,), "too long"),)},
        {"outputs": (OutputSpec("a", (2, 1), "same count, other shape"),)},
    ],
    ids=["input name", "input size", "input layout", "output name", "output length", "output axes"],
)
def test_network_that_does_not_match_its_card_is_refused(change: dict[str, Any]) -> None:
    card, weights = build([Output("a", [1.0, 2.0])])

    with pytest.raises(ModelError, match=r"the network 'tiny' does not match its card\. Got: inputs .*image"):
        Session(dataclasses.replace(card, **change), weights)


def test_size_that_only_running_shows_is_held_against_the_card() -> None:
    # NonZero lists the places of all values that are not 0: how many there are depends on the input.
    graph = helper.make_graph(
        [helper.make_node("NonZero", ["image"], ["a"])],
        "open",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 8, 8, 3])],
        [helper.make_tensor_value_info("a", TensorProto.INT64, [4, "any"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    card, _ = build([Output("a", np.zeros(192))])
    session = Session(card, model.SerializeToString())

    with pytest.raises(
        ModelError, match=r"output 'a' of 'tiny' is not what .* Got: shape \(4, 192\)\. Expected"
    ):
        session.run(np.ones((1, 8, 8, 3), np.float32))


@pytest.mark.parametrize(
    ("providers", "requested", "expected"),
    [
        (["CPUExecutionProvider"], "auto", Device.CPU),
        (["CPUExecutionProvider"], "cpu", Device.CPU),
        (["CUDAExecutionProvider", "CPUExecutionProvider"], "auto", Device.CUDA),
        (["CUDAExecutionProvider", "CPUExecutionProvider"], "cuda", Device.CUDA),
        (["CUDAExecutionProvider", "CPUExecutionProvider"], "cpu", Device.CPU),
    ],
)
def test_device_is_the_one_asked_for_or_the_best_there_is(
    monkeypatch: pytest.MonkeyPatch, providers: list[str], requested: str, expected: Device
) -> None:
    monkeypatch.setattr(ort, "get_available_providers", lambda: providers)

    assert resolve_device(requested) is expected


def test_absent_device_is_refused_with_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ort, "get_available_providers", lambda: ["CPUExecutionProvider"])

    with pytest.raises(
        DeviceError, match=r"'cuda' is not available\. Got: ONNX Runtime offers CPUExec.*--device"
    ):
        resolve_device("cuda")


def test_unknown_device_is_refused() -> None:
    with pytest.raises(DeviceError, match=r"unknown device 'tpu'\. Expected: auto, cpu or cuda\."):
        resolve_device("tpu")


def test_device_that_is_compiled_in_but_does_not_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    card, weights = build([Output("a", [1.0])])
    fallen_back = ort.InferenceSession(weights, providers=["CPUExecutionProvider"])
    monkeypatch.setattr(ort, "InferenceSession", lambda *_, **__: fallen_back)

    with pytest.raises(
        DeviceError, match=r"'cuda' did not start\. Got: ONNX Runtime runs on CPUExecution.* driver"
    ):
        Session(card, weights, Device.CUDA)


def test_printed_session_ends_with_its_device() -> None:
    session = Session(*build([Output("a", [1.0])]))

    assert str(session) == f"{session.card}\n  device   cpu"


def test_probe_input_is_the_noise_that_the_card_describes() -> None:
    card, _ = build([Output("a", [1.0])], spec=GREY_INPUT)
    noise = np.random.default_rng(0).random((1, 1, 8, 8), dtype=np.float32)

    # From -1 to 1; one multiplication and one addition in float32.
    np.testing.assert_allclose(probe_input(card), noise * 2 - 1, atol=1e-6)


def test_probe_error_is_the_largest_difference_of_any_output() -> None:
    card, weights = build([Output("a", [1.0, 2.0]), Output("b", [3.0])])
    assert probe_error(Session(card, weights)) == 0.0
    off = dataclasses.replace(card, probe=Probe(0, 1e-5, {"a": (1.0, 2.25), "b": (3.125,)}))

    assert probe_error(Session(off, weights)) == 0.25


@pytest.mark.parametrize(
    ("bias", "expected"), [(math.nan, {"a": (1.0,)}), (1.0, {})], ids=["NaN", "no probe"]
)
def test_probe_that_shows_nothing_is_within_no_tolerance(
    bias: float, expected: dict[str, tuple[float, ...]]
) -> None:
    card, weights = build([Output("a", [bias])])
    session = Session(dataclasses.replace(card, probe=Probe(0, 1e-5, expected)), weights)

    assert math.isnan(probe_error(session))


def installed() -> list[Card]:
    return [store.load_card(name) for name in store.names()]


@pytest.mark.parametrize("card", installed(), ids=lambda card: card.name)
def test_installed_model_reproduces_its_probe(card: Card) -> None:
    assert set(card.probe.expected) == {spec.name for spec in card.outputs}

    # Opening it also checks the hash of its file and the shapes in its card.
    assert probe_error(Session.open(card.name)) <= card.probe.tolerance


@pytest.mark.parametrize("card", installed(), ids=lambda card: card.name)
def test_installed_model_is_small_and_says_where_it_comes_from(card: Card) -> None:
    assert len(store.load_weights(card)) <= LARGEST_WEIGHTS_BYTES
    assert card.licence
    assert card.source
    # Someone else's network has a paper to cite, our own a register of what it learned from.
    assert card.citation or card.training
    assert card.limits
    assert card.parameters > 0


@pytest.mark.parametrize("card", installed(), ids=lambda card: card.name)
def test_installed_model_gives_a_sample_the_same_answer_in_a_batch(card: Card) -> None:
    session = Session.open(card.name)
    sample = probe_input(card)
    batch = np.concatenate([np.zeros_like(sample), sample, np.ones_like(sample)])

    alone, together = session.run(sample), session.run(batch)

    for name, values in alone.items():
        # A batch may be summed in another order: the probe's tolerance covers that too.
        np.testing.assert_allclose(together[name][1:2], values, atol=card.probe.tolerance)


def test_every_weight_file_has_a_card() -> None:
    found = {entry.name for entry in (files("duchenne.models") / "weights").iterdir()}

    assert {name for name in found if name.endswith(".onnx")} == {card.weights for card in installed()}
