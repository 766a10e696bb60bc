from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from duchenne.errors import ModelError, SettingsError
from duchenne.models import store
from duchenne.models.session import Device, Session
from duchenne.training import networks
from duchenne.training.recipe import load_recipe
from duchenne.training.start import load_start
from tiny_networks import GREY_INPUT, Output, build, install

Layer = tuple[str, NDArray[np.float32], NDArray[np.float32] | None]
Install = Callable[..., None]


def values(*shape: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


CONVOLUTION: Layer = ("Conv", values(4, 1, 3, 3, seed=0), values(4, seed=1))
FACES = torch.from_numpy(values(16, 1, 8, 8, seed=9))
FULL: Layer = ("Gemm", values(5, 4, seed=2), values(5, seed=3))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a model ``before`` of the given layers; only the order and the constants of the graph matter."""
    monkeypatch.setattr(store, "_root", lambda: tmp_path)

    def install_layers(
        layers: Sequence[Layer], *, is_transposed: bool = True, is_halved: bool = False
    ) -> None:
        nodes, constants = [], []
        for n, (kind, weight, bias) in enumerate(layers):
            stored = weight if kind == "Conv" or is_transposed else np.ascontiguousarray(weight.T)
            if is_halved:
                constants.append(numpy_helper.from_array(stored.astype(np.float16), f"w{n}_half"))
                nodes.append(helper.make_node("Cast", [f"w{n}_half"], [f"w{n}"], to=TensorProto.FLOAT))
            else:
                constants.append(numpy_helper.from_array(stored, f"w{n}"))
            if bias is not None:
                constants.append(numpy_helper.from_array(bias, f"b{n}"))
            inputs = [f"x{n}", f"w{n}"] + ([f"b{n}"] if bias is not None else [])
            attributes = {"transB": 1} if kind == "Gemm" and is_transposed else {}
            nodes.append(helper.make_node(kind, inputs, [f"x{n + 1}"], **attributes))
            nodes.append(helper.make_node("Relu", [f"x{n + 1}"], [f"y{n}"]))
        write(helper.make_graph(nodes, "before", [], [], constants))

    def write(graph: onnx.GraphProto) -> None:
        weights = helper.make_model(graph).SerializeToString()
        card, _ = build([Output("a", bias=[0.0])], name="before", spec=GREY_INPUT)
        card = dataclasses.replace(card, sha256=hashlib.sha256(weights).hexdigest())
        install(tmp_path, card, weights)

    return install_layers


def network(*, n_labels: int = 5, bias: bool = True) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=bias),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(4, n_labels),
    )


def assert_layer_is(layer: nn.Module, known: Layer, tolerance: float = 0.0) -> None:
    assert isinstance(layer, nn.Conv2d | nn.Linear)
    np.testing.assert_allclose(layer.weight.detach().numpy(), known[1], rtol=tolerance, atol=0)
    if known[2] is not None:
        np.testing.assert_array_equal(layer.bias.detach().numpy(), known[2])


@pytest.mark.parametrize("is_transposed", [True, False])
def test_layers_are_copied_in_order_however_the_file_lays_out_a_full_one(
    given: Install, is_transposed: bool
) -> None:
    given([CONVOLUTION, FULL], is_transposed=is_transposed)
    made = network()
    assert load_start(made, "before", FACES) == 2
    assert_layer_is(made[0], CONVOLUTION)
    assert_layer_is(made[4], FULL)


def test_weights_stored_in_sixteen_bits_are_read(given: Install) -> None:
    given([CONVOLUTION, FULL], is_halved=True)
    made = network()
    assert load_start(made, "before", FACES) == 2
    # Sixteen bits hold eleven of the mantissa.
    assert_layer_is(made[0], CONVOLUTION, tolerance=2**-11)
    assert made[0].weight.dtype == torch.float32


def test_copying_stops_at_the_first_layer_that_does_not_fit(given: Install) -> None:
    given([CONVOLUTION, FULL, ("Gemm", values(3, 5, seed=4), values(3, seed=5))])
    made = network(n_labels=6).append(nn.Linear(5, 3))
    before = {name: value.clone() for name, value in made.state_dict().items()}
    assert load_start(made, "before", FACES) == 1
    assert_layer_is(made[0], CONVOLUTION)
    for name, value in made.state_dict().items():
        # The last layer would fit, but it stands behind one that does not.
        assert torch.equal(value, before[name]) != name.startswith("0.")


def test_longer_and_shorter_models_give_what_both_have(given: Install) -> None:
    given([CONVOLUTION])
    assert load_start(network(), "before", FACES) == 1
    given([CONVOLUTION, FULL, FULL])
    assert load_start(network(), "before", FACES) == 2


def test_layers_without_a_bias_fit_each_other_and_no_other(given: Install) -> None:
    bare: Layer = ("Conv", CONVOLUTION[1], None)
    given([bare])
    made = network(bias=False)
    assert load_start(made, "before", FACES) == 1
    assert_layer_is(made[0], bare)
    with pytest.raises(SettingsError, match=r"no layer fits.*Expected: shape \(4, 1, 3, 3\) with bias"):
        load_start(network(), "before", FACES)


def test_computed_weights_end_the_list(given: Install, tmp_path: Path) -> None:
    given([CONVOLUTION, FULL])
    path = tmp_path / "weights" / "before.onnx"
    model = onnx.load_from_string(path.read_bytes())
    model.graph.node[2].input[1] = "somewhere else"
    path.write_bytes(model.SerializeToString())
    card = (tmp_path / "cards" / "before.toml").read_text()
    old = next(line for line in card.splitlines() if line.startswith("sha256"))
    new = f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
    (tmp_path / "cards" / "before.toml").write_text(card.replace(old, new))
    assert load_start(network(), "before", FACES) == 1


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (
            [("Conv", values(4, 3, 3, 3, seed=0), values(4, seed=1))],
            r"cannot start from 'before': no layer fits\. Got: a first layer of shape \(4, 3, 3, 3\) with bias\. "
            r"Expected: shape \(4, 1, 3, 3\) with bias",
        ),
        ([("Conv", CONVOLUTION[1], None)], r"shape \(4, 1, 3, 3\) without bias\. Expected: .* with bias"),
        ([], r"no layer fits\. Got: a model without layers"),
    ],
)
def test_model_of_which_no_layer_fits_is_refused(given: Install, layers: list[Layer], words: str) -> None:
    given(layers)
    made = network()
    before = {name: value.clone() for name, value in made.state_dict().items()}
    with pytest.raises(SettingsError, match=words):
        load_start(made, "before", FACES)
    assert all(torch.equal(value, before[name]) for name, value in made.state_dict().items())


def test_model_that_is_not_installed_is_named(given: Install) -> None:
    given([CONVOLUTION])
    with pytest.raises(ModelError, match=r"no model is called 'after'\. Expected: before"):
        load_start(network(), "after", FACES)


def with_norms() -> nn.Sequential:
    """The network above with a batch normalisation for a bias, and a second convolution that has neither."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, bias=False)
    )


def convolved(faces: torch.Tensor, layer: Layer) -> torch.Tensor:
    assert layer[2] is not None
    return torch.conv2d(faces, torch.from_numpy(layer[1]), torch.from_numpy(layer[2]))


def test_batch_normalisation_passes_on_what_the_model_computes(given: Install) -> None:
    given([CONVOLUTION])
    made = with_norms()
    assert load_start(made, "before", FACES) == 1
    assert made.training
    made.eval()
    # Other faces than those it started with are read alike: only a training moves what it expects.
    for faces in (FACES, FACES + 1):
        torch.testing.assert_close(made[:2](faces), convolved(faces, CONVOLUTION), rtol=0, atol=1e-4)
    torch.testing.assert_close(made[:2].train()(FACES), convolved(FACES, CONVOLUTION), rtol=0, atol=1e-4)


def test_each_of_several_normalisations_sees_what_those_before_it_give(given: Install) -> None:
    second: Layer = ("Conv", values(4, 4, 3, 3, seed=6), values(4, seed=7))
    given([CONVOLUTION, second])
    made = with_norms().append(nn.BatchNorm2d(4)).eval()
    assert load_start(made, "before", FACES) == 2
    assert not made.training
    expected = convolved(convolved(FACES, CONVOLUTION).relu(), second)
    torch.testing.assert_close(made(FACES), expected, rtol=0, atol=1e-3)


def test_convolution_with_neither_bias_nor_normalisation_does_not_take_one(given: Install) -> None:
    given([CONVOLUTION, ("Conv", values(4, 4, 3, 3, seed=6), values(4, seed=7))])
    assert load_start(with_norms(), "before", FACES) == 1


def test_expression_network_started_from_itself_gives_its_answers() -> None:
    recipe = load_recipe("expression")
    definition = networks.find("expression")
    made = definition.Network(recipe.options)
    faces = torch.rand(32, 1, 48, 48, generator=torch.Generator().manual_seed(3))
    load_start(made, "expression", faces)
    with torch.inference_mode():
        answers = made.eval()(faces)
    session = Session.open("expression", Device.CPU)
    for name, expected in session.run(faces.numpy()).items():
        np.testing.assert_allclose(answers[name].softmax(dim=1).numpy(), expected, atol=2e-3)
