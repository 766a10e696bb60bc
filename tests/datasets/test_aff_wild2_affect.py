from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.aff_wild2_affect import read_aff_wild2_affect
from duchenne.errors import DataError

RATINGS = "valence,arousal\n0.5,-1\n-5,-5\n0.1,-5\n"
NAMES = "Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise,Other"
LABELS = f"{NAMES}\n0\n-1\n7\n6\n"


def tree(root: Path, ratings: str = RATINGS, labels: str = LABELS, *, faces: bool = True) -> Path:
    files: dict[str, str | bytes] = {
        "VA_Estimation_Challenge/Validation_Set/a.txt": ratings,
        "EXPR_Recognition_Challenge/Validation_Set/a.txt": labels,
        "EXPR_Recognition_Challenge/Validation_Set/b_right.txt": LABELS,
    }
    if faces:
        files |= pictures("cropped_aligned/a/00001.jpg", "cropped_aligned/b_right/00001.jpg")
    return write_tree(root, files)


def test_ratings_and_labels_are_read_and_unrated_is_missing(tmp_path: Path) -> None:
    first, second = read_aff_wild2_affect(tree(tmp_path), "validation")
    np.testing.assert_array_equal(first.affect, [[0.5, -1], [np.nan] * 2, [np.nan] * 2])
    assert first.labels == ("neutral", "", "", "surprise")
    assert first.media == tmp_path / "cropped_aligned" / "a"
    # Only one of the two challenges has this video.
    assert (second.recording, second.subject, second.affect.shape) == ("b_right", "b", (0, 2))


def test_empty_lists_are_empty_recordings(tmp_path: Path) -> None:
    first, _ = read_aff_wild2_affect(tree(tmp_path, "valence,arousal\n", f"{NAMES}\n"), "validation")
    assert (first.affect.shape, first.labels) == ((0, 2), ())


@pytest.mark.parametrize(
    ("ratings", "labels", "words"),
    [
        ("valence,arousal\n2,0\n", LABELS, r"line 2 of a\.txt does not fit\. Got: \(2\.0, 0\.0\)"),
        ("valence,arousal\n0,loud\n", LABELS, r"line 2 of a\.txt has no value in the column 'arousal'"),
        ("v,a\n0,0\n", LABELS, r"a\.txt lacks the columns valence, arousal"),
        (RATINGS, f"{NAMES}\n0\n8\n", r"line 3 of a\.txt does not fit\. Got: 8"),
        (RATINGS, "Neutral,Happiness\n0\n", r"a\.txt has other columns\. Got: Neutral, Happiness"),
    ],
)
def test_values_that_mean_nothing_are_refused(tmp_path: Path, ratings: str, labels: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_aff_wild2_affect(tree(tmp_path, ratings, labels), "validation")


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no faces of a in"):
        read_aff_wild2_affect(tree(tmp_path, faces=False), "validation")
    with pytest.raises(DataError, match=r"not laid out like Aff-Wild2.*Train_Set"):
        read_aff_wild2_affect(tmp_path, "train")
    with pytest.raises(DataError, match="no split 'test'"):
        read_aff_wild2_affect(tmp_path, "test")
