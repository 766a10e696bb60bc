from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from data_trees import videos, write_tree
from duchenne.datasets.children import DUCKEES, LIRIS_CSE, read_duckees, read_liris_cse
from duchenne.datasets.clips import overlap, unite
from duchenne.errors import DataError
from duchenne.labels import FER2013_LABELS


@pytest.mark.parametrize("folder", ["DuckEEsStim", "DuckEES", "."])
def test_without_a_list_names_tell_the_label(tmp_path: Path, folder: str) -> None:
    names = (
        "F03_Happy.m4v",
        "happy/F01.m4v",
        "neutral/happy ann.m4v",
        "x/m2-embarrassed.m4v",
        "notes.txt",
        ".happy.m4v",
    )
    write_tree(tmp_path / folder, videos(*names))
    clips = read_duckees(tmp_path)
    assert [(clip.clip, clip.label) for clip in clips] == [
        ("F03_Happy.m4v", "happiness"),
        ("happy/F01.m4v", "happiness"),
        ("neutral/happy ann.m4v", "neutral"),
        ("x/m2-embarrassed.m4v", "embarrassment"),
    ]
    assert {(clip.dataset, clip.subject, clip.split) for clip in clips} == {("duckees", "", "")}
    assert clips[1].path == tmp_path / folder / "happy/F01.m4v"


def test_a_list_is_believed_before_any_name(tmp_path: Path) -> None:
    text = "path,label,subject,split\nhappy_1.m4v,sad,S1,0\n"
    write_tree(tmp_path / "DuckEEsStim", {"labels.csv": text, **videos("happy_1.m4v", "happy_2.m4v")})
    (clip,) = read_duckees(tmp_path)
    assert (clip.clip, clip.label, clip.subject, clip.split, clip.dataset) == (
        "happy_1.m4v",
        "sadness",
        "S1",
        "0",
        "duckees",
    )


def test_a_list_above_the_sets_may_hold_both(tmp_path: Path) -> None:
    text = "path,label,dataset\nDuckEES/a.m4v,pride,DuckEES\nLIRIS-CSE/b.mp4,surprise,LIRIS-CSE\n"
    write_tree(tmp_path, {"labels.csv": text, **videos("DuckEES/a.m4v", "LIRIS-CSE/b.mp4")})
    assert [clip.clip for clip in read_duckees(tmp_path)] == ["DuckEES/a.m4v"]
    assert [clip.clip for clip in read_liris_cse(tmp_path)] == ["LIRIS-CSE/b.mp4"]


@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("clip7.mp4", "no label word in its name or its folder's"),
        ("happy_sad.mp4", "the words for happiness and sadness in 'happy_sad'"),
        ("neutral/x.mp4", "the words for neutral in 'neutral'"),
    ],
)
def test_a_label_that_cannot_be_told_asks_for_a_list(tmp_path: Path, name: str, got: str) -> None:
    write_tree(tmp_path, videos(name))
    with pytest.raises(
        DataError, match=rf"LIRIS-CSE's {name} cannot be told\. Got: {got}\..*Write a labels\.csv"
    ):
        read_liris_cse(tmp_path)


def test_a_label_that_a_set_does_not_have_is_refused_in_its_list(tmp_path: Path) -> None:
    write_tree(tmp_path, {"labels.csv": "path,label\na.m4v,angry\n", **videos("a.m4v")})
    with pytest.raises(
        DataError, match=r"line 2 of labels\.csv has an unknown label\. Got: 'angry'\. Expected: happ"
    ):
        read_duckees(tmp_path)


def test_folders_without_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"holds no clips of DuckEES\. Expected: videos in DuckEEsStim or DuckEES, or a"
    ):
        read_duckees(tmp_path)
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        read_liris_cse(tmp_path / "nowhere")


def test_the_labels_that_are_not_scored_are_those_of_the_paper() -> None:
    # "excluding embarrassment and pride videos" (paper 004, section 2.1).
    assert set(DUCKEES.labels) - set(FER2013_LABELS) == {"embarrassment", "pride"}
    assert set(LIRIS_CSE.labels) <= set(FER2013_LABELS)


def test_the_synthetic_layout_is_read_with_its_subjects_and_folds(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    from duchenne.synth.layouts.children import ChildrenOptions, files, plan

    planned = plan(ChildrenOptions(subjects=48), 0)
    write_tree(tmp_path, {**dict(files(planned)), **videos(*(one.clip.media for one in planned))})
    duckees, liris = read_duckees(tmp_path), read_liris_cse(tmp_path)
    assert (len(duckees), len(liris)) == (121, 180)
    united = overlap(unite(duckees, liris), FER2013_LABELS)
    assert united.counts == Counter(one.label for one in planned)
    assert not united.left_out
    by_media = {one.clip.media: one for one in planned}
    for clip in united.clips:
        one = by_media[clip.clip]
        assert (clip.label, clip.split) == (one.label, str(one.fold))
        assert clip.subject == f"{clip.dataset}/{one.clip.person.name}"
        assert clip.path == tmp_path / one.clip.media
