"""Units that go together and units that exclude each other."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duchenne.facs import DU_2014
from duchenne.synth.acting.cooccurrence import (
    EXCLUDED,
    EXCLUSIONS,
    OTHER_SHARE,
    conflicts,
    draw,
    fits,
    share_given,
)
from duchenne.synth.head.action_units import RENDERABLE, weights
from duchenne.synth.head.model import FaceModel


def test_exclusions_name_units_that_can_be_shown_and_give_a_reason() -> None:
    for exclusion in EXCLUSIONS:
        assert set(exclusion.these) | set(exclusion.those) <= set(RENDERABLE)
        assert not set(exclusion.these) & set(exclusion.those)
        assert exclusion.reason


def test_no_pair_is_excluded_twice() -> None:
    pairs = [
        frozenset((one, other)) for e in EXCLUSIONS for one in e.these for other in e.those if one != other
    ]
    assert len(pairs) == len(set(pairs)) == len(EXCLUDED)


@pytest.mark.parametrize(
    "pair",
    [
        (5, 43),
        (12, 15),
        (12, 18),
        (20, 22),
        (25, 28),
        (10, 24),
        (16, 23),
        (17, 26),
        (17, 27),
        (25, 34),
        (17, 19),
    ],
)
def test_opposites_are_in_conflict(pair: tuple[int, int]) -> None:
    assert conflicts(pair) == conflicts(reversed(pair)) == (pair,)


def test_every_conflict_among_many_units_is_told_once() -> None:
    assert conflicts([17, 12, 15, 26, 15]) == ((12, 15), (17, 26))


@pytest.mark.parametrize("units", [(), (12,), (6, 12, 25), (1, 2, 4, 5, 20, 25, 26), (9, 10, 17)])
def test_faces_that_occur_have_no_conflict(units: tuple[int, ...]) -> None:
    assert conflicts(units) == ()


def test_what_opens_the_jaw_a_little_is_excluded_wherever_the_stretch_is() -> None:
    # AU27 brings AU26 with it: whatever excludes the drop must exclude the stretch.
    assert all(not fits(27, (unit,)) for unit in RENDERABLE if unit != 26 and not fits(26, (unit,)))


def test_prototypes_of_the_study_have_no_conflict() -> None:
    assert all(conflicts(emotion.prototypical) == () for emotion in DU_2014)


def test_a_share_is_that_of_the_study() -> None:
    # AU12 is prototypical in happiness (AU6 51 %), happily surprised (-) and happily disgusted (61 %).
    assert share_given(6, 12) == pytest.approx((0.51 + 0.61) / 3)
    # AU6: 51, 50, 61, 34, 26, 31, 61, 26 and 25 %, of which 51 and 61 together with a certain AU12.
    assert share_given(12, 6) == pytest.approx(
        (0.51 + 0.61) / (0.51 + 0.50 + 0.61 + 0.34 + 0.26 + 0.31 + 0.61 + 0.26 + 0.25)
    )


def test_a_pair_that_the_study_never_saw_has_a_small_share_of_our_own() -> None:
    assert share_given(38, 12) == share_given(12, 38) == share_given(38, 29) == OTHER_SHARE


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 8))
def test_drawn_units_never_exclude_each_other(seed: int, n_units: int) -> None:
    units = draw(np.random.default_rng(seed), n_units)
    assert conflicts(units) == ()
    assert list(units) == sorted(set(units))
    assert len(units) <= n_units
    assert 45 not in units
    assert units == draw(np.random.default_rng(seed), n_units)


def test_first_units_are_drawn_alike_and_further_ones_by_their_share() -> None:
    rng = np.random.default_rng(0)
    first = Counter(draw(rng, 1)[0] for _ in range(2600))
    # 26 units, 100 draws of each on average: five standard deviations of 10 are 50.
    assert len(first) == len(RENDERABLE) - 1
    assert max(abs(count - 2600 / len(first)) for count in first.values()) < 50
    with_smile = Counter(unit for _ in range(1000) for unit in draw(rng, 2, start=(12,)) if unit != 12)
    assert with_smile[25] > with_smile[6] > with_smile[38]


def test_a_start_is_kept_and_decides_what_fits() -> None:
    units = draw(np.random.default_rng(0), 3, start=(34,), among=(10, 12, 25, 26))
    assert units == (12, 34)


def test_nothing_to_draw_gives_nothing() -> None:
    assert draw(np.random.default_rng(0), 3, among=()) == ()


@pytest.mark.shared
def test_on_the_real_model_the_opposites_of_the_table_are_opposites(shared: Path) -> None:
    model = FaceModel.load(shared / "data" / "ict_facekit.npz")
    face = model.parts["face"].vertices

    def moved(unit: int) -> np.ndarray:
        peak = (1.0, 0.0) if unit == 30 else (1.0, 1.0)
        displacement = model.express(model.vertices, weights(model, {unit: peak})) - model.vertices
        direction = displacement[face].ravel().astype(np.float64)
        return np.asarray(direction / np.linalg.norm(direction))

    directions = {unit: moved(unit) for unit in RENDERABLE}
    opposite = [
        (one, other)
        for one, other in combinations(RENDERABLE, 2)
        # A blink and a raised lid are opposites, too; the lid lets go, see Script.units.
        if directions[one] @ directions[other] < -0.75 and (one, other) != (5, 45)
    ]
    assert (17, 26) in opposite
    assert all(pair in EXCLUDED for pair in opposite)
