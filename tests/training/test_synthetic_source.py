from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from duchenne.datasets import made_clips
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.register import TRAINED
from duchenne.pipeline import Networks
from duchenne.training.networks import rec
from duchenne.training.recipe import Source
from duchenne.training.sources import load_sources
from duchenne.training.synthetic_source import HEAD, read_known_units
from rated_folders import FPS
from synthetic_sets import STRENGTHS, write_set
from worlds import tiny_networks

UNITS = ("AU12", "AU11", "AU45")


def test_a_patch_has_the_strengths_of_its_own_frame(tmp_path: Path) -> None:
    write_set(tmp_path, blank=(0, 3))
    read = read_known_units(tmp_path, "train", 2 / FPS, rec.INPUT, UNITS, tiny_networks())
    # Every second frame of eight, and of those the first shows a wall.
    assert read.patches.shape == (2 * 3, 112, 112)
    labels = np.array(read.labels[HEAD])
    np.testing.assert_allclose(labels[:, 0], np.tile(STRENGTHS[[2, 4, 6]], 2), atol=1e-6)  # float32
    assert np.isnan(labels[:, 1]).all()
    assert labels[:, 2].tolist() == [0.5] * 6


def test_a_recipe_s_source_learns_units_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_set(tmp_path)
    source = Source("synthetic", "train", {HEAD: 1.0})
    data, (entry,) = load_sources([source], tmp_path, rec.INPUT, rec.HEADS, learn=True)
    assert (entry.dataset, entry.split, entry.use) == (made_clips.MADE, "train", TRAINED)
    assert entry.samples == len(data) > 0
    assert (data.weights[HEAD] == 1).all()
    assert all((data.weights[name] == 0).all() for name in data.weights if name != HEAD)
    known = np.isfinite(data.targets[HEAD])
    (units,) = (head for head in rec.HEADS if head.name == HEAD)
    assert known.all(axis=0).tolist() == [name in {"AU12", "AU45"} for name in units.labels]
    assert not known.any(axis=0)[units.labels.index("AU01")]


def test_a_source_can_be_asked_for_some_units_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_set(tmp_path)
    source = Source("synthetic", "train", {HEAD: 1.0}, units=("AU45",))
    data, _ = load_sources([source], tmp_path, rec.INPUT, rec.HEADS, learn=True)
    (units,) = (head for head in rec.HEADS if head.name == HEAD)
    known = np.isfinite(data.targets[HEAD])
    assert known.all(axis=0).tolist() == [name == "AU45" for name in units.labels]
    assert known.sum() == len(data)
    assert (data.targets[HEAD][known] == 0.5).all()


def test_a_source_that_is_to_teach_units_which_the_network_lacks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_set(tmp_path)
    source = Source("synthetic", "train", {HEAD: 1.0}, units=("AU45", "AU11"))
    with pytest.raises(
        SettingsError, match=r"units that the network does not have\. Got: AU11\. Expected: AU01"
    ):
        load_sources([source], tmp_path, rec.INPUT, rec.HEADS, learn=True)


def test_unknown_units_are_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    with pytest.raises(DataError, match=r"no such action units\. Got: AU99"):
        read_known_units(tmp_path, "train", 1.0, rec.INPUT, ("AU12", "AU99"), tiny_networks())


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"synthetic.dev.clips\.parquet.*duchenne synth make"):
        read_known_units(tmp_path, "dev", 1.0, rec.INPUT, UNITS, tiny_networks())
