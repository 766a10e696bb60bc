from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.fer2013_published import read_published, read_usage_folders
from duchenne.errors import DataError
from duchenne.labels import FER2013_LABELS

PIXELS = " ".join(str(n % 256) for n in range(48 * 48))
VOTES = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"


def published(
    folder: Path, *rows: str, votes: str | None = None, header: str = "emotion,pixels,Usage"
) -> Path:
    files = {"fer2013.csv": "\n".join((header, *rows)) + "\n"}
    if votes is not None:
        files["fer2013new.csv"] = VOTES + votes
    return write_tree(folder, files) / "fer2013.csv"


def test_pixels_become_the_picture_that_they_list(tmp_path: Path) -> None:
    path = published(tmp_path, f"3,{PIXELS},PublicTest")
    (sample,) = read_published(path, "PublicTest")
    np.testing.assert_array_equal(sample.grey(), (np.arange(48 * 48) % 256).reshape(48, 48))
    assert (sample.sample, sample.dataset, sample.split) == ("row00000", "fer2013", "PublicTest")
    assert (sample.label, sample.subject, sample.votes) == ("happiness", "", None)


def test_codes_are_the_contests(tmp_path: Path) -> None:
    path = published(tmp_path, *(f"{code},{PIXELS},Training" for code in range(7)))
    assert tuple(sample.label for sample in read_published(path, "Training")) == FER2013_LABELS


def test_only_the_split_is_read_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = (f"0,{PIXELS},Training", f"1,{PIXELS},PublicTest", f"2,{PIXELS},PrivateTest")
    path = published(tmp_path, *rows)
    assert [s.sample for s in read_published(path, "PrivateTest")] == ["row00002"]
    with pytest.raises(
        DataError, match=r"no rows of the split 'test'\. Expected: PrivateTest or PublicTest or Tra"
    ):
        read_published(path, "test")


def test_columns_may_come_in_another_order_with_blanks(tmp_path: Path) -> None:
    path = published(tmp_path, f"6,PublicTest,{PIXELS}", header="emotion, Usage, pixels")
    assert [s.label for s in read_published(path, "PublicTest")] == ["neutral"]


def test_votes_beside_the_file_belong_to_its_rows(tmp_path: Path) -> None:
    rows = (f"0,{PIXELS},Training", f"1,{PIXELS},PublicTest", f"2,{PIXELS},PublicTest")
    votes = (
        "Training,fer0000000.png,4,0,0,1,3,2,0,0,0,0\n"
        "PublicTest,,0,0,0,0,0,0,0,0,0,10\n"
        "PublicTest,fer0000002.png,5,0,0,3,1,0,0,0,1,0\n"
    )
    no_face, last = read_published(published(tmp_path, *rows, votes=votes), "PublicTest")
    assert (no_face.sample, last.sample) == ("row00001", "fer0000002")
    assert no_face.votes is not None
    assert no_face.votes.tolist() == [0] * 9 + [10]
    assert last.votes is not None
    assert last.votes.tolist() == [5, 0, 0, 3, 1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("n_votes", [1, 3])
def test_votes_for_another_number_of_faces_are_refused(tmp_path: Path, n_votes: int) -> None:
    votes = "Training,a.png,4,0,0,1,3,2,0,0,0,0\n" * n_votes
    path = published(tmp_path, *[f"0,{PIXELS},Training"] * 2, votes=votes)
    with pytest.raises(
        DataError, match=rf"does not belong to fer2013\.csv\. Got: {n_votes} rows of votes, 2 faces"
    ):
        read_published(path, "Training")


def test_votes_in_another_order_are_refused(tmp_path: Path) -> None:
    path = published(tmp_path, f"0,{PIXELS},Training", votes="PublicTest,a.png,4,0,0,1,3,2,0,0,0,0\n")
    with pytest.raises(
        DataError, match=r"line 2 of fer2013new\.csv does not belong to line 2 of fer2013\.csv"
    ):
        read_published(path, "Training")


@pytest.mark.parametrize("code", ["7", "-1"])
def test_unknown_codes_name_their_line(tmp_path: Path, code: str) -> None:
    path = published(tmp_path, f"0,{PIXELS},Training", f"{code},{PIXELS},Training")
    with pytest.raises(
        DataError, match=rf"line 3 of fer2013\.csv has an unknown label\. Got: {code}\. Expected: 0 anger"
    ):
        read_published(path, "Training")


@pytest.mark.parametrize(
    ("pixels", "got"),
    [
        ("", "0 numbers"),
        ("1 2 3", "3 numbers from 1 to 3"),
        (PIXELS + " 300", "2305 numbers from 0 to 300"),
        (PIXELS.replace("255", "256"), "2304 numbers from 0 to 256"),
        (PIXELS.replace("255", "-1"), "2304 numbers from -1 to 254"),
        (PIXELS.replace("255", "x"), "invalid literal"),
        ("9" * 30, "too large"),
    ],
)
def test_pixels_that_are_no_picture_name_their_line(tmp_path: Path, pixels: str, got: str) -> None:
    with pytest.raises(DataError, match=rf"line 2 of fer2013\.csv holds no picture\. Got: .*{got}"):
        read_published(published(tmp_path, f"0,{pixels},Training"), "Training")


def test_a_file_without_rows_has_no_split(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no rows of the split 'Training'\. Expected: rows"):
        read_published(published(tmp_path), "Training")


def test_folders_by_split_and_label(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("Training/Happy/1.png", "PublicTest/angry/2.png", "PrivateTest/sad/3.png"))
    (sample,) = read_usage_folders(tmp_path, "PublicTest")
    assert (sample.sample, sample.label, sample.split) == ("PublicTest/angry/2.png", "anger", "PublicTest")
    assert sample.grey()[0, 0] == 2


def test_in_a_folder_test_the_names_tell_the_split(tmp_path: Path) -> None:
    names = ("train/happy/Training_1.jpg", "test/sad/PublicTest_2.jpg", "test/sad/PrivateTest_3.jpg")
    write_tree(tmp_path, pictures(*names))
    for split, name in zip(("Training", "PublicTest", "PrivateTest"), names, strict=True):
        assert [s.sample for s in read_usage_folders(tmp_path, split)] == [name]
    write_tree(tmp_path, pictures("test/sad/other.jpg"))
    with pytest.raises(
        DataError, match=r"the split of .*other\.jpg cannot be told.*PublicTest_ or PrivateTest_"
    ):
        read_usage_folders(tmp_path, "PublicTest")


def test_labels_that_fer2013_does_not_have_are_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, pictures("Training/contempt/1.png"))
    with pytest.raises(DataError, match=r"has a label that FER2013 does not have\. Got: contempt"):
        read_usage_folders(tmp_path, "Training")


@pytest.mark.parametrize("names", [(), ("Training/happy/1.png",), ("PublicTest/readme.png",)])
def test_a_tree_without_the_split_lists_its_folders(tmp_path: Path, names: tuple[str, ...]) -> None:
    got = names[0].partition("/")[0] if names else "no folders"
    with pytest.raises(
        DataError, match=rf"no pictures of the split 'PublicTest'\. Got: {got}\. Expected: Training, Pub"
    ):
        read_usage_folders(write_tree(tmp_path, pictures(*names)), "PublicTest")
