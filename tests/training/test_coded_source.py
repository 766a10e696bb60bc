from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from data_trees import write_tree
from duchenne.errors import DataError
from duchenne.evaluation.register import TRAINED
from duchenne.pipeline import Networks
from duchenne.training.coded_source import HEAD, PICTURES_PER_S, faces_of, read_coded_units
from duchenne.training.networks import rec
from duchenne.training.recipe import Source
from duchenne.training.sources import load_sources
from media import write_video
from rated_folders import FPS, N_FRAMES, frames
from worlds import tiny_networks

UNITS = ("AU01", "AU12", "AU45")


def write_disfa(root: Path, blank: tuple[int, ...] = ()) -> None:
    """Two people of different folds; AU12 rises by a step a frame up to E, AU1 is absent."""
    for subject in ("SN001", "SN013"):
        smile = "".join(f"{n + 1},{min(n, 5)}\n" for n in range(N_FRAMES))
        still = "".join(f"{n + 1},0\n" for n in range(N_FRAMES))
        folder = f"disfa/ActionUnit_Labels/{subject}/{subject}"
        write_tree(root, {f"{folder}_au12.txt": smile, f"{folder}_au1.txt": still})
        write_video(
            root / f"disfa/LeftVideo{subject}_comp.avi",
            frames(blank=blank),
            fps=FPS,
            codec="mjpeg",
            pixel_format="yuvj420p",
            time_base=Fraction(1, FPS),
        )


def test_a_patch_has_the_codes_of_its_own_frame(tmp_path: Path) -> None:
    write_disfa(tmp_path, blank=(2,))
    read = read_coded_units("disfa", tmp_path, "fold_1", 2 / FPS, rec.INPUT, UNITS, tiny_networks())
    # Frames 0, 2, 4 and 6, of which frame 2 shows a wall.
    assert read.patches.shape == (3, 112, 112)
    labels = np.array(read.labels[HEAD])
    np.testing.assert_allclose(labels[:, 1], [0, 0.8, 1])
    assert (labels[:, 0] == 0).all()
    assert np.isnan(labels[:, 2]).all()
    assert read.subjects == ("SN001",)


def test_a_fold_and_the_others_share_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Networks, "load", lambda: tiny_networks())
    write_disfa(tmp_path)
    source = Source("disfa", "not_fold_1", {HEAD: 1.0})
    data, (entry,) = load_sources([source], tmp_path, rec.INPUT, rec.HEADS, learn=True)
    assert (entry.dataset, entry.subjects, entry.use) == ("disfa", ("SN013",), TRAINED)
    assert len(data) == entry.samples


def write_pictures(folder: Path, *numbers: int) -> Path:
    """A folder of pictures of a face, named by their numbers."""
    folder.mkdir(parents=True)
    for number in numbers:
        cv2.imwrite(str(folder / f"{number:05d}.jpg"), frames(1)[0][..., ::-1])
    return folder


def test_faces_of_a_folder_are_named_by_the_numbers_of_its_pictures(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "v", 1, 6, 11, 12, 26)
    (folder / "notes.txt").touch()
    found = list(faces_of(folder, 1, 5 / PICTURES_PER_S, rec.INPUT, tiny_networks()))
    # Numbers 1, 6, 11 and 26 are every fifth place from 0; 12 lies between.
    assert [place for place, _ in found] == [0, 5, 10, 25]
    assert found[0][1].shape == (112, 112)


def test_picture_that_is_none_is_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "v", 1)
    (folder / "00001.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"00001\.jpg cannot be read"):
        list(faces_of(folder, 1, 0.2, rec.INPUT, tiny_networks()))


@pytest.mark.parametrize(
    ("dataset", "split", "words"),
    [
        ("disfa", "fold_4", r"no split 'fold_4'\. Expected: fold_1, fold_2, fold_3"),
        ("disfa", "fold_3", "nobody who is there belongs to the split 'fold_3'"),
        ("recola", "train", "no coded recordings are called 'recola'"),
    ],
)
def test_splits_that_are_not_there_are_refused(tmp_path: Path, dataset: str, split: str, words: str) -> None:
    write_disfa(tmp_path)
    with pytest.raises(DataError, match=words):
        read_coded_units(dataset, tmp_path, split, 1.0, rec.INPUT, UNITS, tiny_networks())
