from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from duchenne.evaluation.few_subjects import ends


def test_many_subjects_need_no_correction() -> None:
    assert ends(1_000_000) == pytest.approx((2.5, 97.5), abs=1e-3)


def test_six_subjects_are_cut_further_out() -> None:
    # By hand: sqrt(6 / 5) * 2.5706 = 2.8159, beyond which 0.243 % of a normal law lie.
    assert ends(6) == pytest.approx((0.2431, 99.7569), abs=1e-3)


def test_two_subjects_take_everything() -> None:
    assert ends(2) == pytest.approx((0.0, 100.0), abs=1e-6)


def test_one_subject_has_no_interval() -> None:
    with pytest.raises(ValueError, match="at least two subjects, got 1"):
        ends(1)


@pytest.mark.parametrize("n", [6, 12])
def test_means_of_few_are_held_by_nearly_as_many_intervals_as_promised(n: int) -> None:
    rng = np.random.default_rng(n)
    n_trials = 1500
    counts = rng.multinomial(n, np.full(n, 1 / n), size=(n_trials, 1000))
    people = rng.normal(size=(n_trials, n))
    means = np.einsum("tbs,ts->tb", counts, people) / n
    held = {}
    for name, cuts in (("usual", (2.5, 97.5)), ("ours", ends(n))):
        low, high = np.percentile(means, cuts, axis=1)
        held[name] = float(np.mean((low <= 0) & (high >= 0)))
    student = stats.t.interval(0.95, n - 1, people.mean(axis=1), stats.sem(people, axis=1))
    assert float(np.mean((student[0] <= 0) & (student[1] >= 0))) == pytest.approx(0.95, abs=0.017)
    # Three standard errors of 1,500 trials are 0.017; means of six take too few values for exactly 0.95.
    assert held["ours"] == pytest.approx(0.95, abs=0.03)
    assert held["usual"] < held["ours"] - 0.01
