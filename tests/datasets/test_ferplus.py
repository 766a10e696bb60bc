from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data_trees import write_tree
from duchenne.datasets.ferplus import Mode, draw, read_votes, target
from duchenne.errors import DataError
from duchenne.labels import EXPRESSIONS, FERPLUS_VOTES

HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"


def votes(**counts: int) -> NDArray[np.int64]:
    return np.array([counts.get(name, 0) for name in FERPLUS_VOTES])


def shares(**parts: float) -> NDArray[np.float64]:
    return np.array([parts.get(name, 0.0) for name in EXPRESSIONS])


def test_ballots_come_in_file_order_with_and_without_a_face(tmp_path: Path) -> None:
    text = HEADER + "Training,fer0000000.png,4,0,0,1,3,2,0,0,0,0\nPublicTest,,0,0,0,0,0,0,0,0,0,10\n"
    first, second = read_votes(write_tree(tmp_path, {"v.csv": text}) / "v.csv")
    assert (first.usage, first.image, first.place) == ("Training", "fer0000000.png", "line 2 of v.csv")
    np.testing.assert_array_equal(first.votes, votes(neutral=4, sadness=1, anger=3, disgust=2))
    assert (second.usage, second.image, second.votes.tolist()) == ("PublicTest", "", [0] * 9 + [10])


@pytest.mark.parametrize(
    ("cell", "message"), [("x", "no value in the column 'fear'"), ("-1", "fewer than no votes")]
)
def test_votes_that_are_no_counts_name_their_line(tmp_path: Path, cell: str, message: str) -> None:
    text = HEADER + f"Training,a.png,4,0,0,1,3,2,{cell},0,0,0\n"
    with pytest.raises(DataError, match=rf"line 2 of v\.csv .*{message}"):
        read_votes(write_tree(tmp_path, {"v.csv": text}) / "v.csv")


def test_a_header_alone_has_no_ballots(tmp_path: Path) -> None:
    assert read_votes(write_tree(tmp_path, {"v.csv": HEADER}) / "v.csv") == ()


@pytest.mark.parametrize(
    ("counts", "winner"),
    [
        ({"fear": 6, "sadness": 4}, "fear"),
        # 5 of the 9 that are left once the single vote is gone.
        ({"fear": 5, "sadness": 4, "anger": 1}, "fear"),
        ({"fear": 5, "sadness": 5}, None),
        ({"fear": 4, "sadness": 3, "anger": 3}, None),
        ({"unknown": 6, "fear": 4}, None),
        ({"nf": 10}, None),
        ({"fear": 1, "sadness": 1}, None),
        ({}, None),
    ],
)
def test_majority_needs_more_than_half(counts: dict[str, int], winner: str | None) -> None:
    got = target(votes(**counts), Mode.MAJORITY)
    if winner is None:
        assert got is None
    else:
        np.testing.assert_array_equal(got, shares(**{winner: 1.0}))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"happiness": 10}, {"happiness": 1.0}),
        # 8 of 10 cover three quarters: the two votes for sadness no longer count.
        ({"neutral": 8, "sadness": 2}, {"neutral": 1.0}),
        ({"neutral": 7, "sadness": 3}, {"neutral": 0.7, "sadness": 0.3}),
        ({"neutral": 4, "sadness": 3, "anger": 2, "fear": 1}, {"neutral": 4 / 7, "sadness": 3 / 7}),
        # Equals are taken together.
        ({"neutral": 4, "sadness": 2, "anger": 2, "fear": 2}, None),
        ({"neutral": 6, "sadness": 2, "anger": 2}, {"neutral": 0.6, "sadness": 0.2, "anger": 0.2}),
        # "Unknown" has its turn: only what came before counts, and must be more than half.
        ({"neutral": 6, "unknown": 4}, {"neutral": 1.0}),
        ({"neutral": 5, "unknown": 5}, None),
        ({"unknown": 6, "neutral": 4}, None),
        ({"neutral": 4, "unknown": 3, "anger": 3}, {"neutral": 4 / 7, "anger": 3 / 7}),
        ({"neutral": 3, "nf": 3, "anger": 3}, {"neutral": 0.5, "anger": 0.5}),
        ({"neutral": 1, "sadness": 1, "anger": 1}, None),
        ({}, None),
    ],
)
def test_soft_targets_by_hand(counts: dict[str, int], expected: dict[str, float] | None) -> None:
    for mode in (Mode.CROSSENTROPY, Mode.PROBABILITY):
        got = target(votes(**counts), mode)
        if expected is None:
            assert got is None
        else:
            # float32 has 24 bits.
            np.testing.assert_allclose(got, shares(**expected), atol=1e-7)


def by_taking_the_largest_again_and_again(counts: list[int]) -> list[float] | None:
    """The soft rule as a loop over single choices, written without groups or sorting."""
    left = [n if n > 1 else 0 for n in counts]
    total, covered = sum(left), 0
    taken: dict[int, int] = {}
    level = None
    while any(left):
        largest = max(left)
        if largest != level and (covered >= 0.75 * total or len(taken) >= 3):
            break
        level, choice = largest, left.index(largest)
        if choice > 7:
            break
        taken[choice] = largest
        covered += largest
        left[choice] = 0
    if not taken or len(taken) > 3 or covered <= total / 2:
        return None
    return [taken.get(choice, 0) / covered for choice in range(8)]


def test_soft_targets_agree_with_a_rule_written_otherwise() -> None:
    rng = np.random.default_rng(0)
    n_kept = 0
    for _ in range(500):
        counts = rng.multinomial(10, rng.dirichlet(np.full(10, 0.4)))
        expected = by_taking_the_largest_again_and_again(counts.tolist())
        got = target(counts, Mode.CROSSENTROPY)
        assert (got is None) == (expected is None), counts
        if got is not None:
            n_kept += 1
            assert got.dtype == np.float32
            np.testing.assert_allclose(got, expected, atol=1e-7)
    assert 100 < n_kept < 500


def test_votes_of_another_shape_are_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"votes are \(10,\) counts, not of shape \(8,\)"):
        target(np.zeros(8, dtype=np.int64), Mode.MAJORITY)


def test_draws_are_single_choices_with_the_targets_shares() -> None:
    soft = target(votes(neutral=7, sadness=3), Mode.PROBABILITY)
    assert soft is not None
    rng = np.random.default_rng(1)
    draws = np.array([draw(soft, rng) for _ in range(2000)])
    np.testing.assert_array_equal(draws.sum(axis=1), 1)
    # 2,000 draws at 0.7: standard deviation 0.0102; four of them.
    assert draws.mean(axis=0)[0] == pytest.approx(0.7, abs=0.041)
    assert set(np.flatnonzero(draws.any(axis=0))) == {0, 3}
