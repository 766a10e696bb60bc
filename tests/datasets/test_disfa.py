from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_trees import videos, write_tree
from duchenne.datasets.disfa import FOLDS, read_disfa
from duchenne.errors import DataError

AU1, AU12 = "1,0\n2,3\n3,5\n", "1,0\n2,1\n3,0\n"


def tree(root: Path, **changes: str | bytes | None) -> Path:
    files: dict[str, str | bytes | None] = {
        "ActionUnit_Labels/SN001/SN001_au1.txt": AU1,
        "ActionUnit_Labels/SN001/SN001_au12.txt": AU12,
        "ActionUnit_Labels/SN002/SN002_au1.txt": AU1,
        "ActionUnit_Labels/SN002/SN002_au12.txt": AU12,
        **videos("LeftVideoSN001_comp.avi", "Videos_LeftCamera/LeftVideoSN002_comp.avi"),
        **changes,
    }
    return write_tree(root, {name: content for name, content in files.items() if content is not None})


def test_subjects_have_intensities_as_shares_of_e(tmp_path: Path) -> None:
    first, second = read_disfa(tree(tmp_path))
    assert (first.subject, second.subject) == ("SN001", "SN002")
    assert (first.units, first.is_presence) == ((1, 12), False)
    np.testing.assert_allclose(first.codes, [[0, 0], [0.6, 0.2], [1, 0]])
    assert first.indices.tolist() == [0, 1, 2]
    assert first.media.name == "LeftVideoSN001_comp.avi"
    assert second.media.parent.name == "Videos_LeftCamera"


def test_folds_share_nobody_and_name_all_27() -> None:
    names = [name for fold in FOLDS for name in fold]
    assert len(names) == len(set(names)) == 27


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"ActionUnit_Labels/SN001/SN001_au1.txt": "1,6\n"},
            r"line 1 of SN001_au1\.txt.*intensity 6.*0 to 5",
        ),
        (
            {"ActionUnit_Labels/SN001/SN001_au1.txt": "1,0\n1,0\n"},
            r"line 2 of SN001_au1\.txt.*stands there twice",
        ),
        ({"ActionUnit_Labels/SN001/SN001_au1.txt": "1,x\n"}, r"line 1 of SN001_au1\.txt"),
        (
            {"ActionUnit_Labels/SN002/SN002_au12.txt": None},
            r"different units\. Got: SN002: 1\. Expected: 1, 12",
        ),
        ({"LeftVideoSN001_comp.avi": None}, "no video of SN001"),
        (
            {
                "ActionUnit_Labels/SN002/SN002_au12.txt": None,
                "ActionUnit_Labels/SN002/SN002_au1.txt": None,
                "ActionUnit_Labels/SN002/notes.md": "x",
            },
            "SN002 holds no codes",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, changes: dict[str, str | bytes | None], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        read_disfa(tree(tmp_path, **changes))


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not laid out like DISFA.*SN001_au1\.txt"):
        read_disfa(tmp_path)
