from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from duchenne.datasets.faces import HELD_OUT, TRAIN, read_faces, split_of
from duchenne.errors import DataError
from labelled_faces import photo_row, write_table

SUBJECTS = [f"person {n}" for n in range(200)]


def test_the_rule_is_the_one_the_card_prints() -> None:
    for subject in SUBJECTS:
        remainder = int(hashlib.sha256(subject.encode()).hexdigest(), 16) % 5
        assert (split_of(subject) == HELD_OUT) == (remainder == 0)


def test_about_a_fifth_of_the_subjects_is_held_out() -> None:
    # 200 draws at 0.2: mean 40, standard deviation 5.7; three of them either way.
    assert 23 <= sum(split_of(s) == HELD_OUT for s in SUBJECTS) <= 57


def test_splits_part_the_subjects_and_none_means_both(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.parquet", [photo_row(s, "neutral", 9) for s in SUBJECTS])
    parts = [{s.subject for s in read_faces(path, split)} for split in (TRAIN, HELD_OUT)]
    assert not parts[0] & parts[1]
    assert parts[0] | parts[1] == set(SUBJECTS)
    assert [s.subject for s in read_faces(path)] == SUBJECTS


def test_unknown_label_is_named(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.csv", [photo_row("a", "joy", 9)])
    with pytest.raises(DataError, match=r"unknown labels\. Got: joy\. Expected: neutral"):
        read_faces(path)


def test_empty_split_is_an_error(tmp_path: Path) -> None:
    trained = next(s for s in SUBJECTS if split_of(s) == TRAIN)
    path = write_table(tmp_path / "p.parquet", [photo_row(trained, "fear", 9)])
    with pytest.raises(DataError, match="no rows of the split 'held_out'"):
        read_faces(path, HELD_OUT)
