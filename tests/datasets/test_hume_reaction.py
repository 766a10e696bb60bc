from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import videos, write_tree
from duchenne.datasets.hume_reaction import REACTIONS, read_hume_reaction
from duchenne.errors import DataError

HEADER = ",".join(("File_ID", "Split", *REACTIONS))
ROWS = (
    "00001,Train,0.1,0,0,0,0,0,1",
    "[00002],Val,0,0.5,0,0,0,0,0",
    "00003,Test,,,,,,,",
)


def tree(root: Path, *rows: str, subjects: str = "") -> Path:
    files: dict[str, str | bytes] = {"data_info.csv": "\n".join((HEADER, *rows)) + "\n"}
    if subjects:
        files["videos.csv"] = subjects
    return write_tree(root, files | videos("videos/00001.mp4", "videos/00002.mp4"))


def test_intensities_splits_and_people_are_read(tmp_path: Path) -> None:
    folder = tree(tmp_path, *ROWS, subjects="File_ID,subject\n[00001],anna\n00002,ben\n")
    first, second = read_hume_reaction(folder)
    np.testing.assert_array_equal(first.intensities, [0.1, 0, 0, 0, 0, 0, 1])
    assert (first.clip, first.split, first.subject) == ("00001", "Train", "anna")
    # Brackets around numbers are how some copies write them, in either list.
    assert (second.clip, second.subject, second.media.name) == ("00002", "ben", "00002.mp4")


def test_without_a_list_of_people_each_video_is_a_person(tmp_path: Path) -> None:
    assert [clip.subject for clip in read_hume_reaction(tree(tmp_path, *ROWS))] == ["00001", "00002"]


def test_a_list_that_names_only_some_people_is_refused(tmp_path: Path) -> None:
    folder = tree(tmp_path, *ROWS, subjects="File_ID,subject\n00001,anna\n")
    with pytest.raises(DataError, match=r"does not say who .* Got: nobody for 1 of 2, such as 00002"):
        read_hume_reaction(folder)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("00001,Train,0,0,0,0,0,0,1.5", r"line 2 of data_info\.csv has an intensity outside its range"),
        ("00001,Train,0,0,0,,0,0,1", "no value in the column 'Disgust'"),
        ("00001,Dev,0,0,0,0,0,0,1", "unknown split. Got: Dev. Expected: Train, Val, Test"),
        ("00009,Val,0,0,0,0,0,0,1", r"1 of 1 files listed in data_info\.csv are missing"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_hume_reaction(tree(tmp_path, row))


def test_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the list .*data_info\.csv does not exist"):
        read_hume_reaction(tmp_path)
