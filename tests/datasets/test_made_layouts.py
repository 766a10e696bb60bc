from __future__ import annotations

from pathlib import Path

from duchenne.datasets.made_layouts import STUDY, is_rendered
from duchenne.synth.layouts import study


def test_a_rendered_folder_is_told_by_the_truth_beside_it_and_so_is_a_list_in_it(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").touch()
    assert not is_rendered(tmp_path)
    assert not is_rendered(tmp_path / "labels.csv")
    (tmp_path / STUDY).parent.mkdir()
    (tmp_path / STUDY).touch()
    assert is_rendered(tmp_path)
    assert is_rendered(tmp_path / "labels.csv")


def test_it_is_the_name_that_the_layouts_write() -> None:
    assert study._STUDY == STUDY
