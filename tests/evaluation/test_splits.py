from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.splits import (
    Fold,
    SplitRules,
    check_disjoint,
    hold_out,
    k_fold,
    leave_one_subject_out,
)

ANYTHING = SplitRules(
    allow_absent_from_training=True, allow_absent_from_test=True, max_imbalance=float("inf")
)
SAMPLES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["happy", "sad"])), min_size=8
).filter(lambda pairs: len({subject for subject, _ in pairs}) >= 3)


def people(n: int, *labels: str) -> tuple[list[str], list[str]]:
    """Each of n subjects shows each label once."""
    return [f"s{i:02}" for i in range(n) for _ in labels], list(labels) * n


def parts(fold: Fold, subjects: list[str]) -> tuple[set[str], set[str]]:
    return {subjects[row] for row in fold.training}, {subjects[row] for row in fold.test}


def check_whole(folds: tuple[Fold, ...], subjects: list[str]) -> None:
    """Each row is tested once, each fold holds all rows, and nobody is on both sides."""
    np.testing.assert_array_equal(np.sort(np.concatenate([f.test for f in folds])), np.arange(len(subjects)))
    for fold in folds:
        rows = np.sort(np.concatenate([fold.training, fold.test]))
        np.testing.assert_array_equal(rows, np.arange(len(subjects)))
        training, test = parts(fold, subjects)
        assert training
        assert test
        assert not training & test


@given(SAMPLES, st.integers(2, 3), st.integers(0, 5))
def test_nobody_is_trained_on_and_tested(pairs: list[tuple[str, str]], n_folds: int, seed: int) -> None:
    subjects, labels = [s for s, _ in pairs], [label for _, label in pairs]
    check_whole(k_fold(subjects, labels, n_folds=n_folds, seed=seed, rules=ANYTHING), subjects)
    check_whole(leave_one_subject_out(subjects, labels, allow_absent_from_training=True), subjects)
    training, test = parts(hold_out(subjects, labels, seed=seed, rules=ANYTHING), subjects)
    assert training
    assert test
    assert training | test == set(subjects)
    assert not training & test


@given(SAMPLES, st.permutations(range(8)))
def test_order_of_the_rows_does_not_matter(pairs: list[tuple[str, str]], first: list[int]) -> None:
    shuffled = [pairs[i] for i in first] + pairs[8:]
    found = []
    for rows in (pairs, shuffled):
        subjects = [s for s, _ in rows]
        folds = k_fold(subjects, [label for _, label in rows], n_folds=3, rules=ANYTHING)
        found.append([parts(fold, subjects) for fold in folds])
    assert found[0] == found[1]


def test_classes_are_spread_evenly() -> None:
    # Twenty people who show one class each, five of them a rare one.
    subjects = [f"s{i:02}" for i in range(20)]
    labels = ["happy"] * 15 + ["sad"] * 5
    for fold in k_fold(subjects, labels, n_folds=5):
        assert sorted(labels[row] for row in fold.test) == ["happy"] * 3 + ["sad"]


def test_large_and_small_subjects_make_folds_of_one_size() -> None:
    subjects = ["large"] * 6 + ["middle"] * 3 + ["small"] * 2 + ["tiny"]
    sizes = [len(fold.test) for fold in k_fold(subjects, None, n_folds=2)]
    assert sizes == [6, 6]


def test_share_is_held_out() -> None:
    subjects, labels = people(10, "happy", "sad")
    fold = hold_out(subjects, labels, share=0.3)
    assert fold.name == "hold-out"
    assert len(fold.test) == 6


def test_same_seed_divides_alike_and_another_one_otherwise() -> None:
    subjects, labels = people(12, "happy", "sad")
    found = [
        [parts(fold, subjects) for fold in k_fold(subjects, labels, n_folds=3, seed=seed)]
        for seed in (0, 0, 1)
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]
    held = [parts(hold_out(subjects, labels, seed=seed), subjects) for seed in (0, 0, 1)]
    assert held[0] == held[1]
    assert held[0] != held[2]


def test_division_is_the_same_on_every_machine() -> None:
    subjects, labels = people(6, "happy")
    found = [sorted(parts(fold, subjects)[1]) for fold in k_fold(subjects, labels, n_folds=3)]
    # Dealt out in the order of sha256 of "0 s00" and so on: 02 04 03 01 00 05.
    assert found == [["s01", "s02"], ["s00", "s04"], ["s03", "s05"]]


def test_folds_are_named() -> None:
    subjects, labels = people(3, "happy")
    assert [fold.name for fold in k_fold(subjects, labels, n_folds=3)] == ["fold 1", "fold 2", "fold 3"]
    assert [fold.name for fold in leave_one_subject_out(subjects, labels)] == ["s00", "s01", "s02"]


def test_one_subject_is_left_out_at_a_time() -> None:
    subjects = ["b", "a", "b", "c"]
    tests = [fold.test.tolist() for fold in leave_one_subject_out(subjects, None)]
    assert tests == [[1], [0, 2], [3]]


def test_values_without_classes_lack_none() -> None:
    (first, _) = k_fold(["a", "b"], None, n_folds=2)
    assert first.absent_from_training == first.absent_from_test == ()


def test_class_of_one_person_cannot_be_learned_where_that_person_is_tested() -> None:
    subjects, labels = ["a", "b", "c", "d"] * 2, ["happy"] * 4 + ["sad", "angry", "sad", "sad"]
    with pytest.raises(
        DataError, match=r"training part of fold \d has no sample of: angry.*allow_absent_from_tr"
    ):
        k_fold(subjects, labels, n_folds=2, rules=SplitRules(allow_absent_from_test=True))
    with pytest.raises(
        DataError, match=r"test part of fold \d has no sample of: angry.*allow_absent_from_test"
    ):
        k_fold(subjects, labels, n_folds=2, rules=SplitRules(allow_absent_from_training=True))
    with pytest.raises(DataError, match="training part of b has no sample of: angry"):
        leave_one_subject_out(subjects, labels)
    tested, other = sorted(
        k_fold(subjects, labels, n_folds=2, rules=ANYTHING), key=lambda fold: fold.absent_from_test
    )
    assert (tested.absent_from_training, tested.absent_from_test) == (("angry",), ())
    assert (other.absent_from_training, other.absent_from_test) == ((), ("angry",))


def test_one_class_only_is_in_every_part() -> None:
    check_whole(k_fold(["a", "b", "c"], ["sad"] * 3, n_folds=3), ["a", "b", "c"])


def test_badly_unbalanced_folds_are_refused_unless_allowed() -> None:
    subjects = ["large"] * 20 + ["b", "c"]
    with pytest.raises(
        DataError, match=r"test part of fold \d is badly unbalanced.*about 11, at most 2 times"
    ):
        k_fold(subjects, None, n_folds=2)
    with pytest.raises(DataError, match=r"test part of hold-out is badly unbalanced"):
        hold_out(subjects, None, share=0.5)
    sizes = [len(fold.test) for fold in k_fold(subjects, None, n_folds=2, rules=SplitRules(max_imbalance=6))]
    assert sorted(sizes) == [2, 20]
    check_whole(leave_one_subject_out(subjects, None), subjects)


@pytest.mark.parametrize("subjects", [[], ["a", "a"]])
def test_fewer_subjects_than_parts_are_refused(subjects: list[str]) -> None:
    found = len(set(subjects))
    with pytest.raises(DataError, match=f"5 parts need at least 5 subjects. Got: {found}"):
        k_fold(subjects, None)
    with pytest.raises(DataError, match=f"2 parts need at least 2 subjects. Got: {found}"):
        hold_out(subjects, None)
    with pytest.raises(DataError, match=f"2 parts need at least 2 subjects. Got: {found}"):
        leave_one_subject_out(subjects, None)


def test_samples_without_a_subject_are_refused() -> None:
    with pytest.raises(DataError, match="2 of 4 samples do not say who is shown"):
        k_fold(["a", "", "b", ""], None, n_folds=2)


@pytest.mark.parametrize("n_folds", [1, 0, -3])
def test_fewer_than_two_folds_are_refused(n_folds: int) -> None:
    with pytest.raises(SettingsError, match=f"{n_folds} folds cannot be tested on each other"):
        k_fold(["a", "b"], None, n_folds=n_folds)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(SettingsError, match=r"a share of .* cannot be held out"):
        hold_out(["a", "b"], None, share=share)


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a label for each of 2 samples, got 1"):
        k_fold(["a", "b"], ["sad"], n_folds=2)
    with pytest.raises(ValueError, match="expected a label for each of 2 samples, got 1"):
        leave_one_subject_out(["a", "b"], ["sad"])


def test_parts_that_share_people_are_refused() -> None:
    check_disjoint({"training": ["a", "b", "a"], "test": ["c"], "empty": []})
    check_disjoint({})
    with pytest.raises(DataError, match=r"'training' and 'test' share subjects\. Got: b\. "):
        check_disjoint({"training": ["a", "b"], "test": ["b", "c"]})
    with pytest.raises(DataError, match=r"'one' and 'three' share subjects\. Got: a and 1 more"):
        check_disjoint({"one": iter(["a", "b"]), "two": ["c"], "three": ["b", "a"]})
