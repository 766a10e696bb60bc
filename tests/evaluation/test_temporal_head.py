from __future__ import annotations

import numpy as np
import pytest

from duchenne.evaluation.temporal_head import Ridge, fit_head, mean_pcc, statistics

RNG = np.random.default_rng(0)


def test_statistics_are_those_that_their_names_say() -> None:
    frames = np.array([[0.0, 1.0], [0.5, 1.0], [0.1, 1.0]])
    found = statistics(frames).reshape(5, 2)
    np.testing.assert_allclose(found[:, 0], [0.2, np.std([0, 0.5, 0.1]), 0.42, 0.5, 0.45])
    np.testing.assert_allclose(found[:, 1], [1, 0, 1, 1, 0])


def test_one_frame_has_no_steps_and_no_frame_has_nothing() -> None:
    np.testing.assert_allclose(statistics(np.array([[0.3]])), [0.3, 0, 0.3, 0.3, 0])
    assert np.isnan(statistics(np.empty((0, 3)))).all()
    assert statistics(np.empty((0, 3))).shape == (15,)


@pytest.mark.parametrize("penalty", [0.1, 10.0])
def test_ridge_is_least_squares_with_a_row_more_for_each_weight(penalty: float) -> None:
    features, targets = RNG.normal(2, 3, (40, 60)), RNG.normal(size=(40, 7))
    new = RNG.normal(2, 3, (5, 60))
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    rows = np.vstack([(features - mean) / deviation, np.sqrt(penalty) * np.eye(60)])
    wanted = np.vstack([targets - targets.mean(axis=0), np.zeros((60, 7))])
    weights = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    known = np.clip(new, features.min(axis=0), features.max(axis=0))
    expected = (known - mean) / deviation @ weights + targets.mean(axis=0)
    np.testing.assert_allclose(Ridge.fit(features, targets, penalty).predict(new), expected, atol=1e-8)


def test_feature_that_never_moves_counts_for_nothing() -> None:
    features, targets = np.column_stack([RNG.normal(size=20), np.full(20, 3.0)]), RNG.normal(size=(20, 1))
    head = Ridge.fit(features, targets, 1.0)
    moved = features + np.array([0.0, 100.0])
    np.testing.assert_allclose(head.predict(moved), head.predict(features))


def test_feature_counts_no_further_than_it_was_seen_to_go() -> None:
    features, targets = RNG.random((30, 2)), RNG.random((30, 1))
    head = Ridge.fit(features, targets, 1.0)
    far, edge = features[:5].copy(), features[:5].copy()
    far[:, 0], edge[:, 0] = 50.0, features[:, 0].max()
    np.testing.assert_allclose(head.predict(far), head.predict(edge))
    far[:, 0], edge[:, 0] = -50.0, features[:, 0].min()
    np.testing.assert_allclose(head.predict(far), head.predict(edge))


def test_what_features_tell_is_learned_and_noise_is_held_back() -> None:
    subjects = [str(n % 10) for n in range(200)]
    truth = RNG.random((200, 2))
    telling = np.hstack([truth + RNG.normal(0, 0.1, (200, 2)), RNG.normal(size=(200, 145))])
    head = fit_head(telling[:150], truth[:150], subjects[:150])
    assert mean_pcc(truth[150:], head.predict(telling[150:])) > 0.6
    # Least squares with as many features as people would follow the noise.
    loose = Ridge.fit(telling[:150], truth[:150], 1e-6)
    assert mean_pcc(truth[150:], head.predict(telling[150:])) > mean_pcc(
        truth[150:], loose.predict(telling[150:])
    )


def test_few_people_and_targets_that_never_move_do_not_stop_it() -> None:
    features = RNG.normal(size=(6, 3))
    head = fit_head(features, np.zeros((6, 2)), ["a", "a", "a", "b", "b", "b"])
    np.testing.assert_allclose(head.predict(features), 0)
    assert np.isnan(mean_pcc(np.zeros((6, 2)), features[:, :2]))
