from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.aff_wild2 import read_aff_wild2
from duchenne.errors import DataError

CODES = "AU1,AU2,AU12\n0,1,0\n-1,-1,-1\n1,0,1\n"
PLACE = "AU_Detection_Challenge/Train_Set"


def tree(root: Path, codes: str = CODES, *, faces: bool = True) -> Path:
    files: dict[str, str | bytes] = {f"{PLACE}/v2_left.txt": codes, f"{PLACE}/v1.txt": CODES}
    if faces:
        files |= pictures("cropped_aligned/v1/00001.jpg", "cropped_aligned/v2_left/00001.jpg")
    return write_tree(root, files)


def test_frames_are_present_absent_or_unknown(tmp_path: Path) -> None:
    first, second = read_aff_wild2(tree(tmp_path), "train")
    assert (first.recording, first.split, first.units) == ("v1", "train", (1, 2, 12))
    assert first.is_presence
    np.testing.assert_array_equal(first.codes, [[0, 1, 0], [np.nan] * 3, [1, 0, 1]])
    assert (first.frames.tolist(), first.indices.tolist()) == ([1, 2, 3], [0, 1, 2])
    # Both faces of a video stay together.
    assert (second.recording, second.subject) == ("v2_left", "v2")


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("AU1\n2\n", r"line 2 of v2_left\.txt.*Got: 2.*0, 1 or -1"),
        ("valence,arousal\n0,0\n", r"v2_left\.txt has no columns of action units"),
    ],
)
def test_codes_that_mean_nothing_are_refused(tmp_path: Path, codes: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_aff_wild2(tree(tmp_path, codes), "train")


def test_file_without_a_frame_is_an_empty_recording(tmp_path: Path) -> None:
    _, empty = read_aff_wild2(tree(tmp_path, "AU1,AU2\n"), "train")
    assert empty.codes.shape == (0, 2)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no faces of v1"):
        read_aff_wild2(tree(tmp_path, faces=False), "train")
    with pytest.raises(DataError, match=r"not laid out like Aff-Wild2.*Validation_Set"):
        read_aff_wild2(tmp_path, "validation")
    with pytest.raises(DataError, match="no split 'test'"):
        read_aff_wild2(tmp_path, "test")
