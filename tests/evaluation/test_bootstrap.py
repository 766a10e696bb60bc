from __future__ import annotations

import numpy as np
import pytest

from duchenne.evaluation.bootstrap import intervals
from duchenne.evaluation.metrics import accuracy, macro_recall


def run(true: np.ndarray, predicted: np.ndarray, groups: list[str]) -> list[tuple[float, float]]:
    return intervals(true, predicted, groups, 2, (accuracy, macro_recall), np.random.default_rng(0))


def test_interval_of_independent_samples_is_the_binomial_one() -> None:
    true = np.zeros(400, np.int64)
    predicted = (np.arange(400) % 4 == 0).astype(np.int64)  # three in four are right
    (low, high), _ = run(true, predicted, [str(n) for n in range(400)])
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    # 1,000 resamples place a percentile to about a tenth of the half width.
    assert low == pytest.approx(0.75 - half, abs=0.15 * half)
    assert high == pytest.approx(0.75 + half, abs=0.15 * half)


def test_samples_of_one_subject_are_one_fact() -> None:
    true = np.zeros(400, np.int64)
    predicted = (np.arange(400) // 20 % 4 == 0).astype(np.int64)  # all 20 of a subject right, or all wrong
    alone = run(true, predicted, [str(n) for n in range(400)])[0]
    together = run(true, predicted, [str(n // 20) for n in range(400)])[0]
    # Twenty copies of each fact: the interval is wider by the root of twenty.
    ratio = (together[1] - together[0]) / (alone[1] - alone[0])
    assert ratio == pytest.approx(np.sqrt(20), rel=0.15)


def test_same_seed_gives_the_same_interval() -> None:
    true, predicted = np.array([0, 1, 1, 0]), np.array([0, 1, 0, -1])
    assert run(true, predicted, list("abcd")) == run(true, predicted, list("abcd"))


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a"]])
def test_fewer_than_two_subjects_have_no_interval(groups: list[str]) -> None:
    zeros = np.zeros(len(groups), np.int64)
    assert np.isnan(run(zeros, zeros, groups)).all()
