from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from duchenne.errors import InputError, ModelError, SettingsError
from duchenne.labels import FER2013_LABELS
from duchenne.models import store
from duchenne.models.card import Card, TrainingSource
from duchenne.models.session import Session, probe_error
from duchenne.training import networks, recipe, run
from duchenne.training.loop import Machine
from labelled_faces import ballot, fer2013_row, write_table
from tiny_networks import Output, build, install

RECIPE = """
network = "{network}"
evaluate = [{evaluate}]
[shape]
{shape}
[[learn]]
dataset = "fer2013"
split = "Training"
weights = {{ {head} = 1.0 }}
[[choose]]
dataset = "fer2013"
split = "PublicTest"
weights = {{ {head} = 1.0 }}
[optimisation]
epochs = 1
batch_size = 8
precision = "32-true"
average = 0.5
[export]
name = "small"
title = "A small network"
version = "1"
tolerance = 2e-3
limits = ["for tests"]
"""

NETWORK = """
from dataclasses import dataclass
from torch import nn
from duchenne.models.card import Border, Colour, InputSpec, Layout
from duchenne.training.networks import Head

INPUT = InputSpec("image", 16, Colour.RGB, Layout.NCHW, -1.0, 1.0, Border.BLACK, False)
HEADS = (Head("smile", ("no", "yes"), "probability of a smile"),)

@dataclass(frozen=True, slots=True)
class Options:
    width: int = 4

class Network(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, options.width, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2))
        self.layers(__import__("torch").zeros(1, 3, 16, 16))

    def forward(self, image):
        return {"smile": self.layers(image)}
"""


def write_recipe(folder: Path, evaluate: str = "", **words: str) -> str:
    values = {"network": "expression", "shape": "widths = [4, 8]\nblocks = [0]", "head": "fer2013", **words}
    path = folder / "small.toml"
    path.write_text(RECIPE.format(evaluate=evaluate, **values), encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def fewer_stripes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of a smoke run's faces say as much."""
    monkeypatch.setattr(run, "_SMOKE_SAMPLES", 64)
    monkeypatch.setattr(run, "_SMOKE_BATCH", 16)


def in_32_bits(name: str) -> recipe.Recipe:
    """A recipe of the package; mixed precision takes a minute where the processor lacks it (see test_loop)."""
    full = recipe.load_recipe(name)
    return dataclasses.replace(full, optimisation=dataclasses.replace(full.optimisation, precision="32-true"))


@pytest.mark.parametrize("name", recipe.names())
def test_every_recipe_of_the_package_passes_its_smoke_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(run, "load_recipe", in_32_bits)
    trained = run.run(name, data=None, machine=Machine(tmp_path, "cpu"), smoke=True)
    card = Card.parse(trained.card.read_text(encoding="utf-8"), "card")
    assert probe_error(Session(card, trained.weights.read_bytes())) <= card.probe.tolerance
    assert [source.dataset for source in card.training] == ["generated"]
    assert card.source == f"duchenne train {name} --smoke"
    assert len(card.results) == len(networks.find(recipe.load_recipe(name).network).HEADS)
    assert trained.reports == ()


def test_adding_a_network_takes_one_file_and_one_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smile.py").write_text(NETWORK)
    monkeypatch.setattr(networks, "__path__", [*networks.__path__, str(tmp_path)])
    written = write_recipe(tmp_path, network="smile", shape="width = 2", head="smile")
    trained = run.run(written, data=None, machine=Machine(tmp_path / "out", "cpu"), smoke=True)
    card = trained.exported.card
    assert card.output("smile").labels == ("no", "yes")
    outputs = Session(card, trained.exported.weights).run(np.zeros((1, 3, 16, 16), np.float32))
    assert outputs["smile"].sum() == pytest.approx(1, abs=1e-5)


def test_full_run_trains_on_the_data_scores_and_fills_the_register(tmp_path: Path) -> None:
    rows = [
        fer2013_row(n, label, ballot(neutral=10), usage=usage)
        for usage in ("Training", "PublicTest")
        for n, label in enumerate(FER2013_LABELS * 3)
    ]
    write_table(tmp_path / "fer2013.parquet", rows)
    written = write_recipe(tmp_path, '"expressions"')
    trained = run.run(written, data=tmp_path, machine=Machine(tmp_path / "out", "cpu"))
    card = trained.exported.card
    assert [(s.dataset, s.split, s.use, s.samples) for s in card.training] == [
        ("fer2013", "Training", "trained", 21),
        ("fer2013", "PublicTest", "chosen", 21),
    ]
    (report,) = trained.reports
    assert report.scores[1].n_samples == 21
    assert any(result.value == round(report.scores[1].accuracy, 4) for result in card.results)
    assert "chosen by their score" in report.notes[0]


def test_installing_puts_card_and_weights_among_the_package_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        fer2013_row(n, "fear", ballot(fear=9), usage=u) for u in ("Training", "PublicTest") for n in range(9)
    ]
    write_table(tmp_path / "fer2013.parquet", rows)
    monkeypatch.setattr("duchenne.models.__path__", [str(tmp_path / "models")])
    machine = Machine(tmp_path / "out", "cpu")
    trained = run.run(write_recipe(tmp_path), data=tmp_path, machine=machine, install=True)
    installed = tmp_path / "models"
    assert (installed / "weights" / "small.onnx").read_bytes() == trained.weights.read_bytes()
    assert (installed / "cards" / "small.toml").read_bytes() == trained.card.read_bytes()


def test_what_cannot_work_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "out", "cpu")
    with pytest.raises(SettingsError, match="smoke run cannot be installed"):
        run.run("expression", data=None, machine=machine, smoke=True, install=True)
    for data in (None, tmp_path / "absent"):
        with pytest.raises(InputError, match=r"data folder .* does not exist.*--smoke"):
            run.run("expression", data=data, machine=machine)
    written = write_recipe(tmp_path, '"taste"')
    with pytest.raises(
        SettingsError, match=r"unknown evaluations\. Got: taste\. Expected: expressions, photos"
    ):
        run.run(written, data=tmp_path, machine=machine)
    written = write_recipe(tmp_path, '"photos", "audit", "unit_faces", "expressions"')
    (tmp_path / "faces.parquet").touch()
    with pytest.raises(InputError, match=r"lack what they read.*Got: no audit, no fer2013.parquet\. Put it"):
        run.run(written, data=tmp_path, machine=machine)
    assert not machine.folder.exists()


def test_failed_parity_leaves_no_model_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = recipe.load_recipe("expression")
    strict = dataclasses.replace(
        full,
        shape={"widths": [8, 16], "blocks": [1]},
        export=dataclasses.replace(full.export, tolerance=1e-12),
    )
    monkeypatch.setattr(run, "load_recipe", lambda _: strict)
    with pytest.raises(ModelError, match="does not give what the trained network gives"):
        run.run("expression", data=None, machine=Machine(tmp_path, "cpu"), smoke=True)
    assert not list(tmp_path.rglob("*.onnx"))
    assert not list(tmp_path.rglob("*.toml"))


def test_teacher_teaches_and_its_sources_join_the_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        fer2013_row(n, label, ballot(neutral=10), usage=usage)
        for usage in ("Training", "PublicTest")
        for n, label in enumerate(FER2013_LABELS)
    ]
    write_table(tmp_path / "fer2013.parquet", rows)
    card, weights = build(
        [Output("known", bias=[1 / 7] * 7, labels=FER2013_LABELS)],
        name="wise",
        spec=networks.find("expression").INPUT,
    )
    training = (
        TrainingSource("fer2013", "Training", "trained", "any", 99),
        TrainingSource("faces", "train", "trained", "any", 5, subject_rule="some"),
    )
    install(tmp_path / "models", dataclasses.replace(card, training=training), weights)
    monkeypatch.setattr(store, "_root", lambda: tmp_path / "models")
    path = Path(write_recipe(tmp_path))
    teacher = '[teacher]\nmodel = "wise"\noutput = "known"\nhead = "fer2013"\nshare = 0.7\n'
    path.write_text(path.read_text() + teacher)
    learned = []
    plain = run.train
    monkeypatch.setattr(run, "train", lambda *given: learned.append(given[1]) or plain(*given))
    trained = run.run(str(path), data=tmp_path, machine=Machine(tmp_path / "out", "cpu"))
    np.testing.assert_allclose(learned[0].targets["fer2013"], 0.3 * np.eye(7) + 0.1, atol=1e-6)
    # The teacher's own faces are known to its pupil, and what both saw is listed once, with the pupil's count.
    assert [(s.dataset, s.split, s.use, s.samples) for s in trained.exported.card.training] == [
        ("fer2013", "Training", "trained", 7),
        ("fer2013", "PublicTest", "chosen", 7),
        ("faces", "train", "trained", 5),
    ]


@pytest.mark.parametrize(
    "added",
    ['start = "absent"\n', '[teacher]\nmodel = "absent"\noutput = "a"\nhead = "fer2013"\nshare = 1\n'],
)
def test_model_that_is_not_there_is_refused_before_any_data_are_read(tmp_path: Path, added: str) -> None:
    path = Path(write_recipe(tmp_path))
    text = path.read_text()
    path.write_text(added + text if added.startswith("start") else text + added)
    with pytest.raises(ModelError, match="no model is called 'absent'"):
        run.run(str(path), data=tmp_path, machine=Machine(tmp_path / "out", "cpu"))


def test_smoke_run_needs_neither_teacher_nor_start(tmp_path: Path) -> None:
    path = Path(write_recipe(tmp_path))
    path.write_text('start = "absent"\n' + path.read_text())
    trained = run.run(str(path), data=None, machine=Machine(tmp_path / "out", "cpu"), smoke=True)
    assert trained.exported.card.training[0].dataset == "generated"
