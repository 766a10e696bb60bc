from __future__ import annotations

from pathlib import Path

import pytest

from data_trees import pictures, videos, write_tree
from duchenne.datasets.labels_csv import read_clips, read_pictures
from duchenne.errors import DataError


def test_clips_lie_beside_their_list(tmp_path: Path) -> None:
    text = "path,label,subject,split\nday 1/a.mp4,Happy,ann,train\nb.AVI,pride,,\n"
    write_tree(tmp_path, {"labels.csv": text, **videos("day 1/a.mp4", "b.AVI")})
    first, second = read_clips(tmp_path)
    assert (first.clip, first.label, first.subject, first.split) == (
        "day 1/a.mp4",
        "happiness",
        "ann",
        "train",
    )
    assert (first.dataset, first.path) == ("labels", tmp_path / "day 1/a.mp4")
    assert (second.label, second.subject, second.split) == ("pride", "", "")
    assert read_clips(tmp_path / "labels.csv", dataset="mine")[0].dataset == "mine"


def test_subject_and_split_may_be_absent(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "file,emotion\na.mov,sad\n", **videos("a.mov")})
    (clip,) = read_clips(tmp_path)
    assert (clip.label, clip.subject, clip.split) == ("sadness", "", "")


def test_lines_of_another_set_are_passed_over(tmp_path: Path) -> None:
    text = "path,label,dataset\na.mp4,sad,One\nb.mp4,sad,two\nc.mp4,sad,\n"
    write_tree(tmp_path, {"labels.csv": text, **videos("a.mp4", "c.mp4")})
    assert [clip.clip for clip in read_clips(tmp_path, of="one")] == ["a.mp4", "c.mp4"]
    write_tree(tmp_path, {"labels.csv": "path,label,dataset\na.mp4,sad,One\n"})
    with pytest.raises(DataError, match=r"labels\.csv lists no files of three"):
        read_clips(tmp_path, of="three")


def test_pictures_are_samples_read_later(tmp_path: Path) -> None:
    text = "path,label,split,subject\na.png,Angry,train,ann\nb.jpg,neutral,test,bob\n"
    write_tree(tmp_path, {"labels.csv": text, **pictures("a.png", "b.jpg")})
    first, second = read_pictures(tmp_path)
    assert (first.sample, first.label, first.split, first.subject) == ("a.png", "anger", "train", "ann")
    assert (first.dataset, first.votes, first.grey()[0, 0]) == ("labels", None, 1)
    assert [sample.sample for sample in read_pictures(tmp_path, "test")] == [second.sample]
    with pytest.raises(DataError, match=r"no lines of the split 'dev'\. Expected: test or train"):
        read_pictures(tmp_path, "dev")


def test_a_list_without_splits_has_none(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.png,fear\n", **pictures("a.png")})
    with pytest.raises(DataError, match=r"no lines of the split 'dev'\. Expected: no split"):
        read_pictures(tmp_path, "dev")


def test_pictures_have_no_labels_that_no_network_reads(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.png,pride\n", **pictures("a.png")})
    with pytest.raises(DataError, match=r"line 2 of labels\.csv has an unknown label\. Got: 'pride'"):
        read_pictures(tmp_path)


def test_unknown_labels_name_their_line(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.mp4,sad\nb.mp4,sadd\n", **videos("a.mp4", "b.mp4")})
    with pytest.raises(
        DataError, match=r"line 3 of labels\.csv has an unknown label\. Got: 'sadd'\. Expected: neutral"
    ):
        read_clips(tmp_path)


def test_missing_files_are_counted(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.mp4,sad\nb.mp4,sad\n", **videos("a.mp4")})
    with pytest.raises(
        DataError, match=r"1 of 2 files listed in labels\.csv are missing\. Got: .*b\.mp4 \(line 3 of lab"
    ):
        read_clips(tmp_path)


def test_a_file_listed_twice_is_refused_even_with_one_label(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.mp4,sad\n./a.mp4,sad\n", **videos("a.mp4")})
    with pytest.raises(
        DataError, match=r"a\.mp4 is listed twice in labels\.csv\. Got: line 2 of .* and line 3 of"
    ):
        read_clips(tmp_path)


def test_files_of_the_wrong_kind_name_their_line(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.png,sad\n", **pictures("a.png")})
    with pytest.raises(
        DataError, match=r"line 2 of labels\.csv lists a file of the wrong kind\. Got: 'a\.png'.*\.mp4"
    ):
        read_clips(tmp_path)
    write_tree(tmp_path, {"labels.csv": "path,label\na.mp4,sad\n"})
    with pytest.raises(DataError, match=r"the wrong kind\. Got: 'a\.mp4'\. Expected: .*\.png"):
        read_pictures(tmp_path)


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\n"})
    with pytest.raises(DataError, match=r"labels\.csv lists no files\."):
        read_clips(tmp_path)


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the list .*labels\.csv does not exist"):
        read_clips(tmp_path)
