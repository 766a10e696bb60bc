from __future__ import annotations

from pathlib import Path

import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.folders import read_folders
from duchenne.errors import DataError


def test_pictures_have_their_folders_label_and_come_in_the_order_of_paths(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("sad/b.png", "Happy/a.jpg", "sad/a.png", "fear/x.webp"))
    samples = read_folders(tmp_path)
    assert [(s.sample, s.label, s.subject, s.split) for s in samples] == [
        ("Happy/a.jpg", "happiness", "", ""),
        ("fear/x.webp", "fear", "", ""),
        ("sad/a.png", "sadness", "", ""),
        ("sad/b.png", "sadness", "", ""),
    ]
    assert {s.dataset for s in samples} == {"folders"}
    assert samples[3].grey()[0, 0] == 1


def test_a_folder_below_the_label_is_the_subject(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("anger/ann/1.png", "anger/2.png", "anger/bob/1.png"))
    assert [(s.sample, s.subject) for s in read_folders(tmp_path)] == [
        ("anger/2.png", ""),
        ("anger/ann/1.png", "ann"),
        ("anger/bob/1.png", "bob"),
    ]


def test_folders_above_the_labels_are_splits(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("train/sad/a.png", "test/sad/a.png", "test/happy/b.png"))
    assert [(s.sample, s.split) for s in read_folders(tmp_path)] == [
        ("test/happy/b.png", "test"),
        ("test/sad/a.png", "test"),
        ("train/sad/a.png", "train"),
    ]
    assert [s.sample for s in read_folders(tmp_path, "train", dataset="mine")] == ["train/sad/a.png"]
    with pytest.raises(DataError, match=r"has no split 'dev'\. Expected: test or train"):
        read_folders(tmp_path, "dev")


def test_a_tree_without_splits_says_so(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("sad/a.png"))
    with pytest.raises(DataError, match=r"has no split 'test'\. Expected: no splits"):
        read_folders(tmp_path, "test")


def test_other_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("sad/a.png", "sad/.b.png", ".cache/a.png"))
    write_tree(tmp_path, {"sad/notes.txt": "x", "readme.txt": "x", "sad/.git/a.png": b""})
    assert [s.sample for s in read_folders(tmp_path)] == ["sad/a.png"]


def test_a_folder_named_after_no_label_is_named(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("sad/a.png", "joyful/a.png"))
    with pytest.raises(DataError, match=r"the folder .*joyful has an unknown label\. Got: 'joyful'"):
        read_folders(tmp_path)


@pytest.mark.parametrize("files", [{}, {"a.png": b""}, {"sad/notes.txt": b""}, {"sadd/a.png": b""}])
def test_a_tree_without_pictures_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(DataError, match="holds no pictures"):
        read_folders(write_tree(tmp_path, files))


def test_a_split_without_pictures_is_named(tmp_path: Path) -> None:
    write_tree(tmp_path, {**pictures("train/sad/a.png"), "test/readme.txt": b""})
    with pytest.raises(DataError, match=r"holds no pictures of the split 'test'"):
        read_folders(tmp_path, "test")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        read_folders(tmp_path / "nowhere")
