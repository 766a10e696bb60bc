from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

from data_trees import write_tree
from duchenne.datasets.affectnet import PUBLISHED
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS
from duchenne.training.networks import rec
from duchenne.training.picture_source import read_labelled_pictures
from duchenne.training.recipe import Source
from duchenne.training.sources import load_sources
from worlds import PORTRAIT_FACE, portrait, real_finder

UNITS = ("AU01", "AU12", "AU45")


def encoded(rgb: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", rgb[..., ::-1])[1])


def sample(rgb: np.ndarray, label: str = "happiness") -> Sample:
    return Sample("p", "affectnet", "training", "", label, None, encoded(rgb))


def two_faces() -> np.ndarray:
    """Her portrait on the left, and on the right once more at three quarters of its size."""
    sheet = np.full((512, 1024, 3), 128, np.uint8)
    sheet[:, :512] = portrait()
    sheet[:384, 600:984] = cv2.resize(portrait(), (384, 384), interpolation=cv2.INTER_AREA)
    return sheet


def test_labels_are_what_somebody_said_and_else_unknown() -> None:
    one = sample(portrait())
    rated = dataclasses.replace(one, affect=(0.5, -0.5))
    coded = dataclasses.replace(one, label="", units={12: 1.0, 1: 0.0})
    read = read_labelled_pictures([one, rated, coded], rec.INPUT, UNITS, real_finder())
    assert read.patches.shape == (3, 112, 112)
    first, _, third = read.labels["expression"]
    assert first is not None
    assert EXPRESSIONS[int(first.argmax())] == "happiness"
    assert third is None
    assert [None if a is None else a.tolist() for a in read.labels["affect"]] == [None, [0.5, -0.5], None]
    units = read.labels["units"]
    assert units[:2] == [None, None]
    np.testing.assert_array_equal(units[2], [0, 1, np.nan])


def test_of_several_faces_the_labelled_one_is_cut_out() -> None:
    f = PORTRAIT_FACE
    small = Box(600 + f.x * 0.75, f.y * 0.75, f.width * 0.75, f.height * 0.75)
    largest = sample(two_faces())
    in_box = dataclasses.replace(largest, box=small)
    elsewhere = dataclasses.replace(largest, box=Box(10, 400, 60, 60))
    read = read_labelled_pictures([largest, in_box, elsewhere], rec.INPUT, UNITS, real_finder())
    # Nobody's face is in the third box.
    assert len(read.patches) == 2
    sharpness = [cv2.Laplacian(patch, cv2.CV_64F).var() for patch in read.patches]
    assert sharpness[0] > 1.1 * sharpness[1]


def test_pictures_without_a_face_are_left_out_and_none_is_none() -> None:
    wall = sample(np.full((64, 64, 3), 90, np.uint8))
    read = read_labelled_pictures([wall, sample(portrait()), wall], rec.INPUT, UNITS, real_finder())
    assert len(read.patches) == 1
    assert read_labelled_pictures([], rec.INPUT, UNITS, real_finder()).patches.shape == (0, 112, 112)


def test_recipe_may_learn_from_emotionet_and_affectnet(tmp_path: Path) -> None:
    codes = "\t".join(["1", *["999"] * 10, "0", *["999"] * 48])
    header = ",".join(PUBLISHED)
    face = encoded(portrait())
    write_tree(
        tmp_path,
        {
            "emotionet/list.txt": f"http://x.org/a.png\t-\t{codes}\n",
            "emotionet/images/a.png": face,
            "affectnet/training.csv": f"{header}\n1/a.png,178,72,92,118,,1,0.8,0.2\n",
            "affectnet/Manually_Annotated_Images/1/a.png": face,
        },
    )
    sources = [
        Source("emotionet", "all", {"units": 1.0}),
        Source("affectnet", "training", {"expression": 1.0, "affect": 1.0}),
    ]
    data, register = load_sources(sources, tmp_path, rec.INPUT, rec.HEADS, learn=True)
    assert [entry.dataset for entry in register] == ["emotionet", "affectnet"]
    column = rec.HEADS[2].labels.index("AU12")
    assert data.targets["units"][0][column] == 0
    assert data.weights["affect"].tolist() == [0.0, 1.0]
    np.testing.assert_allclose(data.targets["affect"][1], [0.8, 0.2])
    with pytest.raises(DataError, match=r"EmotioNet has no split 'train'\. Expected: all"):
        load_sources(
            [Source("emotionet", "train", {"units": 1.0})], tmp_path, rec.INPUT, rec.HEADS, learn=True
        )
