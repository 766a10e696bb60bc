from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from data_trees import pictures, write_tree
from duchenne.datasets.affectnet import IMAGES, LABELS, LISTS, PUBLISHED, read_affectnet
from duchenne.errors import DataError
from duchenne.geometry import Box
from duchenne.labels import EXPRESSIONS

HEADER = ",".join(PUBLISHED) + "\n"


def row(name: str, code: int, valence: float = 0.25, arousal: float = -0.5, box: str = "1,2,3,4") -> str:
    return f"{name},{box},10.5;11;12;13,{code},{valence},{arousal}\n"


def lists(root: Path, text: str, *names: str, place: str = "training.csv") -> Path:
    return write_tree(root, {place: text, **pictures(*(f"{IMAGES}/{name}" for name in names))})


def array(value: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array(value))
    return file.getvalue()


def annotated(
    number: str, expression: object, valence: object = 0.5, arousal: object = -0.25
) -> dict[str, bytes]:
    values = {"exp": expression, "val": valence, "aro": arousal}
    return {f"annotations/{number}_{key}.npy": array(value) for key, value in values.items()}


def test_labels_are_ours() -> None:
    assert set(LABELS) == set(EXPRESSIONS)


def test_a_listed_picture_has_label_affect_and_box(tmp_path: Path) -> None:
    lists(tmp_path, HEADER + row("7/a.jpg", 1), "7/a.jpg")
    (sample,) = read_affectnet(tmp_path, "training")
    assert (sample.sample, sample.dataset, sample.split) == ("7/a.jpg", "affectnet", "training")
    assert (sample.label, sample.subject, sample.votes) == ("happiness", "", None)
    assert sample.affect == (0.25, -0.5)
    assert sample.box == Box(1.0, 2.0, 3.0, 4.0)
    # JPEG may round a grey level by one.
    assert sample.grey()[0, 0] == pytest.approx(1, abs=1)


@pytest.mark.parametrize("place", ["validation.csv", f"{LISTS}/validation.csv"])
@pytest.mark.parametrize("header", [HEADER, ""])
def test_lists_may_lie_in_their_own_folder_and_lack_a_header(tmp_path: Path, place: str, header: str) -> None:
    lists(
        tmp_path,
        header + "".join(row(f"{n}.jpg", n) for n in range(8)),
        *(f"{n}.jpg" for n in range(8)),
        place=place,
    )
    assert tuple(sample.label for sample in read_affectnet(tmp_path, "validation")) == LABELS


def test_pictures_without_an_expression_are_left_out(tmp_path: Path) -> None:
    text = HEADER + row("a.jpg", 8) + row("b.jpg", 9, -2, -2) + row("c.jpg", 10, -2, -2) + row("d.jpg", 0)
    lists(tmp_path, text, "d.jpg")
    assert [s.sample for s in read_affectnet(tmp_path, "training")] == ["d.jpg"]
    lists(tmp_path / "none", HEADER + row("a.jpg", 8))
    with pytest.raises(DataError, match=r"the split 'training' of .* holds no picture with an expression"):
        read_affectnet(tmp_path / "none", "training")


def test_unrated_affect_and_unknown_boxes_are_missing(tmp_path: Path) -> None:
    text = HEADER + row("a.jpg", 0, -2, -2) + row("b.jpg", 0, box="NULL,NULL,NULL,NULL")
    lists(tmp_path, text, "a.jpg", "b.jpg")
    first, second = read_affectnet(tmp_path, "training")
    assert (first.affect, second.box) == (None, None)
    lists(tmp_path, "subDirectory_filePath,expression,valence,arousal\na.jpg,3,0,1\n")
    (only,) = read_affectnet(tmp_path, "training")
    assert (only.affect, only.box) == ((0.0, 1.0), None)


@pytest.mark.parametrize("code", [11, -1])
def test_unknown_codes_name_their_line(tmp_path: Path, code: int) -> None:
    lists(tmp_path, HEADER + row("a.jpg", 0) + row("b.jpg", code), "a.jpg", "b.jpg")
    with pytest.raises(
        DataError, match=rf"line 3 of training\.csv has an unknown label\. Got: {code}\. Exp.*10 no face"
    ):
        read_affectnet(tmp_path, "training")


@pytest.mark.parametrize(("valence", "arousal"), [(1.5, 0.0), (0.0, -1.01)])
def test_affect_outside_its_range_names_its_line(tmp_path: Path, valence: float, arousal: float) -> None:
    lists(tmp_path, HEADER + row("a.jpg", 0, valence, arousal), "a.jpg")
    with pytest.raises(
        DataError, match=r"line 2 of training\.csv has a valence or arousal outside its range"
    ):
        read_affectnet(tmp_path, "training")


def test_missing_pictures_are_counted(tmp_path: Path) -> None:
    lists(tmp_path, HEADER + row("a.jpg", 0) + row("b.jpg", 0) + row("c.jpg", 0), "b.jpg")
    with pytest.raises(
        DataError, match=r"2 of 3 files listed in training\.csv are missing\. Got: .*a\.jpg \(line 2 of"
    ):
        read_affectnet(tmp_path, "training")


def test_other_splits_and_other_trees_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"AffectNet has no split 'test'\. Expected: training or validation"):
        read_affectnet(tmp_path, "test")
    with pytest.raises(
        DataError, match=r"is not laid out like AffectNet\. Expected: training\.csv with .*train_set"
    ):
        read_affectnet(tmp_path, "training")


def test_arrays_of_one_number_are_read_as_text_or_number(tmp_path: Path) -> None:
    files = {**annotated("10", "3", "-0.5", "0.75"), **annotated("9", 6, -2.0, -2.0), **annotated("x", 8.0)}
    write_tree(tmp_path / "val_set", {**files, **pictures("images/10.jpg", "images/9.jpg", "images/x.jpg")})
    nine, ten = read_affectnet(tmp_path, "validation")
    assert (nine.sample, nine.label, nine.affect, nine.box) == ("9", "anger", None, None)
    assert (ten.sample, ten.label, ten.affect) == ("10", "surprise", (-0.5, 0.75))
    assert ten.split == "validation"


def test_missing_annotations_are_counted(tmp_path: Path) -> None:
    write_tree(tmp_path / "train_set", {**annotated("1", 0), **pictures("images/1.jpg", "images/2.jpg")})
    with pytest.raises(
        DataError, match=r"3 of 6 files listed in train_set/images are missing\. Got: .*2_exp\.npy \(2\."
    ):
        read_affectnet(tmp_path, "training")


@pytest.mark.parametrize("content", [array([1.0, 2.0]), array("happy"), array(float("nan")), b"", b"text"])
def test_arrays_without_one_number_are_named(tmp_path: Path, content: bytes) -> None:
    files = {**annotated("1", 0), **pictures("images/1.jpg"), "annotations/1_val.npy": content}
    with pytest.raises(
        DataError, match=r"1_val\.npy holds no number\. Got: .*Expected: an array of one number"
    ):
        read_affectnet(write_tree(tmp_path, {f"train_set/{k}": v for k, v in files.items()}), "training")


@pytest.mark.parametrize("code", [0.5, 12])
def test_unknown_codes_in_arrays_name_their_files(tmp_path: Path, code: float) -> None:
    write_tree(tmp_path / "train_set", {**annotated("1", code), **pictures("images/1.jpg")})
    with pytest.raises(
        DataError, match=rf"train_set/annotations/1_\*\.npy has an unknown label\. Got: {code}"
    ):
        read_affectnet(tmp_path, "training")


def test_two_pictures_for_one_annotation_are_refused(tmp_path: Path) -> None:
    write_tree(tmp_path / "train_set", {**annotated("1", 0), **pictures("images/1.jpg", "images/1.png")})
    with pytest.raises(DataError, match=r"1 pictures of .*images are there twice\. Got: 1\.jpg and 1\.png"):
        read_affectnet(tmp_path, "training")


def test_a_part_without_pictures_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path / "train_set", annotated("1", 0))
    with pytest.raises(DataError, match=r"the folder .*images does not exist"):
        read_affectnet(tmp_path, "training")
    (tmp_path / "train_set" / "images").mkdir()
    with pytest.raises(DataError, match="holds no picture with an expression"):
        read_affectnet(tmp_path, "training")
