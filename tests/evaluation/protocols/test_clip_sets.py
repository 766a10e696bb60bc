from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data_trees import write_tree
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.protocols.clip_sets import ClipSource, check_untrained, read_sets, sources_of
from duchenne.labels import FER2013_LABELS
from duchenne.models.card import TrainingSource
from grey_reader import reader


def source(root: Path, dataset: str, rows: str, header: str = "path,label,subject,split") -> ClipSource:
    """A set with a list; each video holds its own name."""
    names = [row.split(",")[0] for row in rows.split()]
    files = {name: name for name in names if name}
    write_tree(root, {"labels.csv": "\n".join([header, *rows.split()]), **files})
    return ClipSource(dataset, root)


def trained(split: str, use: str = "trained", *subjects: str) -> TrainingSource:
    return TrainingSource("duckees", split, use, "none", 1, subjects)


def test_only_labels_that_are_read_are_scored_and_the_others_are_counted(tmp_path: Path) -> None:
    (found,) = read_sets(
        [source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0 b.m4v,pride,S1,0 c.m4v,neutral,S2,1")],
        FER2013_LABELS,
    )
    assert (found.title, found.dataset, found.data, found.subjects_unknown) == (
        "DuckEES",
        "duckees",
        "d",
        False,
    )
    assert [(clip.clip, clip.label, clip.subject) for clip in found.clips] == [
        ("a.m4v", "happiness", "duckees/S1"),
        ("c.m4v", "neutral", "duckees/S2"),
    ]
    assert {label: n for label, n in found.counts.items() if n} == {"happiness": 1, "neutral": 1}
    assert found.left_out == {"pride": 1}
    lines = [
        f"{hashlib.sha256(name.encode()).hexdigest()}  {name}  {label}  {subject}\n"
        for name, label, subject in (("a.m4v", "happiness", "S1"), ("c.m4v", "neutral", "S2"))
    ]
    assert found.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_people_of_different_sets_are_different_and_of_plain_lists_the_same(tmp_path: Path) -> None:
    sets = read_sets(
        [
            source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0"),
            source(tmp_path / "l", "liris_cse", "a.mp4,happy,S1,0"),
            source(tmp_path / "x", "labels", "a.mp4,happy,S1,0"),
            source(tmp_path / "more" / "x", "labels", "a.mp4,happy,S1,0"),
        ],
        FER2013_LABELS,
    )
    assert [one.clips[0].subject for one in sets] == ["duckees/S1", "liris_cse/S1", "labels/S1", "labels/S1"]
    assert [one.title for one in sets] == ["DuckEES", "LIRIS-CSE", "x", "x (2)"]


def test_without_subjects_each_clip_is_a_person_of_its_own(tmp_path: Path) -> None:
    (found,) = read_sets(
        [source(tmp_path / "d", "labels", "a.mp4,happy b.mp4,sad", "path,label")], FER2013_LABELS
    )
    assert found.subjects_unknown
    assert [clip.subject for clip in found.clips] == ["labels/a.mp4", "labels/b.mp4"]


def test_a_clip_in_two_sets_is_refused(tmp_path: Path) -> None:
    one = source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0")
    with pytest.raises(DataError, match=r"the clip 'a\.m4v' stands in DuckEES and in DuckEES \(2\)"):
        read_sets([one, one], FER2013_LABELS)


def test_a_set_without_clips_to_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no clip of DuckEES can be scored\. Got: clips labelled pride\."):
        read_sets([source(tmp_path / "d", "duckees", "a.m4v,pride,S1,0")], FER2013_LABELS)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a.m4v,joyous,S1,0", "unknown label"),
        ("a.m4v,happy,S1,0 b.m4v,sad,,0", "some videos name a subject and others do not"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(rows: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=words):
        read_sets([source(tmp_path / "d", "duckees", rows)], FER2013_LABELS)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    one = source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0")
    (tmp_path / "d" / "a.m4v").unlink()
    with pytest.raises(DataError, match=r"1 of 1 files listed in labels\.csv are missing"):
        read_sets([one], FER2013_LABELS)


@pytest.mark.parametrize(
    "register", [trained("0"), trained("elsewhere", "trained", "S1")], ids=["a part", "a person"]
)
def test_clips_that_a_network_learned_from_are_refused(register: TrainingSource, tmp_path: Path) -> None:
    sets = read_sets([source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0")], FER2013_LABELS)
    with pytest.raises(DataError, match="'grey' was trained on"):
        check_untrained(reader(training=[register]).card, sets)


def test_a_part_that_chose_the_weights_is_said(tmp_path: Path) -> None:
    sets = read_sets([source(tmp_path / "d", "duckees", "a.m4v,happy,S1,0")], FER2013_LABELS)
    (note,) = check_untrained(reader(training=[trained("0", "chosen")]).card, sets)
    assert note.startswith("DuckEES: the weights were chosen by their score on 0")
    assert check_untrained(reader().card, sets) == ()


def test_names_are_paired_with_places_in_their_order() -> None:
    paths = [Path("a"), Path("b")]
    assert [one.dataset for one in sources_of(paths, [])] == ["labels", "labels"]
    assert sources_of(paths, ["liris_cse", "duckees"]) == (
        ClipSource("liris_cse", paths[0]),
        ClipSource("duckees", paths[1]),
    )
    with pytest.raises(SettingsError, match=r"each --data needs its own --dataset.*Got: 2 of --data and 1"):
        sources_of(paths, ["duckees"])
    with pytest.raises(SettingsError, match=r"no clip set 'afew'\. Expected: duckees, liris_cse, labels"):
        sources_of(paths, ["duckees", "afew"])
