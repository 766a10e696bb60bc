from __future__ import annotations

import math

import numpy as np
import pytest

from duchenne.emotion.grouping import BROAD, BROAD_SURPRISE_POSITIVE, SPECIFIC
from duchenne.emotion.threshold import Fallback
from duchenne.errors import DataError, SettingsError
from duchenne.evaluation.metrics import MISSED
from duchenne.evaluation.threshold_fit import (
    THRESHOLDS,
    ChosenOn,
    LabelledVideo,
    best,
    check_division,
    fit,
    sweep,
)


def video(
    number: int, expression: str, *, n_shown: int, noise: int = 0, subject: str | None = None
) -> LabelledVideo:
    """Twenty frames: so many of the label, so many wrongly read as anger, the rest neutral."""
    counts = {"neutral": 20 - n_shown - noise, "anger": noise}
    counts[expression] = counts.get(expression, 0) + n_shown
    return LabelledVideo(f"v{number}", subject or f"s{number % 10}", expression, counts)


def world() -> list[LabelledVideo]:
    """Ten people, each with a smile in a quarter of the frames and a neutral video with two frames of anger.

    Thresholds of 0.15, 0.20 and 0.25 answer all of them; lower ones take the noise, higher ones miss the smiles.
    """
    smiles = [video(k, "happiness", n_shown=5) for k in range(10)]
    neutrals = [video(10 + k, "neutral", n_shown=0, noise=2) for k in range(10)]
    return smiles + neutrals


def test_the_grid_is_the_papers() -> None:
    assert len(THRESHOLDS) == 20
    assert (THRESHOLDS[0], THRESHOLDS[10], THRESHOLDS[-1]) == (0.05, 0.55, 1.0)


def test_the_threshold_that_separates_is_found_and_beats_top_1_on_new_people() -> None:
    found = fit(world())
    assert found.threshold == 0.20, "the middle one of three that are equally good"
    assert {fold.threshold for fold in found.folds} == {0.20}
    assert (found.rule.accuracy, found.top_1.accuracy, found.difference) == (1.0, 0.5, 0.5)
    assert (found.fold_mean, found.top_1_fold_mean) == (1.0, 0.5)
    assert found.difference_interval == (0.5, 0.5), "everybody gains the same"
    curve = dict(found.curve)
    assert [curve[t] for t in (0.05, 0.10, 0.15, 0.25, 0.30, 1.0)] == [0.5, 0.5, 1.0, 1.0, 0.5, 0.5]


def test_folds_divide_people_not_videos() -> None:
    found = fit(world(), n_folds=5)
    assert [fold.n_test for fold in found.folds] == [4] * 5
    assert found.rule.n_groups == 10


def odd_one_out() -> list[LabelledVideo]:
    """Eight people who smile in a quarter of the frames, and two whose neutral faces are read as angry in it."""
    plain = [video(k, "happiness", n_shown=5, subject=f"s{k}") for k in range(8)]
    odd = [video(8 + k, "neutral", n_shown=0, noise=5, subject=f"odd{k}") for k in range(2)]
    return plain + odd


def test_a_fold_has_no_say_in_its_own_threshold_unless_asked_for() -> None:
    videos = odd_one_out()
    honest = fit(videos, n_folds=2)
    published = fit(videos, n_folds=2, chosen_on=ChosenOn.ALL)
    assert {fold.threshold for fold in published.folds} == {published.threshold}
    assert published.rule.accuracy == max(accuracy for _, accuracy in published.curve)
    # Every honest answer is that of a threshold chosen without the person who is judged.
    subjects = [v.subject for v in videos]
    true = np.array([SPECIFIC.labels.index(v.expression) for v in videos])
    answers = sweep(videos, SPECIFIC, Fallback.MOST_FREQUENT)
    from duchenne.evaluation.splits import SplitRules, k_fold

    rules = SplitRules(allow_absent_from_training=True, allow_absent_from_test=True)
    folds = k_fold(subjects, [v.expression for v in videos], n_folds=2, rules=rules)
    n_right = 0
    for fold in folds:
        scores = [(answers[t, fold.training] == true[fold.training]).mean() for t in range(20)]
        tied = [t for t in range(20) if scores[t] == max(scores)]
        n_right += int((answers[tied[(len(tied) - 1) // 2], fold.test] == true[fold.test]).sum())
    assert honest.rule.accuracy == pytest.approx(n_right / len(videos))


def test_chosen_on_all_the_rule_is_never_worse_than_top_1_with_the_most_frequent_label() -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        videos = [
            LabelledVideo(
                f"v{k}",
                f"s{k}",
                str(rng.choice(SPECIFIC.labels)),
                dict(zip(SPECIFIC.labels, rng.integers(0, 9, 8).tolist(), strict=True)),
            )
            for k in range(30)
        ]
        assert fit(videos, chosen_on=ChosenOn.ALL).difference >= 0


def test_a_video_in_which_nothing_was_read_is_wrong_for_both() -> None:
    unread = LabelledVideo("dark", "s0", "neutral", {})
    found = fit([*world(), unread])
    assert (found.rule.n_missed, found.top_1.n_missed) == (1, 1)
    assert found.rule.accuracy == pytest.approx(20 / 21)
    assert (sweep([unread], SPECIFIC, Fallback.NEUTRAL) == MISSED).all()


def test_videos_in_which_nothing_was_read_at_all() -> None:
    found = fit([LabelledVideo(f"v{k}", f"s{k}", "fear", {}) for k in range(5)])
    assert (found.rule.accuracy, found.top_1.accuracy, found.difference) == (0.0, 0.0, 0.0)
    assert found.threshold == 0.50, "the middle of all, none being better"


def test_surprise_counts_where_the_label_setting_says() -> None:
    videos = [video(k, "surprise", n_shown=5) for k in range(5)] + [
        video(5 + k, "happiness", n_shown=5) for k in range(5)
    ]
    together = fit(videos, under=BROAD_SURPRISE_POSITIVE)
    apart = fit(videos, under=BROAD)
    assert [sum(row) for row in together.rule.confusion] == [0, 10, 0]
    assert [sum(row) for row in apart.rule.confusion] == [5, 5, 0]


def test_frames_are_put_together_before_they_are_counted() -> None:
    # 2 of 20 fear, 2 of 20 anger: each below 0.15, together 0.20.
    mixed = LabelledVideo("v", "s", "fear", {"fear": 2, "anger": 2, "neutral": 16})
    place = THRESHOLDS.index(0.15)
    assert SPECIFIC.labels[sweep([mixed], SPECIFIC, Fallback.MOST_FREQUENT)[place, 0]] == "neutral"
    assert BROAD.labels[sweep([mixed], BROAD, Fallback.MOST_FREQUENT)[place, 0]] == "negative"


def test_a_class_that_a_fold_lacks_is_said_and_not_refused() -> None:
    videos = [*world(), video(20, "fear", n_shown=5, subject="s3")]
    found = fit(videos)
    lacking = [fold.name for fold in found.folds if "fear" in fold.absent_from_test]
    assert len(lacking) == 4
    (alone,) = [fold for fold in found.folds if "fear" in fold.absent_from_training]
    assert alone.name not in lacking
    assert sum(map(sum, found.rule.confusion)) == 21


def test_the_readings_are_counted_where_they_differ() -> None:
    # Fear leads with 4 of 10 frames and stays below 0.5, the middle of the best thresholds.
    mixed = {"fear": 4, "anger": 3, "neutral": 3}
    videos = [LabelledVideo(f"v{k}", f"s{k}", "fear", mixed) for k in range(5)]
    found = fit(videos)
    assert (found.threshold, found.rule.accuracy) == (0.50, 1.0)
    assert found.n_readings_differ == 5
    other = fit(videos, fallback=Fallback.NEUTRAL)
    assert (other.threshold, other.n_readings_differ) == (0.20, 0)
    assert dict(other.curve)[0.45] == 0.0


@pytest.mark.parametrize(
    ("right", "place"),
    [([7], 7), ([3, 4, 5], 4), ([3, 4, 5, 6], 4), ([0, 10, 11], 10), (range(20), 9), ([], 9)],
)
def test_of_equally_good_thresholds_the_middle_one_is_taken(right: list[int], place: int) -> None:
    answers = np.zeros((20, 1), dtype=np.int64)
    answers[list(right)] = 1
    assert best(answers, np.array([1]), np.array([0])) == place


def test_no_videos_are_refused() -> None:
    with pytest.raises(DataError, match="there are no videos to choose a threshold on"):
        fit([])
    with pytest.raises(DataError, match="there are no videos to choose a threshold on"):
        check_division([])


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(DataError, match="there is no expression 'joy'"):
        fit([LabelledVideo("v", "s", "joy", {"fear": 1})])
    with pytest.raises(DataError, match="there is no expression 'joy'"):
        fit([LabelledVideo(f"v{k}", f"s{k}", "fear", {"joy": 1}) for k in range(5)])


def test_too_few_people_for_the_folds_are_refused_before_anything_is_read() -> None:
    people = [("s0", "fear"), ("s0", "anger"), ("s1", "fear")]
    with pytest.raises(DataError, match="5 parts need at least 5 subjects"):
        check_division(people)
    with pytest.raises(DataError, match="5 parts need at least 5 subjects"):
        fit([LabelledVideo(s, s, e, {}) for s, e in people])
    with pytest.raises(SettingsError, match="1 folds cannot be tested"):
        check_division(people, n_folds=1)
    check_division(people, n_folds=2)


def test_one_person_with_most_of_the_videos_is_refused() -> None:
    people = [("s0", "fear")] * 40 + [(f"s{k}", "fear") for k in range(1, 5)]
    with pytest.raises(DataError, match="badly unbalanced"):
        check_division(people)


def test_the_same_videos_give_the_same_fit_in_any_order() -> None:
    videos = [*world(), *odd_one_out()]
    one, other = fit(videos, seed=3), fit(videos[::-1], seed=3)
    assert (one.threshold, one.rule.accuracy, one.folds) == (
        other.threshold,
        other.rule.accuracy,
        other.folds,
    )
    assert not math.isnan(one.difference_interval[0])


def test_answers_are_told_video_by_video_with_each_folds_threshold() -> None:
    unread = LabelledVideo("dark", "s0", "neutral", {})
    found = fit([*world(), unread])
    assert found.answers == (*["happiness"] * 10, *["neutral"] * 10, None)
    assert found.top_1_answers == (*["neutral"] * 20, None)
