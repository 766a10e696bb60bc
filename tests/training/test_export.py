from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from duchenne.errors import ModelError, OutputError
from duchenne.models.card import Card, Result, TrainingSource
from duchenne.models.session import Session, probe_error
from duchenne.training.export import Exported, export, write
from duchenne.training.networks import Head, Kind
from duchenne.training.networks.expression import HEADS, INPUT, Network, Options
from duchenne.training.recipe import Export

WORDS = Export("small", "A small network", "1", tolerance=2e-3, limits=("for tests",))
REGISTER = (TrainingSource("generated", "smoke", "trained", "Apache-2.0", 4),)


def trained() -> Network:
    """A network whose batch norms have something to fold."""
    torch.manual_seed(0)
    network = Network(Options(widths=(8, 16, 16), blocks=(1, 0)))
    network.train()
    for _ in range(3):
        network(torch.rand(8, *INPUT.shape))
    return network.eval()


def patches(n: int = 70) -> np.ndarray:
    return np.random.default_rng(1).random((n, *INPUT.shape), dtype=np.float32)


def exported(network: torch.nn.Module | None = None, words: Export = WORDS) -> Exported:
    network = trained() if network is None else network
    return export(network, INPUT, HEADS, words, register=REGISTER, patches=patches(), source="a test")


def test_exported_network_gives_torch_s_probabilities() -> None:
    network, result = trained(), exported()
    outputs = Session(result.card, result.weights).run(patches(5))
    with torch.inference_mode():
        logits = network(torch.from_numpy(patches(5)))
    for name, values in outputs.items():
        expected = torch.softmax(logits[name], dim=1).numpy()
        # Sixteen-bit weights: 2 ** -11 each, and far fewer than all of them err the same way.
        np.testing.assert_allclose(values, expected, atol=2e-3)
        np.testing.assert_allclose(values.sum(axis=1), 1, atol=1e-5)
    assert 0 < result.difference <= WORDS.tolerance


def test_large_weights_are_stored_in_sixteen_bits_and_norms_are_folded() -> None:
    model = onnx.load_from_string(exported().weights)
    kinds = {node.op_type for node in model.graph.node}
    assert "BatchNormalization" not in kinds
    assert "Dropout" not in kinds
    large = [c for c in model.graph.initializer if np.prod(c.dims) >= 1024]
    assert large
    assert {c.data_type for c in large} == {onnx.TensorProto.FLOAT16}


def test_card_says_what_the_file_is() -> None:
    result = exported()
    card = result.card
    assert card.sha256 == hashlib.sha256(result.weights).hexdigest()
    assert card.parameters == sum(p.numel() for p in trained().parameters())
    assert [out.labels for out in card.outputs] == [head.labels for head in HEADS]
    assert (card.training, card.source, card.limits) == (REGISTER, "a test", ("for tests",))
    assert probe_error(Session(card, result.weights)) <= card.probe.tolerance


def test_same_network_gives_the_same_bytes() -> None:
    assert exported().weights == exported().weights


def test_difference_beyond_the_tolerance_is_refused() -> None:
    with pytest.raises(ModelError, match=r"exported 'small' does not give.*a difference of .*at most 1e-12"):
        exported(words=dataclasses.replace(WORDS, tolerance=1e-12))


def test_network_that_gives_no_numbers_is_refused() -> None:
    network = trained()
    with torch.no_grad():
        network.heads["expression"].bias[0] = torch.nan
    with pytest.raises(ModelError, match="a difference of nan"):
        exported(network)


def test_written_card_and_weights_read_back(tmp_path: Path) -> None:
    result = exported().with_results([Result("accuracy", 0.5, "stripes", "duchenne ...")])
    card_path, weights_path = write(result, tmp_path / "new")
    card = Card.parse(card_path.read_text(encoding="utf-8"), "card")
    assert card == result.card
    assert card.results[0].value == 0.5
    assert weights_path.read_bytes() == result.weights
    assert sorted(p.name for p in (tmp_path / "new").rglob("*.*")) == ["small.onnx", "small.toml"]


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"model cannot be written below .*file"):
        write(exported(), tmp_path / "file")


def test_mirrored_export_answers_for_both_sides_of_the_face() -> None:
    one, both = exported(), exported(words=dataclasses.replace(WORDS, mirrored=True))
    faces = patches(5)
    mirror = np.ascontiguousarray(faces[..., ::-1])
    of_face, of_mirror = (Session(one.card, one.weights).run(view) for view in (faces, mirror))
    session = Session(both.card, both.weights)
    for name, values in session.run(faces).items():
        # The same sums in batches of another size.
        np.testing.assert_allclose(values, (of_face[name] + of_mirror[name]) / 2, atol=1e-6)
        assert np.abs(values - of_face[name]).max() > 1e-4  # a face at random is not its own mirror image
        np.testing.assert_allclose(session.run(mirror)[name], values, atol=1e-6)
    assert 0 < both.difference <= WORDS.tolerance
    assert both.card.parameters == one.card.parameters
    assert all(out.meaning.endswith("the face and its mirror image") for out in both.card.outputs)
    assert not any("mirror" in out.meaning for out in one.card.outputs)


class _Mixed(torch.nn.Module):
    """A network of one head of classes and one of values, both ``gain * mean + bias`` of the face."""

    def forward(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        mean = image.mean(dim=(1, 2, 3))[:, None]
        return {"class": torch.cat([mean, -mean], dim=1), "value": 3 * mean - 5}


def test_values_are_exported_as_they_are_and_classes_as_probabilities() -> None:
    heads = (Head("value", ("v",), "a value", kind=Kind.VALUES), Head("class", ("a", "b"), "one of two"))
    result = export(_Mixed(), INPUT, heads, WORDS, register=(), patches=patches(3), source="a test")
    got = Session(result.card, result.weights).run(patches(3))
    mean = patches(3).mean(axis=(1, 2, 3), dtype=np.float64)
    np.testing.assert_allclose(got["value"][:, 0], 3 * mean - 5, atol=1e-5)  # means of 2,304 float32 values
    np.testing.assert_allclose(got["class"][:, 0], 1 / (1 + np.exp(-2 * mean)), atol=1e-5)
    assert [(out.name, out.labels) for out in result.card.outputs] == [
        ("value", ("v",)),
        ("class", ("a", "b")),
    ]


class _Units(torch.nn.Module):
    """Three units whose logits are the mean of the face, its double and its negative; and two classes."""

    def forward(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        mean = image.mean(dim=(1, 2, 3))[:, None]
        return {"units": torch.cat([mean, 2 * mean, -mean], dim=1), "class": torch.cat([mean, -mean], dim=1)}


def test_withheld_units_are_left_out_of_the_file_and_the_card() -> None:
    heads = (
        Head("units", ("AU01", "AU02", "AU04"), "strengths", kind=Kind.UNITS),
        Head("class", ("a", "b"), "one of two"),
    )
    words = dataclasses.replace(WORDS, withhold=("AU02",))
    result = export(_Units(), INPUT, heads, words, register=(), patches=patches(3), source="a test")
    got = Session(result.card, result.weights).run(patches(3))
    mean = patches(3).mean(axis=(1, 2, 3), dtype=np.float64)
    wanted = 1 / (1 + np.exp(np.column_stack([-mean, mean])))
    np.testing.assert_allclose(got["units"], wanted, atol=1e-5)  # means of 2,304 float32 values
    assert got["class"].shape == (3, 2)
    assert [out.labels for out in result.card.outputs] == [("AU01", "AU04"), ("a", "b")]
