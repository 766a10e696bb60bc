from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.evaluation import balancing
from duchenne.evaluation.balancing import spread


def world(kinds: list[list[int]]) -> np.ndarray:
    """Counts with their sum in front, as `spread` wants them; kinds that nobody holds are left out."""
    counts = np.array(kinds)
    counts = counts[:, counts.sum(axis=0) > 0]
    return np.concatenate([counts.sum(axis=1, keepdims=True), counts], axis=1)


def harm(counts: np.ndarray, shares: np.ndarray, place: np.ndarray) -> tuple[int, float]:
    """How often a part lacks a kind, and how uneven the division is, added up one by one."""
    lacking, uneven = 0, 0.0
    for part, share in enumerate(shares):
        for kind in counts.T:
            held = sum(kind[thing] for thing in range(len(counts)) if place[thing] == part)
            lacking += held == 0
            uneven += (held / kind.sum()) ** 2 / share
    return lacking, uneven


KINDS = st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=4, max_size=6).map(
    lambda rows: [[a + 1, b] for a, b in rows]
)


@given(KINDS, st.sampled_from([(0.5, 0.5), (0.8, 0.2), (0.4, 0.3, 0.3)]))
def test_no_move_and_no_exchange_would_better_a_division(
    kinds: list[list[int]], given_shares: tuple[float, ...]
) -> None:
    counts, shares = world(kinds), np.array(given_shares)
    place = spread(counts, shares, np.arange(len(counts)))
    assert set(place) == set(range(len(shares)))
    found = harm(counts, shares, place)
    others = [
        np.where(np.arange(len(place)) == i, p, place) for i, p in product(range(len(place)), set(place))
    ]
    for one, other in permutations(range(len(place)), 2):
        exchanged = place.copy()
        exchanged[[one, other]] = place[[other, one]]
        others.append(exchanged)
    for other in others:
        lacking, uneven = harm(counts, shares, other)
        assert lacking >= found[0]
        assert lacking > found[0] or uneven >= found[1] - 1e-6  # the code stops at gains below 1e-9


def test_equal_things_are_dealt_out_evenly() -> None:
    place = spread(np.ones((9, 1), dtype=np.int64), np.full(3, 1 / 3), np.arange(9))
    np.testing.assert_array_equal(np.bincount(place), [3, 3, 3])


def test_shares_are_met_where_they_can_be() -> None:
    place = spread(np.ones((10, 1), dtype=np.int64), np.array([0.8, 0.2]), np.arange(10))
    np.testing.assert_array_equal(np.bincount(place), [8, 2])


def test_the_only_two_with_a_rare_kind_are_parted() -> None:
    counts = world([[50, 1], [50, 1], [100, 0], [100, 0], [1, 0], [1, 0]])
    place = spread(counts, np.full(2, 0.5), np.arange(6))
    assert place[0] != place[1]
    assert place[2] != place[3]


def test_exchanges_mend_what_placing_one_by_one_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    # 5 4 3 3 3 in two parts: largest first gives 5 3 (3) against 4 3; only 5 4 against 3 3 3 is even.
    counts, shares = np.array([[5], [4], [3], [3], [3]]), np.full(2, 0.5)
    mended = spread(counts, shares, np.arange(5))
    np.testing.assert_array_equal(np.bincount(mended, weights=counts[:, 0]), [9, 9])
    monkeypatch.setattr(balancing, "MAX_REFINED", 0)
    plain = spread(counts, shares, np.arange(5))
    assert sorted(np.bincount(plain, weights=counts[:, 0])) == [8, 10]


def test_as_many_things_as_parts_give_one_to_each() -> None:
    place = spread(world([[9, 0], [1, 0], [1, 1]]), np.array([0.9, 0.05, 0.05]), np.arange(3))
    assert sorted(place) == [0, 1, 2]


def test_order_decides_between_equals() -> None:
    counts, shares = np.ones((4, 1), dtype=np.int64), np.full(2, 0.5)
    np.testing.assert_array_equal(spread(counts, shares, np.array([0, 1, 2, 3])), [0, 1, 0, 1])
    np.testing.assert_array_equal(spread(counts, shares, np.array([1, 0, 2, 3])), [1, 0, 0, 1])
