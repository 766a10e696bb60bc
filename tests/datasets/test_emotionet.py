from __future__ import annotations

from pathlib import Path

import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.emotionet import PUBLISHED, read_emotionet
from duchenne.errors import DataError

HEADER = "\t".join(PUBLISHED) + "\n"


def line(address: str, **codes: int) -> str:
    """A row; units that are not named were not coded."""
    cells = [str(codes.get(f"au{unit}", 999)) for unit in range(1, 61)]
    return "\t".join([address, "http://elsewhere/", *cells]) + "\n"


def tree(root: Path, text: str) -> Path:
    there = pictures("images/a.jpg", "images/b_c_.jpg", "images/Bj\u00f6rn.jpg")
    return write_tree(root, {"dataFile_0000.txt": text, **there})


@pytest.mark.parametrize("header", ["", HEADER], ids=["without a header", "with one"])
def test_codes_are_read_and_what_nobody_coded_is_not_there(tmp_path: Path, header: str) -> None:
    text = header + line("http://x.org/p/a.jpg?size=3", au1=1, au12=0) + line("http://x.org/gone.jpg", au1=1)
    (sample,) = read_emotionet(tree(tmp_path, text))
    assert (sample.sample, sample.dataset, sample.label) == ("a.jpg", "emotionet", "")
    # FACS has no AU3 here, and nobody coded the others.
    assert sample.units == {1: 1.0, 12: 0.0}
    assert sample.affect is None


def test_names_may_be_escaped_or_made_safe(tmp_path: Path) -> None:
    text = line("http://x.org/b(c).jpg", au4=1) + line("http://x.org/Bj%C3%B6rn.jpg", au4=0)
    assert [s.sample for s in read_emotionet(tree(tmp_path, text))] == ["b_c_.jpg", "Bj\u00f6rn.jpg"]


def test_picture_listed_twice_counts_once_and_one_without_codes_not_at_all(tmp_path: Path) -> None:
    text = (
        line("http://x.org/a.jpg", au1=1) + line("http://y.org/a.jpg", au1=0) + line("http://x.org/b_c_.jpg")
    )
    (sample,) = read_emotionet(tree(tmp_path, text))
    assert sample.units == {1: 1.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line("http://x.org/a.jpg", au2=3), r"line 1 of dataFile_0000\.txt does not fit\. Got: 3 for AU 2"),
        (line("http://x.org/gone.jpg", au1=1), r"none of the 1 listed pictures lies in .*images"),
        (line("http://x.org/", au1=1), "none of the 1 listed pictures"),
        ("a\tb\n", "has 2 cells"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_emotionet(tree(tmp_path, text))


def test_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not laid out like EmotioNet\. Expected: lists"):
        read_emotionet(tmp_path)
