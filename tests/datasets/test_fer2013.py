from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.fer2013 import distribution, majority, read_fer2013
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS, FERPLUS_VOTES
from labelled_faces import ballot, fer2013_row, write_table


def votes(**counts: int) -> np.ndarray:
    return np.array([counts.get(name, 0) for name in FERPLUS_VOTES])


def test_only_the_split_asked_for_is_read(tmp_path: Path) -> None:
    rows = [
        fer2013_row(1, "fear", ballot(fear=10), usage="Training"),
        fer2013_row(2, "anger", ballot(anger=6, fear=4)),
    ]
    (sample,) = read_fer2013(write_table(tmp_path / "f.parquet", rows), "PublicTest")
    assert (sample.sample, sample.split, sample.label, sample.subject) == ("fer2", "PublicTest", "anger", "")
    np.testing.assert_array_equal(sample.votes, votes(anger=6, fear=4))
    assert sample.grey()[0, 0] == 2


def test_absent_split_lists_those_there_are(tmp_path: Path) -> None:
    path = write_table(tmp_path / "f.parquet", [fer2013_row(1, "fear", ballot(fear=10))])
    with pytest.raises(DataError, match=r"no rows of the split 'PrivateTest'\. Expected: PublicTest"):
        read_fer2013(path, "PrivateTest")


def test_unknown_label_is_named(tmp_path: Path) -> None:
    path = write_table(tmp_path / "f.parquet", [fer2013_row(1, "boredom", ballot(fear=10))])
    with pytest.raises(DataError, match=r"unknown labels\. Got: boredom\. Expected: anger"):
        read_fer2013(path, "PublicTest")


@pytest.mark.parametrize(
    ("counts", "winner"),
    [
        ({"fear": 6, "sadness": 4}, "fear"),
        ({"neutral": 5, "contempt": 5}, "neutral"),
        ({"contempt": 4, "unknown": 4}, "contempt"),
        ({"sadness": 3, "fear": 3, "happiness": 1, "nf": 3}, "sadness"),
    ],
)
def test_most_votes_win_and_the_first_of_equals(counts: dict[str, int], winner: str) -> None:
    assert majority(votes(**counts)) == EXPRESSIONS.index(winner)


@pytest.mark.parametrize("counts", [{"unknown": 6, "fear": 4}, {"nf": 10}, {}])
def test_faces_nobody_could_name_have_neither_majority_nor_distribution(counts: dict[str, int]) -> None:
    assert majority(votes(**counts)) is None
    assert distribution(votes(**counts)) is None


def test_single_votes_and_unknowns_are_left_out_of_the_distribution() -> None:
    got = distribution(votes(neutral=4, sadness=2, anger=1, disgust=1, unknown=2))
    expected = np.zeros(8)
    expected[[0, 3]] = 4 / 6, 2 / 6
    np.testing.assert_allclose(got, expected, atol=1e-7)


def test_votes_that_are_all_single_have_no_distribution() -> None:
    assert distribution(votes(neutral=1, fear=1, anger=1)) is None


@pytest.mark.shared
def test_the_real_public_test_split_has_its_known_size(shared: Path) -> None:
    samples = read_fer2013(shared / "data" / "fer2013.parquet", "PublicTest")
    assert len(samples) == 3579
    assert sum(majority(s.votes) is not None for s in samples if s.votes is not None) == 3555


def test_every_layout_is_read_by_one_function(tmp_path: Path) -> None:
    pixels = " ".join(["7"] * (48 * 48))
    files = {"csv/fer2013.csv": f"emotion,pixels,Usage\n2,{pixels},PublicTest\n"}
    write_tree(tmp_path, {**files, **pictures("folders/PublicTest/fear/1.png")})
    write_table(tmp_path / "own.csv", [fer2013_row(3, "fear", ballot(fear=10))])
    levels = {}
    for name in ("csv", "csv/fer2013.csv", "folders", "own.csv"):
        (sample,) = read_fer2013(tmp_path / name, "PublicTest")
        assert sample.label == "fear"
        levels[name] = sample.grey()[0, 0]
    assert levels == {"csv": 7, "csv/fer2013.csv": 7, "folders": 1, "own.csv": 3}
