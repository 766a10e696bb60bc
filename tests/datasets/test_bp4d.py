from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, videos, write_tree
from duchenne.datasets.bp4d import FOLDS, read_bp4d
from duchenne.errors import DataError

OCCURRENCE = "0,1,2,12\n1,1,0,9\n2,0,0,1\n"


def tree(root: Path, **changes: str | bytes | None) -> Path:
    files: dict[str, str | bytes | None] = {
        "AUCoding/AU_OCC/F001_T1.csv": OCCURRENCE,
        "AUCoding/AU_OCC/M002_T3.csv": OCCURRENCE.replace("\n1,", "\n2440,").replace("\n2,", "\n2441,"),
        "AUCoding/AU_INT/AU12/F001_T1_AU12.csv": "1,9\n2,3\n",
        "AUCoding/AU_INT/AU06/F001_T1_AU06.csv": "1,0\n2,5\n",
        **videos("F001/T1.mp4"),
        **pictures("M002/T3/2440.jpg", "M002/T3/2441.jpg"),
        **changes,
    }
    return write_tree(root, {name: content for name, content in files.items() if content is not None})


def test_occurrence_is_nought_one_or_unknown(tmp_path: Path) -> None:
    first, second = read_bp4d(tree(tmp_path))
    assert (first.recording, first.subject, first.units) == ("F001_T1", "F001", (1, 2, 12))
    assert first.is_presence
    np.testing.assert_array_equal(first.codes, [[1, 0, np.nan], [0, 0, 1]])
    assert first.indices.tolist() == [0, 1]
    # Pictures bear the numbers that the codes have.
    assert (second.media.is_dir(), second.first_frame, second.indices.tolist()) == (True, 2440, [0, 1])


def test_intensity_is_a_share_of_e_of_the_units_that_have_one(tmp_path: Path) -> None:
    (only,) = read_bp4d(tree(tmp_path), intensity=True)
    assert (only.recording, only.units, only.is_presence) == ("F001_T1", (6, 12), False)
    np.testing.assert_allclose(only.codes, [[0, np.nan], [1, 0.6]])


def test_folds_share_nobody_and_name_all_41() -> None:
    names = [name for fold in FOLDS for name in fold]
    assert len(names) == len(set(names)) == 41


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"AUCoding/AU_OCC/F001_T1.csv": "0,1\n1,2\n"}, r"line 2 of F001_T1\.csv.*AU1 2.*0, 1 or 9"),
        ({"AUCoding/AU_OCC/F001_T1.csv": "0,x\n1,2\n"}, r"F001_T1\.csv has no columns of action units"),
        ({"F001/T1.mp4": None}, "no pictures of F001, T1"),
        ({"M002/T3/2440.jpg": None, "M002/T3/2441.jpg": None, "M002/T3/x.jpg": b""}, "named by its number"),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, changes: dict[str, str | bytes | None], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        read_bp4d(tree(tmp_path, **changes))


def test_unknown_intensities_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 1 of F001_T1_AU06\.csv.*Got: 7.*0 to 5, or 9"):
        read_bp4d(tree(tmp_path, **{"AUCoding/AU_INT/AU06/F001_T1_AU06.csv": "1,7\n"}), intensity=True)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not laid out like BP4D.*AU_OCC/F001_T1\.csv"):
        read_bp4d(tmp_path)
    with pytest.raises(DataError, match=r"AU_INT/AU06"):
        read_bp4d(tmp_path, intensity=True)
