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
from duchenne.training.coded_source import HEAD, PICTURES_PER_S, read_coded_units
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


def write_aff_wild2(root: Path, n: int = 26) -> None:
    """A folder of cut faces, of which the fourth is missing; the first is not coded."""
    lines = ["-1,-1", *(f"{index % 2},1" for index in range(1, n))]
    write_tree(
        root, {"aff_wild2/AU_Detection_Challenge/Train_Set/v.txt": "AU1,AU12\n" + "\n".join(lines) + "\n"}
    )
    face = frames(1)[0]
    folder = root / "aff_wild2" / "cropped_aligned" / "v"
    folder.mkdir(parents=True)
    for number in (1, 6, 11, 21, 26):
        cv2.imwrite(str(folder / f"{number:05d}.jpg"), face[..., ::-1])


def test_pictures_are_matched_by_their_numbers(tmp_path: Path) -> None:
    write_aff_wild2(tmp_path)
    step_s = 5 / PICTURES_PER_S
    read = read_coded_units("aff_wild2", tmp_path, "train", step_s, rec.INPUT, UNITS, tiny_networks())
    labels = np.array(read.labels[HEAD])
    # Frames 1, 6, 11, 21 and 26 are places 0, 5, 10, 20 and 25.
    np.testing.assert_array_equal(labels[:, 0], [np.nan, 1, 0, 0, 1])
    np.testing.assert_array_equal(labels[:, 1], [np.nan, 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("dataset", "split", "words"),
    [
        ("disfa", "fold_4", r"no split 'fold_4'\. Expected: fold_1, fold_2, fold_3"),
        ("disfa", "fold_3", "nobody who is there belongs to the split 'fold_3'"),
        ("aff_wild2", "fold_1", "Aff-Wild2 has no split"),
        ("recola", "train", "no coded recordings are called 'recola'"),
    ],
)
def test_splits_that_are_not_there_are_refused(tmp_path: Path, dataset: str, split: str, words: str) -> None:
    write_disfa(tmp_path)
    with pytest.raises(DataError, match=words):
        read_coded_units(dataset, tmp_path, split, 1.0, rec.INPUT, UNITS, tiny_networks())


def test_picture_that_is_none_is_named(tmp_path: Path) -> None:
    write_aff_wild2(tmp_path)
    (tmp_path / "aff_wild2/cropped_aligned/v/00001.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"00001\.jpg cannot be read"):
        read_coded_units("aff_wild2", tmp_path, "train", 0.2, rec.INPUT, UNITS, tiny_networks())
