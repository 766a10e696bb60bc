"""Simulated raters, and the gold standard made of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.signal import lfilter

from duchenne.synth.layouts.raters import NAMES, Rater, gold_standard, rate, sample_raters

STEP_S = 0.04
EXACT = Rater("FM1", delay_s=0.0, gain=1.0, offset=0.0, smoothing_s=0.0, noise=0.0)
CURVE = 0.6 * np.sin(np.arange(1500) * STEP_S)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_rater_without_faults_writes_the_curve() -> None:
    assert rate(EXACT, CURVE, STEP_S, rng()) == pytest.approx(CURVE)


def test_a_late_rater_writes_what_was_seconds_ago() -> None:
    late = dataclasses.replace(EXACT, delay_s=2.0)
    written = rate(late, CURVE, STEP_S, rng())
    assert written[50:] == pytest.approx(CURVE[:-50])
    assert written[:50] == pytest.approx(np.full(50, CURVE[0]))


def test_gain_and_offset_are_a_straight_line() -> None:
    modest = dataclasses.replace(EXACT, gain=0.5, offset=0.1)
    assert rate(modest, CURVE, STEP_S, rng()) == pytest.approx(0.5 * CURVE + 0.1)


def test_smoothing_is_a_first_order_low_pass() -> None:
    slow = dataclasses.replace(EXACT, smoothing_s=0.8)
    keep = np.exp(-STEP_S / 0.8)
    reference, _ = lfilter([1 - keep], [1, -keep], CURVE, zi=[keep * CURVE[0]])
    assert rate(slow, CURVE, STEP_S, rng()) == pytest.approx(reference)


def test_the_wander_has_the_stated_spread_and_is_slow() -> None:
    noisy = dataclasses.replace(EXACT, noise=0.05)
    wander = rate(noisy, np.zeros(200_000), STEP_S, rng())
    # About 5,300 independent values of 1.5 s: the spread is within 5 %.
    assert wander.std() == pytest.approx(0.05, rel=0.05)
    assert np.corrcoef(wander[:-1], wander[1:])[0, 1] == pytest.approx(np.exp(-STEP_S / 1.5), abs=0.005)


def test_ratings_stay_on_the_scale() -> None:
    bold = dataclasses.replace(EXACT, gain=3.0)
    written = rate(bold, CURVE, STEP_S, rng())
    assert written.max() == 1.0
    assert written.min() == -1.0


def test_the_same_generator_gives_the_same_ratings() -> None:
    noisy = dataclasses.replace(EXACT, noise=0.05)
    assert rate(noisy, CURVE, STEP_S, rng()).tolist() == rate(noisy, CURVE, STEP_S, rng()).tolist()


def test_six_raters_differ() -> None:
    raters = sample_raters(rng())
    assert tuple(rater.name for rater in raters) == NAMES
    assert len({rater.delay_s for rater in raters}) == 6
    assert all(1.5 <= rater.delay_s <= 4.5 and 0.4 <= rater.gain <= 1.0 for rater in raters)


def reference_gold(ratings: np.ndarray) -> np.ndarray:
    """The recipe again, from covariance matrices rather than from sums."""
    n = ratings.shape[1]
    covariance, mean = np.cov(ratings.T, bias=True), ratings.mean(axis=0)
    spread = np.diag(covariance)
    ccc = 2 * covariance / (spread[:, None] + spread[None] + (mean[:, None] - mean[None]) ** 2)
    weight = np.maximum((ccc.sum(axis=1) - 1.0) / (n - 1), 0.0)
    centre = (weight * mean).sum() / weight.sum()
    return ratings.mean(axis=1) - mean.mean() + centre


def test_gold_is_the_mean_moved_to_the_agreed_centre() -> None:
    noise = rng().normal(0.0, 0.1, (len(CURVE), 6))
    ratings = CURVE[:, None] * np.linspace(0.4, 1.0, 6) + np.linspace(-0.2, 0.3, 6) + noise
    assert gold_standard(ratings) == pytest.approx(reference_gold(ratings))


def test_a_rater_who_disagrees_moves_the_centre_less() -> None:
    against = np.stack([CURVE, CURVE, -CURVE + 0.9], axis=1)
    # The third one's agreement is negative and weighs nothing: the centre is that of the first two.
    assert gold_standard(against).mean() == pytest.approx(CURVE.mean())


def test_raters_who_all_agree_are_the_gold_standard() -> None:
    assert gold_standard(np.stack([CURVE] * 6, axis=1)) == pytest.approx(CURVE)


def test_one_rater_alone_is_the_gold_standard() -> None:
    assert gold_standard(CURVE[:, None]) == pytest.approx(CURVE)


def test_where_nobody_agrees_all_weigh_the_same() -> None:
    constants = np.tile([0.2, 0.4], (10, 1))
    assert gold_standard(constants) == pytest.approx(np.full(10, 0.3))


def test_raters_who_never_moved_agree_on_nothing_measurable() -> None:
    assert gold_standard(np.zeros((10, 3))).tolist() == [0.0] * 10
