from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_trees import write_tree
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS
from duchenne.pipeline import Networks
from duchenne.training.aff_wild2_source import read_aff_wild2_faces
from duchenne.training.coded_source import PICTURES_PER_S
from duchenne.training.networks import rec
from duchenne.training.recipe import Source
from duchenne.training.sources import load_sources
from rated_folders import frames
from worlds import tiny_networks

UNITS = ("AU01", "AU12", "AU45")
STEP_S = 5 / PICTURES_PER_S
NAMES = "Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise,Other"


def write(root: Path, **lists: str) -> Path:
    """Two videos of cut faces, numbers 1, 6, 11 and 16, with lists by ``CHALLENGE_VIDEO``."""
    challenges = {"au": "AU_Detection", "va": "VA_Estimation", "expr": "EXPR_Recognition"}
    files = {}
    for name, text in lists.items():
        challenge, video = name.split("_")
        files[f"aff_wild2/{challenges[challenge]}_Challenge/Train_Set/{video}.txt"] = text
    write_tree(root, files)
    for video in ("v", "w"):
        folder = root / "aff_wild2" / "cropped_aligned" / video
        folder.mkdir(parents=True)
        for number in (1, 6, 11, 16):
            cv2.imwrite(str(folder / f"{number:05d}.jpg"), frames(1)[0][..., ::-1])
    return root


def each(header: str, *values: str) -> str:
    """A list whose frames 1, 6, 11, ... have these values; those between have the first."""
    lines = [values[k // 5] if k % 5 == 0 else values[0] for k in range(5 * len(values))]
    return "\n".join([header, *lines]) + "\n"


def test_each_challenge_gives_the_labels_that_it_has(tmp_path: Path) -> None:
    write(
        tmp_path,
        au_v=each("AU1,AU12", "-1,-1", "1,0", "0,1", "1,1"),
        va_v=each("valence,arousal", "0.5,-0.25", "-5,-5", "-1,1"),
        expr_v=each(NAMES, "4", "-1", "7", "1"),
    )
    read = read_aff_wild2_faces(tmp_path, "train", STEP_S, rec.INPUT, UNITS, tiny_networks())
    assert len(read.patches) == 4
    units, affect, expression = (read.labels[name] for name in ("units", "affect", "expression"))
    np.testing.assert_array_equal(units[1], [1, 0, np.nan])
    assert np.isnan(units[0]).all()
    assert affect[0].tolist() == [0.5, -0.25]
    assert affect[1] is None  # -5: nobody rated
    assert affect[3] is None  # the list of ratings ends before
    assert [None if e is None else EXPRESSIONS[int(e.argmax())] for e in expression] == [
        "happiness",
        None,
        None,
        "anger",
    ]


def test_frame_that_no_challenge_labels_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, va_w=each("valence,arousal", "-5,-5", "0,0", "-5,-5", "0.1,0.1"))
    read = read_aff_wild2_faces(tmp_path, "train", STEP_S, rec.INPUT, UNITS, tiny_networks())
    assert len(read.patches) == 2
    assert read.labels["units"] == [None, None]
    assert read.subjects == ("w",)


def test_recipe_may_learn_all_three_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write(tmp_path, au_v=each("AU1,AU12", "0,1", "1,0"), expr_w=each(NAMES, "0", "5"))
    weights = {"units": 1.0, "expression": 1.0, "affect": 1.0}
    data, (entry,) = load_sources(
        [Source("aff_wild2", "train", weights)], tmp_path, rec.INPUT, rec.HEADS, learn=True
    )
    assert (entry.dataset, entry.subjects) == ("aff_wild2", ("v", "w"))
    assert (data.weights["units"] > 0).sum() == (data.weights["expression"] > 0).sum() == 1
    assert (data.weights["affect"] == 0).all()


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "aff_wild2").mkdir()
    with pytest.raises(DataError, match="AU_Detection_Challenge or VA_Estimation_Challenge or EXPR"):
        read_aff_wild2_faces(tmp_path, "train", STEP_S, rec.INPUT, UNITS, tiny_networks())
    with pytest.raises(DataError, match="Aff-Wild2 has no split 'fold_1'"):
        read_aff_wild2_faces(tmp_path / "nowhere", "fold_1", STEP_S, rec.INPUT, UNITS, tiny_networks())
