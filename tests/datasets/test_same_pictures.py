from __future__ import annotations

from pathlib import Path

import pytest

from data_trees import write_tree
from duchenne.datasets.folders import read_folders
from duchenne.datasets.labels_csv import read_pictures
from duchenne.datasets.same_pictures import check_same_pictures
from duchenne.datasets.sample import Sample
from duchenne.errors import DataError
from labelled_faces import image


def sample(name: str, label: str, encoded: bytes | Path, split: str = "") -> Sample:
    return Sample(name, "folders", split, "", label, None, encoded)


def test_no_pictures_and_one_picture_are_fine() -> None:
    check_same_pictures([], "here")
    check_same_pictures([sample("a", "fear", b"")], "here")


def test_the_same_picture_twice_with_one_label_in_one_part_is_fine() -> None:
    check_same_pictures(
        [sample("a", "fear", b"x"), sample("b", "fear", b"x"), sample("c", "anger", b"y")], "here"
    )


def test_a_picture_under_two_labels_is_refused() -> None:
    pictures = [sample("a", "fear", b"x"), sample("b", "anger", b"y"), sample("c", "sadness", b"x")]
    with pytest.raises(
        DataError, match=r"1 pictures of here are there twice.*Got: a \(fear\) and c \(sadness\)\."
    ):
        check_same_pictures(pictures, "here")


def test_a_picture_in_two_parts_is_refused(tmp_path: Path) -> None:
    path = write_tree(tmp_path, {"x.png": b"x"}) / "x.png"
    pictures = [
        sample("a", "fear", b"x", "train"),
        sample("b", "fear", path, "test"),
        sample("c", "fear", b"xy"),
    ]
    with pytest.raises(
        DataError, match=r"Got: a \(fear train\) and b \(fear test\)\. Expected: each picture under one"
    ):
        check_same_pictures(pictures, "here")


def test_files_of_a_size_of_their_own_are_not_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"x.png": b"x"})
    lonely = sample("a", "fear", tmp_path / "x.png")

    class Unread(Sample):
        def read(self) -> bytes:
            raise AssertionError

    unread = Unread(*(getattr(lonely, name) for name in Sample.__slots__))
    check_same_pictures([unread, sample("b", "anger", b"yz")], "here")


def test_trees_and_lists_are_checked_whole_even_if_one_split_is_read(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"train/sad/a.png": image(1), "test/sad/b.png": image(1), "test/fear/c.png": image(2)}
    )
    with pytest.raises(
        DataError, match=r"test/sad/b\.png \(sadness test\) and train/sad/a\.png \(sadness train\)"
    ):
        read_folders(tmp_path, "test")
    text = "path,label\ntrain/sad/a.png,sad\ntest/sad/b.png,fear\n"
    write_tree(tmp_path, {"labels.csv": text})
    with pytest.raises(DataError, match=r"1 pictures of labels\.csv are there twice"):
        read_pictures(tmp_path)
