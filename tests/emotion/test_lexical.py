from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duchenne.emotion.lexical import DIMENSIONS, WORD_RATINGS, lexical_affect
from duchenne.labels import EXPRESSIONS


def one_hot(expression: str) -> np.ndarray:
    return np.array([float(name == expression) for name in EXPRESSIONS])


def test_every_expression_has_a_rating_in_range() -> None:
    assert set(WORD_RATINGS) == set(EXPRESSIONS)
    for rating in WORD_RATINGS.values():
        assert all(-1 <= getattr(rating, name) <= 1 for name in DIMENSIONS)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_certain_reading_is_the_rating_of_its_word(expression: str) -> None:
    rating = WORD_RATINGS[expression]
    found = lexical_affect(one_hot(expression))
    assert found.tolist() == [rating.valence, rating.arousal, rating.dominance]


def test_the_signs_are_those_of_common_sense() -> None:
    pleasant = {name for name in EXPRESSIONS if WORD_RATINGS[name].valence > 0}
    assert pleasant == {"happiness", "surprise"}
    assert {name for name in EXPRESSIONS if WORD_RATINGS[name].arousal < 0} == {"sadness"}


@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_agrees_with_a_sum_over_the_words(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    found = lexical_affect(np.array(shares))
    for value, name in zip(found, DIMENSIONS, strict=True):
        pairs = zip(shares, EXPRESSIONS, strict=True)
        expected = math.fsum(share * getattr(WORD_RATINGS[label], name) for share, label in pairs)
        assert value == pytest.approx(expected, abs=1e-12)


def test_frames_keep_their_shape_and_one_that_was_not_read_has_no_value() -> None:
    frames = np.stack([one_hot("fear"), np.full(8, np.nan), one_hot("neutral")]).astype(np.float32)
    found = lexical_affect(frames)
    assert found.shape == (3, 3)
    assert np.isnan(found[1]).all()
    assert found[0].tolist() == [-0.64, 0.60, -0.43]
    assert found[2].tolist() == [0.0, 0.0, 0.0]
    assert lexical_affect(frames[:0]).shape == (0, 3)
    assert np.isnan(lexical_affect(np.full((2, 8), np.nan))).all()


def test_rounded_probabilities_are_still_a_distribution() -> None:
    assert lexical_affect(np.full(8, 0.1249)).shape == (3,)


@pytest.mark.parametrize("shape", [(), (7,), (8, 1), (0,)])
def test_another_number_of_expressions_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected \(\.\.\., 8\) probabilities, got shape"):
        lexical_affect(np.zeros(shape))


@pytest.mark.parametrize("row", [[0.0] * 8, [2.0, -1.0] + [0.0] * 6, [0.5] * 8])
def test_what_is_no_distribution_is_refused(row: list[float]) -> None:
    with pytest.raises(ValueError, match="expected probabilities of at least 0 that sum to 1"):
        lexical_affect(np.array(row))
